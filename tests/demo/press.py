"""The sample press as a process of its own: started, asked for its truth, stopped."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from kliping.clock import now
from tests.demo.place import DemoError, Place, shown
from tests.demo.warden import Warded
from tests.installation import CHECKOUT

READY = 60.0  # seconds: a slow machine imports and composes for ten
LOOK = 0.1  # seconds


class PressProcess:
    """`python -m tests.press` for a place. Its clock is the installation's, on a second run too. Raises DemoError."""

    def __init__(self, place: Place) -> None:
        self.files = place.folder / "press"
        self.files.mkdir(exist_ok=True)
        self._log = place.folder / "press.log"
        self._described.unlink(missing_ok=True)
        port = str(place.state.press_port)
        options = ["--scenario", str(place.file), "--port", port, "--now", place.state.start, "--dir", str(self.files)]
        command = [sys.executable, "-m", "tests.press", *options]
        self._warded = Warded(command, env={**os.environ}, cwd=str(CHECKOUT), log=str(self._log), held=place.lock)
        try:
            self.about = self._wait()
            self._obey(f"clock {now().isoformat()}")
        except BaseException:
            self.stop()
            raise

    @property
    def _described(self) -> Path:
        return self.files / "press.json"

    @property
    def alive(self) -> bool:
        return self._warded.alive

    def truth(self) -> dict[str, Any]:
        """What a reader must find, at this moment."""
        self._obey("truth")
        found: dict[str, Any] = json.loads((self.files / "truth.json").read_text("utf-8"))
        return found

    def stop(self) -> None:
        self._warded.stop()

    def _obey(self, command: str) -> None:
        """Give a command and wait until it is done: the file that is written last is there again."""
        assert self._warded.process.stdin is not None
        self._described.unlink(missing_ok=True)
        self._warded.process.stdin.write(command + "\n")
        self._warded.process.stdin.flush()
        self._wait()

    def _wait(self) -> dict[str, Any]:
        deadline = time.monotonic() + READY
        while not self._described.exists():
            if not self.alive:
                raise DemoError(
                    f"the sample press ended: {self._last_words()} (its log: {shown(self._log)}). "
                    f"Where its port is taken: stop who holds it, or remove the folder {shown(self._log.parent)}"
                )
            if time.monotonic() > deadline:
                raise DemoError(f"the sample press is not ready after {READY:.0f} s; its log: {shown(self._log)}")
            time.sleep(LOOK)
        about: dict[str, Any] = json.loads(self._described.read_text("utf-8"))
        return about

    def _last_words(self) -> str:
        lines = self._log.read_text("utf-8", errors="replace").split("\n")
        return next((line for line in reversed(lines) if line.strip()), "without a word")
