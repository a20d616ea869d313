"""One message in many that raises, at each stage and on both buses (bars A10 and A12)."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kliping import trace
from pipeline import dead
from pipeline.attempts import Attempts
from pipeline.bus import Outgoing
from pipeline.flow import FLOW, dead_topic
from pipeline.stage import Drop, Step
from pipeline.worker import Worker
from tests.pipeline.work import Place

COUNT, POISON, TRIES = 100, "m37", 3
SAMPLES = Path(__file__).parents[1] / "messages"
LIMIT = 4096  # bytes of a letter beside its payload (bar A12)
EXAMPLES = {"extract": "page", "deduplicate": "article", "tag": "grouped", "index": "tagged"}  # stage -> what it reads


def message(step: Step, number: int) -> Outgoing:
    """A message of the step's kind whose outlet is its own name."""
    sample: Any = json.loads((SAMPLES / f"{EXAMPLES[step.name]}.1.json").read_text("utf-8"))
    named = sample["body"]
    for inner in ("grouped", "article"):
        named = named.get(inner, named)
    named["outlet"] = f"m{number}"
    return Outgoing(id=f"m{number}", key=f"k{number % 9}", payload=json.dumps(sample).encode())


def outlet(received: Any) -> str:
    """The name that `message` gave it."""
    for inner in ("grouped", "article"):
        received = getattr(received, inner, received)
    return str(received.outlet)


def behaving(step: Step, healed: list[bool]) -> Callable[[Any], Drop]:
    def run(received: Any) -> Drop:
        if outlet(received) == POISON and not healed:
            raise ZeroDivisionError("x" * 100_000)
        return Drop("unchanged")

    return run


@pytest.mark.parametrize("step", FLOW, ids=lambda step: step.name)
def test_one_poison_is_dead_lettered_and_sent_again_once_and_the_others_pass(place: Place, step: Step) -> None:
    healed: list[bool] = []
    with closing(place.open_database()) as database, closing(place.open_bus()) as bus:
        bus.publish(step.reads, [message(step, number) for number in range(COUNT)])
        consumer = bus.consumer(step.reads, step.name, "a")
        worker = Worker(
            step, behaving(step, healed), bus, consumer, Attempts(database, step.name), batch=32, tries=TRIES
        )

        def endings() -> dict[tuple[str, str], int]:
            return {(count.verdict, count.reason): count.messages for count in trace.counts(database)}

        worker.run(lambda: sum(endings().values()) == COUNT and not bus.waiting(step.reads, step.name))
        assert endings() == {("dropped", "unchanged"): COUNT - 1, ("dead", "bug"): 1}
        (letter,) = dead.dead_letters(bus, database)
        assert (letter.id, letter.stage, letter.topic, letter.attempts) == (POISON, step.name, step.reads, TRIES)
        assert letter.first_at <= letter.last_at
        assert len(letter.error) <= dead.MAX_ERROR
        (record,) = bus.read(dead_topic(step.reads))
        assert len(record.payload) - len(json.loads(record.payload)["payload"]) < LIMIT
        healed.append(True)
        assert dead.retry(bus, database, letter)
        assert not dead.retry(bus, database, letter)
        worker.run(lambda: ("retried", "bug") not in endings() and not bus.waiting(step.reads, step.name))
        assert endings() == {("dropped", "unchanged"): COUNT}
        assert list(dead.dead_letters(bus, database)) == []
        consumer.close()
