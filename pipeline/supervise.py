"""Children that work, and the parent that keeps them working: spawned, watched by heartbeat, started again.

Children are spawned, never forked, so no open connection is carried over. A child that shows no sign of life is
killed; one that ends by itself is started again, at once or, when it keeps dying young, after a growing pause.
"""

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.context import SpawnProcess
from multiprocessing.sharedctypes import Synchronized
from types import FrameType
from typing import Any

from kliping.clock import now

log = logging.getLogger(__name__)

TICK = 0.1  # seconds between two looks at the children
YOUNG = 1.0  # seconds: a child that dies younger could not even start; the next start waits
LONGEST_PAUSE = 30.0  # seconds between starts of a child that always dies young
START_GRACE = 60.0  # seconds that a child may take to import and open everything before its first sign of life
STOP_SECONDS = 25.0  # for a clean stop of all children, then SIGKILL: below the 30 s of bar A15

Heartbeat = Callable[[], None]
Stopping = Callable[[], bool]
Target = Callable[..., None]  # called as target(beat, stopping, *arguments)

_spawn = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """What a child does. `target` must be importable by name, `arguments` must pickle."""

    name: str
    target: Target
    arguments: tuple[Any, ...] = ()
    hang: float = 60.0  # seconds without a sign of life before it is killed; 0 = not watched


def _ignored(name: str, code: int | None) -> None:
    """Nobody counts the deaths."""


@dataclass(slots=True)
class _Life:
    """One run of a child."""

    child: Child
    heart: "Synchronized[float]"
    process: SpawnProcess | None = None
    started: float = 0.0
    born: datetime = field(default_factory=now)
    not_before: float = 0.0
    deaths_young: int = 0


@dataclass(slots=True)
class Supervisor:
    """Keeps `children` alive until `run` is told to stop."""

    children: Sequence[Child]
    on_death: Callable[[str, int | None], None] = _ignored
    _lives: list[_Life] = field(default_factory=list)

    def run(self, stopping: Stopping) -> None:
        """Start all, watch until `stopping()`, then stop all cleanly. Returns when no child is left."""
        self._lives = [_Life(child, _spawn.Value("d", 0.0)) for child in self.children]
        try:
            while not stopping():
                for life in self._lives:
                    self._tend(life)
                time.sleep(TICK)
        finally:
            self._stop()

    def started(self) -> dict[str, datetime]:
        """When each living child began its present life, by name."""
        return {life.child.name: life.born for life in self._lives if life.process and life.process.is_alive()}

    def kill(self, name: str) -> bool:
        """SIGKILL a child, for tests of what survives it; False when it is not alive."""
        for life in self._lives:
            if life.child.name == name and life.process and life.process.is_alive():
                life.process.kill()
                return True
        return False

    def _tend(self, life: _Life) -> None:
        if life.process is None:
            if time.monotonic() >= life.not_before:
                self._start(life)
        elif not life.process.is_alive():
            self._buried(life)
        elif self._silent(life):
            log.error("%s: no sign of life for %.0f s, killed", life.child.name, life.child.hang)
            life.process.kill()

    def _start(self, life: _Life) -> None:
        life.started = life.heart.value = time.monotonic()
        life.born = now()
        life.process = _spawn.Process(
            target=_live, args=(life.heart, os.getpid(), life.child.target, life.child.arguments), name=life.child.name
        )
        life.process.start()

    def _silent(self, life: _Life) -> bool:
        patience = life.child.hang if life.heart.value > life.started else max(life.child.hang, START_GRACE)
        return bool(life.child.hang) and time.monotonic() - life.heart.value > patience

    def _buried(self, life: _Life) -> None:
        assert life.process is not None
        code = life.process.exitcode
        life.process.join()
        life.process = None
        age = time.monotonic() - life.started
        life.deaths_young = life.deaths_young + 1 if age < YOUNG else 0
        pause = min(0.1 * 2 ** max(life.deaths_young - 1, 0), LONGEST_PAUSE) if life.deaths_young > 1 else 0.0
        life.not_before = time.monotonic() + pause
        log.warning("%s: ended with code %s after %.1f s, again in %.1f s", life.child.name, code, age, pause)
        self.on_death(life.child.name, code)

    def _stop(self) -> None:
        processes = [life.process for life in self._lives if life.process is not None]
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in processes:
            process.join(max(deadline - time.monotonic(), 0))
            if process.is_alive():
                log.error("%s: did not stop in %.0f s, killed", process.name, STOP_SECONDS)
                process.kill()
                process.join()


def _live(heart: "Synchronized[float]", parent: int, target: Target, arguments: tuple[Any, ...]) -> None:
    """The child's side: SIGTERM asks it to stop, Ctrl-C is the parent's business, an orphan stops by itself."""
    asked = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        asked.set()

    def beat() -> None:
        heart.value = time.monotonic()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    target(beat, lambda: asked.is_set() or os.getppid() != parent, *arguments)
