"""What all spiders share: claim due URLs, ask them, write down what came of it, until nothing is due.

A spider says which kinds of entries it claims. Entries are claimed for whole hosts in small batches, so little is held
in memory and the next crawler gets its turn at the host. Everything that needs a store goes through the writer; what a
turn of one entry is stands in `asking`, what a source says in `sources`.
"""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar, Final, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawlers.asking import Asking, Ended
from crawlers.batches import Batches
from crawlers.frontier import Answered, Frontier
from crawlers.learning import Learning
from crawlers.leases import DAYS_WORK
from crawlers.pace import downloader_of
from crawlers.render import renderer_for
from crawlers.report import Report, summary
from crawlers.schedule import Entry, Fetched, Kind
from crawlers.sources import SOURCES
from crawlers.stores import check_stores, open_stores
from crawlers.writer import Draft, Writer
from kliping.article import Origin
from kliping.clock import monotonic, now
from kliping.errors import ConfigError, Unavailable
from kliping.outlets import Outlet

PER_HOST: Final = 8  # entries of a host in one batch: 40 s of its time at the usual gap
PATIENCE: Final = timedelta(seconds=60)  # the longest Crawl-delay; a host that rests for longer is for the next crawl
TICK: Final = 1.0  # seconds between two looks at the frontier while nothing can be asked
DRAIN: Final = 10.0  # seconds that a store may be away at the end, so that a stop takes less than 30 (bar A15)
REPORT_EVERY: Final = 600.0  # seconds between reports of a crawl that stays

log = logging.getLogger(__name__)


