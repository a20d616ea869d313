"""Who asks which host: leases on rows of `hosts`, and on the entries of the frontier that were handed out with them.

Functions on a connection; the transaction is the caller's. A host has one holder at a time, a time before which nobody
asks it (the gap after the last request, a pause that it asked for), and a time before which none of its entries is
due. So a claim looks at hosts that may be asked now, in the order of their turn, and never at what waits behind them:
it costs the same with a thousand rows and with millions.

Who locks rows of both tables locks those of `hosts` first, in the order of their names: no circle of waits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    RowMapping,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
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
ABANDONED: Final = timedelta(minutes=15)  # day's work that waits longer has no crawler: the past goes on without it
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)  # the turn of a host of which nothing is due
AHEAD: Final = timedelta(days=365)  # by which a host goes before the others when somebody waits for it
_OPEN: Final[list[ColumnElement[str]]] = [
    literal_column("'due'"),
    literal_column("'reread'"),
]  # as the partial index says it, not as parameters

Condition = ColumnElement[bool]
_AT: Final = bindparam("at", type_=Instant)


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

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of a statement that was built for this wish's shape."""
        values: dict[str, Any] = {"kinds": self.kinds, "origins": self.origins, "at": self.at}
        if "backfill" in self.origins:
            values["abandoned"] = self.at - ABANDONED
        return values | {name: value for name, value in (("outlet", self.outlet), ("only", self.only)) if value}

    @property
    def shape(self) -> tuple[bool, bool, bool]:
        """What decides how its statements look: one outlet only, some entries only, the past too."""
        return bool(self.outlet), bool(self.only), "backfill" in self.origins


def _wanted(shape: tuple[bool, bool, bool], rows: FromClause = frontier) -> Condition:
    """Entries that meet a wish of this shape. Statements are built once: that takes longer than to run them."""
    of_outlet, of_some, of_past = shape
    conditions = [is_open(rows), rows.c.due_at <= _AT]
    conditions += [rows.c.kind.in_(_many("kinds")), rows.c.origin.in_(_many("origins"))]
    if not of_past:
        conditions.append(rows.c.priority >= AGAIN)  # passes the past over in the index
    if of_outlet:
        conditions.append(rows.c.outlet == bindparam("outlet"))
    if of_some:
        conditions.append(rows.c.id.in_(_many("only")))
    return and_(*conditions)


def _many(name: str) -> BindParameter[Any]:
    return bindparam(name, expanding=True)


def _with_entries(shape: tuple[bool, bool, bool]) -> Condition:
    """Hosts of which an entry meets the wish; for the past only those that nobody needs for the day's work."""
    these = exists().where(frontier.c.host == hosts.c.host, _wanted(shape))
    if not shape[2]:
        return these
    day = frontier.alias("day")
    busy = and_(
        day.c.host == hosts.c.host,
        is_open(day),
        day.c.priority >= AGAIN,
        day.c.due_at <= _AT,
        day.c.due_at > bindparam("abandoned", type_=Instant),
    )
    return and_(these, ~exists().where(busy))


_free: Final = and_(
    or_(hosts.c.leased_until.is_(None), hosts.c.leased_until <= _AT),
    or_(hosts.c.next_at.is_(None), hosts.c.next_at <= _AT),
)


@cache
def _turns(shape: tuple[bool, bool, bool]) -> Select[Any]:
    turn = select(hosts.c.host).where(hosts.c.due_at <= _AT, _free, _with_entries(shape))
    turn = turn.order_by(hosts.c.due_at).limit(bindparam("limit", type_=Integer))
    return turn.with_for_update(skip_locked=True, of=hosts)


_take: Final = (
    update(hosts)
    .where(hosts.c.host.in_(_many("names")))
    .values(leased_by=bindparam("owner"), leased_until=bindparam("until", type_=Instant))
)


def lease(connection: Connection, wish: Wish, owner: str, until: datetime, limit: int) -> list[str]:
    """Lease up to `limit` hosts that have what is wished and may be asked, the one that waits longest first."""
    names = list(connection.execute(_turns(wish.shape), wish.values | {"limit": limit}).scalars())
    if names:
        connection.execute(_take, {"names": names, "owner": owner, "until": until})
    return names


