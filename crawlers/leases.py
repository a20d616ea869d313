"""Who asks which host: leases on rows of `hosts`, and on the entries of the frontier that were handed out with them.

Functions on a connection; the transaction is the caller's. A host has one holder at a time, a time before which nobody
asks it (the gap after the last request, a pause that it asked for), and a time before which none of its entries is
due. So a claim looks at hosts that may be asked now, in the order of their turn, and never at what waits behind them:
it costs the same with a thousand rows and with millions.

Who locks rows of both tables locks those of `hosts` first, in the order of their names: no circle of waits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    Table,
    and_,
    case,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
    update,
)

from crawlers.discovery import AGAIN, BACKFILL, BACKFILL_SOURCE, BY_HAND, FOUND, SOURCE
from crawlers.schedule import Kind
from kliping.article import Origin
from kliping.database import Database
from kliping.tables import Instant, frontier, hosts

CHUNK: Final = 500  # ids in one IN (…)
DAYS_WORK: Final[tuple[Origin, ...]] = ("live", "hand")
PRIORITIES: Final = (BY_HAND, SOURCE, FOUND, AGAIN, BACKFILL_SOURCE, BACKFILL)
AHEAD: Final = timedelta(days=365)  # by which a host goes before the others when somebody waits for it
_OPEN: Final[list[ColumnElement[str]]] = [
    literal_column("'due'"),
    literal_column("'reread'"),
]  # as the partial index says it, not as parameters

Condition = ColumnElement[bool]


def is_open(rows: FromClause = frontier) -> Condition:
    """Entries that will be asked again."""
    return rows.c.state.in_(_OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a crawler asks for: entries that are due at `at`, of these kinds and origins, of one outlet unless "",
    these alone unless ().
    """

    kinds: Sequence[Kind]
    outlet: str = ""
    only: Sequence[str] = ()
    at: datetime
    origins: Sequence[Origin] = DAYS_WORK


def wanted(wish: Wish, rows: FromClause = frontier) -> Condition:
    """Entries that meet the wish."""
    conditions = [is_open(rows), rows.c.due_at <= wish.at]
    conditions += [rows.c.kind.in_(wish.kinds), rows.c.origin.in_(wish.origins)]
    if "backfill" not in wish.origins:
        conditions.append(rows.c.priority >= AGAIN)  # passes the past over in the index
    if wish.outlet:
        conditions.append(rows.c.outlet == wish.outlet)
    if wish.only:
        conditions.append(rows.c.id.in_(wish.only))
    return and_(*conditions)


def idle(at: datetime) -> Condition:
    """Hosts that nobody needs for the day's work at `at`."""
    day = frontier.alias("day")
    return ~exists().where(day.c.host == hosts.c.host, is_open(day), day.c.priority >= AGAIN, day.c.due_at <= at)


def free_hosts(at: datetime) -> Condition:
    """Hosts that nobody holds and that may be asked."""
    return and_(
        or_(hosts.c.leased_until.is_(None), hosts.c.leased_until <= at),
        or_(hosts.c.next_at.is_(None), hosts.c.next_at <= at),
    )


def lease(connection: Connection, due: Condition, owner: str, at: datetime, until: datetime, limit: int) -> list[str]:
    """Lease up to `limit` hosts that meet `due` (a condition on hosts), the one that waits longest first."""
    turn = select(hosts.c.host).where(hosts.c.due_at <= at, free_hosts(at), due)
    turn = turn.order_by(hosts.c.due_at, hosts.c.host).limit(limit).with_for_update(skip_locked=True, of=hosts)
    names = list(connection.execute(turn).scalars())
    if names:
        connection.execute(update(hosts).where(hosts.c.host.in_(names)).values(leased_by=owner, leased_until=until))
    return names


def with_entries(due: Condition) -> Condition:
    """Hosts of which an entry meets `due` (a condition on the frontier)."""
    return exists().where(frontier.c.host == hosts.c.host, due)


def entries(connection: Connection, names: Sequence[str], wish: Wish, per_host: int) -> list[RowMapping]:
    """The first `per_host` rows of each of the hosts `names` that meet the wish, the most urgent first."""
    if not names:
        return []
    row = frontier.alias("turn")
    mine = and_(row.c.host == hosts.c.host, wanted(wish, row))
    order = (row.c.priority.desc(), row.c.due_at, row.c.id)
    if connection.dialect.name == "sqlite":
        first = select(row.c.id).where(mine).order_by(*order).limit(per_host).correlate(hosts)
        joined = hosts.join(frontier, frontier.c.id.in_(first))
        query = select(frontier).select_from(joined)
    else:
        lateral = select(row).where(mine).order_by(*order).limit(per_host).correlate(hosts).lateral("first")
        query = select(lateral).select_from(hosts.join(lateral, true()))
    rows = connection.execute(query.where(hosts.c.host.in_(names))).mappings().all()
    return sorted(rows, key=lambda row: (-row["priority"], row["due_at"], row["id"]))


def hold(connection: Connection, table: Table, which: Condition, owner: str | None, until: datetime | None) -> None:
    """Write a lease into the rows of `hosts` or `frontier`; None and None end it."""
    connection.execute(update(table).where(which).values(leased_by=owner, leased_until=until))


def free(connection: Connection, which: Condition, not_before: Mapping[str, datetime]) -> None:
    """End the leases of the hosts `which`; nobody asks one before its time, or the later one that stands there."""
    mine = select(hosts.c.host, hosts.c.next_at).where(which).order_by(hosts.c.host).with_for_update()
    for host, next_at in connection.execute(mine).all():
        later = max(not_before[host], next_at) if next_at is not None else not_before[host]
        turn = update(hosts).where(hosts.c.host == host)
        connection.execute(turn.values(leased_by=None, leased_until=None, next_at=later, due_at=_next_turn(host)))


def _next_turn(host: str) -> Any:
    """When the first open entry of a host is due: the first of each priority, by the index."""
    of_host = and_(frontier.c.host == host, is_open())
    firsts = [
        select(func.min(frontier.c.due_at).label("due_at")).where(of_host, frontier.c.priority == priority)
        for priority in PRIORITIES
    ]
    first = union_all(*firsts).subquery()
    return select(func.min(first.c.due_at)).scalar_subquery()


def call(connection: Connection, database: Database, due: Iterable[tuple[str, datetime]]) -> None:
    """These hosts have something that is due at these times, earlier than was known or not."""
    earliest: dict[str, datetime] = {}
    for host, at in due:
        earliest[host] = min(at, earliest.get(host, at))
    rows = [{"host": host, "due_at": at} for host, at in earliest.items()]
    database.upsert(connection, hosts, [{"host": host} for host in earliest], [])
    for row in sorted(rows, key=lambda row: str(row["host"])):
        later = or_(hosts.c.due_at.is_(None), hosts.c.due_at > row["due_at"])
        connection.execute(update(hosts).where(hosts.c.host == row["host"], later).values(due_at=row["due_at"]))


def chance(connection: Connection, due: Condition, at: datetime) -> datetime | None:
    """When one of these entries may be asked: `at` where another crawler holds the host; None: there are none."""
    held = and_(hosts.c.leased_until.is_not(None), hosts.c.leased_until > at)
    when = case((held, literal(at, Instant)), else_=func.coalesce(hosts.c.next_at, literal(at, Instant)))
    query = select(when.label("when")).where(hosts.c.due_at <= at, with_entries(due)).order_by("when").limit(1)
    found: datetime | None = connection.execute(query).scalar_one_or_none()
    return found


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Pieces of at most CHUNK values."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
