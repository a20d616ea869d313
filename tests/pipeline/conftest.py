"""A small pipeline of one stage on the embedded bus and database, for tests of the loop."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kliping import trace
from kliping.article import Article, Found, Page, article_id, revision_id
from kliping.database import Database, migrate
from kliping.wire import encode
from pipeline.attempts import Attempts
from pipeline.bus import Bus, Outgoing, open_bus
from pipeline.flow import STEPS
from pipeline.stage import Drop, Rejected, Unavailable
from pipeline.worker import Worker

STEP = STEPS["extract"]
MOMENT = datetime(2026, 11, 23, tzinfo=UTC)


def page(number: int) -> Page:
    url = f"https://suararaya.test/{number}"
    return Page(
        url=url,
        answered=url,
        outlet="suararaya",
        zone="Asia/Jakarta",
        status=200,
        fetched_at=MOMENT,
        body="",
        found=Found(way="feed", title=str(number)),
    )


def article(source: Page) -> Article:
    title, paragraphs = source.found.title, ("teks",)
    return Article(
        id=article_id(source.url),
        revision=revision_id(title, paragraphs),
        page=source.message_id,
        url=source.url,
        outlet=source.outlet,
        title=title,
        paragraphs=paragraphs,
        published=None,
        fetched_at=source.fetched_at,
        first_seen=source.fetched_at,
    )


def stage(behave: Callable[[int], object] = lambda number: None) -> Callable[[Page], Any]:
    """A stage that turns page n into an article, unless `behave(n)` returns a Drop or raises."""

    def run(message: Page) -> Any:
        return behave(int(message.found.title)) or article(message)

    return run


@dataclass(frozen=True)
class Rig:
    """Where the tests look."""

    folder: Path
    database: Database
    bus: Bus

    def worker(self, run: Callable[[Page], Any], name: str = "extract-0", **options: Any) -> Worker:
        consumer = self.bus.consumer(STEP.reads, STEP.name, name)
        return Worker(STEP, run, self.bus, consumer, Attempts(self.database, STEP.name), **options)

    def publish(self, *numbers: int) -> None:
        pages = [page(number) for number in numbers]
        self.bus.publish(STEP.reads, [Outgoing(id=p.message_id, key=p.key, payload=encode(p)) for p in pages])

    def sums(self) -> dict[tuple[str, str], int]:
        """(verdict, reason) -> messages."""
        return {(count.verdict, count.reason): count.messages for count in trace.counts(self.database)}

    def articles(self) -> list[str]:
        """Ids on the topic that the stage writes, doubles included."""
        return [record.id for record in self.bus.read(STEP.writes)]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    database = Database(f"sqlite:///{tmp_path}/kliping.db")
    migrate(database)
    bus = open_bus(f"sqlite:{tmp_path}/bus", partitions=4, lease=5.0)
    yield Rig(tmp_path, database, bus)
    bus.close()
    database.close()


__all__ = ["Drop", "Rejected", "Rig", "Unavailable", "article", "page", "rig", "stage"]
