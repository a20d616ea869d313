"""What one transaction writes down of a batch of answers: new URLs, marks, verdicts. Reads once, writes once.

What is known is asked once for the whole batch and kept up to date here, so a hundred answers cost a handful of
statements.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, RowMapping, and_, bindparam, func, select, update

from crawlers import leases
from crawlers.discovery import AGAIN, FOUND, Discovered, Discovery, article_row, sifted
from crawlers.interval import SHORTEST, Rules, expected, unpacked
from crawlers.schedule import OVER, Entry, Fetched, Mark, decide, overrun
from kliping import trace
from kliping.article import Found, article_id
from kliping.clock import now
from kliping.database import Database
from kliping.tables import frontier

STAGE: Final = "fetch"  # the crawlers' name in the trace
DAY: Final = timedelta(hours=24)
OVERRUN: Final = "window_overrun"
_ENTRY: Final = tuple(field.name for field in fields(Entry))
_FOUND: Final = msgspec.json.Decoder(Found)
_COLUMNS: Final = (*(field.name for field in fields(Mark)), "priority")

# Statements are built once: that takes longer than to run them.
_ids: Final = frontier.c.id.in_(bindparam("ids", expanding=True))
_seen: Final = select(frontier.c.id, frontier.c.discovered_at, frontier.c.origin, frontier.c.state).where(_ids)
_asked: Final = select(frontier.c.id, frontier.c.fetched_at).where(_ids).order_by(frontier.c.id).with_for_update()
_values: Final[dict[str, Any]] = {name: bindparam(f"new_{name}") for name in _COLUMNS}
_changed: Final = (
    update(frontier).where(frontier.c.id == bindparam("key")).values(**_values, leased_by=None, leased_until=None)
)
_added: Final = (
    select(func.count())
    .select_from(frontier)
    .where(
        frontier.c.outlet == bindparam("outlet"),
        frontier.c.kind == "article",
        frontier.c.discovered_at > bindparam("since"),
        frontier.c.origin == "live",
    )
)
_feeds: Final = select(frontier.c.rhythm, frontier.c.zone, frontier.c.succeeded_at).where(
    frontier.c.outlet == bindparam("outlet"),
    frontier.c.kind == "feed",
    frontier.c.state == "due",
    frontier.c.failures == 0,
    frontier.c.succeeded_at.is_not(None),
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One request's end: what came of it and the URLs that it brought."""

    entry: Entry
    fetched: Fetched
    found: tuple[Discovery, ...] = ()