class FrontierSpider(Spider):
    """Arguments (`-a name=value`): `outlet` (an id; default all), `kinds` (what is claimed, between commas; default the
    spider's own), `keep=1` (stay and look again every second), `owner` (the name under which leases are held; a crawl
    of the same name takes over what it left).
    """

    kinds: ClassVar[tuple[Kind, ...]]
    origins: ClassVar[tuple[Origin, ...]] = DAYS_WORK
    per_host: ClassVar[int] = PER_HOST
    crawler: Crawler
    outlets: dict[str, Outlet]
    writer: Writer
    batches: Batches
    asking: Asking
    lease: float  # seconds

    def __init__(self, outlet: str = "", keep: str = "", owner: str = "", kinds: str = "", **arguments: Any) -> None:
        super().__init__(**arguments)
        self.outlet = outlet
        self.keep = keep not in ("", "0", "no")
        self.owner = (owner or self._own_name())[:64]
        self.claimed: tuple[str, ...] = tuple(kinds.split(",")) if kinds else self.kinds
        self.only: tuple[str, ...] = ()  # the ids of the only entries to ask
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
        spider.asking = spider._asking()
        crawler.signals.connect(spider._bug, signals.spider_error)
        crawler.signals.connect(spider._end, signals.spider_closed)
        return spider

    def check_arguments(self) -> None:
        """Raises ValueError for an outlet that nobody knows, or a kind that there is not."""
        if self.outlet and self.outlet not in self.outlets:
            raise ValueError(f"outlet={self.outlet}: no such outlet; there are {', '.join(self.outlets)}")
        wrong = set(self.claimed) - {*SOURCES, "article"}
        if wrong:
            raise ValueError(f"kinds={','.join(self.claimed)}: expected some of {', '.join(SOURCES)}, article")

    def _asking(self) -> Asking:
        learning = Learning(self.writer)
        return Asking(
            crawler=self.crawler,
            outlets=self.outlets,
            end=self.finish,
            unknown=lambda urls: self.writer.call(lambda frontier: frontier.unknown(urls)),
            patterns=learning.patterns,
            past=self.past,
            renderer=renderer_for(self.crawler, self.outlets.values()),
        )

    async def past(self, entry: Entry, sitemaps: tuple[str, ...]) -> None:
        """Make sitemaps that an index of the past names sources of their own."""
        named: list[tuple[str, Kind]] = [(url, "sitemap") for url in sitemaps]
        await self.writer.call(lambda frontier: frontier.backfill(named, entry.outlet))

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
                    request = self.asking.first(entry)
                    if request is None:
                        await self.finish(Ended(entry=entry, fetched=Fetched(at=now(), reason="bad_url")))
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

    def free(self) -> int:
        """How many more hosts may be in work."""
        return self.crawler.settings.getint("CONCURRENT_REQUESTS") - len(self.batches)

    async def _claimed(self) -> list[Entry]:
        await self.writer.room()
        free = self.free()
        if free <= 0:
            return []
        entries = await self.writer.call(
            lambda frontier: frontier.claim(
                self.owner,
                kinds=self.claimed,  # type: ignore[arg-type]  # checked at the start
                outlet=self.outlet,
                only=self.only,
                limit=free,
                per_host=self.per_host,
                lease_seconds=self.lease,
                origins=self.origins,
            )
        )
        self.batches.take(entries)
        return entries

    async def _worth_waiting(self) -> bool:
        """Wait for the next chance to ask something; False when there will be none."""
        pause = TICK
        if not self.batches and not self.keep:
            chance = await self.writer.call(self.next_chance)
            if chance is None or chance - now() > PATIENCE:
                return False
            pause = min(max((chance - now()).total_seconds(), 0.01), TICK)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), pause)
        return True

    def next_chance(self, frontier: Frontier) -> datetime | None:
        """When something may be asked, None: never. Runs in the writer's thread."""
        return frontier.next_chance(kinds=self.claimed, outlet=self.outlet, only=self.only)  # type: ignore[arg-type]

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
                if self.keep:
                    await self._look_at_outlets()
            if self.keep and clock() - reported >= REPORT_EVERY:
                reported = clock()
                self._say()

    async def _look_at_outlets(self) -> None:
        """What staff added or switched since; a list that is just being written changes nothing."""
        with suppress(ConfigError, Unavailable):
            self.outlets.update(await asyncio.to_thread(check_stores, self.crawler.settings))

    def _keep_leases(self, frontier: Frontier) -> tuple[set[str], float]:
        """Renew. Runs in the writer's thread. Returns the hosts that are held, and the moment before the renewal."""
        at = monotonic()
        return frontier.renew(self.owner, self.lease), at

    async def _stop(self) -> None:
        log.critical("the writer failed; nothing more can be kept", exc_info=self.writer.failure)
        assert self.crawler.engine is not None
        await self.crawler.engine.close_spider_async(reason="writer_failed")

    # --- the end of a turn ---

    async def finish(self, ended: Ended) -> None:
        """Hand the end of one entry's turn to the writer; give the host back after the last one of its batch."""
        answered = Answered(entry=ended.entry, fetched=ended.fetched, found=ended.found)
        await self.writer.put(Draft(answered=answered, page=ended.page, bodies=ended.bodies))
        if self.batches.done(ended.entry):
            wait = self.rest(ended.entry.host, ended.fetched.pause)
            await self.writer.call(lambda frontier: frontier.release(self.owner, ended.entry.host, wait))
            self._changed.set()

    def rest(self, host: str, pause: float) -> float:
        """Seconds for which nobody asks a host that is given back."""
        return max(downloader_of(self.crawler).wait(host), pause)

    def _bug(self, response: Response | None) -> None:
        """A callback raised; Scrapy has logged it. The entry is tried again later, not at once."""
        request = response.request if response is not None else None
        if request is not None and "entry" in request.cb_kwargs:
            ended = Ended(entry=request.cb_kwargs["entry"], fetched=Fetched(at=now(), reason="error"))
            self._endings.add(asyncio.ensure_future(self.finish(ended)))

    # --- the end ---

    async def _end(self) -> None:
        """Write what is in line and give everything back."""
        await asyncio.gather(*self._endings)
        await self.writer.close(DRAIN, lambda frontier: frontier.resume(self.owner, self._gap()))
        if self.asking.renderer is not None:
            await self.asking.renderer.close()
        self._say()
        for line in summary(self.crawler.stats):
            log.info("%s", line)

    def _say(self) -> None:
        for line in self.report.lines():
            log.info("%s", line)
