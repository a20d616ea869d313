"""The coverage simulation in small: the goal of the benchmark holds, and the press is what it says."""

from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.coverage.__main__ import measured
from benchmarks.coverage.press import RATES, made
from benchmarks.coverage.result import GOAL_P95, GOAL_SHARE
from crawlers.interval import Rules
from kliping.clock import driven, monotonic, now

START = datetime(2026, 11, 24, tzinfo=UTC)


def test_a_driven_clock_is_everybodys_until_the_block_ends() -> None:
    with driven(START) as clock:
        before = monotonic()
        clock.go_on(3600)
        assert (now(), monotonic() - before) == (START + timedelta(hours=1), 3600.0)
        with pytest.raises(ValueError, match="does not go back"):
            clock.go_on(-1)
    assert now() != START + timedelta(hours=1)


def test_the_press_has_the_rates_of_the_issue() -> None:
    press = made(40, 6, 1)
    for share, rate in RATES:
        mine = [outlet for outlet in press if outlet.rate == rate]
        assert len(mine) == round(share * 40)
    busy = [len(outlet.articles) / 8 for outlet in press if outlet.rate == 150.0]  # two days of past
    assert all(100 < rate < 210 for rate in busy)


@pytest.mark.slow
def test_a_small_press_is_collected_in_time() -> None:
    result = measured(40, 10, 1, Rules(), tick=30.0)  # on the first days the rates are not known yet
    assert result.share >= GOAL_SHARE, result.examples
    assert result.delay(0.95) <= GOAL_P95
    assert result.unchanged > 0.5
