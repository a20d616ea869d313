"""robots.txt, really obeyed (RFC 9309).

Scrapy 2.19's own middleware lets most of several waiting requests through (one Deferred awaited by many turns into
"no rules") and asks on when the file cannot be had. Here one task per origin reads the file and everybody awaits it:

| the file | so we | for |
| --- | --- | --- |
| 2xx | follow its first 500 KiB | 24 h |
| 4xx except 429 | may ask everything (2.3.1.3) | 24 h |
| anything else: 429, 5xx, a timeout, a redirect loop, data loss … | ask nothing (2.3.1.4) | 10 min |

When the origin itself cannot be reached the page's reason is that (`dns`, `tls`, `blocked_address` …), otherwise it
is `robots_unreachable`.
"""

import asyncio
import logging
from dataclasses import dataclass
from typing import Final

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawlers.pace import host_of, pace_of
from crawlers.reasons import BlockedAddress, Held, Refused, count, reason_of
from kliping.clock import monotonic

PARSED_BYTES: Final = 500 * 1024  # RFC 9309, 2.5: a crawler must parse at least 500 KiB
LONGEST_CRAWL_DELAY: Final = 60.0  # seconds; more would starve an outlet for one line that nobody reads again
KEPT_ORIGINS: Final = 2000  # rules in memory; the list of outlets is a tenth of it
READING: Final = "reading_robots"  # meta of the request for the file itself, which needs no permission
_ORIGIN_REASONS: Final = frozenset(("bad_url", "dns", "refused_connection", "tls", "unreachable"))

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin's robots.txt means for us. Exactly one of: a refusal of everything, rules, or neither (free)."""

    file: Protego | None = None
    refused: Refused | None = None

    def check(self, url: str, agent: str) -> None:
        """Raises Refused when `url` may not be asked by `agent` (`Kliping/1.0`)."""
        if self.refused is not None:
            raise self.refused.with_traceback(None)  # one object for all: it must not collect their tracebacks
        if self.file is not None and not self.file.can_fetch(url, agent):
            raise Refused("robots", f"forbidden by robots.txt: {url}")

    def crawl_delay(self, agent: str) -> float | None:
        """Seconds between two requests that the file asks of `agent`, at most 60; None if it asks for none."""
        asked = self.file.crawl_delay(agent) if self.file is not None else None
        return None if asked is None else min(asked, LONGEST_CRAWL_DELAY)


def rules_of(outcome: Response | BaseException, origin: str, host: str) -> Rules:
    """Rules from what asking for `origin`/robots.txt came to: an answer after redirects, or an exception."""
    if isinstance(outcome, Response) and 200 <= outcome.status < 300:
        return Rules(file=parsed(outcome.body))
    if isinstance(outcome, Response) and 400 <= outcome.status < 500 and outcome.status != 429:
        return Rules()
    return Rules(refused=_refusal(outcome, origin, host))


def parsed(body: bytes) -> Protego:
    """The first 500 KiB of a file as rules; a line that the cut would halve is left out. Never raises."""
    if len(body) > PARSED_BYTES:
        body = body[:PARSED_BYTES].rpartition(b"\n")[0]
    return Protego.parse(body.decode("utf-8-sig", errors="ignore"))


def _refusal(outcome: Response | BaseException, origin: str, host: str) -> Refused:
    cause = reason_of(outcome)
    same_host = not isinstance(outcome, BlockedAddress) or outcome.host == host
    if isinstance(outcome, Held | BlockedAddress) and same_host:
        return outcome
    reason = cause if cause in _ORIGIN_REASONS else "robots_unreachable"
    return Refused(reason, f"{origin}/robots.txt: {cause}")


class _Known:
    """One origin's rules: being read (a task that everybody awaits), or read and good until `expires`."""

    def __init__(self, reading: "asyncio.Task[Rules]") -> None:
        self.reading = reading
        self.expires = float("inf")

    def stale(self) -> bool:
        return monotonic() >= self.expires


class RobotsMiddleware:
    """Lets a request pass when its origin's robots.txt was read and allows it; raises Refused otherwise.

    Settings: ROBOTSTXT_USER_AGENT (the name that rules are matched with), ROBOTS_TTL and ROBOTS_RETRY (seconds for
    which a readable and an unreachable file is not asked again). There is no switch to turn it off.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._ttl = crawler.settings.getfloat("ROBOTS_TTL")
        self._retry = crawler.settings.getfloat("ROBOTS_RETRY")
        self._known: dict[str, _Known] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RobotsMiddleware":
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get(READING):
            return
        try:
            (await self._rules(request)).check(request.url, self._agent)
        except Refused as refused:
            count(self._crawler.stats, refused)
            raise

    async def _rules(self, request: Request) -> Rules:
        url = urlparse_cached(request)
        origin = f"{url.scheme}://{url.netloc.rpartition('@')[2]}"
        known = self._known.get(origin)
        if known is None or known.stale():
            known = _Known(asyncio.ensure_future(self._read(origin)))
            self._remember(origin, known)
        return await asyncio.shield(known.reading)

    def _remember(self, origin: str, known: _Known) -> None:
        self._known.pop(origin, None)
        self._known[origin] = known
        if len(self._known) > KEPT_ORIGINS:
            del self._known[next(iter(self._known))]

    async def _read(self, origin: str) -> Rules:
        """Ask for the file. Whatever goes wrong, even a bug of ours, must end as a refusal and not as permission."""
        known = self._known[origin]
        request = Request(
            f"{origin}/robots.txt", callback=NO_CALLBACK, meta={READING: True, "dont_retry": True}, priority=1000
        )
        engine = self._crawler.engine
        assert engine is not None
        (outcome,) = await asyncio.gather(engine.download_async(request), return_exceptions=True)
        known.expires = monotonic() + self._retry  # should reading what came fail, that is no refusal for ever
        rules = rules_of(outcome, origin, host_of(request))
        known.expires = monotonic() + self._lifetime(rules)
        pace_of(self._crawler).crawl_delay(host_of(request), rules.crawl_delay(self._agent))
        if rules.refused is not None:
            log.warning("%s", rules.refused)
        return rules

    def _lifetime(self, rules: Rules) -> float:
        if isinstance(rules.refused, Held):
            return rules.refused.seconds
        return self._ttl if rules.refused is None else self._retry
