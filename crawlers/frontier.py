"""Which URL is due, who holds the lease, what the last answer was: rows of the database, so no death loses one.

An article's identity is the id of its canonical URL: twins are one entry. A host is asked by one crawler at a time:
`claim` leases whole hosts, `release` gives them back. Every method is one transaction, so a crawler that is killed
leaves its leases behind and nothing else; they lapse, or a crawler of the same name takes them back with `resume`.
What is decided from an answer stands in `schedule` and `interval`, which URLs are taken in `discovery`, what is
written down in `booking`, whose turn it is in `leases`, the outlet list's sources in `register`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, RowMapping, and_, func, select

from crawlers import leases, register
from crawlers.booking import STAGE, Answered, Booking, entry_of, set_columns, verdict
from crawlers.discovery import (
    BY_HAND,
    Discovered,
    Discovery,
    article_row,
    backfill_row,
    cleaned,
    refusal,
    source_id,
)
from crawlers.interval import Rules
from crawlers.schedule import Entry, Kind
from kliping import trace
from kliping.article import Found, Origin, Way, article_id
from kliping.clock import now
from kliping.database import Database
from kliping.outlets import Outlet
from kliping.tables import frontier, hosts

__all__ = ("STAGE", "Answered", "Frontier", "Tally")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many entries are in one state."""

    kind: str
    state: str
    reason: str
    entries: int


