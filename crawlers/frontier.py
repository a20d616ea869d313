"""Which URL is due, who holds the lease, what the last answer was: rows of the database, so no death loses one.

An article's identity is the id of its canonical URL: twins are one entry. A host is asked by one crawler at a time:
`claim` leases whole hosts, `release` gives them back. Every method is one transaction, so a crawler that is killed
leaves its leases behind and nothing else; they lapse, or a crawler of the same name takes them back with `resume`.
What is decided from an answer stands in `schedule`, which URLs are taken in `discovery`, the leases in `leases`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, RowMapping, and_, func, select, update

from crawlers import leases
from crawlers.discovery import (
    AGAIN,
    BY_HAND,
    FOUND,
    Discovered,
    Discovery,
    article_row,
    backfill_row,
    cleaned,
    refusal,
    sifted,
    source_id,
    source_rows,
)
from crawlers.schedule import Entry, Fetched, Kind, decide
from kliping import trace
from kliping.article import Found, Origin, Way, article_id
from kliping.clock import now
from kliping.database import Database
from kliping.outlets import Outlet
from kliping.tables import frontier, hosts

STAGE: Final = "fetch"  # the crawlers' name in the trace
DAY: Final = timedelta(hours=24)
_ENTRY: Final = tuple(field.name for field in fields(Entry))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One request's end: what came of it and the URLs that it brought."""

    entry: Entry
    fetched: Fetched
    found: tuple[Discovery, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many entries are in one state."""

    kind: str
    state: str
    reason: str
    entries: int


class Frontier:
    """The tables `frontier` and `hosts`. Safe to use from several threads. Every method may raise Unavailable.

    interval: how often a source is asked when all is well. daily_cap: new live URLs of one outlet in 24 hours.
    """

    def __init__(
        self, database: Database, *, interval: timedelta = timedelta(minutes=15), daily_cap: int = 500
    ) -> None:
        self._database = database
        self._interval = interval
        self._daily_cap = daily_cap

    # --- sources and URLs come in ---

    def sync_sources(self, outlets: Iterable[Outlet]) -> None:
        """Make the sources those of the enabled `outlets`: new ones are due, removed and disabled ones stop.

        What a disabled outlet had still to read is dropped as `outlet_disabled`, unless it was sent by hand.
        """
        outlets = list(outlets)
        at = now()
        rows = {row["id"]: row for outlet in outlets if outlet.enabled for row in source_rows(outlet, at)}
        disabled = [outlet.id for outlet in outlets if not outlet.enabled]
        with self._database.write("sources", *_locks(disabled)) as connection:
            sources = and_(frontier.c.kind != "article", frontier.c.origin != "backfill")
            states = select(frontier.c.id, frontier.c.state).where(sources)
            states = states.order_by(frontier.c.id).with_for_update()  # in the order of `answered`: no circle of waits
            known = {row.id: row.state for row in connection.execute(states)}
            gone = [id_ for id_, state in known.items() if id_ not in rows and state != "dropped"]
            _set(connection, gone, state="dropped", reason="removed")
            self._database.upsert(connection, frontier, list(rows.values()), ["url", "kind", "outlet", "host"])
            back = [id_ for id_, state in known.items() if id_ in rows and state == "dropped"]
            _set(connection, back, state="due", reason="", due_at=at, failures=0)
            for outlet_id in disabled:
                self._stop_articles(connection, outlet_id, at)

    def _stop_articles(self, connection: Connection, outlet: str, at: datetime) -> None:
        mine = and_(frontier.c.outlet == outlet, frontier.c.kind == "article", frontier.c.origin != "hand")
        rows = connection.execute(select(frontier).where(mine, frontier.c.state.in_(leases.OPEN))).mappings().all()
        unread = [row["id"] for row in rows if not row["reads"]]
        _set(connection, [row["id"] for row in rows if row["reads"]], state="done")
        _set(connection, unread, state="dropped", reason="outlet_disabled")
        verdicts = [_verdict(id_, "dropped", at, "outlet_disabled") for id_ in unread]
        trace.record(self._database, connection, verdicts)

    def discovered(self, found: Iterable[Discovery]) -> Discovered:
        """Make the articles due that are unknown."""
        found = list(found)
        with self._database.write(*_locks(one.outlet for one in found)) as connection:
            return self._discovered(connection, found)

    def unknown(self, urls: Iterable[str]) -> int:
        """How many different articles of `urls` the frontier has never seen."""
        ids = {article_id(url) for url in urls}
        with self._database.read() as connection:
            return len(ids - _known(connection, ids))

    def _discovered(self, connection: Connection, found: Iterable[Discovery]) -> Discovered:
        wanted, refused = sifted(found)
        known = _known(connection, wanted)
        _news(connection, [id_ for id_ in known if wanted[id_].origin == "live"])
        new = {id_: discovery for id_, discovery in wanted.items() if id_ not in known}
        taken = self._capped(connection, new)
        if len(taken) < len(new):
            refused["daily_cap"] = len(new) - len(taken)
        at = now()
        self._database.upsert(connection, frontier, [article_row(new[id_], at) for id_ in taken], [])
        return Discovered(new=len(taken), known=len(known), refused=refused)

    def _capped(self, connection: Connection, new: Mapping[str, Discovery]) -> list[str]:
        """The ids of `new` that their outlets may still add today; the sources name the rest again tomorrow."""
        left: dict[str, int] = {}
        taken = []
        for id_, discovery in new.items():
            if discovery.origin == "backfill":  # has a budget of its own
                taken.append(id_)
                continue
            if discovery.outlet not in left:
                left[discovery.outlet] = self._daily_cap - _added_today(connection, discovery.outlet)
            if left[discovery.outlet] > 0:
                left[discovery.outlet] -= 1
                taken.append(id_)
        return taken

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
            known = _row_of(connection, row["id"])
            if known is None:
                self._database.upsert(connection, frontier, [row], [])
            else:
                state = "reread" if known["reads"] else "due"
                _set(connection, [row["id"]], state=state, reason="", due_at=at, priority=BY_HAND, failures=0)
                if known["state"] == "dropped":
                    verdict = _verdict(row["id"], "retried", at, known["reason"])
                    trace.record(self._database, connection, [verdict])
            return _entry(connection.execute(select(frontier).where(frontier.c.id == row["id"])).mappings().one())

    # --- work goes out ---

    def claim(
        self,
        owner: str,
        *,
        kinds: Sequence[Kind],
        outlet: str = "",
        only: str = "",
        limit: int,
        per_host: int,
        lease_seconds: float,
        origins: Sequence[Origin] = leases.DAYS_WORK,
    ) -> list[Entry]:
        """Due entries of up to `limit` hosts that nobody holds, at most `per_host` of each; both are leased.

        Backfill is only given where nothing of the day's work is due.
        """
        with self._database.write("claim") as connection:  # two at once would offer the same hosts
            at = now()
            until = at + timedelta(seconds=lease_seconds)
            due = leases.wanted(kinds, outlet, only, at, origins)
            due = and_(due, leases.idle_hosts(at)) if "backfill" in origins else due
            offered = leases.offer(connection, due, at, per_host)
            mine = leases.lease(connection, self._database, list(offered)[:limit], owner, at, until)
            taken = [_entry(row) for host in mine for row in offered[host]]
            for ids in leases.chunks([entry.id for entry in taken]):
                leases.hold(connection, frontier, frontier.c.id.in_(ids), owner, until)
        return taken

    def next_chance(self, *, kinds: Sequence[Kind], outlet: str = "", only: str = "") -> datetime | None:
        """When something that is due by now may be asked: now for what a crawler holds; None: nothing is due."""
        at = now()
        with self._database.read() as connection:
            return leases.chance(connection, leases.wanted(kinds, outlet, only, at), at)

    def backfill(self, sources: Iterable[tuple[str, Kind]], outlet: str) -> int:
        """Make sources of the past (URL, kind) due, each to be read once. How many are new."""
        at = now()
        rows = [backfill_row(url, kind, outlet, at) for url, kind in sources]
        with self._database.write() as connection:
            known = _known(connection, [row["id"] for row in rows])
            new = [row for row in rows if row["id"] not in known]
            self._database.upsert(connection, frontier, new, [])
        return len(new)

    def left(self, origin: Origin, outlet: str = "") -> int:
        """How many entries of an origin are not read yet, also those that are not due now."""
        mine = and_(frontier.c.origin == origin, frontier.c.state == "due")
        mine = and_(mine, frontier.c.outlet == outlet) if outlet else mine
        with self._database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(frontier).where(mine)).scalar_one())

    def resume(self, owner: str, gap: float) -> None:
        """Take back what an earlier life of `owner` held. Its last request may have left just now: keep the gap."""
        with self._database.write() as connection:
            leases.free(connection, hosts.c.leased_by == owner, now() + timedelta(seconds=gap))
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
        with self._database.write() as connection:
            mine = and_(hosts.c.leased_by == owner, hosts.c.host == host)
            leases.free(connection, mine, now() + timedelta(seconds=wait))
            leases.hold(connection, frontier, and_(frontier.c.leased_by == owner, frontier.c.host == host), None, None)

    # --- answers come back ---

    def answered(self, answers: Sequence[Answered]) -> list[Discovered]:
        """Write down what came of requests, the URLs that they brought and the verdicts, in one transaction.

        An entry that somebody else answered since it was claimed keeps what it has.
        """
        outlets = {answer.entry.outlet for answer in answers}
        outlets |= {one.outlet for answer in answers for one in answer.found}
        order = sorted(range(len(answers)), key=lambda at: answers[at].entry.id)
        with self._database.write(*_locks(outlets)) as connection:
            brought = {at: self._answered(connection, answers[at]) for at in order}
        return [brought[at] for at in range(len(answers))]

    def _answered(self, connection: Connection, answer: Answered) -> Discovered:
        entry = answer.entry
        brought = self._discovered(connection, answer.found)
        note = answer.fetched.note or next(iter(sorted(brought.refused)), "")
        fetched = replace(answer.fetched, note=note, fresh=bool(brought.new))
        mark = decide(entry, fetched, self._interval)
        changes = asdict(mark) | ({"priority": AGAIN} if mark.state == "reread" else {})
        if not _mark(connection, entry, changes):
            return brought
        if entry.kind == "article" and not entry.reads and mark.state != "due":
            ending: trace.Ending = "dropped" if mark.state == "dropped" else "passed"
            verdict = _verdict(entry.id, ending, fetched.at, mark.reason, fetched.detail)
            trace.record(self._database, connection, [verdict])
        return brought

    # --- questions ---

    def lookup(self, url: str) -> Entry | None:
        """The entry of an article's URL (any twin of it) or of a source's."""
        with self._database.read() as connection:
            row = _row_of(connection, article_id(url)) or _row_of(connection, source_id(url))
        return _entry(row) if row is not None else None

    def counts(self) -> list[Tally]:
        """All entries, counted by kind, state and reason."""
        columns = (frontier.c.kind, frontier.c.state, frontier.c.reason)
        with self._database.read() as connection:
            rows = connection.execute(select(*columns, func.count()).group_by(*columns).order_by(*columns)).all()
        return [Tally(kind=row[0], state=row[1], reason=row[2], entries=int(row[3])) for row in rows]

    def waiting(self) -> int:
        """How many articles were found and neither read nor dropped yet."""
        return sum(tally.entries for tally in self.counts() if tally.kind == "article" and tally.state == "due")


def _locks(outlets: Iterable[str]) -> list[str]:
    """Who adds an outlet's articles is alone in it: the daily cap is counted before they are put."""
    return [f"outlet {outlet}" for outlet in outlets]


def _set(connection: Connection, ids: Sequence[str], **values: Any) -> None:
    for some in leases.chunks(ids):
        connection.execute(update(frontier).where(frontier.c.id.in_(some)).values(**values))


def _mark(connection: Connection, entry: Entry, changes: Mapping[str, Any]) -> bool:
    """Change the row if it is still as it was claimed: a crawler that slept through its lease spoils nothing."""
    same = and_(frontier.c.id == entry.id, frontier.c.fetched_at.is_not_distinct_from(entry.fetched_at))
    changed = update(frontier).where(same).values(**changes, leased_by=None, leased_until=None)
    return bool(connection.execute(changed).rowcount)


def _news(connection: Connection, ids: Sequence[str]) -> None:
    """What a source of today names is no longer the past's, if nobody has read it yet."""
    for some in leases.chunks(ids):
        unread = and_(frontier.c.id.in_(some), frontier.c.origin == "backfill", frontier.c.state == "due")
        connection.execute(update(frontier).where(unread).values(origin="live", priority=FOUND))


def _row_of(connection: Connection, id_: str) -> RowMapping | None:
    return connection.execute(select(frontier).where(frontier.c.id == id_)).mappings().one_or_none()


def _known(connection: Connection, ids: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for some in leases.chunks(list(ids)):
        found.update(connection.execute(select(frontier.c.id).where(frontier.c.id.in_(some))).scalars())
    return found


def _added_today(connection: Connection, outlet: str) -> int:
    today = and_(frontier.c.outlet == outlet, frontier.c.kind == "article", frontier.c.discovered_at > now() - DAY)
    query = select(func.count()).select_from(frontier).where(today, frontier.c.origin == "live")
    return int(connection.execute(query).scalar_one())


def _entry(row: RowMapping) -> Entry:
    found = msgspec.json.decode(row["found"], type=Found)
    return Entry(**{name: row[name] for name in _ENTRY if name != "found"}, found=found)


def _verdict(id_: str, ending: trace.Ending, at: datetime, reason: str = "", detail: str = "") -> trace.Verdict:
    outputs = 1 if ending == "passed" else 0
    return trace.Verdict(
        stage=STAGE, message=id_, subject=id_, verdict=ending, reason=reason, detail=detail, outputs=outputs, at=at
    )
