"""What all spiders share: claim due URLs, ask them, write down what came of it, until nothing is due.

A spider says which kinds of entries it claims and what it finds in a source. Entries are claimed for whole hosts in
small batches, so little is held in memory and the next crawler gets its turn at the host. Everything that needs a
store goes through the writer.
"""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar, Final, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers import answers
from crawlers.batches import Batches
from crawlers.discovery import MAX_URL, Discovery
from crawlers.frontier import Answered, Frontier
from crawlers.pace import downloader_of
from crawlers.report import Report
from crawlers.schedule import Entry, Fetched, Kind
from crawlers.stores import check_stores, open_stores
from crawlers.writer import Draft, Writer
from kliping.article import Page
from kliping.clock import monotonic, now
from kliping.outlets import Outlet

PER_HOST: Final = 8  # entries of a host in one batch: 40 s of its time at the usual gap
PATIENCE: Final = timedelta(seconds=60)  # the longest Crawl-delay; a host that rests for longer is for the next crawl
TICK: Final = 1.0  # seconds between two looks at the frontier while nothing can be asked
DRAIN: Final = 10.0  # seconds that a store may be away at the end, so that a stop takes less than 30 (bar A15)
REPORT_EVERY: Final = 600.0  # seconds between reports of a crawl that stays
MAX_PAGES: Final = 3  # of one source in a row (bar C16)
DEFAULT_ZONE: Final = "Asia/Jakarta"  # of articles sent by hand whose outlet nobody knows

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a source's answer says. `more`: the URL of its next page, '' if there is none."""

    found: tuple[Discovery, ...] = ()
    problem: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The pages of a source that were read in this turn; they are written down together, so none is forgotten."""

    ending: Fetched
    found: tuple[Discovery, ...]
    pages: int = 1


class FrontierSpider(Spider):
    """Arguments (`-a name=value`): `outlet` (an id; default all), `keep=1` (stay and look again every second),
    `owner` (the name under which leases are held; a crawl of the same name takes over what it left).
    """

    kinds: ClassVar[tuple[Kind, ...]]
    crawler: Crawler
    outlets: dict[str, Outlet]
    writer: Writer
    batches: Batches
    lease: float  # seconds

    def __init__(self, outlet: str = "", keep: str = "", owner: str = "", **arguments: Any) -> None:
        super().__init__(**arguments)
        self.outlet = outlet
        self.keep = keep not in ("", "0", "no")
        self.owner = (owner or self._own_name())[:64]
        self.only = ""  # the id of the one entry to ask
        self.report = Report()
        self._changed = asyncio.Event()
        self._endings: set[asyncio.Future[None]] = set()  # of entries that met a bug of ours

    def _own_name(self) -> str:
        """One crawl that stays per spider and machine; others differ by their process."""
        return f"{self.name}@{socket.gethostname()[:40]}" + ("" if self.keep else f":{os.getpid()}")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Raises ConfigError, Unavailable, or ValueError for an argument that makes no sense."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.outlets = check_stores(crawler.settings)
        spider.check_arguments()
        spider.lease = crawler.settings.getfloat("FRONTIER_LEASE")
        spider.batches = Batches(spider.lease)
        spider.writer = Writer(partial(open_stores, crawler.settings), spider._keep_leases, spider.report.written)
        crawler.signals.connect(spider._bug, signals.spider_error)
        crawler.signals.connect(spider._end, signals.spider_closed)
        return spider

    def check_arguments(self) -> None:
        """Raises ValueError for an outlet that nobody knows."""
        if self.outlet and self.outlet not in self.outlets:
            raise ValueError(f"outlet={self.outlet}: no such outlet; there are {', '.join(self.outlets)}")

    async def read_source(self, response: Response, entry: Entry) -> Findings:
        """What a source of the spider's kinds says."""
        raise NotImplementedError

    # --- the loop ---

    async def start(self) -> AsyncIterator[Request]:
        """Requests for what is due. Ends when nothing is (`keep`: never)."""
        await self.writer.call(self.begin)
        ticking = asyncio.ensure_future(self._tick())
        try:
            while True:
                self._changed.clear()
                entries = await self._claimed()
                for entry in entries:
                    request = self._request(entry, entry.url)
                    if request is None:
                        await self._finish(entry, Fetched(at=now(), reason="bad_url"))
                    else:
                        yield request
                if not entries and not await self._worth_waiting():
                    return
        finally:
            ticking.cancel()

    def begin(self, frontier: Frontier) -> None:
        """What a crawl does to the frontier before it claims anything. Runs in the writer's thread."""
        frontier.sync_sources(self.outlets.values())
        frontier.resume(self.owner, self._gap())

    def _gap(self) -> float:
        return self.crawler.settings.getfloat("DOWNLOAD_DELAY")

    async def _claimed(self) -> list[Entry]:
        await self.writer.room()
        free = self.crawler.settings.getint("CONCURRENT_REQUESTS") - len(self.batches)
        if free <= 0:
            return []
        entries = await self.writer.call(
            lambda frontier: frontier.claim(
                self.owner,
                kinds=self.kinds,
                outlet=self.outlet,
                only=self.only,
                limit=free,
                per_host=PER_HOST,
                lease_seconds=self.lease,
            )
        )
        self.batches.take(entries)
        return entries

    async def _worth_waiting(self) -> bool:
        """Wait for the next chance to ask something; False when there will be none."""
        pause = TICK
        if not self.batches and not self.keep:
            chance = await self.writer.call(
                lambda frontier: frontier.next_chance(kinds=self.kinds, outlet=self.outlet, only=self.only)
            )
            if chance is None or chance - now() > PATIENCE:
                return False
            pause = min(max((chance - now()).total_seconds(), 0.01), TICK)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), pause)
        return True

    async def _tick(self) -> None:
        """Keep the leases, report, and end the crawl when the writer met a bug."""
        clock = asyncio.get_running_loop().time
        renewed = reported = clock()
        while True:
            await asyncio.sleep(TICK)
            if self.writer.failure is not None:
                await self._stop()
                return
            if clock() - renewed >= self.lease / 3:
                renewed = clock()
                self.batches.renewed(*await self.writer.call(self._keep_leases))
            if self.keep and clock() - reported >= REPORT_EVERY:
                reported = clock()
                self._say()

    def _keep_leases(self, frontier: Frontier) -> tuple[set[str], float]:
        """Renew. Runs in the writer's thread. Returns the hosts that are held, and the moment before the renewal."""
        at = monotonic()
        return frontier.renew(self.owner, self.lease), at

    async def _stop(self) -> None:
        log.critical("the writer failed; nothing more can be kept", exc_info=self.writer.failure)
        assert self.crawler.engine is not None
        await self.crawler.engine.close_spider_async(reason="writer_failed")

    # --- one request ---

    def _request(self, entry: Entry, url: str, earlier: Earlier | None = None) -> Request | None:
        """The request for an entry or a further page of it; None for what Scrapy would not ask."""
        headers = answers.validators(entry, now()) if earlier is None else {}
        arguments = {"entry": entry, "earlier": earlier}
        try:
            request = Request(url, callback=self._answer, errback=self._failure, cb_kwargs=arguments, headers=headers)
        except ValueError:
            return None
        request.priority = entry.priority
        if entry.kind == "feed":
            request.meta["download_maxsize"] = self.crawler.settings.getint("FEED_MAXSIZE")
        return request if len(request.url) <= MAX_URL else None

    async def _answer(self, response: Response, entry: Entry, earlier: Earlier | None) -> AsyncIterator[Request]:
        ending = answers.fetched(response, now())
        if entry.kind == "article":
            await self._article(response, entry, answers.as_article(response, ending))
        elif ending.reason:
            await self._source_ended(entry, ending, earlier)
        else:
            request = await self._source(response, entry, ending, earlier)
            if request is not None:
                yield request

    async def _article(self, response: Response, entry: Entry, ending: Fetched) -> None:
        outlet = self.outlets.get(entry.outlet)
        if not answers.brings_page(entry, ending):
            await self._finish(entry, ending)
            return
        page = answers.page_of(response, entry, ending, outlet.zone if outlet else DEFAULT_ZONE)
        await self._finish(entry, ending, page=page, body=b"" if ending.reason else response.body)

    async def _source(
        self, response: Response, entry: Entry, ending: Fetched, earlier: Earlier | None
    ) -> Request | None:
        """Write down what a source brought, or ask for its next page while most of this one was news."""
        findings = await self.read_source(response, entry)
        first = earlier or Earlier(
            ending=replace(ending, note=findings.problem)
            if findings.found
            else replace(ending, reason=findings.problem),
            found=(),
            pages=0,
        )
        so_far = Earlier(ending=first.ending, found=(*first.found, *findings.found), pages=first.pages + 1)
        request = None
        if findings.more and so_far.pages < MAX_PAGES and await self._is_news(findings):
            request = self._request(entry, findings.more, so_far)
        if request is None:
            await self._finish(entry, so_far.ending, found=so_far.found)
        return request

    async def _is_news(self, findings: Findings) -> bool:
        urls = [discovery.url for discovery in findings.found]
        unknown = await self.writer.call(lambda frontier: frontier.unknown(urls))
        return unknown * 2 >= len(urls) > 0

    async def _failure(self, failure: Failure) -> None:
        arguments = failure.request.cb_kwargs  # type: ignore[attr-defined]
        ending = answers.failed(failure, now())
        await self._source_ended(arguments["entry"], ending, arguments["earlier"])

    def _bug(self, response: Response | None) -> None:
        """A callback raised; Scrapy has logged it. The entry is tried again later, not at once."""
        request = response.request if response is not None else None
        if request is not None and "entry" in request.cb_kwargs:
            ending = Fetched(at=now(), reason="error")
            self._endings.add(asyncio.ensure_future(self._finish(request.cb_kwargs["entry"], ending)))

    async def _source_ended(self, entry: Entry, ending: Fetched, earlier: Earlier | None) -> None:
        """A request brought nothing. What earlier pages of the source brought is kept."""
        if earlier is None:
            await self._finish(entry, ending)
        else:
            await self._finish(entry, earlier.ending, found=earlier.found)

    async def _finish(
        self,
        entry: Entry,
        ending: Fetched,
        *,
        page: Page | None = None,
        body: bytes = b"",
        found: tuple[Discovery, ...] = (),
    ) -> None:
        """Hand the end of one entry's turn to the writer; give the host back after the last one of its batch."""
        answered = Answered(entry=entry, fetched=ending, found=found)
        await self.writer.put(Draft(answered=answered, page=page, body=body))
        if self.batches.done(entry):
            wait = max(downloader_of(self.crawler).wait(entry.host), ending.pause)
            await self.writer.call(lambda frontier: frontier.release(self.owner, entry.host, wait))
            self._changed.set()

    # --- the end ---

    async def _end(self) -> None:
        """Write what is in line and give everything back."""
        await asyncio.gather(*self._endings)
        await self.writer.close(DRAIN, lambda frontier: frontier.resume(self.owner, self._gap()))
        self._say()

    def _say(self) -> None:
        for line in self.report.lines():
            log.info("%s", line)


def _together(earlier: Earlier | None, ending: Fetched, findings: Findings) -> Earlier:
    """What the pages of a source brought so far. The first one's validators and problem stand for all."""
    if earlier is not None:
        return replace(earlier, found=(*earlier.found, *findings.found), pages=earlier.pages + 1)
    if findings.found:
        return Earlier(ending=replace(ending, note=findings.problem), found=findings.found)
    return Earlier(ending=replace(ending, reason=findings.problem), found=())
