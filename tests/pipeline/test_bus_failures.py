"""Buses that fail under workers that work: lost 0, one effect each, no process ends for it.

The broker is a private one of this file, killed and frozen as it comes.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kliping.clock import monotonic
from kliping.database import migrate
from kliping.settings import Kafka
from pipeline.stage import Unavailable
from pipeline.supervise import Child, Supervisor
from tests.memory import peak
from tests.pipeline import work
from tests.pipeline.samples import STEP
from tests.pipeline.work import Place, check_conserved, ended, outgoing
from tests.servers.kafka import Kafka as Broker

GROWTH = 40 * 1024 * 1024  # bytes that a worker may grow by while it waits; bar A5 allows 100 MB in ten minutes
IDLE = 120.0  # seconds that no partition may stand still for (bar A4)


@pytest.fixture
def kafka_place(private_kafka: Broker, tmp_path: Path) -> Iterator[Place]:
    private_kafka.thaw()
    if not private_kafka.answers():
        private_kafka.start()
    place = Place(bus=private_kafka.fresh(), folder=tmp_path)
    with closing(place.open_database()) as database:
        migrate(database)
    yield place
    private_kafka.thaw()


def worker(place: Place, name: str) -> Child:
    return Child(name=name, target=work.work, arguments=(place, name), hang=0)


def publisher(place: Place, count: int, pause: float) -> Child:
    return Child(name="publisher", target=work.publish, arguments=(place, count, pause), hang=0)


def run(children: list[Child], done: Callable[[], bool], patience: float = 120.0) -> list[tuple[str, int | None]]:
    """Keep the children alive until `done()`. Returns the deaths."""
    deaths: list[tuple[str, int | None]] = []
    deadline = monotonic() + patience

    def over() -> bool:
        assert monotonic() < deadline, "not done in time"
        time.sleep(0.1)
        return done()

    Supervisor(children, on_death=lambda name, code: deaths.append((name, code))).run(over)
    return deaths


@pytest.mark.parametrize("outage", [3.0, pytest.param(300.0, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
def test_a_broker_that_is_killed_and_stays_away_costs_nothing(
    private_kafka: Broker, kafka_place: Place, outage: float
) -> None:
    """SIGKILL while workers work and a crawler publishes: all reconnect, none ends, memory stays flat (A5, A11)."""
    count = 300
    steps = ["kill"]
    memory: list[int] = []

    def done() -> bool:
        if steps == ["kill"] and ended(kafka_place) > count / 4:
            private_kafka.kill()
            before = _memory(names)
            time.sleep(outage)
            memory.append(_memory(names) - before)
            private_kafka.start()
            steps.append("killed")
        return ended(kafka_place) == count and kafka_place.file("published").exists()

    names = ["extract-0", "extract-1"]
    deaths = run(
        [*(worker(kafka_place, name) for name in names), publisher(kafka_place, count, 0.01)], done, outage + 120
    )
    assert deaths == []
    assert steps == ["kill", "killed"]
    assert memory[0] < GROWTH
    check_conserved(kafka_place, count)


def _memory(names: list[str]) -> int:
    """The peak memory of this process's children of these names, added."""
    return sum(peak(child.pid or 0) for child in multiprocessing.active_children() if child.name in names)


@pytest.mark.parametrize(
    ("period", "joins"), [(0.7, 6), pytest.param(7.0, 30, marks=[pytest.mark.slow, pytest.mark.timeout(900)])]
)
def test_members_that_join_and_leave_cost_nothing(kafka_place: Place, period: float, joins: int) -> None:
    """Three stay, one comes and goes (bar A4: a change every ten seconds for five minutes); a third by SIGKILL."""
    count = int(joins * period / 0.01)

    def done() -> bool:
        joined = kafka_place.file("joins").stat().st_size if kafka_place.file("joins").exists() else 0
        return joined >= joins and kafka_place.file("published").exists() and ended(kafka_place) == count

    churn = Child(name="churn", target=work.churn, arguments=(kafka_place, period), hang=0)
    staying = [worker(kafka_place, f"extract-{n}") for n in range(3)]
    deaths = run([*staying, churn, publisher(kafka_place, count, 0.005)], done, joins * period * 3 + 120)
    assert {name for name, _ in deaths} == {"churn"}
    check_conserved(kafka_place, count)
    assert work.longest_wait(kafka_place) < IDLE


def test_a_worker_frozen_past_its_session_loses_its_commit_and_works_on(place: Place) -> None:
    """On both buses: the other worker does its messages, the frozen one's late commit moves nothing."""
    count, held = 40, 5
    with closing(place.open_bus()) as bus:
        bus.publish(STEP.reads, outgoing(range(count)))
    place.file(f"hold.{held}").touch()
    frozen: list[int] = []

    def done() -> bool:
        if not frozen and place.file("pid").exists():
            frozen.append(int(place.file("pid").read_text()))
            os.kill(frozen[0], signal.SIGSTOP)
            place.file("frozen").touch()
        if len(frozen) == 1 and ended(place) == count:
            os.kill(frozen[0], signal.SIGCONT)
            with closing(place.open_bus()) as bus:
                bus.publish(STEP.reads, outgoing(range(count, 2 * count)))
            frozen.append(0)
        return len(frozen) == 2 and ended(place) == 2 * count

    assert run([worker(place, "extract-0"), worker(place, "extract-1")], done) == []
    check_conserved(place, 2 * count)
    assert work.times_done(place)[held] == 2  # by the frozen one and by the other


def test_a_store_that_is_away_moves_no_offset_and_ends_no_worker(place: Place) -> None:
    """Longer than the lease: the worker stays in its group, its messages wait for it and for nobody else."""
    count = 40
    place.file("down").touch()
    with closing(place.open_bus()) as bus:
        bus.publish(STEP.reads, outgoing(range(count)))
        until = monotonic() + 2 * place.lease

        def done() -> bool:
            if monotonic() > until and place.file("down").exists():
                assert bus.waiting(STEP.reads, STEP.name) == count
                assert ended(place) == 0
                place.file("down").unlink()
            return ended(place) == count

        assert run([worker(place, "extract-0"), worker(place, "extract-1")], done) == []
    check_conserved(place, count)


@pytest.mark.timeout(60)  # the bound: each call here would block for two minutes with the library's own limits
def test_brokers_that_do_not_answer_are_unavailable(private_kafka: Broker, kafka_place: Place) -> None:
    """Frozen, so their port takes connections: the trap of a broker that is just starting."""
    quick = Kafka(timeout=1.0)
    with closing(kafka_place.open_bus(quick)) as bus, bus.consumer(STEP.reads, STEP.name, "a") as consumer:
        bus.publish(STEP.reads, outgoing([1]))
        while not (records := consumer.poll(1, 0.5)):
            pass
        private_kafka.freeze()
        assert consumer.poll(1, 0.1) == []
        for call in (
            lambda: bus.publish(STEP.reads, outgoing([2])),
            lambda: consumer.commit(records),
            lambda: bus.waiting(STEP.reads, STEP.name),
            lambda: list(bus.read(STEP.reads)),
            lambda: kafka_place.open_bus(quick).consumer(STEP.reads, STEP.name, "b").poll(1, 0.1),
        ):
            with pytest.raises(Unavailable):
                call()
        private_kafka.thaw()
        bus.publish(STEP.reads, outgoing([2]))
        published = [record.id for record in bus.read(STEP.reads)]
        assert set(published) == {message.id for message in outgoing([1, 2])}
        assert len(published) <= 3  # the one that was not confirmed may have arrived
