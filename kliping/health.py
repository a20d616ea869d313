"""How every outlet fares: when it answered, what it brought against what is usual for it, what failed, what is next.

Six grouped questions for each few hundred outlets: four through the frontier's index of outlets, two about the designs
of their pages. What is usual is decided in `kliping.regularity`. With 2,000 outlets and the 2.3 million articles of six
weeks the four take 2.2 s of a core.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final, Literal

from sqlalchemy import BigInteger, ColumnElement, Connection, func, select, type_coerce

from kliping.clock import monotonic, now
from kliping.designs import UNKNOWN, Layout, layouts
from kliping.outlets import Outlet
from kliping.regularity import DAY, OFFSET, SLOTS, WEEKS, History, Rate, day_of, expected, is_silent, oddness, rate_of
from kliping.tables import frontier

State = Literal["failing", "silent", "odd", "unread", "none", "new", "ok", "off"]
FRESH: Final = timedelta(hours=24)  # a source that gave no good answer for so long was not read
SOURCES: Final = ("feed", "listing", "sitemap", "wordpress")
UNREADABLE: Final = 3  # articles of a day, all refused: the outlet names news and shows none
ROBOTS: Final = ("robots", "robots_unreachable")
REMEMBERED: Final = 60.0  # seconds
CHUNK: Final = 500  # ids in one query
LONG_SILENCE: Final = timedelta(days=14)  # for whom there is too little history: no news outlet rests for so long
PROFILE: Final = timedelta(weeks=2)  # from which the hours of an outlet's day are known; sorting six costs a second
NOTHING: Final = History(days={}, slots=(0,) * SLOTS)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What the crawlers know of a feed, listing page, sitemap or interface."""

    reason: str
    failures: int
    succeeded_at: datetime | None
    fetched_at: datetime | None
    due_at: datetime
    stopped: bool = False  # it answered 410: gone for good


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What rows say of one outlet. `read` and `refused`: articles named in the last 24 hours, by reason."""

    sources: Sequence[Source] = ()
    last: datetime | None = None  # when it last named an article unknown before
    seen: int = 0  # articles named in the last 24 hours
    read: int = 0  # … of them read
    refused: Mapping[str, int] = field(default_factory=dict)
    history: History = NOTHING
    layout: Layout = UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One outlet's state.

    | state | meaning |
    | --- | --- |
    | `failing` | no source gave a good answer for 24 hours, or all it named in 24 hours was refused |
    | `silent` | it answers, and has named nothing new for longer than its history lets expect |
    | `odd` | far fewer or more articles in 24 hours than usual; `detail` says which |
    | `unread`, `none`, `off` | not asked yet; has no sources; switched off |
    | `new` | read, with too little history to judge |
    | `ok` | as usual |
    """

    outlet: Outlet
    state: State
    detail: str = ""  # the newest reason of failure; `fewer` or `more`
    succeeded: datetime | None = None
    last: datetime | None = None
    usual: float | None = None  # articles that are usual in 24 hours like the last
    daily: float | None = None  # … on the average day of a week
    seen: int = 0
    failures: int = 0  # in a row, of the source that fares worst
    reasons: Mapping[str, int] = field(default_factory=dict)  # of sources now and of articles in 24 hours
    due: datetime | None = None
    layout: Layout = UNKNOWN  # whether its pages changed, which hinders nobody: they are read whole until learned anew

    @property
    def robots(self) -> int:
        """Refusals by robots.txt among the reasons."""
        return sum(self.reasons.get(reason, 0) for reason in ROBOTS)

    @property
    def is_read(self) -> bool:
        """Whether a source gave a good answer lately."""
        return self.state in ("ok", "odd", "silent", "new")


def observe(connection: Connection, outlets: Mapping[str, Outlet], at: datetime) -> dict[str, Health]:
    """The health of `outlets` at `at`, in their order."""
    facts: dict[str, Facts] = {}
    for some in _chunks(list(outlets)):
        facts |= _facts(connection, some, at)
    return {id_: judge(outlet, facts[id_], at) for id_, outlet in outlets.items()}


class Remembered:
    """Health for pages that are looked at often: observed anew when older than REMEMBERED. Safe for several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._until = 0.0
        self._known: dict[str, Health] = {}

    def of(self, connection: Connection, outlets: Mapping[str, Outlet]) -> dict[str, Health]:
        """The health of all `outlets`, at most REMEMBERED old."""
        with self._lock:
            if monotonic() >= self._until:
                self._known = observe(connection, outlets, now())
                self._until = monotonic() + REMEMBERED
            return self._known

    def forget(self) -> None:
        """Observe anew at the next question: an outlet was changed."""
        with self._lock:
            self._until = 0.0


def judge(outlet: Outlet, facts: Facts, at: datetime) -> Health:
    """An outlet's health from what its rows say. Pure."""
    rate = rate_of(facts.history, at)
    state, detail = _state(outlet, facts, rate, at)
    alive = [source for source in facts.sources if not source.stopped]
    reasons = Counter(source.reason for source in facts.sources if source.reason)
    reasons.update(facts.refused)
    return Health(
        outlet=outlet,
        state=state,
        detail=detail,
        succeeded=max((s.succeeded_at for s in facts.sources if s.succeeded_at), default=None),
        last=facts.last,
        usual=expected(rate, at - DAY, at) if rate else None,
        daily=sum(rate.weekdays) / 7 if rate else None,
        seen=facts.seen,
        failures=max((source.failures for source in alive), default=0),
        reasons=dict(reasons.most_common()),
        due=min((source.due_at for source in alive), default=None) if outlet.enabled else None,
        layout=facts.layout,
    )


