"""One entry's turn: its request, its answer, the further pages that belong to it, and what is written down of it.

An article is one page, or the parts that it was cut into; a source is one document, or several in a row. Either way the
entry ends once, with everything that was read, so no crash leaves half of it behind.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response
from twisted.python.failure import Failure

from crawlers import answers, parts, sources
from crawlers.discovery import MAX_URL, Discovery
from crawlers.patterns import Patterns
from crawlers.schedule import Entry, Fetched
from crawlers.sitemaps import Window
from crawlers.sources import DOCUMENTS, Findings, Reading
from kliping.article import Page
from kliping.clock import now
from kliping.outlets import Outlet, outlet_of

DEFAULT_ZONE: Final = "Asia/Jakarta"  # of articles sent by hand whose outlet nobody knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What came of an entry's turn; `bodies`: of the page, then of its further parts."""

    entry: Entry
    fetched: Fetched
    page: Page | None = None
    bodies: tuple[bytes, ...] = ()
    found: tuple[Discovery, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An address that a source led to."""

    url: str
    depth: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What was read of an entry in this turn before the present request."""

    ending: Fetched
    found: tuple[Discovery, ...] = ()
    pages: int = 0
    todo: tuple[Document, ...] = ()
    depth: int = 1
    page: Page | None = None
    bodies: tuple[bytes, ...] = ()
    texts: tuple[str, ...] = ()  # of the same pages


class Renderer(Protocol):
    """Makes of an answer what a browser would show."""

    async def rendered(self, response: HtmlResponse) -> Response: ...

    async def close(self) -> None: ...


@dataclass(slots=True, kw_only=True)
class Asking:
    """Makes requests of entries and ends their turns.

    end: writes down how a turn ended. unknown: how many of some addresses are new. patterns: what was learned of an
    outlet's addresses. past: makes sitemaps of the past sources of their own. window: the time that backfill wants.
    renderer: a browser for outlets whose pages need one, None where nobody does.
    """

    crawler: Crawler
    outlets: Mapping[str, Outlet]
    end: Callable[[Ended], Awaitable[None]]
    unknown: Callable[[list[str]], Awaitable[int]]
    patterns: Callable[[str], Awaitable[Patterns]]
    past: Callable[[Entry, tuple[str, ...]], Awaitable[None]]
    window: Window | None = None
    renderer: Renderer | None = None

    def first(self, entry: Entry) -> Request | None:
        """The request that begins an entry's turn; None for an address that Scrapy would not ask."""
        return self._request(entry, sources.asked(entry, now()), None)

    def _request(self, entry: Entry, url: str, earlier: Earlier | None) -> Request | None:
        headers = answers.validators(entry, now()) if earlier is None else {}
        arguments = {"entry": entry, "earlier": earlier}
        try:
            request = Request(url, callback=self.answered, errback=self.failed, cb_kwargs=arguments, headers=headers)
        except ValueError:
            return None
        request.priority = entry.priority
        if entry.kind in DOCUMENTS:
            request.meta["download_maxsize"] = self.crawler.settings.getint("FEED_MAXSIZE")
        return request if len(request.url) <= MAX_URL else None

    async def answered(self, response: Response, entry: Entry, earlier: Earlier | None) -> AsyncIterator[Request]:
        """An answer came: end the turn, or go on with the request for what belongs to it."""
        ending = answers.fetched(response, now())
        if entry.kind == "wordpress":
            ending = replace(ending, moved="")  # what was asked is not the address of the list
        if entry.kind == "article":
            further = await self._article(response, entry, answers.as_article(response, ending), earlier)
        elif ending.reason:
            further = await self._go_on(entry, _after(earlier, ending))
        else:
            further = await self._source(response, entry, ending, earlier)
        if further is not None:
            yield further

    async def failed(self, failure: Failure) -> AsyncIterator[Request]:
        """No answer came. What was read before is kept."""
        arguments: dict[str, Any] = failure.request.cb_kwargs  # type: ignore[attr-defined]
        entry, earlier = arguments["entry"], arguments["earlier"]
        read = _after(earlier, answers.failed(failure, now()))
        if read.bodies:
            asked = _asked(failure.request)  # type: ignore[attr-defined]
            further = await self._not_had(entry, read, asked, lost=True)
        else:
            further = await self._go_on(entry, read)
        if further is not None:
            yield further

    # --- articles ---

    async def _article(
        self, response: Response, entry: Entry, ending: Fetched, earlier: Earlier | None
    ) -> Request | None:
        if earlier is not None:
            return await self._part(response, entry, ending, earlier)
        if not answers.brings_page(entry, ending):
            await self.end(Ended(entry=entry, fetched=ending))
            return None
        outlet = self._outlet(entry, response)
        page = answers.page_of(response, entry, ending, outlet.zone if outlet else DEFAULT_ZONE)
        if entry.origin == "hand" and outlet is not None and outlet.id != entry.outlet:
            page = replace(page, outlet=outlet.id)  # a short address led to it
        if ending.reason:
            return await self._go_on(entry, Earlier(ending=ending, page=page))
        if outlet is not None and outlet.render and self.renderer is not None and isinstance(response, HtmlResponse):
            response = await self.renderer.rendered(response)
            page = replace(page, size=len(response.body))
        texts = (response.text,) if isinstance(response, HtmlResponse) else ()
        read = Earlier(ending=ending, page=page, bodies=(response.body,), texts=texts, pages=1)
        return await self._next_part(response, entry, read)

    def _outlet(self, entry: Entry, response: Response) -> Outlet | None:
        known = self.outlets.get(entry.outlet)
        return known or outlet_of(response.url, self.outlets.values())

    async def _part(self, response: Response, entry: Entry, ending: Fetched, read: Earlier) -> Request | None:
        """A further part came, or something else did: then the article is what came before, and says so."""
        size = sum(map(len, read.bodies)) + len(response.body)
        if ending.reason or size > parts.MAX_BYTES or not isinstance(response, HtmlResponse):
            return await self._not_had(entry, _after(read, ending), _asked(response.request), lost=True)
        if not await asyncio.to_thread(_is_further, response, read):
            return await self._not_had(entry, read, _asked(response.request), lost=False)
        texts = (*read.texts, response.text)
        read = replace(read, bodies=(*read.bodies, response.body), texts=texts, pages=read.pages + 1)
        return await self._next_part(response, entry, read)

    async def _next_part(self, response: Response, entry: Entry, read: Earlier) -> Request | None:
        further = ""
        if isinstance(response, HtmlResponse):
            further = await asyncio.to_thread(parts.next_part, response.text, response.url, _address(read))
        if further and read.pages >= parts.MAX_PARTS:
            further, read = "", _cut_short(read)
        return await self._go_on(entry, replace(read, todo=(Document(url=further),) if further else ()))

    async def _not_had(self, entry: Entry, read: Earlier, asked: str, *, lost: bool) -> Request | None:
        """A part could not be had, and is `lost` where it should be there. For the whole its parts will do."""
        further, first = "", _address(read)
        if parts.part_of(asked, first) == 0 and read.texts:
            further = await asyncio.to_thread(parts.next_part, read.texts[0], first, first, whole=False)
        if lost and not further:
            read = _cut_short(read)
        return await self._go_on(entry, replace(read, todo=(Document(url=further),) if further else ()))

    # --- sources ---

    async def _source(
        self, response: Response, entry: Entry, ending: Fetched, earlier: Earlier | None
    ) -> Request | None:
        reading = Reading(
            entry=entry,
            at=now(),
            patterns=await self.patterns(entry.outlet),
            window=self.window,
            max_size=self.crawler.settings.getint("FEED_MAXSIZE"),
            depth=earlier.depth if earlier is not None else 1,
        )
        findings = await asyncio.to_thread(sources.read, response, reading)
        read = _together(earlier, ending, findings)
        if entry.origin == "backfill" and entry.kind == "sitemap":
            await self.past(entry, findings.more)
        elif findings.more and (not findings.news_only or entry.origin == "backfill" or await self._is_news(findings)):
            read = replace(read, todo=_todo(read, findings, reading.depth + 1))
        if read.pages >= sources.turn(entry):
            read = replace(read, todo=())
        return await self._go_on(entry, read)

    async def _is_news(self, findings: Findings) -> bool:
        urls = [discovery.url for discovery in findings.found]
        return await self.unknown(urls) * 2 >= len(urls) > 0

    # --- the end of a turn ---

    async def _go_on(self, entry: Entry, read: Earlier) -> Request | None:
        """The request for the next of what is to be read, or the end."""
        while read.todo:
            document, *rest = read.todo
            read = replace(read, todo=tuple(rest), depth=document.depth)
            request = self._request(entry, document.url, read)
            if request is not None:
                return request
        ended = Ended(entry=entry, fetched=read.ending, page=read.page, bodies=read.bodies, found=read.found)
        await self.end(ended)
        return None


def _after(earlier: Earlier | None, ending: Fetched) -> Earlier:
    """What was read before a request that brought nothing; a pause that the host asked for is kept."""
    if earlier is None:
        return Earlier(ending=ending)
    return replace(earlier, ending=replace(earlier.ending, pause=max(earlier.ending.pause, ending.pause)))


def _cut_short(read: Earlier) -> Earlier:
    """An article of which a part is missing. Its validators are forgotten, so that the next read asks for all of it."""
    page = replace(read.page, incomplete=True) if read.page is not None else None
    return replace(read, page=page, ending=replace(read.ending, etag="", last_modified=""))


def _is_further(response: HtmlResponse, read: Earlier) -> bool:
    """Whether an answer is the part that was asked: servers send their readers to the first, or repeat the last."""
    wanted, came = (parts.part_of(url, _address(read)) for url in (_asked(response.request), response.url))
    return came is not None and came == wanted and parts.brings_more(response.text, read.texts)


def _address(read: Earlier) -> str:
    return read.page.answered if read.page is not None else ""


def _asked(request: Request | None) -> str:
    """The address that was asked before any redirect."""
    return next(iter(request.meta.get("redirect_urls", ())), request.url) if request is not None else ""


def _together(earlier: Earlier | None, ending: Fetched, findings: Findings) -> Earlier:
    """What the documents of a source brought so far. The first one's validators and problem stand for all."""
    if earlier is not None:
        return replace(earlier, found=(*earlier.found, *findings.found), pages=earlier.pages + 1)
    if not findings.whole:
        ending = replace(ending, etag="", last_modified="")
    if findings.found or findings.more:
        return Earlier(ending=replace(ending, note=findings.problem), found=findings.found, pages=1)
    return Earlier(ending=replace(ending, reason=findings.problem), pages=1)


def _todo(read: Earlier, findings: Findings, depth: int) -> tuple[Document, ...]:
    """What is to be read, without what stands there already."""
    waiting = {document.url for document in read.todo}
    new = (Document(url=url, depth=depth) for url in findings.more if url not in waiting)
    return (*read.todo, *new)
