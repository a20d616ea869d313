"""`python -m tests.servers.keeper LIFELINE FOLDER COMMAND…`: run a server until it ends or nobody holds the lifeline.

LIFELINE is a named pipe whose writing end the run holds: it has no writer any more when the run has ended, also by
SIGKILL. Then the server is killed and FOLDER removed. FOLDER/pid holds the server's process id while it runs.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.servers import family

LOOK = 0.2  # seconds between two looks


def main(argv: Sequence[str]) -> int:
    lifeline, folder, command = Path(argv[0]), Path(argv[1]), argv[2:]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # the lifeline is the only way to end it early; SIG_IGN would be handed on to the server
        signal.signal(number, lambda *_: None)
    end = os.open(lifeline, os.O_RDONLY | os.O_NONBLOCK)
    with (folder / "server.log").open("ab") as log:
        server = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    write_whole(folder / "pid", str(server.pid))
    while server.poll() is None and not _deserted(end):
        time.sleep(LOOK)
    if _deserted(end):
        family.kill(server.pid)
        server.wait()
        _remove(folder)
    else:
        (folder / "pid").unlink(missing_ok=True)
    return 0


def _remove(folder: Path) -> None:
    """The server's folder, and with the last of them the run's."""
    shutil.rmtree(folder, ignore_errors=True)
    if not any(entry.is_dir() for entry in folder.parent.iterdir()):
        shutil.rmtree(folder.parent, ignore_errors=True)


def write_whole(file: Path, text: str) -> None:
    """A file that a reader sees whole or not at all."""
    part = file.with_suffix(".part")
    part.write_text(text, "utf-8")
    part.replace(file)


def _deserted(end: int) -> bool:
    """A named pipe without writers is at its end; one with writers and no data says that it would block."""
    try:
        return os.read(end, 1) == b""
    except BlockingIOError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
