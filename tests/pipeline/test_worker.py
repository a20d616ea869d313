"""Every ending of the design's table: passed on, dropped, rejected, unavailable, a bug, killed, hung."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kliping.article import Page
from kliping.database import Database
from kliping.wire import Message
from pipeline import dead
from pipeline.attempts import Attempts
from pipeline.balance import sums
from pipeline.bus import Outgoing, open_bus
from pipeline.bus.sqlite import SqliteBus
from pipeline.flow import STEPS
from pipeline.stage import Drop, Rejected, Unavailable
from pipeline.supervise import Child, Supervisor
from pipeline.worker import Worker
from tests.pipeline.conftest import POISON, STEP, FailingOnce, Rig, article, drain, page, stage

KILLS_FILE = "kills"


def test_what_a_stage_returns_is_passed_on_and_committed(rig: Rig) -> None:
    rig.publish(*range(20))
    drain(rig.worker(stage()))
    assert rig.sums() == {("passed", ""): 20}
    assert len(rig.articles()) == 20
    assert rig.bus.waiting(STEP.reads, STEP.name) == 0


def test_flags_of_what_is_passed_on_are_counted(rig: Rig) -> None:
    rig.publish(*range(10))
    drain(rig.worker(lambda message: replace(article(message), flags=("empty_text", "no_date"))))
    (extract,) = (one for one in sums(rig.database, rig.bus) if one.stage == "extract")
    assert (extract.passed, extract.flags) == (10, {"empty_text": 10, "no_date": 10})


def test_a_drop_is_counted_under_its_reason(rig: Rig) -> None:
    rig.publish(*range(10))
    drain(rig.worker(stage(lambda n: Drop("unchanged") if n % 2 else None)))
    assert rig.sums() == {("passed", ""): 5, ("dropped", "unchanged"): 5}


def test_a_rejected_message_is_a_dead_letter_at_once_and_the_others_pass(rig: Rig) -> None:
    tried: list[int] = []

    def behave(number: int) -> None:
        tried.append(number)
        if number == POISON:
            raise Rejected("page_missing", "abc is not in the store")

    rig.publish(*range(20))
    drain(rig.worker(stage(behave)))
    assert rig.sums() == {("passed", ""): 19, ("dead", "page_missing"): 1}
    assert tried.count(POISON) == 1
    (letter,) = dead.dead_letters(rig.bus, rig.database)
    assert (letter.stage, letter.reason, letter.error) == ("extract", "page_missing", "abc is not in the store")
    assert (letter.id, letter.subject) == (page(POISON).message_id, page(POISON).subject)


def test_what_a_death_left_open_is_made_ready_one_by_one_with_signs_of_life(rig: Rig) -> None:
    """Much of a message may be read slowly; without a sign of life that is a hang, and charged to the message."""
    done: list[tuple[str, int]] = []
    beats: list[int] = []

    class Slow:
        def prepare(self, messages: Sequence[Message], beat: Callable[[], None], /) -> None:
            for message in messages:
                beat()
                done.append((message.message_id, len(beats)))

        def __call__(self, message: Page, /) -> object:
            done.append((message.message_id, len(beats)))
            return stage()(message)

    rig.publish(*range(4))
    with closing(rig.bus.consumer(STEP.reads, STEP.name, "dead")) as dead_one:
        Attempts(rig.database, STEP.name).open(dead_one.poll(10, 1.0))
    worker = rig.worker(Slow(), beat=lambda: beats.append(1))
    worker.once(1.0)
    ready, worked = done[::2], done[1::2]
    assert [one for one, _ in ready] == [one for one, _ in worked]
    assert {one for one, _ in worked} == {page(n).message_id for n in range(4)}
    assert all(before < after for (_, before), (_, after) in zip([("", 0), *worked], ready, strict=False))
    assert rig.sums() == {("passed", ""): 4}


def test_bytes_that_are_no_message_are_a_dead_letter(rig: Rig) -> None:
    rig.bus.publish(STEP.reads, [Outgoing(id="junk", key="k", payload=b"\xff not json")])
    drain(rig.worker(stage()))
    assert rig.sums() == {("dead", "undecodable"): 1}


def test_a_bug_is_tried_again_then_dead_lettered_with_its_traceback(rig: Rig) -> None:
    tried: list[int] = []

    def behave(number: int) -> None:
        tried.append(number)
        if number == POISON:
            raise ZeroDivisionError("a bug of ours")

    rig.publish(*range(10))
    drain(rig.worker(stage(behave), tries=3))
    assert rig.sums() == {("passed", ""): 9, ("dead", "bug"): 1}
    assert tried.count(POISON) == 3
    (letter,) = dead.dead_letters(rig.bus, rig.database)
    assert letter.attempts == 3
    assert "a bug of ours" in letter.traceback


def test_a_bug_that_passes_on_the_second_try_is_no_dead_letter(rig: Rig) -> None:
    tried: list[int] = []

    def behave(number: int) -> None:
        tried.append(number)
        if tried.count(POISON) == 1 and number == POISON:
            raise ZeroDivisionError

    rig.publish(POISON)
    drain(rig.worker(stage(behave)))
    assert rig.sums() == {("passed", ""): 1}


def test_unavailable_commits_nothing_waits_longer_and_never_dead_letters(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[list[float]] = []
    answers = iter([False] * 6)

    def behave(number: int) -> None:
        if next(answers, True) is False:
            raise Unavailable("archive: down")

    rig.publish(*range(5))
    worker = rig.worker(stage(behave))
    for _ in range(5):
        waits.append([])
        monkeypatch.setattr(worker.consumer, "hold", waits[-1].append)
        assert worker.once() == 0
    assert sum(waits[0]) < sum(waits[2]) < sum(waits[4])  # doubled each time, so jitter by half cannot hide it
    assert rig.sums() == {}
    assert rig.bus.waiting(STEP.reads, STEP.name) == 5
    drain(worker)
    drain(worker)
    assert rig.sums() == {("passed", ""): 5}


def test_a_stop_while_a_store_is_away_is_quick_and_charges_nobody(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator restarts again and again during an outage: no message becomes a dead letter for it."""
    away = True

    def behave(number: int) -> None:
        if away:
            raise Unavailable("archive: away")

    rig.publish(*range(5))
    for _ in range(5):
        held: list[float] = []
        worker = rig.worker(stage(behave))
        monkeypatch.setattr(worker.consumer, "hold", held.append)
        worker.run(lambda held=held: bool(held))  # type: ignore[misc]
        assert len(held) == 1
        worker.consumer.close()
    away = False
    drain(rig.worker(stage(behave)))
    assert rig.sums() == {("passed", ""): 5}


