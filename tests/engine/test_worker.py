"""The index stage before an engine that fails: nothing is lost, nothing dead-lettered, offsets move last."""

import logging
from collections.abc import Iterator

import pytest

from kliping.clips import count_clips
from pipeline.worker import Worker
from tests.engine.conftest import Rig
from tests.engine.fake import FLOOD, Event, Items, Whole
from tests.engine.test_bulk import AWAY, CROWDED, UNREADABLE
from tests.memory import peak

HALF_AN_HOUR = 1_800.0  # seconds (bar B2)


@pytest.fixture
def worker(rig: Rig) -> Iterator[Worker]:
    worker, consumer = rig.worker()
    yield worker
    consumer.close()


def finish(worker: Worker) -> None:
    while worker.once():
        pass


def test_every_kind_of_answer_ends_its_message_as_it_should(rig: Rig, worker: Worker) -> None:
    """B1: refused is dead-lettered with the engine's reason, the others pass, and offsets are committed last."""
    ids = rig.publish(*range(5))
    rig.engine.documents[ids[1]] = 7  # a later version is there
    rig.engine.fates = {ids[2]: [CROWDED] * 6, ids[3]: [UNREADABLE] * 9, ids[4]: [AWAY]}
    while rig.waiting():
        worker.once()
    (letter,) = rig.letters()
    assert letter.reason == "archive_refused"
    assert "failed to parse field [second]" in letter.error
    assert rig.sums() == {("passed", ""): 4, ("dead", "archive_refused"): 1}
    assert set(rig.engine.documents) == set(ids) - {ids[3]}
    last_bulk = max(place for place, event in enumerate(rig.engine.events) if event == "bulk")
    assert rig.engine.events.index("commit") > last_bulk


def test_half_an_hour_of_no_room_loses_nothing(rig: Rig, worker: Worker) -> None:
    """B2: half a second, doubled, with jitter, at most a minute; no end while the engine lives."""
    ids = rig.publish(*range(5))
    refused = Items(dict.fromkeys(ids, CROWDED))
    waits = worker.consumer.waits  # type: ignore[attr-defined]
    rig.engine.broken = refused
    while sum(waits) + sum(rig.waits) < HALF_AN_HOUR:
        assert worker.once() == 0
    assert rig.waiting() == 5
    assert all(min(0.5 * 2**n, 60) / 2 <= wait <= min(0.5 * 2**n, 60) + 1e-6 for n, wait in enumerate(waits))
    assert max(waits) > 30
    rig.engine.broken = None
    finish(worker)
    assert set(rig.engine.documents) == set(ids)
    assert rig.letters() == []
    assert rig.waiting() == 0


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Whole(401, "security_exception", "missing authentication credentials"), "does not accept our account"),
        (Whole(403, "security_exception", "action is unauthorized for user"), "does not accept our account"),
        (Whole(429, "cluster_block_exception", FLOOD), "its disk is full"),
        (Whole(403, "cluster_block_exception", FLOOD), "its disk is full"),
        (Whole(503, "master_not_discovered_exception", ""), "master_not_discovered"),
    ],
)
def test_the_stage_stops_and_says_so_until_it_is_repaired(
    rig: Rig, worker: Worker, caplog: pytest.LogCaptureFixture, event: Event, said: str
) -> None:
    """A8 and B3: within the first minute of waiting an error is logged, nothing is dropped, nothing is dead."""
    ids = rig.publish(*range(3))
    rig.engine.broken = event
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert worker.once() == 0
    assert said in caplog.records[-1].getMessage()
    assert sum(worker.consumer.waits) < 60  # type: ignore[attr-defined]
    assert rig.waiting() == 3
    assert rig.sums() == {}
    assert rig.letters() == []
    rig.engine.broken = None
    finish(worker)
    assert set(rig.engine.documents) == set(ids)
    assert rig.sums() == {("passed", ""): 3}
    assert rig.letters() == []


def test_memory_stays_flat_while_the_engine_is_away(rig: Rig, worker: Worker) -> None:
    """A5: offsets do not move, rows are written once, and 40 tries of a full batch keep nothing."""
    rig.publish(*range(32))
    rig.engine.broken = Whole(503, "unavailable", "")
    for _ in range(5):
        worker.once()
    before = peak()
    for _ in range(40):
        worker.once()
    assert peak() - before < 20 * 1024**2
    assert rig.waiting() == 32
    rig.engine.broken = None
    finish(worker)
    assert len(rig.engine.documents) == 32
    assert sum(count.clips for count in count_clips(rig.database)) == 32
