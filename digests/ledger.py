"""The ledger: one row for each edition and address, and how its mail ended. Rows are the truth, bytes included.

    planned ─▶ sending ─▶ sent
       ▲          ├─────▶ refused    never for this address, or the day is over
       └──────────┤                  not now: planned again, later
                  └─────▶ unknown    lost between the message and the answer; sent once more, the same bytes

A row is `sending` before the mailer is called and for as long as a live mailer may need. When that time is over the
sender has died, and the row is taken again: no mail is lost, and one death makes at most one copy, byte for byte with
the same Message-ID (bar D1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Connection, and_, func, or_, select, update

from digests.edition import Edition
from digests.editions import lock_of
from digests.message import Sender, compose, message_id, short
from kliping import crash
from kliping.database import Database
from kliping.recipients import Subscriber, pause, subscribers
from kliping.staff_tables import deliveries, recipients

State = Literal["planned", "sending", "sent", "refused", "unknown", "stopped"]
OPEN: Final = ("planned", "sending", "unknown")  # may still be sent
KEPT: Final = timedelta(days=7)  # a sent mail's bytes, for questions; the edition's forms stay for ever
OVERDUE: Final = timedelta(hours=6)  # as late as an edition may be sent at all (bar G4)
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)  # of a row that ended
DAY_OVER: Final = "hari edisi berakhir sebelum terkirim"
HARD: Final = "5xx: "  # begins the error of a row whose address was refused
BOUNCES: Final = 3  # refusals in a row, on days in a row, after which an address is paused (bar D4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A row in hand: leased to us, to be sent."""

    desk: str
    number: int
    address: str
    message_id: str
    message: bytes
    tries: int  # with this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row as `digest status` shows it."""

    desk: str
    number: int
    address: str
    state: State
    tries: int
    next_at: datetime
    last_at: datetime | None
    error: str


def plan(database: Database, edition: Edition, forms: dict[str, bytes], sender: Sender, at: datetime) -> int:
    """A row for everyone who was a recipient when the edition was closed; rows that exist stay. Returns the new ones.

    Who came later begins with the next edition, so nobody gets a backlog. Raises Unavailable.
    """
    with database.read() as connection:
        wanted = [one for one in subscribers(connection, edition.desk) if _takes(one, edition)]
        known = set(_addresses(connection, edition))
    rows = [_planned(edition, forms, one, sender, at) for one in wanted if one.address not in known]
    with database.write(lock_of(edition.desk)) as connection:
        _forget_bytes(connection, edition.desk, at)
        database.upsert(connection, deliveries, rows, [])
    crash.here("digest.after_plan")
    return len(rows)


def claim(database: Database, at: datetime, lease: timedelta, desks: Sequence[str] = ()) -> Letter | None:
    """Take the next row that is due (of `desks`, default all), for `lease`; None: there is none. Raises Unavailable."""
    due = and_(deliveries.c.state.in_(OPEN), deliveries.c.next_at <= at)
    if desks:
        due = and_(due, deliveries.c.desk.in_(desks))
    order = (deliveries.c.next_at, deliveries.c.desk, deliveries.c.number, deliveries.c.address)
    with database.write() as connection:
        free = select(deliveries).where(due).order_by(*order).limit(1)
        while row := connection.execute(free.with_for_update(skip_locked=True)).one_or_none():  # not another sender's
            key = (row.desk, row.number, row.address)
            if _has_stopped(connection, row.desk, row.address):
                _set(connection, key, state="stopped", error="berhenti berlangganan")
                continue
            tries = row.tries + 1
            _set(connection, key, state="sending", tries=tries, last_at=at, next_at=at + lease)
            return Letter(
                desk=row.desk,
                number=row.number,
                address=row.address,
                message_id=row.message_id,
                message=row.message,
                tries=tries,
            )
    return None


def sent(database: Database, letter: Letter, at: datetime) -> None:
    """The mailer took it. Raises Unavailable."""
    with database.write() as connection:
        _set(connection, _key(letter), state="sent", last_at=at, error="")


def postponed(database: Database, letter: Letter, until: datetime, error: str, state: State = "planned") -> None:
    """To be tried again: not taken ("planned"), or perhaps taken ("unknown"). Raises Unavailable."""
    with database.write() as connection:
        _set(connection, _key(letter), state=state, next_at=until, error=error)


def handed_back(database: Database, letter: Letter, at: datetime, error: str) -> None:
    """Nobody is served now: the row is as before, but for the reason. Raises Unavailable."""
    with database.write() as connection:
        _set(connection, _key(letter), state="planned", tries=letter.tries - 1, next_at=at, error=error)


def refused(database: Database, letter: Letter, at: datetime, error: str) -> None:
    """The address is refused for good; the third time in a row pauses it. Raises Unavailable."""
    with database.write() as connection:
        _set(connection, _key(letter), state="refused", last_at=at, error=HARD + error)
        if _bounces(connection, letter) >= BOUNCES:
            pause(connection, letter.desk, letter.address, at)


def given_up(database: Database, letter: Letter, at: datetime, error: str, state: State) -> None:
    """It was tried for long enough. Raises Unavailable."""
    with database.write() as connection:
        _set(connection, _key(letter), state=state, last_at=at, next_at=NEVER, error=error)


