"""Processes that work, publish, join and leave on either bus, and the check that nothing was lost or done twice.

Targets of `pipeline.supervise.Child`: importable by name, their arguments pickle.
"""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kliping import trace
from kliping.article import Page
from kliping.clock import monotonic
from kliping.database import Database
from kliping.settings import Kafka
from kliping.wire import encode
from pipeline.attempts import Attempts
from pipeline.bus import Bus, Outgoing, open_bus
from pipeline.stage import Unavailable
from pipeline.worker import Worker
from tests.pipeline.samples import STEP, page, stage

TIMEOUT = 5.0  # seconds of one request: a broker that went away is noticed by its closed port, not by this


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a pipeline of one stage works, and how its stage behaves."""

    bus: str
    folder: Path  # of the database, and of files by which a test steers
    lease: float = 2.0
    partitions: int = 6
    batch: int = 8
    stuck_after: float = 120.0
    slow: float = 0.0  # seconds for each message

    def open_bus(self, kafka: Kafka = Kafka(timeout=TIMEOUT)) -> Bus:
        return open_bus(self.bus, partitions=self.partitions, lease=self.lease, kafka=kafka)

    def open_database(self) -> Database:
        return Database(f"sqlite:///{self.folder}/kliping.db")

    def file(self, name: str) -> Path:
        return self.folder / name


def work(beat: Callable[[], None], stopping: Callable[[], bool], place: Place, name: str) -> None:
    """A worker; the files `down` and `hold.NUMBER` make its stage Unavailable or stop at a message."""

    def behave(number: int) -> None:
        with place.file("done").open("a") as file:
            file.write(f"{number}\n")
        if place.file("down").exists():
            raise Unavailable("archive: away")
        hold = place.file(f"hold.{number}")
        if hold.exists():
            hold.unlink()
            place.file("pid").write_text(str(os.getpid()))
            while not place.file("frozen").exists():  # which the test writes while this process is stopped
                time.sleep(0.05)
        time.sleep(place.slow)

    with closing(place.open_database()) as database, closing(place.open_bus()) as bus:
        _worker(place, bus, database, name, behave, beat).run(stopping)


def churn(beat: Callable[[], None], stopping: Callable[[], bool], place: Place, period: float) -> None:
    """Joins, works for `period`, leaves; every third time by SIGKILL."""
    with closing(place.open_database()) as database, closing(place.open_bus()) as bus:
        while not stopping():
            until = monotonic() + period
            with bus.consumer(STEP.reads, STEP.name, "churn") as consumer:
                attempts = Attempts(database, STEP.name)
                worker = Worker(STEP, stage(), bus, consumer, attempts, batch=place.batch, beat=beat)
                while monotonic() < until and not stopping():
                    worker.once(0.1)
                with place.file("joins").open("a") as file:
                    file.write("x")
                if place.file("joins").stat().st_size % 3 == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
            beat()
            time.sleep(period / 2)


def publish(beat: Callable[[], None], stopping: Callable[[], bool], place: Place, count: int, pause: float) -> None:
    """Publishes pages one by one, each until the bus has it; says `published` at the end."""
    with closing(place.open_bus()) as bus:
        for number in range(count):
            while not stopping():
                beat()
                try:
                    bus.publish(STEP.reads, outgoing([number]))
                except Unavailable:
                    time.sleep(0.2)
                else:
                    break
            time.sleep(pause)
    place.file("published").touch()
    while not stopping():
        beat()
        time.sleep(0.05)


def outgoing(numbers: Sequence[int]) -> list[Outgoing]:
    pages = [page(number) for number in numbers]
    return [Outgoing(id=p.message_id, key=_key(p), payload=encode(p)) for p in pages]


def ended(place: Place) -> int:
    """Messages that the trace knows an ending of."""
    with closing(place.open_database()) as database:
        return sum(count.messages for count in trace.counts(database))


def check_conserved(place: Place, count: int) -> None:
    """Lost 0, unexpected 0, one effect each: trace, outputs and offsets say the same."""
    with closing(place.open_database()) as database:
        assert {(c.verdict, c.reason): c.messages for c in trace.counts(database)} == {("passed", ""): count}
    with closing(place.open_bus()) as bus:
        expected = {stage()(page(number)).message_id for number in range(count)}
        assert {record.id for record in bus.read(STEP.writes)} == expected
        assert {record.id for record in bus.read(STEP.reads)} == {page(number).message_id for number in range(count)}
        assert bus.waiting(STEP.reads, STEP.name) == 0


def longest_wait(place: Place) -> float:
    """The most seconds between the bus's word for a message and the trace's."""
    with closing(place.open_database()) as database, closing(place.open_bus()) as bus:
        endings = trace.verdicts_of(database, STEP.name, "passed")
        return max((endings[record.id].at - record.at).total_seconds() for record in bus.read(STEP.reads))


def times_done(place: Place) -> Counter[int]:
    """How often the stage was called for each message."""
    return Counter(map(int, place.file("done").read_text().split()))


def _worker(
    place: Place,
    bus: Bus,
    database: Database,
    name: str,
    behave: Callable[[int], None],
    beat: Callable[[], None],
) -> Worker:
    consumer = bus.consumer(STEP.reads, STEP.name, name)
    attempts = Attempts(database, STEP.name)
    return Worker(
        STEP,
        stage(behave),
        bus,
        consumer,
        attempts,
        batch=place.batch,
        beat=beat,
        stuck_after=place.stuck_after,
    )


def _key(message: Page) -> str:
    return message.subject  # spread over the partitions; the pages of one outlet would share one
