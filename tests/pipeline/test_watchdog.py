"""A worker that has records and ends none of them is ended and begun anew; a stop is clean, and nothing waits long."""

from collections.abc import Callable
from contextlib import closing

import pytest
from kafka import KafkaConsumer

from kliping.clock import monotonic
from pipeline.bus.sqlite_consumer import SqliteConsumer
from pipeline.supervise import Child, Supervisor
from pipeline.watchdog import StuckError, Watchdog
from tests.pipeline import work
from tests.pipeline.samples import STEP
from tests.pipeline.work import Place, check_conserved, ended, outgoing, times_done

COUNT = 20


def deaf(beat: Callable[[], None], stopping: Callable[[], bool], place: Place, name: str) -> None:
    """A worker whose client stopped fetching for ever, as kafka-python 3.0.7 did; the next life is sound."""
    if not place.file("was-deaf").exists():
        place.file("was-deaf").touch()
        SqliteConsumer._fetch = lambda *_: []  # type: ignore[method-assign]
        KafkaConsumer.poll = lambda self, *_, **__: self._coordinator.poll(100) and {}
    work.work(beat, stopping, place, name)


def test_a_worker_that_is_deaf_is_ended_and_begun_anew(place: Place) -> None:
    impatient = Place(bus=place.bus, folder=place.folder, stuck_after=3.0)
    with closing(place.open_bus()) as bus:
        bus.publish(STEP.reads, outgoing(range(COUNT)))
    deaths: list[tuple[str, int | None]] = []
    child = Child(name="extract-0", target=deaf, arguments=(impatient, "extract-0"), hang=0)
    Supervisor([child], on_death=lambda *death: deaths.append(death)).run(lambda: ended(place) == COUNT)
    assert deaths == [("extract-0", 1)]
    check_conserved(place, COUNT)


def test_an_idle_worker_is_not_stuck_and_one_with_records_is(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, clock = [0], [0.0]
    monkeypatch.setattr("pipeline.watchdog.monotonic", lambda: clock[0])
    watchdog = Watchdog(lambda: waiting[0], limit=120.0, _progress=0.0, _looked=0.0)
    for _ in range(100):
        clock[0] += 10.0
        assert watchdog.look()
    waiting[0] = 7
    for _ in range(12):  # no standstill yet: they have just come
        clock[0] += 10.0
        assert not watchdog.look()
    clock[0] += 10.0
    with pytest.raises(StuckError, match="7 records wait and no batch has ended for 130 s"):
        watchdog.look()


def test_a_stop_finishes_what_is_in_hand_and_redoes_nothing(place: Place) -> None:
    """Bar A15 with a batch that would take 20 s: the process ends with 0 after the message in hand."""
    slow = Place(bus=place.bus, folder=place.folder, batch=100, slow=0.2)
    with closing(place.open_bus()) as bus:
        bus.publish(STEP.reads, outgoing(range(100)))
    child = Child(name="extract-0", target=work.work, arguments=(slow, "extract-0"), hang=0)
    done = place.file("done")
    Supervisor([child]).run(lambda: done.exists() and done.stat().st_size >= 6)  # a few are worked on
    first = ended(place)
    assert 0 < first < 100
    quick = Place(bus=place.bus, folder=place.folder)
    child = Child(name="extract-0", target=work.work, arguments=(quick, "extract-0"), hang=0)
    Supervisor([child]).run(lambda: ended(place) == 100)
    check_conserved(place, 100)
    assert set(times_done(place).values()) == {1}


def test_one_message_on_an_idle_pipeline_ends_within_ten_seconds(place: Place) -> None:
    """Bar A6: nothing waits for a batch to fill."""
    child = Child(name="extract-0", target=work.work, arguments=(place, "extract-0"), hang=0)
    sent: list[float] = []

    def done() -> bool:
        if not sent and place.file("warm").exists():
            sent.append(monotonic())
            bus.publish(STEP.reads, outgoing([1]))
        if ended(place) == 1 and not place.file("warm").exists():
            place.file("warm").touch()
        return ended(place) == 2

    with closing(place.open_bus()) as bus:
        bus.publish(STEP.reads, outgoing([0]))
        Supervisor([child]).run(done)
    assert monotonic() - sent[0] < 10


def test_a_batch_slower_than_the_lease_is_done_once_although_others_could_take_it(place: Place) -> None:
    """Two workers, batches of 3 s and more on a lease of 2 s: each would undo the other's for ever."""
    slow = Place(bus=place.bus, folder=place.folder, batch=100, slow=0.3)
    with closing(place.open_bus()) as bus:
        bus.publish(STEP.reads, outgoing(range(COUNT)))
    names = ("extract-0", "extract-1")
    children = [Child(name=name, target=work.work, arguments=(slow, name), hang=0) for name in names]
    Supervisor(children).run(lambda: ended(place) == COUNT)
    check_conserved(place, COUNT)
    assert max(times_done(place).values()) <= 2  # a message may be in work at the very moment of the one rebalance
