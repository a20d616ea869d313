"""The writer: the order that loses nothing, patience with stores that are away, and a line that ends."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawlers import writer as room
from crawlers.discovery import Discovered, Discovery
from crawlers.frontier import Answered, Frontier
from crawlers.schedule import Entry, Fetched
from crawlers.writer import CAPACITY, Draft, Stores, Writer
from kliping import trace
from kliping.article import Found, Page
from kliping.clock import now
from kliping.database import Database, migrate
from kliping.errors import Unavailable
from kliping.pages import FolderPages
from kliping.tables import hosts
from kliping.wire import decode
from pipeline.bus import Outgoing, open_bus
from pipeline.bus.sqlite import SqliteBus


@dataclass
class Place:
    """Real stores in a folder; `away` makes the bus refuse, `log` has what was written in which order."""

    folder: Path
    away: threading.Event = field(default_factory=threading.Event)
    broken: threading.Event = field(default_factory=threading.Event)
    refused: threading.Event = field(default_factory=threading.Event)
    log: list[str] = field(default_factory=list)
    written: list[tuple[Answered, Discovered]] = field(default_factory=list)

    def open(self) -> Stores:
        database = Database(f"sqlite:///{self.folder}/kliping.db")
        place = self

        class Bus(SqliteBus):
            def publish(self, topic: str, messages: Sequence[Outgoing]) -> None:
                if place.broken.is_set():
                    raise ZeroDivisionError("a bug")
                if place.away.is_set():
                    place.refused.set()
                    raise Unavailable("bus: away for the test")
                place.log.append("bus")
                super().publish(topic, messages)

        class Pages(FolderPages):
            def put(self, body: bytes) -> str:
                place.log.append("page")
                return super().put(body)

        class Marking(Frontier):
            def answered(self, answers: Sequence[Answered]) -> list[Discovered]:
                place.log.append("mark")
                return super().answered(answers)

        bus = Bus(self.folder / "bus", partitions=2, lease=30)

        def close() -> None:
            bus.close()
            database.close()

        return Stores(frontier=Marking(database), bus=bus, pages=Pages(self.folder / "pages"), close=close)

    def writer(self) -> Writer:
        return Writer(self.open, lambda frontier: frontier.renew("test", 60), lambda a, d: self.written.append((a, d)))

    def pages(self) -> list[Page]:
        bus = open_bus(f"sqlite:{self.folder}/bus", partitions=2, lease=30)
        try:
            return [decode(record.payload, Page) for record in bus.read("pages")]
        finally:
            bus.close()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(room, "FIRST_WAIT", 0.02)
    database = Database(f"sqlite:///{tmp_path}/kliping.db")
    migrate(database)
    frontier = Frontier(database)
    frontier.discovered([_discovery(at) for at in range(40)])
    database.close()
    return Place(tmp_path)


def _discovery(at: int) -> Discovery:
    return Discovery(url=f"http://a.test/{at}", outlet="a", found=Found(way="feed"))


def draft(entry: Entry, **changes: Any) -> Draft:
    at = now()
    page = Page(
        url=entry.url,
        answered=entry.url,
        outlet="a",
        zone="Asia/Jakarta",
        status=200,
        fetched_at=at,
        body="",
        found=entry.found,
    )
    return Draft(
        answered=Answered(entry=entry, fetched=Fetched(at=at, status=200)),
        page=replace(page, **changes),
        bodies=(b"<p>isi",),
    )


async def entries(writer: Writer, number: int) -> list[Entry]:
    return await writer.call(
        lambda frontier: frontier.claim("test", kinds=("article",), limit=1, per_host=number, lease_seconds=60)
    )


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(work())


def test_a_page_is_stored_then_on_the_bus_then_marked(place: Place) -> None:
    async def work() -> None:
        writer = place.writer()
        (entry,) = await entries(writer, 1)
        await writer.put(draft(entry))
        await writer.close(5, lambda frontier: None)

    run(work)
    assert place.log == ["page", "bus", "mark"]
    (page,) = place.pages()
    assert FolderPages(place.folder / "pages").get(page.body) == b"<p>isi"
    assert [answered.entry.url for answered, _ in place.written] == [page.url]


def test_a_host_is_given_back_after_the_last_answer_is_marked(place: Place) -> None:
    """Or another crawler claims the entry that was just asked, and asks it again."""

    async def work() -> None:
        writer = place.writer()
        (entry,) = await entries(writer, 1)
        place.log.clear()
        await writer.put(draft(entry))
        await writer.call(lambda frontier: place.log.append("call"))
        await writer.close(5, lambda frontier: None)

    run(work)
    assert place.log == ["page", "bus", "mark", "call"]


def test_while_the_bus_is_away_the_crawl_pauses_and_nothing_is_lost(place: Place) -> None:
    async def work() -> None:
        writer = place.writer()
        due = await entries(writer, 30)
        place.away.set()
        putting = asyncio.ensure_future(_all(writer, due))
        while not place.refused.is_set():
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        assert not putting.done()
        assert len(place.written) == 0
        place.away.clear()
        await putting
        await writer.close(5, lambda frontier: None)

    run(work)
    assert len(place.pages()) == len(place.written) == 30 > CAPACITY


async def _all(writer: Writer, due: Sequence[Entry]) -> None:
    for entry in due:
        await writer.put(draft(entry))


def test_at_the_end_it_gives_up_after_its_time_and_all_stays_due(place: Place) -> None:
    async def work() -> None:
        writer = place.writer()
        (entry,) = await entries(writer, 1)
        place.away.set()
        await writer.put(draft(entry))
        await writer.close(0.1, lambda frontier: None)

    run(work)
    database = Database(f"sqlite:///{place.folder}/kliping.db")
    assert Frontier(database).waiting() == 40
    database.close()
    assert place.pages() == []


def test_a_bug_is_told_and_marks_nothing(place: Place) -> None:
    async def work() -> None:
        writer = place.writer()
        (entry,) = await entries(writer, 1)
        place.broken.set()
        await writer.put(draft(entry))
        while writer.failure is None:
            await asyncio.sleep(0.01)
        assert isinstance(writer.failure, ZeroDivisionError)
        await writer.close(1, lambda frontier: None)

    run(work)
    assert "mark" not in place.log


def test_a_message_that_is_too_large_is_dropped_with_its_reason(place: Place) -> None:
    async def work() -> None:
        writer = place.writer()
        large, small = await entries(writer, 2)
        await writer.put(draft(large, headers={"X": "x" * 2_000_000}))
        await writer.put(draft(small))
        await writer.close(5, lambda frontier: None)

    run(work)
    assert len(place.pages()) == 1
    database = Database(f"sqlite:///{place.folder}/kliping.db")
    assert {(c.verdict, c.reason): c.messages for c in trace.counts(database)} == {
        ("passed", ""): 1,
        ("dropped", "too_large"): 1,
    }
    database.close()


def test_leases_are_kept_while_a_store_is_away(place: Place) -> None:
    async def work() -> None:
        writer = Writer(place.open, lambda frontier: frontier.renew("test", 3600), lambda a, d: None)
        (entry,) = await entries(writer, 1)
        place.away.set()
        await writer.put(draft(entry))
        while not place.refused.is_set():
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        place.away.clear()
        await writer.close(5, lambda frontier: None)

    run(work)
    database = Database(f"sqlite:///{place.folder}/kliping.db")
    with database.read() as connection:
        (until,) = connection.execute(hosts.select().with_only_columns(hosts.c.leased_until)).scalars()
    database.close()
    assert until > now() + timedelta(minutes=50)
