"""When a URL is asked next, without a database or a network."""

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.interval import JITTER, LONGEST, Rules
from crawlers.schedule import (
    MAX_TRIES,
    OVER,
    PERMANENT,
    SOURCE_RETRY,
    Entry,
    Fetched,
    conditional,
    decide,
    spread,
)
from kliping.article import digest

AT = datetime(2026, 11, 24, 6, tzinfo=UTC)
RULES = Rules()
HOUR = timedelta(hours=1)


def entry(kind: str = "article", **values: object) -> Entry:
    base = {"id": digest("x"), "url": "http://a.test/x", "kind": kind, "outlet": "a", "host": "a.test"}
    return Entry(**base, discovered_at=AT, due_at=AT, **values)  # type: ignore[arg-type]


def after(before: Entry, at: datetime = AT, reason: str = "", **values: object) -> Entry:
    """The entry once a request at `at` ended."""
    mark = decide(before, Fetched(at=at, reason=reason, **values), RULES)  # type: ignore[arg-type]
    return replace(before, **asdict(mark))


def test_an_article_is_looked_at_again_after_1_6_and_24_hours_and_then_left() -> None:
    looks, it, at = [], entry(), AT
    while it.state != "done":
        it = after(it, at, etag='"1"')
        looks.append(at - AT)
        at = it.due_at
    assert looks == [timedelta(0), HOUR, 6 * HOUR, 24 * HOUR]


def test_a_day_later_the_article_is_asked_unconditionally() -> None:
    read = after(entry(), etag='W/"1"', last_modified="Mon, 23 Nov 2026 01:00:00 GMT")
    assert conditional(read, AT + 23 * HOUR)
    assert not conditional(read, AT + 24 * HOUR)
    unchanged = after(read, AT + HOUR, "http_304")
    assert (unchanged.etag, unchanged.full_at) == ('W/"1"', AT)


@pytest.mark.parametrize("status", [404, 410])
def test_what_was_gone_is_asked_unconditionally(status: int) -> None:
    """It may be back as it was: a 304 would not say so."""
    gone = after(after(entry(), etag='"1"'), AT + HOUR, f"http_{status}", status=status)
    assert not conditional(gone, AT + 6 * HOUR)
    assert conditional(after(gone, AT + 6 * HOUR, status=200, etag='"1"'), AT + 7 * HOUR)


@pytest.mark.parametrize("reason", ["http_404", "http_410", "robots", "timeout"])
def test_what_was_read_is_never_dropped(reason: str) -> None:
    it = after(entry())
    at = AT
    for _ in range(20):
        it = after(it, at, reason)
        at = it.due_at
    assert it.state == "done"


@pytest.mark.parametrize("reason", sorted(PERMANENT))
def test_what_can_never_be_read_is_dropped_at_once(reason: str) -> None:
    ended = after(entry(), reason=reason)
    assert (ended.state, ended.reason) == ("dropped", reason)


def test_what_fails_for_now_is_tried_through_a_weekend_and_then_dropped() -> None:
    it, tries, at = entry(), 0, AT
    while it.state == "due":
        it = after(it, at, "timeout")
        tries += 1
        at = it.due_at
    assert (it.state, it.reason, tries) == ("dropped", "timeout", MAX_TRIES)
    assert timedelta(hours=60) < at - AT < timedelta(hours=72)


def test_a_pause_that_the_host_asked_for_is_kept_and_counts_nothing() -> None:
    held = after(entry(), reason="retry_after", pause=3600.0)
    assert (held.state, held.due_at, held.failures) == ("due", AT + HOUR, 0)
    assert after(entry(failures=3), reason="lease_lost").failures == 3
    assert after(entry(), reason="http_503", pause=7200.0).due_at == AT + 2 * HOUR


@pytest.mark.parametrize("kind", ["feed", "listing"])
def test_a_source_waits_twice_as_long_each_time_up_to_a_day_and_never_stops(kind: str) -> None:
    it, at, waits = entry(kind), AT, []
    for _ in range(30):
        it = after(it, at, "http_404")
        assert it.state == "due"
        waits.append(it.due_at - at)
        at = it.due_at
    assert waits == sorted(waits)
    assert waits[0] <= SOURCE_RETRY * (1 + JITTER)
    assert waits[1] > 1.5 * waits[0]
    assert waits[-1] == LONGEST
    well = after(it, at)
    assert (well.failures, well.due_at - at < LONGEST) == (0, True)


def test_a_failure_keeps_the_validators_and_news_replace_them() -> None:
    known = after(entry("feed"), etag='"1"')
    assert after(known, reason="timeout").etag == '"1"'
    assert after(known, AT + HOUR, etag="", last_modified="x").etag == ""


@given(st.integers(0, 2**128 - 1), st.floats(1, 1e5))
def test_the_spread_stays_within_a_tenth(number: int, seconds: float) -> None:
    interval = timedelta(seconds=seconds)
    assert (
        interval * (1 - JITTER) <= spread(f"{number:032x}", interval) <= interval * (1 + JITTER) + timedelta.resolution
    )


def test_sources_that_start_together_do_not_stay_together() -> None:
    """C12: 500 feeds, one simulated day, no second of the last interval with more than 5 % of the requests."""
    feeds = [entry("feed") for _ in range(500)]
    feeds = [replace(feed, id=digest(str(number))) for number, feed in enumerate(feeds)]
    last: list[int] = []
    for feed in feeds:
        it = feed
        while it.due_at < AT + LONGEST:
            it = after(it, it.due_at)
        last.append(int((it.due_at - AT).total_seconds()))
    assert max(last.count(second) for second in set(last)) <= 25


@given(
    st.builds(
        Fetched,
        at=st.just(AT),
        reason=st.sampled_from(["", "http_304", "http_500", "timeout", "retry_after", *sorted(PERMANENT)]),
        pause=st.floats(0, 86400),
    ),
    st.sampled_from(["feed", "listing", "article"]),
    st.integers(0, 40),
    st.integers(0, 4),
)
def test_nothing_is_due_in_the_past_or_in_more_than_a_day(
    fetched: Fetched, kind: str, failures: int, reads: int
) -> None:
    mark = decide(entry(kind, failures=failures, reads=reads), fetched, RULES)
    assert timedelta(0) <= mark.due_at - AT <= LONGEST
    assert mark.state in ("due", "reread") or kind == "article" or fetched.reason == OVER
