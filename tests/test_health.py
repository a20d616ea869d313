"""What is usual for an outlet, and who is silent or odd by that; the rows behind it, and what they cost."""

import math
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kliping.database import Database, migrate
from kliping.health import Facts, Health, Source, judge, observe
from kliping.outlets import Outlet
from kliping.regularity import (
    DAY,
    SLOTS,
    History,
    chance_of_none,
    day_of,
    expected,
    is_silent,
    oddness,
    rate_of,
    tails,
)
from kliping.tables import frontier

MONDAY: Final = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # 07.00 WIB
OFFICE: Final = (0, 0, 3, 4, 4, 3, 2, 1)  # how articles spread over a day's three-hour parts
HOURS: Final = st.integers(0, 24 * 60).map(lambda hours: timedelta(hours=hours))


def drawn(random_: random.Random, mean: float, dispersion: float) -> int:
    """A day's articles: Poisson, its mean from a gamma distribution (which makes it negative binomial)."""
    if dispersion > 1:
        mean = random_.gammavariate(mean / (dispersion - 1), dispersion - 1)
    threshold, number, product = math.exp(-min(mean, 700)), 0, random_.random()
    while product > threshold:
        number, product = number + 1, product * random_.random()
    return number


def published(random_: random.Random, days: int, week: list[float], dispersion: float) -> list[datetime]:
    """The moments of an outlet's articles in the `days` days before MONDAY's 07.00 WIB."""
    start = MONDAY - timedelta(hours=7) - days * DAY
    moments = []
    for day in range(days):
        midnight = start + day * DAY
        for _ in range(drawn(random_, week[(midnight + timedelta(hours=7)).weekday()], dispersion)):
            slot = random_.choices(range(SLOTS), OFFICE)[0]
            moments.append(midnight + timedelta(hours=3) * (slot + random_.random()))
    return sorted(moments)


