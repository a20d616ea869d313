"""The writer: one thread that does what would stall Scrapy's reactor, in the order that loses nothing.

    page stored  ─▶  bus confirmed  ─▶  frontier marked and traced

A death after any of these steps leaves the URL due, so it is asked once more; nothing is marked that is not on the
bus. Answers wait in a bounded line: when it is full, `put` waits and with it the crawl. A store that does not answer
is asked again, later and later; meanwhile the leases are kept.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from crawlers.discovery import Discovered
from crawlers.frontier import Answered, Frontier
from kliping import crash, wire
from kliping.article import Page
from kliping.errors import KlipingError, Rejected, Unavailable
from kliping.pages import PageStore
from pipeline.bus import Bus, Outgoing
from pipeline.flow import PAGES

CAPACITY: Final = 16  # answers in line; each may hold a page of 8 MiB
BATCH: Final = 16  # answers in one transaction
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0  # seconds between tries of a store that does not answer (bar B2)

log = logging.getLogger(__name__)
T = TypeVar("T")


class WriterStopped(KlipingError):  # noqa: N818 - reads as what happened
    """The crawl ends and a store still does not answer; what was in line stays due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """What the writer writes to. Opened, used and closed by its thread alone."""

    frontier: Frontier
    bus: Bus
    pages: PageStore
    close: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An answer on its way: its page, if it brought one, with the bodies that are still to be stored: the page's, then
    those of its further parts.
    """

    answered: Answered
    page: Page | None = None
    bodies: tuple[bytes, ...] = ()


class Writer:
    """`put` and `call` are for the reactor's thread, inside its asyncio loop.

    keep: called between tries of a store that does not answer, to hold on to the leases. written: called in the
    reactor's thread with every answer that is safe, and what became of the URLs that it brought.
    """

    def __init__(
        self,
        stores: Callable[[], Stores],
        keep: Callable[[Frontier], object],
        written: Callable[[Answered, Discovered], None],
    ) -> None:
        self._open = stores
        self._keep = keep
        self._written = written
        self._stores: Stores | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._line: deque[Draft] = deque()
        self._room = asyncio.Semaphore(CAPACITY)
        self._flushes: set[asyncio.Task[None]] = set()
        self._giving_up = threading.Event()
        self.failure: BaseException | None = None  # the bug that ended it

    async def call(self, work: Callable[[Frontier], T]) -> T:
        """The result of `work` in the writer's thread, after everything that was put before."""
        return await asyncio.wrap_future(self._thread.submit(self._patiently, lambda stores: work(stores.frontier)))

    async def put(self, draft: Draft) -> None:
        """Stand in line; waits while the line is full."""
        await self._room.acquire()
        self._line.append(draft)
        # handed over here and not in the task, which begins later: a `call` that follows gives the host back
        flush = asyncio.ensure_future(self._flushed(self._thread.submit(self._flush)))
        self._flushes.add(flush)
        flush.add_done_callback(self._note)

    async def room(self) -> None:
        """Wait until `put` would not wait."""
        async with self._room:
            pass

    async def close(self, seconds: float, last: Callable[[Frontier], object]) -> None:
        """Write what is in line, do `last`, end the thread; for `seconds` at most where a store does not answer."""
        timer = threading.Timer(seconds, self._giving_up.set)
        timer.start()
        await asyncio.gather(*self._flushes, return_exceptions=True)
        with suppress(WriterStopped):
            await self.call(last)
        await asyncio.wrap_future(self._thread.submit(self._close))
        timer.cancel()
        self._thread.shutdown(wait=False)

    async def _flushed(self, flush: Future[list[tuple[Draft, Discovered]]]) -> None:
        for draft, brought in await asyncio.wrap_future(flush):
            self._written(draft.answered, brought)
            self._room.release()

    def _note(self, flush: "asyncio.Task[None]") -> None:
        self._flushes.discard(flush)
        if not flush.cancelled() and flush.exception() is not None:
            self.failure = flush.exception()

    # --- in the thread ---

    def _flush(self) -> list[tuple[Draft, Discovered]]:
        """Write one batch of the line: what was written, nothing when an earlier call took everything."""
        batch = [self._line.popleft() for _ in range(min(BATCH, len(self._line)))]
        if not batch:
            return []
        messages = self._patiently(lambda stores: _stored(stores, batch))
        crash.here("fetch.after_page")
        self._patiently(lambda stores: stores.bus.publish(PAGES, messages))
        crash.here("fetch.after_publish")
        brought = self._patiently(lambda stores: stores.frontier.answered([draft.answered for draft in batch]))
        crash.here("fetch.after_mark")
        return list(zip(batch, brought, strict=True))

    def _patiently(self, work: Callable[[Stores], T]) -> T:
        """`work`, repeated until the stores answer. Raises WriterStopped when the crawl ends before."""
        wait = FIRST_WAIT
        while True:
            try:
                return work(self._opened())
            except Unavailable as error:
                log.warning("writer: again in %.1f s: %s", wait, error)
            if self._giving_up.wait(wait):
                raise WriterStopped("a store does not answer and the crawl ends")
            wait = min(wait * 2, LONGEST_WAIT)
            with suppress(Unavailable):
                self._keep(self._opened().frontier)

    def _opened(self) -> Stores:
        if self._stores is None:
            self._stores = self._open()
        return self._stores

    def _close(self) -> None:
        if self._stores is not None:
            self._stores.close()
            self._stores = None


def _stored(stores: Stores, batch: list[Draft]) -> list[Outgoing]:
    """Put the bodies into the page store; the messages that name them. A page that fits no message is dropped."""
    messages = []
    for at, draft in enumerate(batch):
        if draft.page is None:
            continue
        body, *parts = [stores.pages.put(body) for body in draft.bodies] or [""]
        page = replace(draft.page, body=body, parts=tuple(parts))
        try:
            messages.append(Outgoing(id=page.message_id, key=page.key, payload=wire.encode(page)))
        except Rejected as error:
            batch[at] = _dropped(draft, error)
    return messages


def _dropped(draft: Draft, error: Rejected) -> Draft:
    answered = draft.answered
    fetched = replace(answered.fetched, reason=error.reason, detail=error.detail)
    return Draft(answered=replace(answered, fetched=fetched))
