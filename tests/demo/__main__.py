"""`python -m tests.demo`: start the press and Kliping, say what came of it, go on until Ctrl-C.

Exit codes: 0 stopped cleanly, or with --once: equal to the press's truth; 1 not equal, or something failed; 2 the
scenario cannot be used.
"""

import argparse
import signal
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Event

from kliping.command.build import Parts
from kliping.errors import KlipingError
from tests.demo import words
from tests.demo.account import is_let_in, new_password, wait_for_pages
from tests.demo.command import kliping
from tests.demo.edition import Sent, close_and_send, complete, shown_until
from tests.demo.place import DemoError, Place, keep_out_environment, shown
from tests.demo.press import PressProcess
from tests.demo.warden import Warded
from tests.demo.watch import follow, progress, sources_read_at
from tests.installation import CHECKOUT
from tests.press.press import FOLDER
from tests.press.scenario import ScenarioError
from tests.press_check import Comparison, compare

TOLD_AFTER = 165.0  # seconds of reading, with start and edition three minutes in all; then what is there is told
ONCE_PATIENCE = 1800.0  # seconds: 300 articles of one outlet at the shipped pace
LOOK = 0.5  # seconds
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Demo:
    """One run."""

    def __init__(self, place: Place, stop: Event) -> None:
        self.place = place
        self.stop = stop
        self.press: PressProcess | None = None
        self.kliping: Warded | None = None

    def run(self, *, once: bool) -> int:
        """Raises DemoError, KlipingError."""
        begun = time.monotonic()
        with ExitStack() as opened:
            opened.callback(self._end)
            self.press = PressProcess(self.place)
            self.place.configure(self.press.about, self.press.files)
            kliping(self.place, "migrate")
            password = new_password(self.place)
            self.kliping = self._started()
            parts = opened.enter_context(Parts(self.place.installation.configuration()))
            say(words.beginning(self.place, parts.settings.crawl.gap))
            wait_for_pages(self.place, self.ended)
            patience = ONCE_PATIENCE if once else TOLD_AFTER - (time.monotonic() - begun)
            whole = follow(
                parts, self.place.desk, patience=patience, stopping=self.ended, say=lambda line: say([f"  {line}"])
            )
            if self.ended():
                return self._early()
            sent = close_and_send(self.place, parts)
            say(words.ending(self.place, progress(parts, self.place.desk), sent, password, whole=whole))
            return self._compared(parts, sent, password) if once else self._going_on()

    def ended(self) -> bool:
        """Somebody stopped us, or one of the two processes is gone."""
        return self.stop.is_set() or any(one is not None and not one.alive for one in (self.press, self.kliping))

    def _started(self) -> Warded:
        installation = self.place.installation
        command = [sys.executable, "-m", "kliping", "--config", str(installation.config), "run"]
        log = str(self.place.folder / "kliping.log")
        return Warded(command, env=installation.environment(), cwd=str(CHECKOUT), log=log, held=self.place.lock)

    def _going_on(self) -> int:
        say(["", "Kliping goes on reading. Ctrl-C stops all of it."])
        while not self.ended():
            self.stop.wait(LOOK)
        return self._early()

    def _early(self) -> int:
        if not self.stop.is_set():
            raise DemoError(f"a process ended by itself; its last words are in {shown(self.place.folder)}/*.log")
        return 0

    def _compared(self, parts: Parts, sent: Sent, password: str) -> int:
        assert self.press is not None
        truth = shown_until(self.press.truth(), sources_read_at(parts))
        forms = [str(file) for file in (sent.mail, sent.pdf, sent.chat) if not file.stat().st_size]
        closed = "" if is_let_in(self.place, password) else f"{self.place.url} refuses the login"
        found = [
            *compare(parts, self.place.desk, truth),
            *complete(self.place, parts, truth),
            Comparison("mail, PDF and chat text written", 3 - len(forms), 3, tuple(forms)),
            Comparison("web desk opens with the login", int(not closed), 1, (closed,) if closed else ()),
        ]
        say(words.comparison(found))
        return int(any(one.wrong for one in found))

    def _end(self) -> None:
        """Kliping first: its crawlers should not find the press gone."""
        say(["Stopping …"])
        for one in (self.kliping, self.press):
            if one is not None:
                one.stop()
        say(["Stopped. `make demo` again goes on with what is there."])


def say(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    keep_out_environment()
    stop = Event()
    for name in STOPS:
        signal.signal(name, lambda *_: stop.set())
    try:
        file = options.scenario.resolve()
        folder = (options.folder or CHECKOUT / "var" / "demo") / file.stem
        return Demo(Place(folder, file), stop).run(once=options.once)
    except ScenarioError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    except (DemoError, KlipingError, OSError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.demo", description="The whole of Kliping on a sample press.")
    parser.add_argument("--once", action="store_true", help="compare with the press's truth and end")
    parser.add_argument("--scenario", type=Path, default=FOLDER / "sukaraya.toml", help="scenario file of the press")
    parser.add_argument("--folder", type=Path, help="where the demo's folders lie (default: var/demo)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
