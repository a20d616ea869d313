"""Tells work that stands still from work that is not there (bar A3).

Three things watch a worker. Its heartbeat shows life: the supervisor kills a process whose loop no longer turns. This
watchdog shows work: a loop that turns although records wait and none of its batches ends is a fault that a new process
may not have, a client that stopped fetching (dpkp/kafka-python#3138) above all. A store that does not answer is
neither: the worker waits for it, says so, and is not restarted, which would help nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from kliping.clock import monotonic
from kliping.errors import KlipingError

STUCK_SECONDS = 120.0  # bar A3
LOOK_SECONDS = 10.0  # between two questions of an idle worker: one small request, and a proof that the bus answers


class StuckError(KlipingError):
    """Records wait for this worker and none of its batches ends: its process should end and begin anew."""


@dataclass(slots=True)
class Watchdog:
    """`behind` counts the records that wait for the worker; `limit` is how long it may end none of them, in seconds."""

    behind: Callable[[], int]
    limit: float = STUCK_SECONDS
    _progress: float = field(default_factory=monotonic)
    _looked: float = field(default_factory=monotonic)

    def progress(self) -> None:
        """A batch ended, or there is a reason known why none can."""
        self._progress = monotonic()

    def look(self) -> bool:
        """For a turn of the loop in which nothing ended: True when the bus was asked and nothing waits.

        Raises StuckError, and Unavailable where the bus is silent.
        """
        if monotonic() - self._looked < min(LOOK_SECONDS, self.limit / 4):
            return False
        self._looked = monotonic()
        waiting = self.behind()
        still = monotonic() - self._progress
        if not waiting:
            self.progress()
        elif still > self.limit:
            raise StuckError(f"{waiting} records wait and no batch has ended for {still:.0f} s")
        return not waiting