def _state(outlet: Outlet, facts: Facts, rate: Rate | None, at: datetime) -> tuple[State, str]:
    if not outlet.enabled:
        return "off", ""
    if not (outlet.sources or facts.sources):
        return "none", ""
    good = max((s.succeeded_at for s in facts.sources if s.succeeded_at), default=None)
    asked = [(s.fetched_at, s.reason) for s in facts.sources if s.fetched_at]
    if good is None or at - good > FRESH:
        return ("failing", max(asked)[1]) if asked else ("unread", "")
    if not facts.read and sum(facts.refused.values()) >= UNREADABLE:
        return "failing", max(facts.refused, key=lambda reason: facts.refused[reason])
    if facts.last is None:
        return "new", ""
    if rate is None:
        return ("silent" if at - facts.last > LONG_SILENCE else "new"), ""
    if is_silent(rate, facts.last, at):
        return "silent", ""
    odd = oddness(rate, facts.seen, at)
    return ("odd", odd) if odd else ("ok", "")


def _facts(connection: Connection, ids: Sequence[str], at: datetime) -> dict[str, Facts]:
    sources, fresh = _sources(connection, ids)
    seen, read, refused = _lately(connection, ids, at)
    histories, last = _histories(connection, ids, at)
    designs = layouts(connection, ids, at)
    return {
        id_: Facts(
            sources=sources[id_],
            last=max((moment for moment in (last.get(id_), fresh.get(id_)) if moment), default=None),
            seen=seen[id_],
            read=read[id_],
            refused=refused[id_],
            history=histories.get(id_, NOTHING),
            layout=designs.get(id_, UNKNOWN),
        )
        for id_ in ids
    }


def _sources(connection: Connection, ids: Sequence[str]) -> tuple[dict[str, list[Source]], dict[str, datetime]]:
    """The sources that are still asked or ended by themselves, and when one last named something new."""
    found: dict[str, list[Source]] = defaultdict(list)
    fresh: dict[str, datetime] = {}
    columns = (
        frontier.c.outlet, frontier.c.state, frontier.c.reason, frontier.c.failures, frontier.c.succeeded_at,
        frontier.c.fetched_at, frontier.c.due_at, frontier.c.fresh_at,
    )  # fmt: skip
    mine = (frontier.c.outlet.in_(ids), frontier.c.kind.in_(SOURCES))
    for row in connection.execute(select(*columns).where(*mine)):
        if row.state == "dropped" and row.reason in ("removed", "outlet_disabled"):
            continue
        found[row.outlet].append(
            Source(
                reason=row.reason,
                failures=row.failures,
                succeeded_at=row.succeeded_at,
                fetched_at=row.fetched_at,
                due_at=row.due_at,
                stopped=row.state == "dropped",
            )
        )
        if row.fresh_at is not None:
            fresh[row.outlet] = max(row.fresh_at, fresh.get(row.outlet, row.fresh_at))
    return found, fresh


def _lately(
    connection: Connection, ids: Sequence[str], at: datetime
) -> tuple[Counter[str], Counter[str], dict[str, Counter[str]]]:
    """Articles that sources named in the last 24 hours: all, those read, those refused by reason."""
    seen: Counter[str] = Counter()
    read: Counter[str] = Counter()
    refused: dict[str, Counter[str]] = defaultdict(Counter)
    columns = (frontier.c.outlet, frontier.c.state, frontier.c.reason)
    named = _named(ids, at - FRESH, at)
    query = select(*columns, func.count().label("number")).where(*named).group_by(*columns)
    for row in connection.execute(query):
        seen[row.outlet] += row.number
        if row.state in ("reread", "done"):
            read[row.outlet] += row.number
        elif row.state == "dropped":
            refused[row.outlet][row.reason] += row.number
    return seen, read, refused


def _histories(
    connection: Connection, ids: Sequence[str], at: datetime
) -> tuple[dict[str, History], dict[str, datetime]]:
    """Articles by day and by part of the day in the last weeks, and the newest one's time."""
    start = at - timedelta(weeks=WEEKS)
    moment = type_coerce(frontier.c.discovered_at, BigInteger) + OFFSET // _MICROSECOND
    day = (moment // (DAY // _MICROSECOND)).label("part")
    slot = (moment // (DAY // SLOTS // _MICROSECOND) % SLOTS).label("part")
    newest = func.max(frontier.c.discovered_at).label("newest")
    days: dict[str, dict[int, int]] = defaultdict(dict)
    last: dict[str, datetime] = {}
    for row in connection.execute(_grouped(day, ids, start, at).add_columns(newest)):
        days[row.outlet][int(row.part)] = row.number
        last[row.outlet] = max(row.newest, last.get(row.outlet, row.newest))
    slots: dict[str, list[int]] = defaultdict(lambda: [0] * SLOTS)
    for row in connection.execute(_grouped(slot, ids, at - PROFILE, at)):
        slots[row.outlet][int(row.part)] = row.number
    first = day_of(start) + 1  # the day of `start` is cut
    whole = {id_: {day_: number for day_, number in known.items() if day_ >= first} for id_, known in days.items()}
    return {id_: History(days=known, slots=tuple(slots[id_])) for id_, known in whole.items()}, last


def _grouped(part: ColumnElement[Any], ids: Sequence[str], start: datetime, end: datetime) -> Any:
    columns = (frontier.c.outlet, part)
    return select(*columns, func.count().label("number")).where(*_named(ids, start, end)).group_by(*columns)


def _named(ids: Sequence[str], start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    """The articles that sources of `ids` named between two instants: none by hand, none of an archive."""
    return (
        frontier.c.outlet.in_(ids),
        frontier.c.kind == "article",
        frontier.c.origin == "live",
        frontier.c.discovered_at > start,
        frontier.c.discovered_at <= end,
    )


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(ids), CHUNK):
        yield ids[begin : begin + CHUNK]
