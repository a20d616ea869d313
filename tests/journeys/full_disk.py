"""The disk fills while Kliping works: what it does, told as JSON. Runs in a mount namespace with a small disk.

unshare --user --map-root-user --mount python -m tests.journeys.full_disk FOLDER
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks.conservation import conserved
from kliping.command.build import Parts
from kliping.errors import Unavailable
from kliping.tables import trace
from pipeline.flow import STEPS, waiting
from tests.journeys import office

SIZE = "24m"  # of the disk
ROOM = 100 * 1024  # bytes left when the stages begin: their files can be made, and some messages pass
PAGES = 100
NOTICE = 30.0  # seconds within which it must have stopped taking work (bar A7)
QUIET = 3.0  # seconds without an ending that count as stopped
NO_ROOM = ("is full", "No space left", "I/O error", "unable to open")  # how SQLite and the system say it
PATIENCE = 120.0


def main(folder: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)], check=True)
    made = office.office(folder, work={"lease": 5})
    with made.parts() as parts:
        office.fill(parts, PAGES)
        ballast = _fill_up(folder)
        process = made.start("work")
        try:
            _until(lambda: any(words in _log(folder) for words in NO_ROOM))
            stopped = _stands_still(parts)
            alive = process.poll() is None
            ballast.unlink()
            _until(lambda: _done(parts))
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(30)
        print(json.dumps(_told(parts, folder) | {"stopped": stopped, "alive": alive, "exit": code}))


def _fill_up(folder: Path) -> Path:
    """A file that leaves ROOM on the disk."""
    ballast = folder / "ballast"
    free = os.statvfs(folder)
    ballast.write_bytes(bytes(free.f_bavail * free.f_frsize - ROOM))
    return ballast


def _stands_still(parts: Parts) -> int:
    """Endings when no more came for QUIET seconds; -1 when they went on for NOTICE."""
    began = since = time.monotonic()
    seen = _endings(parts, 0)
    while time.monotonic() - since < QUIET:
        number = _endings(parts, seen)
        if number != seen:
            seen, since = number, time.monotonic()
        if time.monotonic() - began > NOTICE + QUIET:
            return -1
        time.sleep(0.1)
    return seen


def _log(folder: Path) -> str:
    return (folder / "kliping.log").read_text("utf-8")


def _endings(parts: Parts, known: int = -1) -> int:
    """Rows of the trace; `known` where the disk has no room even for a reader's marks."""
    try:
        with parts.database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(trace)).scalar_one())
    except Unavailable:
        return known


def _done(parts: Parts) -> bool:
    return _endings(parts) >= len(STEPS) * PAGES and not any(waiting(parts.bus, step) for step in STEPS.values())


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def _told(parts: Parts, folder: Path) -> dict[str, Any]:
    pages = [f"https://outlet{number % 5}.test/berita/{number}" for number in range(PAGES)]
    truth = {"articles": [{"url": url, "reachable": True, "visible": True, "twins": []} for url in pages]}
    files = [*folder.glob("var/*.db"), *folder.glob("var/bus/*.db")]
    return {
        "check": list(conserved(parts, truth).lines()),
        "documents": len(office.documents(parts)),
        "unsound": [file.name for file in files if _integrity(file) != "ok"] + parts.archive.problems(),
        "log": _log(folder),
    }


def _integrity(file: Path) -> str:
    connection = sqlite3.connect(f"file:{file.resolve()}?mode=ro", uri=True)
    try:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        connection.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