def test_outputs_are_published_before_the_commit_and_a_repeat_has_no_second_effect(rig: Rig) -> None:
    """The database dies between publish and commit: the batch comes again, the sums stay."""

    rig.publish(*range(5))
    worker = rig.worker(stage())
    worker.attempts = FailingOnce(rig.database, STEP.name)
    drain(worker)
    drain(worker)
    assert len(rig.articles()) == 10
    assert len(set(rig.articles())) == 5
    assert rig.sums() == {("passed", ""): 5}


def test_retry_sends_a_letter_again_once(rig: Rig) -> None:
    healed = False

    def behave(number: int) -> None:
        if not healed:
            raise Rejected("page_missing")

    rig.publish(1)
    worker = rig.worker(stage(behave))
    drain(worker)
    (letter,) = dead.dead_letters(rig.bus, rig.database)
    healed = True
    assert dead.retry(rig.bus, rig.database, letter)
    assert not dead.retry(rig.bus, rig.database, letter)
    drain(worker)
    assert rig.sums() == {("passed", ""): 1}
    assert list(dead.dead_letters(rig.bus, rig.database)) == []
    assert not dead.retry(rig.bus, rig.database, letter)
    with pytest.raises(dead.UnknownLetterError):
        dead.find(rig.bus, rig.database, letter.id)


