"""`scrapy crawl backfill -a outlet=ID -a since=2026-10-01 -a until=2026-10-31 …`: the past, without hurry.

Where the past is read from: `pattern` (an archive's page of each day), `sitemap`, the outlet's own sitemaps and
WordPress interface where neither is given, or a `file`: a WARC, whose pages need no request, or a CSV with a column
`url`. What was found waits in the frontier as `backfill`, so a run that ends, or is killed, is taken up by the next.
"""

import asyncio
import csv
import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from scrapy import Request
from scrapy.http import HtmlResponse
from sqlalchemy import func, select

from crawlers import answers
from crawlers.archives import archive_pages, check_range
from crawlers.asking import DEFAULT_ZONE, Ended
from crawlers.discovery import Discovery, refusal
from crawlers.frontier import Frontier
from crawlers.links import may_be_article
from crawlers.pasted import outlet_name
from crawlers.schedule import Fetched, Kind
from crawlers.sitemaps import Window
from crawlers.spider import TICK, FrontierSpider
from crawlers.warc import Captured, WarcError, captured
from crawlers.wordpress import posts_url
from kliping.article import Found
from kliping.clock import now
from kliping.tables import frontier as table

BUDGET: Final = 500  # requests of one run where the caller says nothing: 40 minutes of one host at the usual gap
HOSTS: Final = 2  # at once, whatever CONCURRENT_REQUESTS allows
SHARE: Final = 4  # of a host's time backfill takes a quarter: four gaps after each of its requests
WEEK: Final = timedelta(days=7)
SAY_EVERY: Final = timedelta(minutes=1)  # while nothing can be asked
ROWS: Final = 200  # of a file in one transaction

log = logging.getLogger(__name__)