def history(moments: list[datetime]) -> History:
    days = Counter(day_of(moment) for moment in moments)
    slots = Counter((moment + timedelta(hours=7)).hour // 3 for moment in moments)
    return History(days=days, slots=tuple(slots[slot] for slot in range(SLOTS)))


def seven(mean: float) -> list[float]:
    """A week with little on Sunday."""
    return [mean] * 5 + [mean * 0.8, mean * 0.4]


@pytest.mark.parametrize(("mean", "dispersion"), [(150, 3), (30, 2), (8, 1.5), (1, 1)])
def test_outlets_that_are_as_ever_are_seldom_named(mean: float, dispersion: float) -> None:
    """40 outlets of each size, looked at every 06.00 WIB of their last week; nearly none is named."""
    random_ = random.Random(20261124)
    named = 0
    for _ in range(40):
        moments = published(random_, 50, seven(mean), dispersion)
        for days in range(7):
            at = MONDAY - timedelta(hours=1) - days * DAY
            before = [moment for moment in moments if at - timedelta(weeks=6) < moment <= at]
            rate = rate_of(history(before), at)
            if rate and before:
                lately = sum(moment > at - DAY for moment in before)
                named += is_silent(rate, before[-1], at) or bool(oddness(rate, lately, at))
    assert named <= 1  # of 280


@pytest.mark.parametrize(("mean", "dispersion", "days"), [(150, 3, 1), (30, 2, 1), (8, 1.5, 3), (1, 1, 14)])
def test_an_outlet_that_stops_is_named_in_time(mean: float, dispersion: float, days: int) -> None:
    """Dead at Monday's 07.00 WIB: silent by `days` mornings later, whatever its history was like."""
    random_ = random.Random(20261124)
    at = MONDAY + days * DAY - timedelta(hours=1)
    for _ in range(20):
        moments = published(random_, 42, seven(mean), dispersion)
        rate = rate_of(history(moments), at)
        assert rate is not None
        assert is_silent(rate, moments[-1], at)


def test_a_silence_does_not_make_itself_usual() -> None:
    moments = published(random.Random(1), 40, seven(20), 1)
    first, later = (rate_of(history(moments), MONDAY + days * DAY) for days in (1, 20))
    assert first == later


def test_the_backlog_of_the_first_day_counts_for_nothing() -> None:
    moments = published(random.Random(1), 40, seven(5), 1)
    backlog = [moments[0] - DAY] * 300
    rate = rate_of(history(backlog + moments), MONDAY)
    assert rate is not None
    assert max(rate.weekdays) < 10


def test_a_quiet_sunday_is_no_silence_and_a_quiet_tuesday_is() -> None:
    week = [12.0] * 5 + [12.0, 0.05]
    moments = published(random.Random(1), 42, week, 1)  # Monday 07.00 WIB: the Sunday is over
    rate = rate_of(history(moments), MONDAY)
    assert rate is not None
    saturday = MONDAY - timedelta(hours=7 + 24 + 2)
    assert not is_silent(rate, saturday, MONDAY)
    assert is_silent(rate, saturday + 3 * DAY, MONDAY + 3 * DAY)


def test_far_fewer_and_far_more() -> None:
    rate = rate_of(history(published(random.Random(1), 42, [30.0] * 7, 1)), MONDAY)
    assert rate is not None
    assert [oddness(rate, seen, MONDAY) for seen in (3, 30, 90)] == ["fewer", "", "more"]


def test_without_three_weeks_nobody_is_judged() -> None:
    assert rate_of(History(days={}, slots=(0,) * SLOTS), MONDAY) is None
    assert rate_of(history(published(random.Random(1), 20, seven(20), 1)), MONDAY) is None


@given(st.floats(0, 500), st.floats(1, 50), st.floats(0, 500))
def test_the_chance_of_none(mean: float, dispersion: float, more: float) -> None:
    chance = chance_of_none(mean, dispersion)
    assert 0 <= chance <= 1
    assert chance_of_none(mean + more, dispersion) <= chance
    assert chance_of_none(mean, dispersion + 1) >= chance  # who is unsteady is called silent later


@given(st.integers(0, 300), st.floats(0.01, 300), st.floats(1, 30))
def test_the_tails(seen: int, mean: float, dispersion: float) -> None:
    fewer, more = tails(seen, mean, dispersion)
    assert 0 <= fewer <= 1
    assert 0 <= more <= 1
    assert fewer + more >= 1 - 1e-9
    assert tails(0, mean, dispersion)[0] == pytest.approx(chance_of_none(mean, dispersion), rel=1e-3, abs=1e-12)
    assert tails(seen + 1, mean, dispersion)[0] >= fewer - 1e-12


@given(HOURS, HOURS, HOURS)
def test_what_is_expected_adds_up(first: timedelta, second: timedelta, third: timedelta) -> None:
    rate = rate_of(history(published(random.Random(1), 42, seven(8), 1)), MONDAY)
    assert rate is not None
    a, b, c = sorted((first, second, third))
    parts = expected(rate, MONDAY + a, MONDAY + b) + expected(rate, MONDAY + b, MONDAY + c)
    whole = expected(rate, MONDAY + a, MONDAY + c)
    assert whole <= parts + 1e-6
    if c - a <= timedelta(weeks=6):
        assert whole == pytest.approx(parts)
    assert expected(rate, MONDAY, MONDAY + 7 * DAY) == pytest.approx(sum(rate.weekdays))


# --- one outlet's state ---

KABAR: Final = Outlet(id="kabar", name="Kabar", domain="kabar.test", feeds=("https://kabar.test/feed",))
GOOD: Final = Source(
    reason="", failures=0, succeeded_at=MONDAY, fetched_at=MONDAY, due_at=MONDAY + timedelta(minutes=15)
)
BAD: Final = replace(GOOD, reason="timeout", failures=5, succeeded_at=MONDAY - 2 * DAY)
STEADY: Final = history(published(random.Random(1), 42, seven(20), 1))
FINE: Final = Facts(sources=(GOOD,), last=MONDAY, seen=8, read=8, history=STEADY)


@pytest.mark.parametrize(
    ("outlet", "facts", "state", "detail"),
    [
        (KABAR, FINE, "ok", ""),
        (replace(KABAR, enabled=False), FINE, "off", ""),
        (replace(KABAR, feeds=()), Facts(), "none", ""),
        (KABAR, Facts(), "unread", ""),
        (KABAR, Facts(sources=(replace(GOOD, succeeded_at=None, fetched_at=None),)), "unread", ""),
        (KABAR, replace(FINE, sources=(BAD,)), "failing", "timeout"),
        (KABAR, replace(FINE, sources=(BAD, GOOD)), "ok", ""),
        (KABAR, replace(FINE, seen=9, read=0, refused={"robots": 8, "timeout": 1}), "failing", "robots"),
        (KABAR, replace(FINE, seen=9, read=7, refused={"robots": 2}), "ok", ""),
        (KABAR, replace(FINE, last=MONDAY - 3 * DAY, seen=0, read=0), "silent", ""),
        (KABAR, replace(FINE, seen=200, read=200), "odd", "more"),
        (KABAR, Facts(sources=(GOOD,)), "new", ""),
        (KABAR, Facts(sources=(GOOD,), last=MONDAY - 3 * DAY), "new", ""),
        (KABAR, Facts(sources=(GOOD,), last=MONDAY - 15 * DAY), "silent", ""),
    ],
)
def test_the_state_of_an_outlet(outlet: Outlet, facts: Facts, state: str, detail: str) -> None:
    found = judge(outlet, facts, MONDAY)
    assert (found.state, found.detail) == (state, detail)


def test_what_an_outlets_health_tells() -> None:
    facts = replace(FINE, sources=(BAD, GOOD), refused={"robots": 2, "robots_unreachable": 1})
    found = judge(KABAR, facts, MONDAY)
    assert (found.succeeded, found.failures, found.due) == (MONDAY, 5, GOOD.due_at)
    assert found.reasons == {"robots": 2, "robots_unreachable": 1, "timeout": 1}
    assert found.robots == 3
    assert found.usual == pytest.approx(8, abs=4)  # a Sunday


# --- from rows ---


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/kliping.db")
    migrate(database)
    yield database
    database.close()


def row(id_: str, outlet: str, kind: str, at: datetime, **more: Any) -> dict[str, Any]:
    found = {
        "id": id_, "url": f"https://{outlet}.test/{id_}", "kind": kind, "outlet": outlet, "host": f"{outlet}.test",
        "found": "{}", "origin": "live", "state": "done", "reason": "", "priority": 0, "discovered_at": at,
        "due_at": at, "reads": 1, "failures": 0, "fetched_at": at, "succeeded_at": at, "fresh_at": None,
    }  # fmt: skip
    return found | more


def seen_of(database: Database, rows: list[dict[str, Any]], *outlets: Outlet) -> dict[str, Health]:
    with database.write() as connection:
        database.upsert(connection, frontier, rows, [])
    with database.read() as connection:
        return observe(connection, {outlet.id: outlet for outlet in outlets}, MONDAY)


def test_an_outlet_that_falls_silent_is_found_in_the_rows(database: Database) -> None:
    random_ = random.Random(1)
    quiet = replace(KABAR, id="quiet")
    rows = [row(f"source-{id_}", id_, "feed", MONDAY, state="due") for id_ in ("kabar", "quiet")]
    for id_, until in (("kabar", MONDAY), ("quiet", MONDAY - 2 * DAY)):
        moments = [moment for moment in published(random_, 42, seven(20), 1) if moment < until]
        rows += [row(f"{id_}-{number}", id_, "article", moment) for number, moment in enumerate(moments)]
    found = seen_of(database, rows, KABAR, quiet, replace(KABAR, id="unknown"))
    assert {id_: one.state for id_, one in found.items()} == {"kabar": "ok", "quiet": "silent", "unknown": "unread"}
    last = found["quiet"].last
    assert last is not None
    assert MONDAY - 3 * DAY < last < MONDAY - 2 * DAY


def test_what_staff_and_archives_brought_says_nothing_about_an_outlet(database: Database) -> None:
    rows = [row("source", "kabar", "feed", MONDAY, state="due", fresh_at=MONDAY - DAY)]
    rows += [row(f"b{n}", "kabar", "article", MONDAY, origin="backfill") for n in range(50)]
    rows += [row(f"h{n}", "kabar", "article", MONDAY, origin="hand") for n in range(5)]
    found = seen_of(database, rows, KABAR)["kabar"]
    assert (found.seen, found.last, found.state) == (0, MONDAY - DAY, "new")


def test_refusals_and_sources_that_ended(database: Database) -> None:
    rows = [
        row("gone", "kabar", "feed", MONDAY, state="dropped", reason="http_410", succeeded_at=MONDAY - 9 * DAY),
        row("old", "kabar", "feed", MONDAY, state="dropped", reason="removed"),
        *(row(f"r{n}", "kabar", "article", MONDAY, state="dropped", reason="robots") for n in range(4)),
    ]
    found = seen_of(database, rows, KABAR)["kabar"]
    assert (found.state, found.detail, found.due) == ("failing", "http_410", None)
    assert found.reasons == {"robots": 4, "http_410": 1}
