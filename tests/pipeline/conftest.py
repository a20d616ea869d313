"""A small pipeline of one stage on the embedded bus and either database, for tests of the loop."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kliping import trace
from kliping.article import Page
from kliping.database import Database, migrate
from kliping.wire import encode
from pipeline.attempts import Attempts
from pipeline.bus import Bus, Outgoing, open_bus
from pipeline.stage import Drop, Rejected, Unavailable
from pipeline.worker import Worker
from tests.pipeline.samples import STEP, article, page, stage
from tests.pipeline.work import Place

POISON = 7  # the number of the message that a test's stage treats in its own way


@dataclass(frozen=True)
class Rig:
    """Where the tests look."""

    folder: Path
    database: Database
    bus: Bus

    def worker(self, run: Callable[[Page], Any], name: str = "extract-0", **options: Any) -> Worker:
        consumer = self.bus.consumer(STEP.reads, STEP.name, name)
        return Worker(STEP, run, self.bus, consumer, Attempts(self.database, STEP.name), **options)

    def lane(self, run: Callable[[Page], Any], name: str = "extract-slow-0") -> Worker:
        """The worker of the slow lane."""
        step = STEP.beside
        consumer = self.bus.consumer(step.reads, step.name, name)
        return Worker(step, run, self.bus, consumer, Attempts(self.database, step.name))

    def publish(self, *numbers: int) -> None:
        pages = [page(number) for number in numbers]
        self.bus.publish(STEP.reads, [Outgoing(id=p.message_id, key=p.key, payload=encode(p)) for p in pages])

    def sums(self) -> dict[tuple[str, str], int]:
        """(verdict, reason) -> messages."""
        return {(count.verdict, count.reason): count.messages for count in trace.counts(self.database)}

    def articles(self) -> list[str]:
        """Ids on the topic that the stage writes, doubles included."""
        return [record.id for record in self.bus.read(STEP.writes)]


def drain(worker: Worker) -> None:
    while worker.once():
        pass


class FailingOnce(Attempts):
    """A database that is gone once, after a batch was published and before it is committed."""

    failed = False

    def close(self, records, verdicts):  # type: ignore[no-untyped-def]
        if not self.failed:
            self.failed = True
            raise Unavailable("database: gone")
        super().close(records, verdicts)


@pytest.fixture
def rig(tmp_path: Path, database: Database) -> Iterator[Rig]:
    bus = open_bus(f"sqlite:{tmp_path}/bus", partitions=4, lease=5.0)
    yield Rig(tmp_path, database, bus)
    bus.close()


@pytest.fixture(params=["sqlite", "kafka"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A pipeline of one stage on either bus."""
    bus = f"sqlite:{tmp_path}/bus" if request.param == "sqlite" else request.getfixturevalue("kafka_url")
    made = Place(bus=bus, folder=tmp_path)
    with closing(made.open_database()) as database:
        migrate(database)
    return made


__all__ = [
    "POISON", "STEP", "Drop", "FailingOnce", "Rejected", "Rig", "Unavailable", "article", "drain", "page", "rig",
    "stage",
]  # fmt: skip
