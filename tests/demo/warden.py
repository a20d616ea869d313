"""`python -m tests.demo.warden FD COMMAND…`: run a command until whoever started us is gone, however they went.

FD is the reading end of a pipe whose writing end only they hold: it ends when they close it and when they are killed.
Exit code: the command's; 128 + signal when a signal ended it.
"""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType

LOOK = 0.2  # seconds between two looks at the command
PATIENCE = 27.0  # seconds for a clean stop: `kliping run` takes 25 at most before it kills its own children
STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Warded:
    """A command with its warden, from the outside. The command's group is its own: Ctrl-C does not reach it.

    `held` is the descriptor of a lock, which the warden keeps until the command has ended.
    """

    def __init__(self, command: Sequence[str], *, env: dict[str, str], cwd: str, log: str, held: int) -> None:
        end, self._lifeline = os.pipe()  # not inherited by anybody but through pass_fds
        with open(log, "a", encoding="utf-8") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.demo.warden", str(end), *command],
                cwd=cwd,
                env=env,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=(end, held),
                start_new_session=True,
                text=True,
            )
        os.close(end)

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> int:
        """End the command cleanly and wait for it; its exit code. May be called again."""
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        if self.process.stdin:
            self.process.stdin.close()
        return self.process.wait()


def main(argv: Sequence[str]) -> int:
    lifeline, command = int(argv[0]), argv[1:]
    asked: list[int] = []

    def ask(number: int, frame: FrameType | None) -> None:
        asked.append(number)

    for name in STOPS:
        signal.signal(name, ask)
    child = subprocess.Popen(command)
    while child.poll() is None:
        if asked or select.select([lifeline], [], [], LOOK)[0]:
            return _ended(child)
    return _code(child.returncode)


def _ended(child: "subprocess.Popen[bytes]") -> int:
    child.terminate()
    try:
        return _code(child.wait(PATIENCE))
    except subprocess.TimeoutExpired:
        child.kill()
        return _code(child.wait())


def _code(code: int) -> int:
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
