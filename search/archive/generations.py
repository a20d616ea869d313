"""Which file an archive is in: the archive's path is a symbolic link to its newest generation.

A rebuild makes the next generation beside it and turns the link, in one step. A plain rename over the old file would
not do: SQLite keeps a write-ahead log by the file's name, and the log of the old file would be replayed into the new
one. The link's target has its own log.
"""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kliping.errors import Unavailable

SIDE_FILES = ("", "-wal", "-shm", "-journal")


def current(path: Path) -> Path:
    """The file that `path` stands for, which may not exist yet. Makes the link where nothing is. OSError."""
    try:
        return path.parent / os.readlink(path)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            path.symlink_to(f"{path.name}.1")
        return path.parent / os.readlink(path)
    except OSError:
        return path  # no link but a file, put there by hand: the first rebuild makes it a link


def following(path: Path) -> Path:
    """The file for the next generation: neither there nor the current one, which nobody may have made yet."""
    number = max(_generations(path), default=0) + 1
    named = path.parent / f"{path.name}.{number}"
    return named if named != current(path) else path.parent / f"{path.name}.{number + 1}"


def identity(target: Path) -> tuple[int, int] | None:
    """Device and inode of a file, None when it is not there: a deleted file that is still open is told by it."""
    try:
        found = target.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def turn(path: Path, target: Path) -> None:
    """Let `path` stand for `target`, in one step, durably."""
    beside = path.parent / f"{path.name}.link"
    beside.unlink(missing_ok=True)
    beside.symlink_to(target.name)
    beside.replace(path)
    _sync(path.parent)


def discard(target: Path) -> None:
    """Delete a generation. Who has it open may read on until it notices."""
    for side in SIDE_FILES:
        Path(f"{target}{side}").unlink(missing_ok=True)


def others(path: Path) -> list[Path]:
    """All generations but the current one."""
    kept = current(path)
    return [found for number in _generations(path) if (found := path.parent / f"{path.name}.{number}") != kept]


def sync(target: Path) -> None:
    """Everything written to `target` so far is on the disk."""
    _sync(target)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Holds the one place for a rebuild; Unavailable while another process rebuilds. Ends with the process."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = (path.parent / f"{path.name}.lock").open("w")
    except OSError as error:
        raise Unavailable(f"{path}: {error}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable(f"{path}: another process is rebuilding the archive") from None
        yield


def _generations(path: Path) -> list[int]:
    pattern = re.compile(re.escape(path.name) + r"\.(\d{1,9})(?:-wal|-shm|-journal)?")
    return sorted({int(found[1]) for entry in path.parent.iterdir() if (found := pattern.fullmatch(entry.name))})


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