def test_a_retry_that_ends_before_it_is_noted_keeps_its_ending(rig: Rig) -> None:
    """A worker may be quicker than we are: what it wrote is the newer word."""
    healed = False

    def behave(number: int) -> None:
        if not healed:
            raise Rejected("page_missing")

    rig.publish(1)
    worker = rig.worker(stage(behave))
    drain(worker)
    (letter,) = dead.dead_letters(rig.bus, rig.database)
    healed = True

    class Quick(SqliteBus):
        def publish(self, topic: str, messages: Sequence[Outgoing]) -> None:
            super().publish(topic, messages)
            drain(worker)

    with closing(Quick(rig.folder / "bus", partitions=4, lease=5.0)) as quick:
        assert dead.retry(quick, rig.database, letter)
    assert rig.sums() == {("passed", ""): 1}


def test_a_letter_too_large_to_carry_its_message_is_sent_again_from_its_topic(rig: Rig) -> None:
    noise = os.urandom(450_000).hex().encode()  # does not compress below the limit together with its base64
    rig.bus.publish(STEP.reads, [Outgoing(id="large", key="k", payload=noise)])
    drain(rig.worker(stage()))
    (letter,) = dead.dead_letters(rig.bus, rig.database)
    assert dead.retry(rig.bus, rig.database, letter)
    assert [record.payload for record in rig.bus.read(STEP.reads)] == [noise, noise]


# --- children that die ------------------------------------------------------------------------------------------


def child(beat: Callable[[], None], stopping: Callable[[], bool], folder: Path, url: str, trick: str) -> None:
    """A worker in a process of its own whose stage does `trick` on the poison."""

    def behave(number: int) -> None:
        if number == POISON:
            with (folder / KILLS_FILE).open("a") as file:
                file.write("x")
            if trick == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            if trick == "hang":
                time.sleep(3600)

    database = Database(url)
    bus = open_bus(f"sqlite:{folder}/bus", partitions=4, lease=5.0)
    step = STEPS["extract"]
    consumer = bus.consumer(step.reads, step.name, "extract-0")
    Worker(step, stage(behave), bus, consumer, Attempts(database, step.name), batch=8, beat=beat).run(stopping)


@pytest.mark.parametrize(
    ("database", "trick", "hang"),
    [("sqlite", "die", 30.0), ("sqlite", "hang", 1.0), ("postgresql", "die", 30.0)],
    indirect=["database"],
)
def test_a_message_that_kills_or_hangs_its_process_is_dead_lettered_and_the_others_pass(
    rig: Rig, trick: str, hang: float
) -> None:
    rig.publish(*range(20))
    deaths: list[str] = []
    children = [Child(name="extract-0", target=child, arguments=(rig.folder, rig.database.url, trick), hang=hang)]
    supervisor = Supervisor(children, on_death=lambda name, code: deaths.append(name))
    supervisor.run(lambda: sum(rig.sums().values()) == 20)
    assert rig.sums() == {("passed", ""): 19, ("dead", "killed"): 1}
    (letter,) = dead.dead_letters(rig.bus, rig.database)
    assert letter.id == page(POISON).message_id
    assert letter.attempts == 3
    # once in a whole batch, uncharged, then three times in hand
    assert len((rig.folder / KILLS_FILE).read_text()) == 4
    assert set(rig.articles()) == {stage()(page(n)).message_id for n in range(20) if n != POISON}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # what it shows does not depend on the store
def test_children_stop_cleanly_and_are_gone(rig: Rig) -> None:
    rig.publish(*range(5))
    children = [
        Child(name=f"extract-{n}", target=child, arguments=(rig.folder, rig.database.url, "")) for n in range(2)
    ]
    supervisor = Supervisor(children)
    seen: set[str] = set()

    def done() -> bool:
        seen.update(supervisor.started())
        return sum(rig.sums().values()) == 5

    supervisor.run(done)
    assert seen == {"extract-0", "extract-1"}
    assert supervisor.started() == {}
    assert multiprocessing.active_children() == []
    assert rig.sums() == {("passed", ""): 5}
