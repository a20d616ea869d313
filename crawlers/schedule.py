"""When a URL is asked next: decisions about one entry of the frontier, from what came of one request. Pure.

| an article that … | becomes |
| --- | --- |
| was read (200) | `reread`: looked at again 1, 6 and 24 hours later, then `done` |
| answers 404 or 410 and was read before | the same; the page travels without a body, so its withdrawal is seen |
| can never be read (robots.txt, guard, 404, no HTML, too large …) | `dropped`, with the reason |
| failed for now | `due` later and later, `dropped` after MAX_TRIES |
| belongs to a host that asked for a pause | `due` when the pause is over; nothing is counted against it |

| a source (feed, listing page, sitemap, WordPress API) that … | becomes |
| --- | --- |
| was read, or unchanged | `due` when `interval.wait` says so |
| failed, 404 included | `due` after twice as long each time, up to a day; it never stops |
| answers 410 | `dropped`: its outlet says that it is over |
| is moved for good (301, 308), to the same address on three days | asked there; its listed address is kept |
| fails with 404 or 410 where it was moved to | asked at its listed address again |
"""

import math
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from crawlers.interval import (
    JITTER,
    LONGEST,
    Rhythm,
    Rules,
    caught,
    doubted,
    expected,
    learned,
    overran,
    packed,
    proved,
    trusted,
    unpacked,
    wait,
)
from kliping.article import Found, Origin
from kliping.urls import host_of

Kind = Literal["feed", "listing", "sitemap", "wordpress", "article"]  # all but articles are sources
State = Literal["due", "reread", "done", "dropped"]

REREADS: Final = (timedelta(hours=1), timedelta(hours=5), timedelta(hours=18))  # bar G5: 1, 6, 24 hours after the first
FIRST_RETRY: Final = timedelta(minutes=5)  # long enough for a web server to be started again
MAX_TRIES: Final = 11  # with doubling from 5 minutes up to a day: 67 hours, an outage of one weekend
SOURCE_RETRY: Final = timedelta(minutes=15)  # of a source, however rarely it is asked when all is well
REREAD_TRIES: Final = 2  # the next re-read comes anyway
SECOND: Final = 2  # times as long a source is left alone that only helps its outlet's feeds out
MOVED_DAYS: Final = 3  # on which a permanent redirect must lead to the same address (bar C11)
PERMANENT: Final = frozenset(
    (
        *("robots", "blocked_address", "not_html", "too_large", "bad_url", "url_too_long", "redirect_loop"),
        *("bad_encoding", "http_400", "http_401", "http_404", "http_405", "http_406", "http_410", "http_414"),
        *("http_415", "http_451"),
    )
)
OVER: Final = "http_410"
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
    zone: str = "Asia/Jakarta"
    rhythm: str = ""  # a source: what is known of its articles, see crawlers.interval
    listed: str = ""  # a source that moved: its address in the outlet list
    moved_to: str = ""  # where it is redirected to for good …
    moved_days: int = 0  # … on so many days
    moved_at: datetime | None = None  # … the last of them


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
    new: int = 0  # a source: articles that nobody had named at its last look …
    listed: int = 0  # … of so many that it named
    foreseen: float = 0.0  # … of which the outlet's feeds would have named so many in any case
    moved: str = ""  # the address to which permanent redirects led


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
    rhythm: str
    url: str
    host: str
    listed: str
    moved_to: str
    moved_days: int
    moved_at: datetime | None


def conditional(entry: Entry, at: datetime) -> bool:
    """Whether the entry's validators may be sent: they exist, a whole answer is less than a day old (C9), and a 304
    would be believed. One after a 404 would say "as you know it" of an article that is back.
    """
    known = bool(entry.etag or entry.last_modified) and f"http_{entry.status}" not in GONE
    if not known or entry.full_at is None or at - entry.full_at >= LONGEST:
        return False
    seen = entry.succeeded_at or entry.full_at
    return entry.kind == "article" or not doubted(unpacked(entry.rhythm), entry.zone, entry.full_at, seen, at)