class Frontier:
    """The tables `frontier` and `hosts`. Safe to use from several threads. Every method may raise Unavailable.

    rules: how often sources are asked. daily_cap: new live URLs of one outlet in 24 hours.
    """

    def __init__(self, database: Database, *, rules: Rules = Rules(), daily_cap: int = 500) -> None:
        self._database = database
        self._rules = rules
        self._daily_cap = daily_cap

    # --- sources and URLs come in ---

    def sync_sources(self, outlets: Iterable[Outlet]) -> None:
        """Make the sources those of the enabled `outlets`: new ones are due, removed and disabled ones stop.

        What a disabled outlet had still to read is dropped as `outlet_disabled`, unless it was sent by hand.
        """
        outlets = list(outlets)
        disabled = [outlet.id for outlet in outlets if not outlet.enabled]
        with self._database.write("sources", *_locks(disabled)) as connection:
            register.sync(self._database, connection, outlets, now())

    def discovered(self, found: Iterable[Discovery]) -> Discovered:
        """Make the articles due that are unknown."""
        found = list(found)
        with self._database.write(*_locks(one.outlet for one in found)) as connection:
            booking = self._booking(connection)
            booking.expect([], found)
            brought = booking.discovered(found)
            booking.close()
        return brought

    def unknown(self, urls: Iterable[str]) -> int:
        """How many different articles of `urls` the frontier has never seen."""
        ids = {article_id(url) for url in urls}
        with self._database.read() as connection:
            return len(ids - _known(connection, ids))

    def submit(self, url: str, outlet: str, way: Way = "hand") -> Entry:
        """Make an article due now, before all others, also when it was read or dropped before.

        Raises ValueError for what is no http(s) URL of at most MAX_URL characters.
        """
        reason = refusal(cleaned(url))
        if reason:
            raise ValueError(f"{reason}: {url[:200]}")
        at = now()
        row = article_row(Discovery(url=url, outlet=outlet, found=Found(way=way)), at)
        row |= {"origin": "hand", "priority": BY_HAND}
        with self._database.write() as connection:
            leases.call(connection, self._database, [(row["host"], at - leases.AHEAD)])
            self._database.upsert(connection, frontier, [row], [])
            known = _row_of(connection, row["id"])
            assert known is not None
            state = "reread" if known["reads"] else "due"
            again = {"state": state, "reason": "", "due_at": at, "priority": BY_HAND, "failures": 0}
            set_columns(connection, [row["id"]], **again)
            if known["state"] == "dropped":
                word = verdict(row["id"], "retried", at, known["reason"])
                trace.record(self._database, connection, [word])
            return entry_of({**known, **again})

    def backfill(self, sources: Iterable[tuple[str, Kind]], outlet: str) -> int:
        """Make sources of the past (URL, kind) due, each to be read once. How many are new."""
        at = now()
        rows = [backfill_row(url, kind, outlet, at) for url, kind in sources]
        with self._database.write() as connection:
            leases.call(connection, self._database, ((row["host"], at) for row in rows))
            known = _known(connection, [row["id"] for row in rows])
            new = [row for row in rows if row["id"] not in known]
            self._database.upsert(connection, frontier, new, [])
        return len(new)

    # --- work goes out ---

    def claim(
        self,
        owner: str,
        *,
        kinds: Sequence[Kind],
        outlet: str = "",
        only: Sequence[str] = (),
        limit: int,
        per_host: int,
        lease_seconds: float,
        origins: Sequence[Origin] = leases.DAYS_WORK,
    ) -> list[Entry]:
        """Due entries of up to `limit` hosts that nobody holds, at most `per_host` of each; both are leased.

        Backfill is only given where nothing of the day's work is due.
        """
        with self._database.write() as connection:
            at = now()
            until = at + timedelta(seconds=lease_seconds)
            wish = leases.Wish(kinds=kinds, outlet=outlet, only=only, at=at, origins=origins)
            mine = leases.lease(connection, wish, owner, until, limit)
            taken = [entry_of(row) for row in leases.entries(connection, mine, wish, per_host)]
            leases.hand_out(connection, [entry.id for entry in taken], owner, until)
        return taken

    def next_chance(self, *, kinds: Sequence[Kind], outlet: str = "", only: Sequence[str] = ()) -> datetime | None:
        """When something that is due by now may be asked: now for what a crawler holds; None: nothing is due."""
        at = now()
        wish = leases.Wish(kinds=kinds, outlet=outlet, only=only, at=at)
        with self._database.read() as connection:
            return leases.chance(connection, wish)

    def resume(self, owner: str, gap: float) -> None:
        """Take back what an earlier life of `owner` held. Its last request may have left just now: keep the gap."""
        with self._database.write() as connection:
            held = hosts.c.leased_by == owner
            names = connection.execute(select(hosts.c.host).where(held)).scalars().all()
            leases.free(connection, and_(held, hosts.c.host.in_(names)), dict.fromkeys(names, _after(gap)))
            leases.hold(connection, frontier, frontier.c.leased_by == owner, None, None)

    def renew(self, owner: str, lease_seconds: float) -> set[str]:
        """Hold on to all leases for longer. Returns the hosts that are held; what is missing was taken over."""
        until = now() + timedelta(seconds=lease_seconds)
        with self._database.write() as connection:
            leases.hold(connection, hosts, hosts.c.leased_by == owner, owner, until)
            leases.hold(connection, frontier, frontier.c.leased_by == owner, owner, until)
            return set(connection.execute(select(hosts.c.host).where(hosts.c.leased_by == owner)).scalars())

    def release(self, owner: str, host: str, wait: float) -> None:
        """Give a host back; nobody asks it before `wait` seconds are over."""
        self.release_all(owner, {host: wait})

    def release_all(self, owner: str, waits: Mapping[str, float]) -> None:
        """Give hosts back; nobody asks one before its wait in seconds is over."""
        with self._database.write() as connection:
            mine = and_(hosts.c.leased_by == owner, hosts.c.host.in_(waits))
            leases.free(connection, mine, {host: _after(wait) for host, wait in waits.items()})
            held = and_(frontier.c.leased_by == owner, frontier.c.host.in_(waits))
            leases.hold(connection, frontier, held, None, None)

    # --- answers come back ---

    def answered(self, answers: Sequence[Answered]) -> list[Discovered]:
        """Write down what came of requests, the URLs that they brought and the verdicts, in one transaction.

        An entry that somebody else answered since it was claimed keeps what it has.
        """
        found = [one for answer in answers for one in answer.found]
        outlets = {answer.entry.outlet for answer in answers} | {one.outlet for one in found}
        with self._database.write(*_locks(outlets)) as connection:
            booking = self._booking(connection)
            booking.expect(answers, found)
            brought = [booking.answered(answer) for answer in answers]
            booking.close()
        return brought

    def _booking(self, connection: Connection) -> Booking:
        return Booking(self._database, connection, self._rules, self._daily_cap)

    # --- questions ---

    def lookup(self, url: str) -> Entry | None:
        """The entry of an article's URL (any twin of it) or of a source's, by its listed address."""
        with self._database.read() as connection:
            row = _row_of(connection, article_id(url)) or _row_of(connection, source_id(url))
        return entry_of(row) if row is not None else None

    def look(self, question: Callable[[Connection], T]) -> T:
        """The answer to a question that reads, from one consistent state."""
        with self._database.read() as connection:
            return question(connection)

    def counts(self) -> list[Tally]:
        """All entries, counted by kind, state and reason."""
        columns = (frontier.c.kind, frontier.c.state, frontier.c.reason)
        with self._database.read() as connection:
            rows = connection.execute(select(*columns, func.count()).group_by(*columns).order_by(*columns)).all()
        return [Tally(kind=row[0], state=row[1], reason=row[2], entries=int(row[3])) for row in rows]

    def waiting(self) -> int:
        """How many articles were found and neither read nor dropped yet."""
        mine = and_(leases.is_open(), frontier.c.kind == "article", frontier.c.state == "due")
        with self._database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(frontier).where(mine)).scalar_one())

    def left(self, origin: Origin, outlet: str = "") -> int:
        """How many entries of an origin are not read yet, also those that are not due now."""
        mine = and_(leases.is_open(), frontier.c.origin == origin, frontier.c.state == "due")
        mine = and_(mine, frontier.c.outlet == outlet) if outlet else mine
        with self._database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(frontier).where(mine)).scalar_one())


def _after(seconds: float) -> datetime:
    return now() + timedelta(seconds=seconds)


def _locks(outlets: Iterable[str]) -> list[str]:
    """Who adds an outlet's articles is alone in it: the daily cap is counted before they are put."""
    return [f"outlet {outlet}" for outlet in outlets]


def _row_of(connection: Connection, id_: str) -> RowMapping | None:
    return connection.execute(select(frontier).where(frontier.c.id == id_)).mappings().one_or_none()


def _known(connection: Connection, ids: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for some in leases.chunks(list(ids)):
        found.update(connection.execute(select(frontier.c.id).where(frontier.c.id.in_(some))).scalars())
    return found
