"""What will be asked next, host by host: what is due, who holds it, how often its sources are asked. For operators."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, select

from crawlers import leases
from crawlers.interval import unpacked
from kliping.tables import frontier, hosts


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """One open entry with the state of its host. rate: articles a day that a source is thought to bring."""

    url: str
    kind: str
    outlet: str
    host: str
    state: str
    reason: str
    due: datetime
    rate: float | None
    listed: str  # a source that moved: its address in the outlet list
    leased_by: str  # who holds the host, '' = nobody
    leased_until: datetime | None
    not_before: datetime | None  # the host's gap, or a pause that it asked for


def upcoming(connection: Connection, at: datetime, outlet: str = "", limit: int = 50) -> list[Upcoming]:
    """The entries that are due first, the earliest first; of one outlet unless ""."""
    joined = frontier.outerjoin(hosts, hosts.c.host == frontier.c.host)
    held = (hosts.c.leased_by.label("holder"), hosts.c.leased_until.label("held_until"), hosts.c.next_at)
    mine = and_(leases.is_open(), frontier.c.outlet == outlet) if outlet else leases.is_open()
    query = select(frontier, *held).select_from(joined).where(mine).order_by(frontier.c.due_at, frontier.c.id)
    found = []
    for row in connection.execute(query.limit(limit)).mappings():
        holds = row["held_until"] is not None and row["held_until"] > at
        waits = row["next_at"] is not None and row["next_at"] > at
        found.append(
            Upcoming(
                url=row["url"],
                kind=row["kind"],
                outlet=row["outlet"],
                host=row["host"],
                state=row["state"],
                reason=row["reason"],
                due=row["due_at"],
                rate=round(unpacked(row["rhythm"]).rate, 2) if row["kind"] != "article" else None,
                listed=row["listed"],
                leased_by=row["holder"] or "" if holds else "",
                leased_until=row["held_until"] if holds else None,
                not_before=row["next_at"] if waits else None,
            )
        )
    return found