def overrun(entry: Entry, fetched: Fetched) -> bool:
    """Whether a source that was read before names only what is new: something may have fallen out of its window."""
    return bool(entry.succeeded_at and fetched.new) and fetched.new >= fetched.listed and entry.origin != "backfill"


def decide(entry: Entry, fetched: Fetched, rules: Rules) -> Mark:
    """The entry after a request."""
    unchanged = fetched.reason == UNCHANGED and (entry.kind != "article" or entry.reads > 0)
    if fetched.reason and not unchanged:
        return _mark(entry, fetched, _after_failure(entry, fetched, rules), entry.rhythm)
    rhythm = unpacked(entry.rhythm) if entry.kind == "article" else _rhythm(entry, fetched)
    turn = _after_success(entry, fetched, rules, rhythm)
    known = entry.rhythm if entry.kind == "article" else packed(rhythm)
    return _mark(entry, fetched, turn, known, good=True, whole=not unchanged)


def spread(entry_id: str, step: timedelta) -> timedelta:
    """`step` give or take JITTER, always the same for one entry."""
    return step * (1 - JITTER + 2 * JITTER * int(entry_id[:8], 16) / 0xFFFFFFFF)


Turn = tuple[State, str, datetime, int, int]  # state, reason, due_at, failures, reads


def _after_success(entry: Entry, fetched: Fetched, rules: Rules, rhythm: Rhythm) -> Turn:
    if entry.origin == "backfill":  # yesterday's news is edited no more, and its lists are read once
        return "done", "", fetched.at, 0, entry.reads + (entry.kind == "article")
    if entry.kind == "article":
        return _reread(entry, fetched)
    if fetched.foreseen and not rules.fixed:  # its outlet's feeds are well and name most of it
        rules = Rules(interval=rules.interval * SECOND, edition=rules.edition)
    pause = wait(rhythm, entry.zone, fetched.at, rules, entry.id)
    return "due", fetched.note, fetched.at + pause, 0, 0


def _reread(entry: Entry, fetched: Fetched) -> Turn:
    """The article was looked at; the next look, or the end."""
    reads = entry.reads + 1
    if reads > len(REREADS):
        return "done", "", fetched.at, 0, reads
    return "reread", "", fetched.at + REREADS[reads - 1], 0, reads


def _after_failure(entry: Entry, fetched: Fetched, rules: Rules) -> Turn:
    if fetched.reason in UNASKED:
        return entry.state, fetched.reason, fetched.at + timedelta(seconds=fetched.pause), entry.failures, entry.reads
    failures = entry.failures + 1
    once = entry.kind == "article" or entry.origin == "backfill"
    if once and _given_up(entry, fetched, failures):
        return _reread(entry, fetched) if entry.reads else ("dropped", fetched.reason, fetched.at, failures, 0)
    if not once and fetched.reason == OVER and not entry.listed:
        return "dropped", fetched.reason, fetched.at, failures, entry.reads
    return entry.state, fetched.reason, fetched.at + _wait(entry, fetched, failures, rules), failures, entry.reads


def _given_up(entry: Entry, fetched: Fetched, failures: int) -> bool:
    return fetched.reason in PERMANENT or failures >= (REREAD_TRIES if entry.reads else MAX_TRIES)


def _wait(entry: Entry, fetched: Fetched, failures: int, rules: Rules) -> timedelta:
    if entry.kind == "article":
        first = FIRST_RETRY
    else:
        first = min(wait(unpacked(entry.rhythm), entry.zone, fetched.at, rules, entry.id), SOURCE_RETRY)
    step = spread(entry.id, first * 2 ** min(failures - 1, 20))
    return max(min(step, LONGEST), timedelta(seconds=fetched.pause))


# --- what is known of a source ---


