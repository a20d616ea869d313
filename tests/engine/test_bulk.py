"""What the archive makes of every answer to a bulk: done, again, never, or wait."""

from collections.abc import Callable

import pytest

from kliping.errors import Rejected, Unavailable
from search.archive.elastic import ElasticArchive
from search.archive.elastic_write import TRIES
from tests.contracts.archive import document
from tests.engine.fake import FLOOD, Event, FakeEngine, Items, Reset, Slow, Truncated, Whole

Open = Callable[..., ElasticArchive]
CROWDED = (429, "es_rejected_execution_exception", "rejected execution of a coordinating operation")
AWAY = (503, "unavailable_shards_exception", "primary shard is not active")
UNREADABLE = (400, "document_parsing_exception", "[1:5] failed to parse field [second]")


def test_only_what_has_no_room_now_is_sent_again(engine: FakeEngine, opened: Open) -> None:
    """B1: 201, 409, 429, 400 and 503 in one bulk."""
    written, known, crowded, unreadable, away = [document(number) for number in range(5)]
    waits: list[float] = []
    archive = opened(waits.append)
    archive.add([document(1, version=2)])
    engine.bulks.clear()
    engine.script.append(Items({crowded.id: CROWDED, unreadable.id: UNREADABLE, away.id: AWAY}))
    with pytest.raises(Rejected, match="failed to parse field"):
        archive.add([written, known, crowded, unreadable, away])
    assert engine.bulks == [[d.id for d in (written, known, crowded, unreadable, away)], [crowded.id, away.id]]
    assert engine.documents == {written.id: 1, known.id: 2, crowded.id: 1, away.id: 1}
    assert len(waits) == 1
    assert 0.25 <= waits[0] <= 0.5


def test_waits_double_and_end_in_unavailable(engine: FakeEngine, opened: Open) -> None:
    waits: list[float] = []
    archive = opened(waits.append)
    archive.add([document(1)])
    engine.bulks.clear()
    engine.script.extend([Items({document(2).id: CROWDED})] * TRIES)
    with pytest.raises(Unavailable, match="rejected execution"):
        archive.add([document(2)])
    assert len(engine.bulks) == TRIES
    assert all(0.5 * 2**n / 2 <= wait <= 0.5 * 2**n for n, wait in enumerate(waits))
    assert len(waits) == TRIES - 1


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Whole(401, "security_exception", "missing authentication credentials"), "does not accept our account"),
        (Whole(403, "security_exception", "action is unauthorized"), "does not accept our account"),
        (Items({document(1).id: (403, "security_exception", "unauthorized")}), "does not accept our account"),
        (Items({document(1).id: (429, "cluster_block_exception", FLOOD)}), "its disk is full"),
        (Items({document(1).id: (403, "cluster_block_exception", FLOOD)}), "its disk is full"),
        (Whole(429, "cluster_block_exception", FLOOD), "its disk is full"),
        (Items({document(1).id: (500, "i_o_exception", "no space left on device")}), "no space left"),
        (Items({document(1).id: (409, "some_other_conflict", "x")}), "some_other_conflict"),
        (Items({document(1).id: (418, "teapot", "x")}), "teapot"),
        (Whole(500, "null_pointer_exception", ""), "null_pointer"),
        (Whole(502), "502"),
        (Reset(), "connection"),
        (Reset(done=True), "connection"),
        (Truncated(), ""),
        (Slow(2.5), "time"),
    ],
)
def test_what_is_wrong_with_the_engine_is_unavailable_and_healed_by_the_same_again(
    engine: FakeEngine, opened: Open, event: Event, said: str
) -> None:
    waits: list[float] = []
    archive = opened(waits.append, timeout=2.0)  # a machine that stalls must not pass for an engine that does
    archive.add([document(0)])
    engine.bulks.clear()
    engine.script.append(event)
    with pytest.raises(Unavailable, match=f"(?i){said}"):
        archive.add([document(1)])
    assert len(engine.bulks) <= 1
    assert waits == []
    archive.add([document(1)])
    assert engine.documents == {document(0).id: 1, document(1).id: 1}


@pytest.mark.parametrize("status", [429, 503])
def test_a_whole_request_that_has_no_room_is_sent_again(engine: FakeEngine, opened: Open, status: int) -> None:
    archive = opened()
    archive.add([document(0)])
    engine.script.extend([Whole(status, "circuit_breaking_exception", "data too large")] * 2)
    archive.add([document(1), document(2)])
    assert len(engine.documents) == 3


def test_a_request_that_is_too_large_is_halved(engine: FakeEngine, opened: Open) -> None:
    archive = opened()
    archive.add([document(0)])
    engine.bulks.clear()
    engine.script.append(Whole(413))
    archive.add([document(number) for number in range(1, 5)])
    assert [len(bulk) for bulk in engine.bulks] == [2, 2]
    engine.script.append(Whole(413))
    with pytest.raises(Rejected, match="too large"):
        archive.add([document(9)])


def test_an_answer_that_names_fewer_items_is_believed_in_nothing(engine: FakeEngine, opened: Open) -> None:
    archive = opened()
    archive.add([document(0)])
    engine.broken = None
    original = engine.bulk
    engine.bulk = lambda lines, event: {**original(lines, event), "items": []}  # type: ignore[method-assign]
    with pytest.raises(Unavailable, match="names not each of its items"):
        archive.add([document(1)])


def test_a_large_batch_is_sent_in_portions(engine: FakeEngine, opened: Open) -> None:
    archive = opened()
    archive.add([document(number, text="kata " * 40_000) for number in range(30)])
    assert len(engine.documents) == 30
    assert max(map(len, engine.bulks)) < 30


def test_a_server_that_is_no_elasticsearch_is_unavailable(opened: Open, engine: FakeEngine) -> None:
    engine.broken = Whole(404)
    with pytest.raises(Unavailable):
        opened().add([document(0)])
