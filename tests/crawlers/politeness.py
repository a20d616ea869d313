"""Whether a host was asked in its gap, by when its server noted each request."""

from collections.abc import Iterable

LATE = 0.5  # seconds: a busy machine notes an arrival so late now and then, and the next one in time


def lateness(arrivals: Iterable[float], gap: float) -> float:
    """How late the latest arrival was noted if every request was sent `gap` after the one before it, seconds.

    One late note is its own lateness and no more; requests that are sent twice as fast are late by half a gap each,
    added up.
    """
    sent, latest = float("inf"), 0.0
    for noted in sorted(arrivals, reverse=True):
        sent = min(noted, sent - gap)
        latest = max(latest, noted - sent)
    return latest
