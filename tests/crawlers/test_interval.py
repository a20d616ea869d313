"""How long a source is left alone: what is learned, what it costs, what a 304 is worth."""

import random
from dataclasses import asdict, replace
from datetime import UTC, datetime, time, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.discovery import source_id
from crawlers.interval import (
    EDITION_LEAD,
    JITTER,
    LONGEST,
    NEW,
    SHORTEST,
    Rhythm,
    Rules,
    doubted,
    expected,
    learned,
    packed,
    proved,
    unpacked,
    wait,
)
from crawlers.schedule import Entry, Fetched, conditional, decide, overrun
from kliping.article import digest

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)  # a Tuesday, 12:00 in Jakarta
JAKARTA = "Asia/Jakarta"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
RULES = Rules(edition=None)
rhythms = st.builds(
    Rhythm,
    seen=st.floats(0, 5000),
    days=st.floats(0, 15),
    hours=st.tuples(*[st.floats(0, 300)] * 24),
    hours_expected=st.tuples(*[st.floats(0, 300)] * 24),
    silence=st.floats(0, 1000),
    window=st.integers(0, 2000),
)
moments = st.integers(0, 14 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))


def known(per_day: float, **more: object) -> Rhythm:
    return msgspec.structs.replace(NEW, seen=per_day * 10, days=10.0, **more)


def minutes(rhythm: Rhythm, at: datetime = NOON, rules: Rules = RULES) -> float:
    return wait(rhythm, JAKARTA, at, rules, "x").total_seconds() / 60


@given(rhythms, moments, st.sampled_from([JAKARTA, "Asia/Makassar", "Asia/Jayapura"]), st.integers(600, 86400))
def test_every_wait_lies_between_ten_minutes_and_a_day(rhythm: Rhythm, at: datetime, zone: str, interval: int) -> None:
    for edition in (None, time(6)):
        rules = Rules(interval=timedelta(seconds=interval), edition=edition)
        assert SHORTEST <= wait(rhythm, zone, at, rules, "x") <= LONGEST


@given(rhythms, moments, st.integers(1, 48), st.integers(0, 500), st.floats(0, 50))
def test_what_is_learned_stays_a_rate(rhythm: Rhythm, at: datetime, hours: int, new: int, foreseen: float) -> None:
    after = learned(rhythm, JAKARTA, at, at + hours * HOUR, new, foreseen)
    assert after.rate > 0
    assert min(after.hours + after.week + (after.seen, after.days, after.silence)) >= 0
    assert expected(after, JAKARTA, at, at + DAY) > 0
    assert expected(unpacked(packed(after)), JAKARTA, at, at + DAY) == pytest.approx(
        expected(after, JAKARTA, at, at + DAY), rel=0.01, abs=0.01
    )


@given(moments, st.integers(1, 600), st.integers(1, 600))
def test_expectations_add_up(at: datetime, first: int, second: int) -> None:
    middle, end = at + timedelta(minutes=first), at + timedelta(minutes=first + second)
    parts = expected(known(30), JAKARTA, at, middle) + expected(known(30), JAKARTA, middle, end)
    assert parts == pytest.approx(expected(known(30), JAKARTA, at, end))


def test_quiet_sources_wait_longer_by_the_square_root() -> None:
    assert minutes(known(150)) <= 12 * (1 + JITTER)
    assert minutes(known(1)) == pytest.approx(2 * minutes(known(4)), rel=2.5 * JITTER)
    assert 30 < minutes(known(1)) < 90
    assert minutes(known(0.01)) > 4 * minutes(known(1))


def test_nights_are_quiet_and_end_with_the_morning() -> None:
    night = NOON.replace(hour=18)  # 01:00
    assert minutes(known(8), night) > 2 * minutes(known(8))
    assert night + timedelta(minutes=minutes(known(1), night)) < night + 6 * HOUR


def test_a_rate_is_learned_with_its_hours() -> None:
    """A source with 24 articles a day, all between 22:00 and 24:00: after two weeks it is asked then."""
    draw, rhythm, at = random.Random(1), NEW, NOON
    for _ in range(14 * 24 * 4):
        local = (at.hour + 7) % 24
        new = sum(draw.random() < 0.75 for _ in range(4)) if local >= 22 else 0
        rhythm = learned(rhythm, JAKARTA, at, at + timedelta(minutes=15), new)
        at += timedelta(minutes=15)
    late, noon = at.replace(hour=15, minute=30), at.replace(hour=4)
    assert expected(rhythm, JAKARTA, noon, noon + DAY) == pytest.approx(24, rel=0.25)
    assert minutes(rhythm, late) < 15
    assert minutes(rhythm, noon) > 1.5 * minutes(rhythm, late)


def test_a_source_that_fell_silent_is_asked_less_and_at_once_again_when_it_speaks() -> None:
    silent = learned(known(150), JAKARTA, NOON, NOON + DAY, 0)
    assert minutes(silent) > 3 * minutes(known(150))
    assert minutes(learned(silent, JAKARTA, NOON, NOON + HOUR, 1)) < minutes(silent) / 2


def test_a_window_is_read_before_it_turns_over() -> None:
    rare = Rules(interval=6 * HOUR, edition=None)
    hours = expected(known(30), JAKARTA, NOON, NOON + timedelta(minutes=minutes(known(30, window=10), rules=rare)))
    assert hours + 3 * hours**0.5 <= 10 * (1 + JITTER)
    assert minutes(known(30), rules=rare) > 2 * minutes(known(30, window=10), rules=rare)