@cache
def _firsts(shape: tuple[bool, bool, bool], dialect: str) -> Select[Any]:
    row = frontier.alias("turn")
    mine = and_(row.c.host == hosts.c.host, _wanted(shape, row))
    order = (row.c.priority.desc(), row.c.due_at, row.c.id)
    first = select(row).where(mine).order_by(*order).limit(bindparam("per_host", type_=Integer)).correlate(hosts)
    if dialect == "sqlite":  # knows no LATERAL, and looks the ids up one by one; PostgreSQL would read the whole table
        ids = first.with_only_columns(row.c.id)
        query = select(frontier).select_from(hosts.join(frontier, frontier.c.id.in_(ids)))
    else:
        lateral = first.lateral("first")
        query = select(lateral).select_from(hosts.join(lateral, true()))
    return query.where(hosts.c.host.in_(_many("names")))


def entries(connection: Connection, names: Sequence[str], wish: Wish, per_host: int) -> list[RowMapping]:
    """The first `per_host` rows of each of the hosts `names` that meet the wish, the most urgent first."""
    if not names:
        return []
    query = _firsts(wish.shape, connection.dialect.name)
    rows = connection.execute(query, wish.values | {"names": names, "per_host": per_host}).mappings().all()
    return sorted(rows, key=lambda row: (-row["priority"], row["due_at"], row["id"]))


_hand: Final = (
    update(frontier)
    .where(frontier.c.id == bindparam("key"))
    .values(leased_by=bindparam("owner"), leased_until=bindparam("until", type_=Instant))
)


def hand_out(connection: Connection, ids: Sequence[str], owner: str, until: datetime) -> None:
    """Write the lease into entries whose hosts were leased."""
    if ids:
        connection.execute(_hand, [{"key": id_, "owner": owner, "until": until} for id_ in sorted(ids)])


def hold(connection: Connection, table: Table, which: Condition, owner: str | None, until: datetime | None) -> None:
    """Write a lease into the rows of `hosts` or `frontier`; None and None end it."""
    connection.execute(update(table).where(which).values(leased_by=owner, leased_until=until))


def _next_turn(dialect: str) -> ColumnElement[Any]:
    """When the first open entry of a row of `hosts` is due: the first of each priority, by the index."""
    of_host = and_(frontier.c.host == hosts.c.host, is_open())
    firsts = [
        select(func.min(frontier.c.due_at)).where(of_host, frontier.c.priority == priority).correlate(hosts)
        for priority in PRIORITIES
    ]
    never = literal(NEVER, Instant)
    least = func.min if dialect == "sqlite" else func.least
    return least(*(func.coalesce(first.scalar_subquery(), never) for first in firsts))


@cache
def _give(dialect: str) -> Update:
    later = bindparam("later", type_=Instant)
    not_before = case((hosts.c.next_at > later, hosts.c.next_at), else_=later)
    ended: dict[str, Any] = {"leased_by": None, "leased_until": None}
    given = update(hosts).where(hosts.c.host == bindparam("key"))
    return given.values(**ended, next_at=not_before, due_at=_next_turn(dialect))


def free(connection: Connection, which: Condition, not_before: Mapping[str, datetime]) -> None:
    """End the leases of the hosts `which`; nobody asks one before its time, or the later one that stands there."""
    mine = select(hosts.c.host).where(which).order_by(hosts.c.host).with_for_update()
    names = connection.execute(mine).scalars().all()
    if names:
        connection.execute(_give(connection.dialect.name), [{"key": name, "later": not_before[name]} for name in names])


_call: Final = (
    update(hosts)
    .where(hosts.c.host == bindparam("key"), or_(hosts.c.due_at.is_(None), hosts.c.due_at > _AT))
    .values(due_at=_AT)
)


def call(connection: Connection, database: Database, due: Iterable[tuple[str, datetime]]) -> None:
    """These hosts have something that is due at these times, earlier than was known or not."""
    earliest: dict[str, datetime] = {}
    for host, at in due:
        earliest[host] = min(at, earliest.get(host, at))
    if earliest:
        database.upsert(connection, hosts, [{"host": host} for host in earliest], [])
        connection.execute(_call, [{"key": host, "at": at} for host, at in sorted(earliest.items())])


@cache
def _chances(shape: tuple[bool, bool, bool]) -> Select[Any]:
    held = and_(hosts.c.leased_until.is_not(None), hosts.c.leased_until > _AT)
    when = case((held, _AT), else_=func.coalesce(hosts.c.next_at, _AT))
    return select(when.label("when")).where(hosts.c.due_at <= _AT, _with_entries(shape)).order_by("when").limit(1)


def chance(connection: Connection, wish: Wish) -> datetime | None:
    """When something that is wished may be asked: now where another crawler holds the host; None: there is nothing."""
    found: datetime | None = connection.execute(_chances(wish.shape), wish.values).scalar_one_or_none()
    return found


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Pieces of at most CHUNK values."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
