"""How often a host is asked: a gap between requests, the pauses it asks for, and no host in another one's way.

- The gap (start to start, one request at a time) is the largest of the setting, the outlet's own and robots.txt's
  Crawl-delay. Scrapy's slots keep it; `PacedDownloader` names them by host and sets their delay.
- After 429 or 503 the host is not asked before its Retry-After (RFC 9110, 10.2.3): requests fail as `retry_after` and
  the frontier takes them up again.

Which host's request leaves next is `crawlers.fairness`.
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, cast

from scrapy import Request
from scrapy.core.downloader import Downloader, Slot
from scrapy.crawler import Crawler
from scrapy.utils.httpobj import urlparse_cached

from crawlers.reasons import Held
from kliping.clock import monotonic, now

LONGEST_HOLD: Final = 24 * 3600.0  # seconds; a Retry-After of years is a mistake of the server
FOR_BROWSER: Final = "for_browser"  # meta of a request that a page makes while a browser shows it (crawlers.render)
BROWSER: Final = " browser"  # their slot; no host has such a name
BROWSER_GAP: Final = 0.1  # seconds: what belongs to one page, asked slower than any visitor's browser does
HOLD_AFTER_429: Final = 30.0  # seconds when a 429 names no time (Media Cloud's fetcher waits as long)


def retry_after(value: bytes | str | None, at: datetime) -> float | None:
    """Seconds from `at` (aware) that a Retry-After header asks for, 0 to 86,400; None if absent or unreadable.

    Both forms of RFC 9110: delay-seconds and HTTP-date.
    """
    text = (value.decode("latin-1") if isinstance(value, bytes) else value or "").strip()
    if text.isascii() and text.isdigit():
        return LONGEST_HOLD if len(text) > len("86400") else min(float(text), LONGEST_HOLD)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - at).total_seconds(), 0.0), LONGEST_HOLD)


def pause_after(status: int, header: bytes | str | None, at: datetime) -> float | None:
    """Seconds for which an answer asks us to stay away from its host; None if it does not."""
    if status not in (429, 503):
        return None
    asked = retry_after(header, at)
    return HOLD_AFTER_429 if asked is None and status == 429 else asked


class Pace:
    """Gaps and pauses by host. Times are seconds; the clock is monotonic."""

    def __init__(self, gap: float) -> None:
        self._gap = gap
        self._wishes: dict[tuple[str, str], float] = {}
        self._held: dict[str, float] = {}

    def gap(self, host: str) -> float:
        """Seconds between the starts of two requests to `host`."""
        return max(self._gap, self._wishes.get((host, "outlet"), 0), self._wishes.get((host, "robots"), 0))

    def outlet_gap(self, host: str, seconds: float) -> None:
        """The outlet list's own gap. It may only raise the gap."""
        self._wishes[host, "outlet"] = seconds

    def crawl_delay(self, host: str, seconds: float | None) -> None:
        """robots.txt's Crawl-delay; None when the file has none (any more)."""
        self._wishes[host, "robots"] = seconds or 0.0

    def hold(self, host: str, seconds: float) -> None:
        """Let no request to `host` out for `seconds`; a longer pause that runs already stays."""
        self._held[host] = max(monotonic() + seconds, self._held.get(host, 0.0))

    def held(self, host: str) -> float:
        """Seconds of pause that are left for `host`."""
        left = self._held.get(host, 0.0) - monotonic()
        if left <= 0:
            self._held.pop(host, None)
        return max(left, 0.0)

    def check(self, host: str) -> None:
        """Raises Held while `host` is paused."""
        left = self.held(host)
        if left > 0:
            raise Held(host, left)

    def answered(self, host: str, status: int, header: bytes | None) -> None:
        """Take note of an answer before the next request can leave."""
        seconds = pause_after(status, header, now())
        if seconds:
            self.hold(host, seconds)


def host_of(request: Request) -> str:
    """The host that a request asks, lower case, without port."""
    return urlparse_cached(request).hostname or ""


class PacedDownloader(Downloader):
    """Scrapy's downloader with one slot per host of the URL.

    Scrapy keeps the first URL's slot through a redirect (it travels in meta), so a second host would be asked in the
    first one's rhythm; here the URL decides alone.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.pace = Pace(self._delay)

    def get_slot_key(self, request: Request) -> str:
        return BROWSER if request.meta.get(FOR_BROWSER) else host_of(request)

    def _get_slot(self, request: Request, spider: Any = None) -> tuple[str, Slot]:  # noqa: ARG002
        key, slot = super()._get_slot(request)
        slot.delay = BROWSER_GAP if key == BROWSER else self.pace.gap(key)
        return key, slot

    def needs_backout(self) -> bool:
        """CONCURRENT_REQUESTS counts hosts: a page that waits for its host's robots.txt is not a second one."""
        return 0 < self.total_concurrency <= len(set(map(host_of, self.active)))

    def wait(self, host: str) -> float:
        """Seconds until the gap of `host` is over."""
        slot = self.slots.get(host)
        return 0.0 if slot is None else max(0.0, slot.lastseen + self.pace.gap(host) - monotonic())


def downloader_of(crawler: Crawler) -> PacedDownloader:
    """The running crawl's downloader."""
    engine = crawler.engine
    assert engine is not None, "the crawl has not started"
    return cast("PacedDownloader", engine.downloader)


def pace_of(crawler: Crawler) -> Pace:
    """The running crawl's gaps and pauses."""
    return downloader_of(crawler).pace


class HoldMiddleware:
    """Refuses at once what would wait in a slot only to be refused there."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "HoldMiddleware":
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        pace_of(self._crawler).check(host_of(request))
