"""The only place that reads the clock.

`KLIPING_CLOCK_OFFSET` (seconds, may be negative) moves the time of a whole installation: the sample press and the
journeys fix "today" with it, and every process that they start agrees. `driven` replaces it within one process, so
that a simulation lives through a month in minutes and nothing sleeps.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

OFFSET_VARIABLE = "KLIPING_CLOCK_OFFSET"


class DrivenClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self.passed = 0.0  # seconds since the start

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.passed)

    def go_on(self, seconds: float) -> None:
        """Let `seconds` (at least 0) pass."""
        if seconds < 0:
            raise ValueError(f"a clock does not go back: {seconds}")
        self.passed += seconds


_driven: DrivenClock | None = None


@contextmanager
def driven(start: datetime) -> Iterator[DrivenClock]:
    """Until the block ends, `now()` and `monotonic()` of this process say what the yielded clock says."""
    global _driven
    before, _driven = _driven, DrivenClock(start)
    try:
        yield _driven
    finally:
        _driven = before


def now() -> datetime:
    """The present instant, aware, in UTC."""
    if _driven is not None:
        return _driven.now()
    return datetime.now(UTC) + timedelta(seconds=float(os.environ.get(OFFSET_VARIABLE, "0")))


def monotonic() -> float:
    """Seconds for measuring durations; never goes back when the wall clock is set."""
    return time.monotonic() if _driven is None else _driven.passed
