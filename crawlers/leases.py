"""Who asks which host: leases on rows of `hosts`, and on the entries of the frontier that were handed out with them.

Functions on a connection; the transaction is the caller's. A host has one holder at a time, and a time before which
nobody asks it (the gap after the last request, a pause that it asked for).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, and_, case, func, literal, or_, select, update

from crawlers.schedule import Kind
from kliping.article import Origin
from kliping.database import Database
from kliping.tables import Instant, frontier, hosts

CHUNK: Final = 500  # ids in one IN (…)
OPEN: Final = ("due", "reread")
DAYS_WORK: Final[tuple[Origin, ...]] = ("live", "hand")

Condition = ColumnElement[bool]


def wanted(
    kinds: Sequence[Kind], outlet: str, only: str, at: datetime, origins: Sequence[Origin] = DAYS_WORK
) -> Condition:
    """Entries that are due at `at`: of these kinds and origins, of one outlet unless "", one alone unless ""."""
    conditions = [frontier.c.state.in_(OPEN), frontier.c.due_at <= at, frontier.c.kind.in_(kinds)]
    conditions.append(frontier.c.origin.in_(origins))
    if outlet:
        conditions.append(frontier.c.outlet == outlet)
    if only:
        conditions.append(frontier.c.id == only)
    return and_(*conditions)


def idle_hosts(at: datetime) -> Condition:
    """Entries of hosts that nobody needs for the day's work at `at`."""
    day = frontier.alias("day")
    due = and_(day.c.state.in_(OPEN), day.c.due_at <= at, day.c.origin.in_(DAYS_WORK))
    return frontier.c.host.not_in(select(day.c.host).where(due))


def offer(connection: Connection, due: Condition, at: datetime, per_host: int) -> dict[str, list[RowMapping]]:
    """The first `per_host` rows of each host that may be asked, the host with the most urgent one first."""
    blocked = select(hosts.c.host).where(or_(hosts.c.leased_until > at, hosts.c.next_at > at))
    order = (frontier.c.priority.desc(), frontier.c.due_at, frontier.c.id)
    place = func.row_number().over(partition_by=frontier.c.host, order_by=order).label("place")
    ranked = select(frontier, place).where(due, frontier.c.host.not_in(blocked)).subquery()
    first = select(ranked).where(ranked.c.place <= per_host)
    first = first.order_by(ranked.c.priority.desc(), ranked.c.due_at, ranked.c.id)
    offered: dict[str, list[RowMapping]] = {}
    for row in connection.execute(first).mappings():
        offered.setdefault(row["host"], []).append(row)
    return offered


def lease(
    connection: Connection, database: Database, names: Sequence[str], owner: str, at: datetime, until: datetime
) -> list[str]:
    """Lease hosts. Gives those that were got: the condition is asked again under the row's lock."""
    database.upsert(connection, hosts, [{"host": name} for name in names], [])
    free = and_(
        or_(hosts.c.leased_until.is_(None), hosts.c.leased_until <= at),
        or_(hosts.c.next_at.is_(None), hosts.c.next_at <= at),
    )
    mine = []
    for name in names:
        taken = update(hosts).where(hosts.c.host == name, free).values(leased_by=owner, leased_until=until)
        if connection.execute(taken).rowcount:
            mine.append(name)
    return mine


def hold(connection: Connection, table: Table, which: Condition, owner: str | None, until: datetime | None) -> None:
    """Write a lease into the rows of `hosts` or `frontier`; None and None end it."""
    connection.execute(update(table).where(which).values(leased_by=owner, leased_until=until))


def free(connection: Connection, which: Condition, not_before: datetime) -> None:
    """End the leases of hosts; nobody asks them before `not_before`, or the later time that stands there."""
    later = case((hosts.c.next_at > not_before, hosts.c.next_at), else_=literal(not_before, Instant))
    connection.execute(update(hosts).where(which).values(leased_by=None, leased_until=None, next_at=later))


def chance(connection: Connection, due: Condition, at: datetime) -> datetime | None:
    """When one of these entries may be asked: `at` where another crawler holds the host; None: there are none."""
    held = and_(hosts.c.leased_until.is_not(None), hosts.c.leased_until > at)
    when = case((held, literal(at, Instant)), else_=func.coalesce(hosts.c.next_at, literal(at, Instant)))
    joined = frontier.outerjoin(hosts, hosts.c.host == frontier.c.host)
    query = select(when.label("when")).select_from(joined).where(due).order_by("when").limit(1)
    found: datetime | None = connection.execute(query).scalar_one_or_none()
    return found


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Pieces of at most CHUNK values."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
