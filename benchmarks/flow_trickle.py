"""From the bus to the search: how long a page takes at a steady trickle through all stages at rest."""

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from benchmarks.flow_ground import DESK, Ground, publish
from kliping.article import Page
from kliping.command.build import Parts
from kliping.command.processes import workers
from kliping.errors import Unavailable
from pipeline.flow import PAGES, STEPS
from pipeline.supervise import Supervisor
from search.archive import Filters

EVERY: Final = 0.25  # seconds between two pages: 345,600 a day, above the 300,000 of the whole country
FIRST: Final = 5  # pages that are not counted: processes start, topics are made
LIMIT: Final = 120.0  # seconds for the last page
LOOK: Final = 0.02  # seconds between two searches: the error of a time


@dataclass(frozen=True, kw_only=True)
class Trickle:
    """Seconds from "on the bus" to "found by a search"."""

    pages: int
    every: float  # seconds between two pages
    p50: float
    p95: float
    longest: float


def trickle(ground: Ground, count: int = 120) -> Trickle:
    """Publish `count` pages one by one and search for each until it is found."""
    with ground.installation("trickle") as made, made.parts() as parts:
        pages = list(ground.pages(parts.pages, count + FIRST))
        watch = _Watch(parts, pages)
        Supervisor(workers(parts.configuration, STEPS)).run(watch.over)
    times = sorted(watch.times()[FIRST:])
    return Trickle(
        pages=len(times), every=EVERY, p50=_quantile(times, 0.5), p95=_quantile(times, 0.95), longest=times[-1]
    )


class _Watch:
    """Publishes and searches between the supervisor's looks at its children."""

    def __init__(self, parts: Parts, pages: list[Page]) -> None:
        self.parts = parts
        self.left = pages
        self.sent: dict[str, float] = {}  # outlet, of which every page has its own -> when it was on the bus
        self.found: dict[str, float] = {}
        self.due = 0.0
        self.heard = time.monotonic()

    def over(self) -> bool:
        """One turn, as long as the supervisor's pause between two looks would be."""
        self._publish()
        self._search()
        assert time.monotonic() - self.heard < LIMIT, f"nothing found for {LIMIT:.0f} s"
        time.sleep(LOOK)
        return not self.left and len(self.found) == len(self.sent)

    def times(self) -> list[float]:
        """Seconds of each page, in the order of publishing."""
        return [self.found[outlet] - at for outlet, at in self.sent.items()]

    def _publish(self) -> None:
        warming = len(self.sent) == FIRST and len(self.found) < FIRST  # wait for the first ones
        if not self.left or warming or time.monotonic() < self.due:
            return
        page = self.left.pop(0)
        publish(self.parts, PAGES, [page])
        self.sent[page.outlet] = time.monotonic()
        self.due = time.monotonic() + EVERY

    def _search(self) -> None:
        waiting = tuple(outlet for outlet in self.sent if outlet not in self.found)
        if not waiting:
            return
        with suppress(Unavailable):  # an index that is being made
            hits = self.parts.archive.search(DESK, None, Filters(outlets=waiting), limit=100).hits
            for hit in hits:
                self.found[hit.document.outlet] = self.heard = time.monotonic()


def _quantile(times: list[float], share: float) -> float:
    return times[min(int(share * len(times)), len(times) - 1)]
