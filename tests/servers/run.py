"""One run of tests: the folder of its servers and the lifeline that they hang on."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

STOP = 30.0  # seconds for all servers to be gone; they are killed, a busy machine needs a moment


@dataclass(frozen=True)
class Run:
    """Where the servers of this run live. Whoever knows the folder shares them; only the holder ends them."""

    folder: Path

    @property
    def lifeline(self) -> Path:
        return self.folder / "lifeline"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One process of the run at a time."""
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


@contextmanager
def hold() -> Iterator[Run]:
    """A new run; on leaving, also by death, all its servers end and its folder goes."""
    run = Run(Path(tempfile.mkdtemp(prefix="kliping-servers-")))
    run.folder.chmod(0o755)  # a server that may not be root must get in
    os.mkfifo(run.lifeline)
    held = os.open(run.lifeline, os.O_RDWR)  # reading and writing: waits for nobody
    try:
        yield run
    finally:
        os.close(held)
        _wait_empty(run.folder)
        shutil.rmtree(run.folder, ignore_errors=True)


def _wait_empty(folder: Path) -> None:
    """Until the keepers have removed the folders of their servers."""
    deadline = time.monotonic() + STOP
    while _has_servers(folder) and time.monotonic() < deadline:
        time.sleep(0.05)


def _has_servers(folder: Path) -> bool:
    try:
        return any(entry.is_dir() for entry in folder.iterdir())
    except FileNotFoundError:  # the last keeper removes it whole
        return False
