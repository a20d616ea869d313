"""How far the reading is, from the installation's rows; whether everything that is due has been read."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from kliping.clock import now
from kliping.command.build import Parts
from kliping.command.processes import idle
from kliping.tables import articles, clips, frontier

LOOK = 1.0  # seconds between two looks
SAY = 5.0  # seconds between two lines
RESTED = 3  # looks in a row that find nothing to do: a crawler may hold an answer for a moment

_SOURCE = frontier.c.kind != "article"
_ALIVE = frontier.c.state != "dropped"


@dataclass(frozen=True)
class Progress:
    """What there is at one moment."""

    sources: int = 0  # feeds and listing pages
    found: int = 0  # articles that they name
    read: int = 0
    grouped: int = 0  # articles that went through the search for copies
    groups: int = 0
    clipped: int = 0
    ripe: int = 0  # addresses that may be asked now
    unread: tuple[tuple[str, int], ...] = ()  # why articles will not be read: reason, how many

    def line(self) -> str:
        return f"found {self.found}, read {self.read}, grouped {self.grouped}, clipped {self.clipped}"


def progress(parts: Parts, desk: str) -> Progress:
    """Count the rows."""
    with parts.database.read() as connection:
        dropped = (frontier.c.kind == "article", ~_ALIVE)
        why = select(frontier.c.reason, func.count()).where(*dropped).group_by(frontier.c.reason)
        texts = connection.execute(select(func.count(), func.count(articles.c.group.distinct()))).one()
        return Progress(
            sources=_count(connection, _SOURCE, _ALIVE),
            found=_count(connection, ~_SOURCE),
            read=_count(connection, ~_SOURCE, frontier.c.reads > 0),
            grouped=texts[0],
            groups=texts[1],
            clipped=_clipped(connection, desk),
            ripe=_count(connection, frontier.c.state.in_(("due", "reread")), frontier.c.due_at <= now()),
            unread=tuple((row[0], row[1]) for row in connection.execute(why.order_by(func.count().desc()))),
        )


def follow(
    parts: Parts, desk: str, *, patience: float, stopping: Callable[[], bool], say: Callable[[str], None]
) -> bool:
    """Watch until everything that is due was read and worked off: True; or `patience` (seconds), `stopping()`: False.

    `say` gets a line when the counts have changed.
    """
    begun, said, last, rested = time.monotonic(), -SAY, "", 0
    while not stopping():
        seen, age = progress(parts, desk), time.monotonic() - begun
        if age - said >= SAY and seen.found and seen.line() != last:
            say(f"{age:5.0f} s  {seen.line()}")
            said, last = age, seen.line()
        rested = rested + 1 if seen.sources and not seen.ripe and idle(parts.bus) else 0
        if rested >= RESTED:
            return True
        if age > patience:
            return False
        time.sleep(LOOK)
    return False


def sources_read_at(parts: Parts) -> datetime | None:
    """What appeared before this moment was there when the feeds and listing pages were last read, each of them."""
    with parts.database.read() as connection:
        moment: datetime | None = connection.execute(
            select(func.min(frontier.c.fetched_at)).where(_SOURCE, _ALIVE)
        ).scalar()
    return moment


def _count(connection: Connection, *conditions: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(frontier).where(*conditions)).scalar_one())


def _clipped(connection: Connection, desk: str) -> int:
    active = (clips.c.desk == desk, clips.c.state == "active")
    return int(connection.execute(select(func.count()).select_from(clips).where(*active)).scalar_one())