def open_editions(database: Database, at: datetime) -> list[tuple[str, int]]:
    """Editions, by desk and number, with rows that were due long before `at`. Raises Unavailable."""
    columns = (deliveries.c.desk, deliveries.c.number)
    query = select(*columns).where(_overdue(at)).distinct().order_by(*columns)
    with database.read() as connection:
        return [(row.desk, row.number) for row in connection.execute(query)]


def expire(database: Database, desk: str, number: int, at: datetime) -> int:
    """End the overdue rows of an edition whose day is over; one in hand when its sender died stays unknown."""
    mine = and_(_overdue(at), deliveries.c.desk == desk, deliveries.c.number == number)
    planned = deliveries.c.state == "planned"
    with database.write(lock_of(desk)) as connection:
        late = update(deliveries).where(mine, planned).values(state="refused", next_at=NEVER, error=DAY_OVER)
        lost = update(deliveries).where(mine, ~planned).values(state="unknown", next_at=NEVER, error=DAY_OVER)
        return connection.execute(late).rowcount + connection.execute(lost).rowcount


def shortened(
    database: Database,
    letter: Letter,
    edition: Edition,
    forms: dict[str, bytes],
    sender: Sender,
    at: datetime,
    error: str,
) -> bool:
    """After a 552: the mail once more without the sheet, as another message. False when that was tried already."""
    with database.write() as connection:
        found = subscribers(connection, letter.desk)
        to = next((one for one in found if one.address == letter.address), None)
        new_id = message_id(edition, letter.address, sender.domain, 2)
        if to is None or letter.message_id == new_id:
            return False
        body = short(edition, forms, to, sender, 2)
        _set(connection, _key(letter), state="planned", next_at=at, message_id=new_id, message=body, error=error)
    return True


def lines(database: Database, desk: str = "", number: int = 0) -> list[Line]:
    """The rows of a desk ('' all) and edition (0 all), newest edition first. Raises Unavailable."""
    columns = [deliveries.c[name] for name in Line.__dataclass_fields__]
    query = select(*columns).order_by(deliveries.c.desk, deliveries.c.number.desc(), deliveries.c.address)
    query = query.where(deliveries.c.desk == desk) if desk else query
    query = query.where(deliveries.c.number == number) if number else query
    with database.read() as connection:
        return [Line(**row._mapping) for row in connection.execute(query)]


def outstanding(database: Database, at: datetime) -> int:
    """How many rows are due at `at`. Raises Unavailable."""
    due = (deliveries.c.state.in_(OPEN), deliveries.c.next_at <= at)
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(deliveries).where(*due)).scalar_one())


def _overdue(at: datetime) -> Any:
    return and_(deliveries.c.state.in_(OPEN), deliveries.c.next_at < at - OVERDUE)


def _takes(one: Subscriber, edition: Edition) -> bool:
    return one.stopped_at is None and one.since <= edition.closed_at


def _addresses(connection: Connection, edition: Edition) -> Sequence[str]:
    mine = (deliveries.c.desk == edition.desk, deliveries.c.number == edition.number)
    return connection.execute(select(deliveries.c.address).where(*mine)).scalars().all()


def _planned(edition: Edition, forms: dict[str, bytes], to: Subscriber, sender: Sender, at: datetime) -> dict[str, Any]:
    return {
        "desk": edition.desk,
        "number": edition.number,
        "address": to.address,
        "state": "planned",
        "message_id": message_id(edition, to.address, sender.domain),
        "message": compose(edition, forms, to, sender),
        "tries": 0,
        "next_at": at,
        "error": "",
    }


def _forget_bytes(connection: Connection, desk: str, at: datetime) -> None:
    old = and_(deliveries.c.state.not_in(OPEN), or_(deliveries.c.last_at.is_(None), deliveries.c.last_at < at - KEPT))
    full = func.length(deliveries.c.message) > 0
    connection.execute(update(deliveries).where(deliveries.c.desk == desk, old, full).values(message=b""))


def _has_stopped(connection: Connection, desk: str, address: str) -> bool:
    mine = (recipients.c.desk == desk, recipients.c.address == address)
    return connection.execute(select(recipients.c.stopped_at).where(*mine)).scalar() is not None


def _bounces(connection: Connection, letter: Letter) -> int:
    """Hard refusals of an address by the newest editions, without another ending between."""
    query = select(deliveries.c.state, deliveries.c.error).where(
        deliveries.c.desk == letter.desk, deliveries.c.address == letter.address
    )
    count = 0
    for row in connection.execute(query.order_by(deliveries.c.number.desc()).limit(BOUNCES)):
        if row.state != "refused" or not row.error.startswith(HARD):
            break
        count += 1
    return count


def _key(letter: Letter) -> tuple[str, int, str]:
    return letter.desk, letter.number, letter.address


def _set(connection: Connection, key: tuple[str, int, str], **values: Any) -> None:
    desk, number, address = key
    mine = (deliveries.c.desk == desk, deliveries.c.number == number, deliveries.c.address == address)
    connection.execute(update(deliveries).where(*mine).values(**values))
