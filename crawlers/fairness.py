"""No host stands in another one's way: requests of a busy or resting host wait in the queue, not in the downloader.

Scrapy's own queue prefers idle hosts, but hands out the rest as well; they then fill CONCURRENT_REQUESTS while they
wait for their slot, and everybody waits with them.
"""

from collections.abc import Iterable
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.pqueues import DownloaderAwarePriorityQueue, DownloaderInterface
from scrapy.utils.asyncio import CallLaterResult, call_later

from crawlers.pace import downloader_of, host_of


class _IdleHosts(DownloaderInterface):
    """Tells the queue about hosts only that could be asked right now."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._paced = downloader_of(crawler)

    def stats(self, possible_slots: Iterable[str]) -> list[tuple[int, str]]:
        busy = set(map(host_of, self._paced.active))
        return [(0, host) for host in possible_slots if host not in busy and not self._paced.wait(host)]


class FairQueue(DownloaderAwarePriorityQueue):
    """A queue that passes busy and waiting hosts over, and wakes the engine when the first gap is over."""

    def __init__(self, crawler: Crawler, *args: Any, **kwargs: Any) -> None:
        super().__init__(crawler, *args, **kwargs)
        self._downloader_interface = _IdleHosts(crawler)
        self._paced = downloader_of(crawler)
        self._wake: CallLaterResult | None = None

    def pop(self) -> Request | None:
        request = super().pop()
        if request is None:
            self._sleep()
            waits = [wait for wait in map(self._paced.wait, self.pqueues) if wait]
            if waits:
                self._wake = call_later(min(waits), self._woken)
        return request

    def _sleep(self) -> None:
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None

    def _woken(self) -> None:
        self._wake = None
        engine = self.crawler.engine
        if engine is not None and engine._slot is not None:
            engine._slot.nextcall.schedule()

    def close(self) -> dict[str, list[int]]:
        self._sleep()
        return super().close()