@given(st.floats(0.01, 20), st.integers(0, 24 * 60))
def test_every_source_is_asked_shortly_before_the_edition(per_day: float, start: int) -> None:
    at, edition = NOON + timedelta(minutes=start), time(6)
    asked = [at]
    while asked[-1] < NOON + 3 * DAY:
        asked.append(asked[-1] + wait(known(per_day), JAKARTA, asked[-1], Rules(edition=edition), "x"))
    six = NOON.replace(hour=23) + DAY  # 06:00 in Jakarta
    soonest, latest = six - timedelta(seconds=EDITION_LEAD[1]) - SHORTEST, six - timedelta(seconds=EDITION_LEAD[0])
    assert any(soonest <= one <= latest for one in asked)


def test_500_sources_that_start_together_do_not_stay_together() -> None:
    """C12: one simulated day, then no second with more than 5 % of an interval's requests."""
    rhythm, last = known(150), list[int]()
    for number in range(500):
        at = NOON
        while at < NOON + DAY:
            at += wait(rhythm, JAKARTA, at, Rules(), source_id(str(number)))
        last.append(int(at.timestamp()))
    assert max(map(last.count, set(last))) <= 25


def feed(**values: object) -> Entry:
    base: dict[str, object] = {"id": digest("x"), "url": "http://a.test/feed", "kind": "feed", "outlet": "a"}
    return Entry(**base, host="a.test", discovered_at=NOON, due_at=NOON, **values)  # type: ignore[arg-type]


def after(before: Entry, at: datetime, reason: str = "", **values: object) -> Entry:
    fetched = Fetched(at=at, reason=reason, **values)  # type: ignore[arg-type]
    return replace(before, **asdict(decide(before, fetched, RULES)))


def test_a_304_is_believed_for_two_hours_until_the_validators_have_proved_themselves() -> None:
    first = after(feed(), NOON, etag='"1"', listed=20)
    assert conditional(first, NOON + HOUR)
    assert not conditional(first, NOON + 2 * HOUR)
    honest = after(first, NOON + HOUR, etag='"2"', new=1, listed=20)
    assert conditional(honest, NOON + 3 * HOUR + timedelta(minutes=5))


def test_a_304_that_is_not_likely_any_more_is_not_believed() -> None:
    busy = proved(known(150, honest=True), 20)
    assert not doubted(busy, JAKARTA, NOON, NOON, NOON + timedelta(minutes=15))
    assert doubted(busy, JAKARTA, NOON, NOON, NOON + 2 * HOUR)


@pytest.mark.parametrize("etag", ['"1"', '"2"'])
def test_validators_that_lied_are_left_alone(etag: str) -> None:
    """Either they stay the same while articles come, or a whole answer brings far more than the 304 before allows."""
    entry = after(feed(rhythm=packed(known(30))), NOON, etag='"1"', listed=20, status=200)
    entry = after(entry, NOON + HOUR, "http_304", status=304)
    entry = after(entry, NOON + 3 * HOUR, etag=etag, new=15, listed=20, status=200)
    assert not conditional(entry, NOON + 3 * HOUR + timedelta(minutes=10))


def test_a_source_that_names_only_news_may_have_lost_some() -> None:
    entry = after(feed(), NOON, listed=10, new=10)
    assert not overrun(feed(), Fetched(at=NOON, new=10, listed=10))
    assert overrun(entry, Fetched(at=NOON, new=10, listed=10))
    assert not overrun(entry, Fetched(at=NOON, new=9, listed=10))


def test_a_feed_that_overran_is_asked_as_often_as_is_allowed_for_a_week() -> None:
    entry = after(feed(rhythm=packed(known(1))), NOON, listed=10)
    late = after(entry, NOON + 6 * HOUR, listed=10, new=10)
    assert SHORTEST <= late.due_at - (NOON + 6 * HOUR) <= SHORTEST * (1 + JITTER)
    calm = after(replace(late, succeeded_at=NOON + 8 * DAY), NOON + 8 * DAY + HOUR, listed=10)
    assert calm.due_at - (NOON + 8 * DAY + HOUR) > SHORTEST * (1 + JITTER)


def test_301_moves_a_source_after_three_equal_answers_on_three_days() -> None:
    entry, there = after(feed(), NOON, etag='"1"'), "http://b.test/rss"
    for day in range(3):
        for hour in range(3):
            assert entry.url == "http://a.test/feed"
            entry = after(entry, NOON + day * DAY + hour * HOUR, moved=there, etag='"1"')
            if day == 2:
                break
    assert (entry.url, entry.host, entry.listed, entry.etag) == (there, "b.test", "http://a.test/feed", "")
    back = after(entry, NOON + 9 * DAY, "http_404", status=404)
    assert (back.url, back.host, back.listed, back.state) == ("http://a.test/feed", "a.test", "", "due")


@pytest.mark.parametrize("between", [{"moved": "http://c.test/rss"}, {}])
def test_other_answers_in_between_begin_the_count_anew(between: dict[str, str]) -> None:
    entry = feed()
    for day, values in enumerate([{"moved": "http://b.test/"}, {"moved": "http://b.test/"}, between]):
        entry = after(entry, NOON + day * DAY, **values)
    entry = after(entry, NOON + 3 * DAY, moved="http://b.test/")
    assert (entry.url, entry.moved_days) == ("http://a.test/feed", 1)


def test_410_stops_a_source_and_404_never_does() -> None:
    assert after(feed(), NOON, "http_404", status=404).state == "due"
    gone = after(feed(), NOON, "http_410", status=410)
    assert (gone.state, gone.reason) == ("dropped", "http_410")
