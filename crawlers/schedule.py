"""When a URL is asked next: decisions about one entry of the frontier, from what came of one request. Pure.

| an article that … | becomes |
| --- | --- |
| was read (200) | `reread`: looked at again 1, 6 and 24 hours later, then `done` |
| answers 404 or 410 and was read before | the same; the page travels without a body, so its withdrawal is seen |
| can never be read (robots.txt, guard, 404, no HTML, too large …) | `dropped`, with the reason |
| failed for now | `due` later and later, `dropped` after MAX_TRIES |
| belongs to a host that asked for a pause | `due` when the pause is over; nothing is counted against it |

A source (feed, listing page, sitemap, WordPress API) never stops: each failure in a row doubles its interval, up to a day.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from kliping.article import Found, Origin

Kind = Literal["feed", "listing", "sitemap", "wordpress", "article"]  # all but articles are sources
State = Literal["due", "reread", "done", "dropped"]

REREADS: Final = (timedelta(hours=1), timedelta(hours=5), timedelta(hours=18))  # bar G5: 1, 6, 24 hours after the first
FIRST_RETRY: Final = timedelta(minutes=5)  # long enough for a web server to be started again
MAX_TRIES: Final = 8  # with doubling from 5 minutes: ten and a half hours, an outage of one night
REREAD_TRIES: Final = 2  # the next re-read comes anyway
LONGEST: Final = timedelta(hours=24)  # bars C9, C11: nothing is left alone, and no 304 is believed, for longer
SPREAD: Final = 0.1  # of an interval, both ways (bar C12): what started together does not stay together
PERMANENT: Final = frozenset(
    (
        *("robots", "blocked_address", "not_html", "too_large", "bad_url", "url_too_long", "redirect_loop"),
        *("bad_encoding", "http_400", "http_401", "http_404", "http_405", "http_406", "http_410", "http_414"),
        *("http_415", "http_451"),
    )
)
GONE: Final = frozenset(("http_404", "http_410"))
LOST: Final = "lease_lost"  # another crawler may ask the host now
UNASKED: Final = frozenset(("retry_after", LOST))  # no request was made, so nothing is counted
UNCHANGED: Final = "http_304"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the frontier: a source, or the URL of an article."""

    id: str
    url: str
    kind: Kind
    outlet: str
    host: str
    found: Found = field(default_factory=lambda: Found(way="hand"))
    origin: Origin = "live"
    state: State = "due"
    reason: str = ""
    priority: int = 0
    discovered_at: datetime
    due_at: datetime
    etag: str = ""
    last_modified: str = ""
    status: int = 0
    failures: int = 0
    reads: int = 0
    fetched_at: datetime | None = None
    succeeded_at: datetime | None = None
    full_at: datetime | None = None
    fresh_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of one request. `reason` is '' for an answer that could be used, else why not."""

    at: datetime
    reason: str = ""
    detail: str = ""
    status: int = 0  # 0: no answer
    etag: str = ""  # validators as the bytes of the header, read as Latin-1
    last_modified: str = ""
    pause: float = 0.0  # seconds for which the host asked us to stay away
    note: str = ""  # a source that could be used, and yet: `feed_damaged`, `daily_cap` …
    fresh: bool = False  # a source: it named a URL that was unknown before


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The new values of an entry's row; names are those of the columns."""

    state: State
    reason: str
    due_at: datetime
    status: int
    failures: int
    reads: int
    etag: str
    last_modified: str
    fetched_at: datetime
    succeeded_at: datetime | None
    full_at: datetime | None
    fresh_at: datetime | None


def conditional(entry: Entry, at: datetime) -> bool:
    """Whether the entry's validators may be sent: they exist, and a whole answer is less than a day old (C9)."""
    known = bool(entry.etag or entry.last_modified)
    return known and entry.full_at is not None and at - entry.full_at < LONGEST


def decide(entry: Entry, fetched: Fetched, interval: timedelta) -> Mark:
    """The entry after a request. `interval`: how often a source is asked when all is well."""
    if fetched.reason == UNCHANGED and (entry.kind != "article" or entry.reads):
        return _mark(entry, fetched, *_after_success(entry, fetched, interval), good=True)
    if fetched.reason:
        return _mark(entry, fetched, *_after_failure(entry, fetched, interval))
    return _mark(entry, fetched, *_after_success(entry, fetched, interval), good=True, whole=True)


def spread(entry_id: str, interval: timedelta) -> timedelta:
    """`interval` give or take SPREAD, always the same for one entry."""
    return interval * (1 - SPREAD + 2 * SPREAD * int(entry_id[:8], 16) / 0xFFFFFFFF)


Turn = tuple[State, str, datetime, int, int]  # state, reason, due_at, failures, reads


def _after_success(entry: Entry, fetched: Fetched, interval: timedelta) -> Turn:
    if entry.origin == "backfill":  # yesterday's news is edited no more, and its lists are read once
        return "done", "", fetched.at, 0, entry.reads + (entry.kind == "article")
    if entry.kind == "article":
        return _reread(entry, fetched)
    return "due", fetched.note, fetched.at + spread(entry.id, interval), 0, 0


def _reread(entry: Entry, fetched: Fetched) -> Turn:
    """The article was looked at; the next look, or the end."""
    reads = entry.reads + 1
    if reads > len(REREADS):
        return "done", "", fetched.at, 0, reads
    return "reread", "", fetched.at + REREADS[reads - 1], 0, reads


def _after_failure(entry: Entry, fetched: Fetched, interval: timedelta) -> Turn:
    if fetched.reason in UNASKED:
        return entry.state, fetched.reason, fetched.at + timedelta(seconds=fetched.pause), entry.failures, entry.reads
    failures = entry.failures + 1
    once = entry.kind == "article" or entry.origin == "backfill"
    if once and _given_up(entry, fetched, failures):
        return _reread(entry, fetched) if entry.reads else ("dropped", fetched.reason, fetched.at, failures, 0)
    return entry.state, fetched.reason, fetched.at + _wait(entry, fetched, failures, interval), failures, entry.reads


def _given_up(entry: Entry, fetched: Fetched, failures: int) -> bool:
    return fetched.reason in PERMANENT or failures >= (REREAD_TRIES if entry.reads else MAX_TRIES)


def _wait(entry: Entry, fetched: Fetched, failures: int, interval: timedelta) -> timedelta:
    step = FIRST_RETRY * 2 ** (failures - 1) if entry.kind == "article" else interval * 2 ** min(failures, 20)
    return max(min(spread(entry.id, step), LONGEST), timedelta(seconds=fetched.pause))


def _mark(
    entry: Entry,
    fetched: Fetched,
    state: State,
    reason: str,
    due_at: datetime,
    failures: int,
    reads: int,
    *,
    good: bool = False,
    whole: bool = False,
) -> Mark:
    return Mark(
        state=state,
        reason=reason,
        due_at=due_at,
        status=fetched.status,
        failures=failures,
        reads=reads,
        etag=fetched.etag if whole else entry.etag,
        last_modified=fetched.last_modified if whole else entry.last_modified,
        fetched_at=fetched.at,
        succeeded_at=fetched.at if good else entry.succeeded_at,
        full_at=fetched.at if whole else entry.full_at,
        fresh_at=fetched.at if fetched.fresh else entry.fresh_at,
    )
