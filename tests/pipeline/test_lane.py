"""The slow lane: what takes long leaves the line, waits for a worker of its own, and ends once."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from pipeline import dead
from pipeline.attempts import Attempts
from pipeline.balance import balance, sums
from pipeline.bus import Outgoing
from pipeline.bus.sqlite import SqliteBus
from pipeline.stage import Rejected, Slow
from tests.pipeline.conftest import POISON, STEP, FailingOnce, Rig, drain, page, stage


def slow_poison(number: int) -> Slow | None:
    return Slow("not read in 0.1 s") if number == POISON else None


def test_a_slow_message_ends_in_the_lane_and_holds_up_no_other(rig: Rig) -> None:
    rig.publish(*range(20))
    drain(rig.worker(stage(slow_poison)))
    assert rig.sums() == {("passed", ""): 19}
    assert rig.bus.waiting(STEP.reads, STEP.name) == 0
    (extract,) = (one for one in sums(rig.database, rig.bus) if one.stage == STEP.name)
    assert (extract.ended, extract.waiting) == (19, 1)
    (held,) = (one for one in balance(rig.database, rig.bus) if one.stage == STEP.name)
    assert held.holds
    assert (held.inputs, held.ended, held.waiting) == (20, 19, 1)
    (record,) = rig.bus.read(STEP.lane)
    (mine,) = (one for one in rig.bus.read(STEP.reads) if one.id == page(POISON).message_id)
    assert (record.id, record.key, record.payload) == (mine.id, mine.key, mine.payload)
    drain(rig.lane(stage()))
    assert rig.sums() == {("passed", ""): 20}
    assert sorted(rig.articles()) == sorted(stage()(page(n)).message_id for n in range(20))
    (held,) = (one for one in balance(rig.database, rig.bus) if one.stage == STEP.name)
    assert (held.holds, held.waiting) == (True, 0)


def test_a_message_that_the_lane_rejects_is_a_dead_letter_and_is_sent_to_the_lane_again(rig: Rig) -> None:
    healed = False

    def behave(number: int) -> None:
        if not healed:
            raise Rejected("extract_timeout", "not read in 15 s")

    rig.publish(POISON)
    drain(rig.worker(stage(slow_poison)))
    lane = rig.lane(stage(behave))
    drain(lane)
    assert rig.sums() == {("dead", "extract_timeout"): 1}
    (letter,) = dead.dead_letters(rig.bus, rig.database)
    assert (letter.stage, letter.topic, letter.subject) == (STEP.name, STEP.lane, page(POISON).subject)
    healed = True
    assert dead.retry(rig.bus, rig.database, letter)
    (extract,) = (one for one in sums(rig.database, rig.bus) if one.stage == STEP.name)
    assert (extract.retried, extract.waiting) == (1, 1)
    drain(lane)
    assert rig.sums() == {("passed", ""): 1}


def test_a_lane_that_is_quicker_than_the_line_keeps_its_word(rig: Rig) -> None:
    """It may have ended the message before the line has traced its batch: nothing is written over that."""

    class Quick(SqliteBus):
        def publish(self, topic: str, messages: Sequence[Outgoing]) -> None:
            super().publish(topic, messages)
            if topic == STEP.lane and messages:
                drain(rig.lane(stage()))

    rig.publish(*range(10))
    with closing(Quick(rig.folder / "bus", partitions=4, lease=5.0)) as quick:
        worker = rig.worker(stage(slow_poison))
        worker.bus = quick
        drain(worker)
    assert rig.sums() == {("passed", ""): 10}


def test_a_slow_message_that_is_done_again_after_a_death_has_one_ending(rig: Rig) -> None:
    """The database dies between publish and commit: the line passes the message on twice, and may read it then."""

    rig.publish(*range(5), POISON)
    answers = iter([Slow("not read in 0.1 s")])
    worker = rig.worker(stage(lambda number: next(answers, None) if number == POISON else None))
    worker.attempts = FailingOnce(rig.database, STEP.name)
    drain(worker)
    drain(worker)
    drain(rig.lane(stage()))
    assert rig.sums() == {("passed", ""): 6}
    assert len(set(rig.articles())) == 6
    (held,) = (one for one in balance(rig.database, rig.bus) if one.stage == STEP.name)
    assert (held.holds, held.inputs) == (True, 6)


def test_a_slow_message_without_a_lane_is_a_bug(rig: Rig) -> None:
    rig.publish(POISON)
    worker = rig.worker(stage(slow_poison))
    worker.step = replace(STEP, lane="")
    drain(worker)
    assert rig.sums() == {("dead", "bug"): 1}


def test_line_and_lane_charge_each_their_own(rig: Rig) -> None:
    """Both work partitions of the same numbers at the same stage: one that waits for a store takes nothing from the
    other's hands.
    """
    rig.publish(*range(8))
    drain(rig.worker(stage(lambda number: Slow("long"))))
    rig.publish(*range(8))
    with (
        closing(rig.bus.consumer(STEP.reads, STEP.name, "extract-0")) as line,
        closing(rig.bus.consumer(STEP.lane, STEP.name, "extract-slow-0")) as lane,
    ):
        mine, other = Attempts(rig.database, STEP.name), Attempts(rig.database, STEP.name)
        records = line.poll(8, 1.0)
        mine.open(records)
        mine.take(records[0])
        other.open(lane.poll(8, 1.0))
        other.put_down()
        after = Attempts(rig.database, STEP.name)
        after.open(records)
        charge = after.take(records[0])
        assert charge is not None
        assert charge.count == 1
