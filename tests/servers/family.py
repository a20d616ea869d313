"""A process with all that it started, read from /proc: what a signal must reach so that nothing stays behind."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

LOOK = 0.02  # seconds between two looks


class _Place(NamedTuple):
    state: str
    parent: int
    session: int


def members(root: int) -> list[int]:
    """`root`, its descendants and whoever shares its session; those that have ended are left out."""
    table = _table()
    found = {root} | {pid for pid, place in table.items() if place.session == root}
    while more := {pid for pid, place in table.items() if place.parent in found and pid not in found}:
        found |= more
    return sorted(pid for pid in found if pid in table)


def send(root: int, number: signal.Signals) -> None:
    """The signal to all members, the root first: it starts no more when it is stopped or dead."""
    for pid in sorted(members(root), key=lambda pid: (pid != root, pid)):
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def kill(root: int) -> None:
    """SIGKILL to all members until none is left."""
    family = set(members(root))
    while family := {pid for pid in family | set(members(root)) if alive(pid)}:
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(LOOK)


def alive(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    return _stat(Path(f"/proc/{pid}")) is not None


def stopped(root: int) -> bool:
    """Whether SIGSTOP has reached every member; with many threads that takes a moment."""
    places = (_stat(Path(f"/proc/{pid}")) for pid in members(root))
    return all(place is None or place.state == "T" for place in places)


def _table() -> dict[int, _Place]:
    """Every living process by its id."""
    folders = ((int(folder.name), folder) for folder in Path("/proc").glob("[0-9]*"))
    return {pid: place for pid, folder in folders if (place := _stat(folder)) is not None}


def _stat(folder: Path) -> _Place | None:
    """Fields 3, 4 and 6 of proc(5)'s `stat`; the name before them may hold anything, even brackets."""
    try:
        fields = (folder / "stat").read_text("utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else _Place(fields[0], int(fields[1]), int(fields[3]))
