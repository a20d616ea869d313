"""`health`: is the `kliping run` or `kliping work` of this machine well? For the health checks of containers.

The parent writes what it sees of its children into a note below var/run every few seconds; the check only reads, so it
answers at once and touches no store: a worker that waits for a store is well, and killing it would mend nothing.
"""

import os
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from kliping.clock import monotonic, now
from kliping.command.context import JsonOption, load_configuration
from kliping.command.output import console, print_json
from kliping.settings import Settings

FOLDER = "var/run"
EVERY = 5.0  # seconds between two notes
FRESH = timedelta(seconds=45)  # of a note: a parent on a machine that stalls for half a minute is not dead
REMEMBERED = timedelta(minutes=10)  # deaths of children
MOST_DEATHS = 5  # of one child in that time: the watchdog ends one that stands still after minutes, a storm is more


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What a parent saw of its children."""

    host: str
    pid: int
    at: datetime
    children: tuple[str, ...]
    missing: tuple[str, ...]  # of the children: not alive at this moment
    deaths: Mapping[str, int] = {}  # of children in the last ten minutes


def register(app: typer.Typer) -> None:
    app.command()(health)


def health(
    seconds: Annotated[float, typer.Option("--fresh", min=1, help="A note of this age still counts.")] = (
        FRESH.total_seconds()
    ),
    json: JsonOption = False,
) -> None:
    """Is the `kliping run` or `kliping work` of this machine well? Exit code 1 when not, or when there is none."""
    notes = list(_notes(load_configuration().settings))
    ills = complaints(notes, now(), timedelta(seconds=seconds))
    if json:
        for note in notes:
            print_json(note)
    for ill in ills:
        console.print(ill, markup=False)
    if ills:
        raise typer.Exit(1)
    if not json:
        console.print(f"well: {sum(len(note.children) for note in notes)} processes")


def complaints(notes: Sequence[Note], at: datetime, fresh: timedelta) -> list[str]:
    """What is wrong, a line each; nothing is wrong without one."""
    if not notes:
        return ["no `kliping run` or `kliping work` here"]
    found = []
    for note in notes:
        if at - note.at > fresh:
            found.append(f"process {note.pid}: no sign of life for {(at - note.at).total_seconds():.0f} s")
        found += [f"{name}: not running" for name in note.missing]
        found += [f"{name}: died {n} times in ten minutes" for name, n in note.deaths.items() if n > MOST_DEATHS]
    return found


@dataclass(slots=True)
class Notebook:
    """Where a parent writes what it sees: `died` counts a child's death, `write` leaves a note every few seconds."""

    file: Path
    children: tuple[str, ...]
    _deaths: list[tuple[str, datetime]] = field(default_factory=list)
    _due: float = 0.0

    def died(self, name: str, code: int | None) -> None:  # noqa: ARG002
        self._deaths.append((name, now()))

    def write(self, alive: Callable[[], Mapping[str, datetime]]) -> None:
        """Write down which children live, if it is time. A full disk must not end the work that waits for room."""
        if monotonic() < self._due:
            return
        self._due = monotonic() + EVERY
        part = self.file.with_suffix(".part")
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(msgspec.json.encode(self._note(alive())))
            part.replace(self.file)
        except OSError:
            return  # the note grows old, which is what the check looks at

    def _note(self, alive: Mapping[str, datetime]) -> Note:
        at = now()
        self._deaths = [(name, when) for name, when in self._deaths if at - when < REMEMBERED]
        names = [name for name, _ in self._deaths]
        return Note(
            host=socket.gethostname(),
            pid=os.getpid(),
            at=at,
            children=self.children,
            missing=tuple(name for name in self.children if name not in alive),
            deaths={name: names.count(name) for name in dict.fromkeys(names)},
        )


@contextmanager
def notebook(settings: Settings, children: Sequence[str]) -> Iterator[Notebook]:
    """The notebook of this process, removed on leaving."""
    file = _folder(settings) / f"{socket.gethostname()}-{os.getpid()}.json"
    book = Notebook(file, tuple(children))
    try:
        yield book
    finally:
        file.unlink(missing_ok=True)


def _folder(settings: Settings) -> Path:
    return Path(settings.root) / FOLDER


def _notes(settings: Settings) -> Iterator[Note]:
    """The notes of this machine's parents that live; what a killed one left is cleared away."""
    for file in _folder(settings).glob(f"{socket.gethostname()}-*.json"):
        try:
            note = msgspec.json.decode(file.read_bytes(), type=Note)
        except (OSError, msgspec.DecodeError):  # just removed, or not ours
            continue
        if _lives(note.pid):
            yield note
        else:
            file.unlink(missing_ok=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