class Booking:
    """A write transaction that takes answers and discoveries in, and writes them down at `close`.

    daily_cap: new live URLs of one outlet in 24 hours.
    """

    def __init__(self, database: Database, connection: Connection, rules: Rules, daily_cap: int) -> None:
        self._database = database
        self._connection = connection
        self._rules = rules
        self._cap = daily_cap
        self._at = now()
        self._known: dict[str, datetime] = {}  # article id -> when it was discovered
        self._past: set[str] = set()  # those that came by backfill and that nobody has read yet
        self._left: dict[str, int] = {}  # outlet -> URLs that it may still add
        self._held: dict[str, datetime | None] = {}  # entry -> its last answer
        self._new: dict[str, dict[str, Any]] = {}
        self._news: list[str] = []
        self._marks: list[tuple[Entry, dict[str, Any]]] = []
        self._verdicts: list[trace.Verdict] = []
        self._gaps: list[Entry] = []

    def expect(self, answers: Iterable[Answered], found: Iterable[Discovery]) -> None:
        """Read what is known of everything that will be taken in."""
        for some in leases.chunks(sorted({article_id(one.url) for one in found})):
            for id_, discovered_at, origin, state in self._connection.execute(_seen, {"ids": some}):
                self._known[id_] = discovered_at
                if origin == "backfill" and state == "due":
                    self._past.add(id_)
        for some in leases.chunks(sorted({answer.entry.id for answer in answers})):
            for id_, fetched_at in self._connection.execute(_asked, {"ids": some}):
                self._held[id_] = fetched_at

    def discovered(self, found: Iterable[Discovery], at: datetime | None = None) -> Discovered:
        """Make the articles due that are unknown. at: of the answer that named them, now unless given."""
        at = at or self._at
        wanted, refused = sifted(found)
        known = new = 0
        for id_, discovery in wanted.items():
            if id_ in self._known:
                known += 1
                if id_ in self._past and discovery.origin == "live":
                    self._past.discard(id_)
                    self._news.append(id_)
            elif self._may_add(discovery):
                new += 1
                self._known[id_] = at
                self._new[id_] = article_row(discovery, at)
            else:
                refused["daily_cap"] += 1
        return Discovered(new=new, known=known, refused=refused)

    def _may_add(self, discovery: Discovery) -> bool:
        """Whether an outlet may still add a URL today; the sources name the rest again tomorrow."""
        if discovery.origin == "backfill":  # has a budget of its own
            return True
        outlet = discovery.outlet
        if outlet not in self._left:
            self._left[outlet] = self._cap - _added_today(self._connection, outlet, self._at)
        if self._left[outlet] <= 0:
            return False
        self._left[outlet] -= 1
        if not self._left[outlet]:
            log.warning("%s: %d new addresses in a day; the next are not taken before tomorrow", outlet, self._cap)
        return True

    def answered(self, answer: Answered) -> Discovered:
        """Take one answer in. An entry that somebody else answered since it was claimed keeps what it has."""
        entry = answer.entry
        young = self._young(answer)
        brought = self.discovered(answer.found, answer.fetched.at)
        note = answer.fetched.note or next(iter(sorted(brought.refused)), "")
        listed = len(answer.found) - sum(brought.refused.values())
        new, foreseen = brought.new + young, self._foreseen(answer)
        fetched = replace(answer.fetched, note=note, new=new, listed=listed, foreseen=foreseen)
        if entry.id not in self._held or self._held[entry.id] != entry.fetched_at:
            return brought
        if not fetched.reason and overrun(entry, fetched):
            fetched = replace(fetched, note=note or OVERRUN)
            self._gaps.append(entry)
        elif entry.kind == "feed" and fetched.reason and fetched.status >= 400 and not entry.failures:
            self._gaps.append(entry)
        mark = decide(entry, fetched, self._rules)
        self._held[entry.id] = fetched.at
        self._marks.append((entry, _columns(mark) | {"priority": AGAIN if mark.state == "reread" else entry.priority}))
        self._tell(entry, fetched, mark)
        return brought

    def _young(self, answer: Answered) -> int:
        """How many articles of a feed other sources have named since its last look: they are its own all the same."""
        since = answer.entry.succeeded_at
        if answer.entry.kind != "feed" or since is None:
            return 0
        ids = {article_id(one.url) for one in answer.found}
        return sum(self._known[id_] > since for id_ in ids if id_ in self._known)

    def _foreseen(self, answer: Answered) -> float:
        """How many new articles the outlet's feeds, when all is well with them, have probably not named yet."""
        entry, at = answer.entry, answer.fetched.at
        if entry.kind in ("feed", "article"):
            return 0.0
        feeds = self._connection.execute(_feeds, {"outlet": entry.outlet}).all()
        return sum(expected(unpacked(rhythm), zone, last, max(at, last)) for rhythm, zone, last in feeds)

    def _tell(self, entry: Entry, fetched: Fetched, mark: Mark) -> None:
        """The verdict on an article's first reading; a word to staff about a source that moved or ended."""
        if entry.kind == "article":
            if not entry.reads and mark.state != "due":
                ending: trace.Ending = "dropped" if mark.state == "dropped" else "passed"
                self._verdicts.append(verdict(entry.id, ending, fetched.at, mark.reason, fetched.detail))
        elif mark.url != entry.url:
            log.warning("%s: %s is asked at %s from now on", entry.outlet, entry.url, mark.url)
        elif mark.reason == OVER and mark.state == "dropped":
            log.warning("%s: %s says that it is gone for good (410); it is not asked again", entry.outlet, entry.url)

    def close(self) -> None:
        """Write everything down: hosts, new rows, marks, verdicts."""
        leases.call(self._connection, self._database, self._calls())
        self._database.upsert(self._connection, frontier, list(self._new.values()), [])
        self._write_marks()
        set_columns(self._connection, self._news, origin="live", priority=FOUND)
        for entry in self._gaps:
            self._hurry(entry)
        trace.record(self._database, self._connection, self._verdicts)

    def _calls(self) -> Iterable[tuple[str, datetime]]:
        """Hosts that get something to do, besides what their holders will see when they give them back."""
        yield from ((row["host"], row["due_at"]) for row in self._new.values())
        yield from ((mark["host"], mark["due_at"]) for entry, mark in self._marks if mark["host"] != entry.host)
        yield from ((entry.host, self._at) for entry in self._gaps)

    def _write_marks(self) -> None:
        if not self._marks:
            return
        rows = [
            {"key": entry.id} | {f"new_{name}": value for name, value in mark.items()} for entry, mark in self._marks
        ]
        self._connection.execute(_changed, rows)

    def _hurry(self, entry: Entry) -> None:
        """A source failed or named only news, so something may be missing: ask the outlet's others now."""
        rested = and_(frontier.c.fetched_at.is_not(None), frontier.c.fetched_at < self._at - SHORTEST)
        others = and_(frontier.c.outlet == entry.outlet, frontier.c.kind != "article", frontier.c.id != entry.id)
        well = and_(frontier.c.origin == "live", frontier.c.state == "due", frontier.c.failures == 0)
        hurried = update(frontier).where(others, well, rested, frontier.c.due_at > self._at)
        self._connection.execute(hurried.values(due_at=self._at))


def _columns(mark: Mark) -> dict[str, Any]:
    return {name: getattr(mark, name) for name in _COLUMNS[:-1]}


def set_columns(connection: Connection, ids: Sequence[str], **values: Any) -> None:
    """Give entries these values."""
    for some in leases.chunks(ids):
        connection.execute(update(frontier).where(frontier.c.id.in_(some)).values(**values))


def entry_of(row: Mapping[str, Any] | RowMapping) -> Entry:
    """A row as an entry."""
    return Entry(**{name: row[name] for name in _ENTRY if name != "found"}, found=_FOUND.decode(row["found"]))


def verdict(id_: str, ending: trace.Ending, at: datetime, reason: str = "", detail: str = "") -> trace.Verdict:
    """What the fetch stage says of an article."""
    outputs = 1 if ending == "passed" else 0
    return trace.Verdict(
        stage=STAGE, message=id_, subject=id_, verdict=ending, reason=reason, detail=detail, outputs=outputs, at=at
    )


def _added_today(connection: Connection, outlet: str, at: datetime) -> int:
    return int(connection.execute(_added, {"outlet": outlet, "since": at - DAY}).scalar_one())