class BackfillSpider(FrontierSpider):
    """Arguments: `outlet`; `since`, `until` (days as 2026-10-01, both included); `pattern`, `sitemap` or `file`;
    `budget` (requests of this run); `owner` (see FrontierSpider).

    The day's work goes first: a host is asked only while nothing else of it is due (or nobody came for it in a quarter
    of an hour), one request at a time, and rests for four gaps after it. Nothing that comes in so enters an edition.
    """

    name = "backfill"
    kinds = ("listing", "sitemap", "wordpress", "article")
    origins = ("backfill",)
    per_host = 1

    def __init__(
        self,
        since: str = "",
        until: str = "",
        pattern: str = "",
        sitemap: str = "",
        file: str = "",
        budget: str = "",
        **arguments: Any,
    ) -> None:
        super().__init__(**arguments)
        self.range = (since, until)
        self.pattern = pattern
        self.sitemap = sitemap
        self.file = Path(file) if file else None
        self.budget = int(budget or BUDGET)
        self.spent = 0
        self._said = now()

    def check_arguments(self) -> None:
        """Raises ValueError for arguments that name no past."""
        super().check_arguments()
        self.sources = list(self._sources()) if self.file is None else []
        if self.file is not None and not self.file.is_file():
            raise ValueError(f"file={self.file}: no such file")

    def _sources(self) -> Iterator[tuple[str, Kind]]:
        """Where the past is read from."""
        outlet = self.outlets.get(self.outlet)
        if outlet is None:
            raise ValueError("backfill needs outlet=…, or file=…")
        first, last = self._days()
        if self.pattern:
            yield from ((url, "listing") for url in archive_pages(self.pattern, first, last))
            return
        sitemaps = (self.sitemap,) if self.sitemap else outlet.sitemaps
        yield from ((url, "sitemap") for url in sitemaps)
        if not self.sitemap and outlet.wordpress:
            yield from ((url, "wordpress") for url in _weeks(outlet.wordpress, first, last))
        elif not sitemaps:
            raise ValueError(
                f"outlet={outlet.id} has neither sitemap nor WordPress interface: give pattern=… or sitemap=…"
            )

    def _days(self) -> tuple[date, date]:
        try:
            first, last = (date.fromisoformat(day) for day in self.range)
        except ValueError:
            raise ValueError("backfill needs since=… and until=…, days as 2026-10-01") from None
        check_range(first, last)
        return first, last

    def window(self) -> Window | None:
        """The time that is wanted; a day of margin for the outlets' clocks."""
        if not all(self.range):
            return None
        first, last = self._days()
        return Window(_midnight(first) - timedelta(hours=9), _midnight(last) + timedelta(days=1))

    def begin(self, frontier: Frontier) -> None:
        super().begin(frontier)
        frontier.backfill(self.sources, self.outlet)
        self.asking.window = self.window()

    async def start(self) -> AsyncIterator[Request]:
        """What a file holds, then requests for what is left of the past, until the budget is spent."""
        if self.file is not None:
            await self._read_file(self.file)
        async for request in super().start():
            yield request

    def free(self) -> int:
        return min(super().free(), HOSTS - len(self.batches), self.budget - self.spent)

    async def finish(self, ended: Ended) -> None:
        self.spent += ended.fetched.status != 0
        await super().finish(ended)

    def rest(self, host: str, pause: float) -> float:
        return super().rest(host, pause) + (SHARE - 1) * self._gap()

    def next_chance(self, frontier: Frontier) -> datetime | None:
        """Soon, while something of the past is due and the budget is not spent."""
        at = now()
        due = (
            table.c.origin == "backfill",
            table.c.state == "due",
            table.c.due_at <= at,
            table.c.kind.in_(self.claimed),
        )
        waiting = frontier.look(lambda c: c.execute(select(func.count()).select_from(table).where(*due)).scalar_one())
        if not waiting or self.spent >= self.budget:
            return None
        if at - self._said >= SAY_EVERY:
            self._said = at
            log.info("%d addresses of the past wait: their hosts rest, or the day's work goes first there", waiting)
        return at + timedelta(seconds=TICK)

    # --- files ---

    async def _read_file(self, file: Path) -> None:
        """Put what a file names into the frontier, and its pages, where it holds any, on the bus."""
        if file.suffix.lower() == ".csv":
            for rows in _groups(_csv(file), ROWS):
                await self._discover([self._named(row) for row in rows])
            return
        pages = captured(file, self.crawler.settings.getint("DOWNLOAD_MAXSIZE"))
        try:
            while page := await asyncio.to_thread(next, pages, None):
                await self._captured(page)
        except WarcError as error:
            log.warning("%s; what stands before is kept", error)

    def _named(self, row: dict[str, str]) -> Discovery:
        url = row.get("url") or ""
        found = Found(
            way="backfill", where=self.file.name if self.file else "", title=row.get("title") or "",
            published=row.get("published") or "",
        )  # fmt: skip
        outlet = self.outlet or row.get("outlet") or outlet_name(url, self.outlets.values())
        return Discovery(url=url, outlet=outlet[:64], found=found, origin="backfill")

    async def _discover(self, found: Iterable[Discovery]) -> None:
        discoveries = list(found)
        came = await self.writer.call(lambda frontier: frontier.discovered(discoveries))
        log.info("%s: %d new, %d known, refused %s", self.file, came.new, came.known, dict(came.refused))

    async def _captured(self, page: Captured) -> None:
        """One page of a WARC: as if it had been fetched when it was."""
        window = self.window()
        if refusal(page.url) or not may_be_article(page.url) or (window is not None and not window.holds(page.at)):
            return
        discovery = self._named({"url": page.url})
        await self.writer.call(lambda frontier: frontier.discovered([discovery]))
        entry = await self.writer.call(lambda frontier: frontier.lookup(page.url))
        if entry is None or entry.origin != "backfill" or entry.state != "due":
            return
        ending = Fetched(at=page.at, status=page.status)
        response = HtmlResponse(page.url, status=page.status, headers=dict(page.headers), body=page.body)
        outlet = self.outlets.get(entry.outlet)
        made = answers.page_of(response, entry, ending, outlet.zone if outlet else DEFAULT_ZONE)
        await super().finish(Ended(entry=entry, fetched=ending, page=made, bodies=(page.body,)))


def _weeks(root: str, first: date, last: date) -> Iterator[str]:
    """A WordPress interface's address for each week, the newest first: answers of some ten to some hundred posts."""
    until = _midnight(last) + timedelta(days=1)
    since = _midnight(first) - timedelta(hours=9)
    while until > since:
        begin = max(until - WEEK, since)
        yield posts_url(root, begin - timedelta(seconds=1), until)
        until = begin


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _csv(file: Path) -> Iterator[dict[str, str]]:
    """Rows by the names of the header. Raises ValueError without a column `url`."""
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        rows = csv.DictReader(lines)
        if "url" not in (rows.fieldnames or ()):
            raise ValueError(f"{file}: expected a header with a column url")
        yield from rows


def _groups(rows: Iterable[dict[str, str]], size: int) -> Iterator[list[dict[str, str]]]:
    group: list[dict[str, str]] = []
    for row in rows:
        group.append(row)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group