def _rhythm(entry: Entry, fetched: Fetched) -> Rhythm:
    """What a look at a source that succeeded taught."""
    rhythm = unpacked(entry.rhythm)
    if entry.succeeded_at is not None:
        rhythm = learned(rhythm, entry.zone, entry.succeeded_at, fetched.at, fetched.new, fetched.foreseen)
    if fetched.reason != UNCHANGED:
        if fetched.new and (_same_validators(entry, fetched) or _had_lied(entry, fetched)):
            rhythm = caught(rhythm, fetched.at)
        elif fetched.new and conditional(entry, fetched.at):
            rhythm = trusted(rhythm)
        if overrun(entry, fetched) and entry.kind == "feed":
            rhythm = overran(rhythm, fetched.at)
        rhythm = proved(rhythm, fetched.listed)
    return rhythm


def _had_lied(entry: Entry, fetched: Fetched) -> bool:
    """Whether an unconditional answer brings far more than can have appeared since the 304 before it."""
    if entry.status != 304 or entry.succeeded_at is None or conditional(entry, fetched.at):
        return False
    likely = expected(unpacked(entry.rhythm), entry.zone, entry.succeeded_at, max(fetched.at, entry.succeeded_at))
    return fetched.new > likely + 3 * math.sqrt(likely) + 1


def _same_validators(entry: Entry, fetched: Fetched) -> bool:
    sent = (fetched.etag, fetched.last_modified)
    return any(sent) and sent == (entry.etag, entry.last_modified)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a source is asked; names are those of the columns."""

    url: str
    host: str
    listed: str
    moved_to: str = ""
    moved_days: int = 0
    moved_at: datetime | None = None


def place_of(entry: Entry, fetched: Fetched) -> Place:
    """Where an entry is asked after a request. Only a usable answer moves a source."""
    usable = not fetched.reason or fetched.reason == UNCHANGED
    here = Place(
        url=entry.url,
        host=entry.host,
        listed=entry.listed,
        moved_to=entry.moved_to,
        moved_days=entry.moved_days,
        moved_at=entry.moved_at,
    )
    if entry.kind == "article":
        return here
    if fetched.reason in GONE and entry.listed:
        return Place(url=entry.listed, host=host_of(entry.listed), listed="")
    if not usable:
        return here
    return _moved(entry, fetched, here) if fetched.moved else replace(here, moved_to="", moved_days=0, moved_at=None)


def _moved(entry: Entry, fetched: Fetched, here: Place) -> Place:
    """One more answer from another address, for good; equal ones are counted once a day."""
    same = fetched.moved == entry.moved_to
    another_day = entry.moved_at is None or fetched.at.date() != entry.moved_at.date()
    days = entry.moved_days + another_day if same else 1
    if days < MOVED_DAYS:
        return replace(here, moved_to=fetched.moved, moved_days=days, moved_at=fetched.at)
    listed = entry.listed or entry.url
    listed = "" if listed == fetched.moved else listed
    return Place(url=fetched.moved, host=host_of(fetched.moved), listed=listed)


def _mark(
    entry: Entry,
    fetched: Fetched,
    turn: Turn,
    rhythm: str,
    *,
    good: bool = False,
    whole: bool = False,
) -> Mark:
    state, reason, due_at, failures, reads = turn
    place = place_of(entry, fetched)
    elsewhere = place.url != entry.url  # where other validators count
    return Mark(
        state=state,
        reason=reason,
        due_at=due_at,
        status=fetched.status,
        failures=failures,
        reads=reads,
        etag="" if elsewhere else fetched.etag if whole else entry.etag,
        last_modified="" if elsewhere else fetched.last_modified if whole else entry.last_modified,
        fetched_at=fetched.at,
        succeeded_at=fetched.at if good else entry.succeeded_at,
        full_at=fetched.at if whole else entry.full_at,
        fresh_at=fetched.at if fetched.new else entry.fresh_at,
        rhythm=rhythm,
        url=place.url,
        host=place.host,
        listed=place.listed,
        moved_to=place.moved_to,
        moved_days=place.moved_days,
        moved_at=place.moved_at,
    )
