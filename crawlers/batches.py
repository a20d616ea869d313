"""What a crawl holds: for each leased host the entries that are not answered yet, and until when. In memory only."""

from collections.abc import Iterable

from scrapy import Request
from scrapy.crawler import Crawler

from crawlers.reasons import Refused, count
from crawlers.schedule import LOST, Entry
from kliping.clock import monotonic


class Batches:
    """Entries in work, by host. `take` them in, tell when one is `done`.

    lease: seconds that the leases last from their last renewal on; by a clock that also runs while the process sleeps.
    """

    def __init__(self, lease: float) -> None:
        self._lease = lease
        self._until = monotonic() + lease
        self._open: dict[str, set[str]] = {}
        self._lost: set[str] = set()

    def __len__(self) -> int:
        """Hosts in work."""
        return len(self._open)

    def take(self, entries: Iterable[Entry]) -> None:
        """These entries are leased now."""
        for entry in entries:
            self._open.setdefault(entry.host, set()).add(entry.id)
            self._lost.discard(entry.host)

    def done(self, entry: Entry) -> bool:
        """True when this was the last open entry of its host."""
        left = self._open.get(entry.host, set())
        left.discard(entry.id)
        if left or entry.host not in self._open:
            return False
        del self._open[entry.host]
        return True

    def renewed(self, held: set[str], at: float) -> None:
        """The leases of the hosts `held` were renewed at the monotonic time `at`; others were taken over."""
        self._until = at + self._lease
        self._lost = set(self._open) - held

    def holds(self, host: str) -> bool:
        """False when another crawler may ask the host."""
        return monotonic() < self._until and host not in self._lost


def check_lease(crawler: Crawler, request: Request) -> None:
    """Raises Refused where another crawler may ask the host by now."""
    entry = request.cb_kwargs.get("entry")
    batches = getattr(crawler.spider, "batches", None)
    if isinstance(entry, Entry) and isinstance(batches, Batches) and not batches.holds(entry.host):
        raise Refused(LOST, f"the lease on {entry.host} is over")


class LeaseMiddleware:
    """Refuses requests for entries whose lease is over: the process slept, or the database was away for too long."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "LeaseMiddleware":
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        try:
            check_lease(self._crawler, request)
        except Refused as refused:
            count(self._crawler.stats, refused)
            raise
