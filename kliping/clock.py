"""The only place that reads the clock.

`KLIPING_CLOCK_OFFSET` (seconds, may be negative) moves the time of a whole installation: the sample press and the
journeys fix "today" with it, and every process that they start agrees.
"""

import os
import time
from datetime import UTC, datetime, timedelta

OFFSET_VARIABLE = "KLIPING_CLOCK_OFFSET"


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC) + timedelta(seconds=float(os.environ.get(OFFSET_VARIABLE, "0")))


def monotonic() -> float:
    """Seconds for measuring durations; never goes back when the wall clock is set."""
    return time.monotonic()
