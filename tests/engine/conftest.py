"""The last stage at work before a scripted engine: messages on a bus, rows, and a worker that never really waits."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kliping import trace
from kliping.article import clip_id
from kliping.database import Database
from kliping.settings import Elasticsearch as Options
from kliping.wire import encode
from pipeline.attempts import Attempts
from pipeline.bus import Bus, Outgoing, Record, open_bus
from pipeline.dead import DeadLetter, dead_letters
from pipeline.flow import STEPS
from pipeline.index import Index
from pipeline.worker import Worker
from search.archive.elastic import ElasticArchive
from tests.engine.fake import FakeEngine, serving
from tests.index.conftest import Press, article, clip

STEP = STEPS["index"]
PREFIX = "fake"


class Patient:
    """A consumer that notes how long it is asked to wait, instead of waiting, and when offsets move."""

    def __init__(self, consumer: Any, engine: FakeEngine) -> None:
        self._consumer = consumer
        self._engine = engine
        self.waits: list[float] = []  # one for each try, in seconds

    def rewind(self) -> None:
        self.waits.append(0.0)
        self._consumer.rewind()

    def hold(self, seconds: float) -> None:
        self.waits[-1] += seconds

    def commit(self, records: Sequence[Record]) -> None:
        self._engine.events.append("commit")
        self._consumer.commit(records)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._consumer, name)


@dataclass
class Rig:
    """Where the tests look."""

    database: Database
    bus: Bus
    engine: FakeEngine
    archive: ElasticArchive
    press: Press
    waits: list[float] = field(default_factory=list)  # the archive's own, between two tries of some items

    def publish(self, *numbers: int) -> list[str]:
        """Articles on the topic of the index stage, a clip of one desk each; their document ids."""
        messages = [self.press.tagged(article(number), clip("kota")) for number in numbers]
        self.bus.publish(STEP.reads, [Outgoing(id=m.message_id, key=m.key, payload=encode(m)) for m in messages])
        return [clip_id("kota", message.key) for message in messages]

    def worker(self) -> tuple[Worker, Patient]:
        consumer = Patient(self.bus.consumer(STEP.reads, STEP.name, "index-0"), self.engine)
        attempts = Attempts(self.database, STEP.name)
        return Worker(STEP, Index(self.database, self.archive), self.bus, consumer, attempts), consumer

    def waiting(self) -> int:
        return self.bus.waiting(STEP.reads, STEP.name)

    def letters(self) -> list[DeadLetter]:
        return list(dead_letters(self.bus, self.database))

    def sums(self) -> dict[tuple[str, str], int]:
        return {(count.verdict, count.reason): count.messages for count in trace.counts(self.database)}


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    with serving() as engine:
        yield engine


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


@pytest.fixture
def press(database: Database) -> Press:
    return Press(database)


@pytest.fixture
def opened(engine: FakeEngine) -> Callable[..., ElasticArchive]:
    """An archive on the fake engine; `wait` is called instead of waiting."""

    def open_one(wait: Callable[[float], None] = lambda _: None, *, timeout: float = 5.0) -> ElasticArchive:
        options = Options(timeout=timeout)
        return ElasticArchive([engine.url], PREFIX, widen=lambda query: query, options=options, wait=wait)

    return open_one


@pytest.fixture
def rig(
    tmp_path: Path, database: Database, press: Press, engine: FakeEngine, opened: Callable[..., ElasticArchive]
) -> Iterator[Rig]:
    waits: list[float] = []
    archive = opened(waits.append)
    bus = open_bus(f"sqlite:{tmp_path}/bus", partitions=2, lease=30.0)
    yield Rig(database, bus, engine, archive, press, waits)
    bus.close()
    archive.close()
