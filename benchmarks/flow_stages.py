"""Articles a second of every stage: as worker processes, by batch size, and the bare stage beside them."""

import multiprocessing
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import func, select

from benchmarks.flow_ground import Ground, publish
from benchmarks.processor import processor_seconds
from kliping.command.build import Parts
from kliping.command.processes import workers
from kliping.errors import Unavailable
from kliping.tables import trace
from kliping.wire import Message, encode
from pipeline.attempts import Attempts
from pipeline.flow import STEPS, waiting
from pipeline.stage import Drop, Settles, Slow
from pipeline.supervise import Supervisor
from pipeline.worker import Worker
from tests.memory import peak

BATCHES: Final = (1, 8, 32, 128)
USUAL: Final = 32  # as shipped
LOOK: Final = 0.2  # seconds between two looks at whether a topic is done
LIMIT: Final = 600.0  # seconds for one stage


@dataclass(frozen=True, kw_only=True)
class Rate:
    """What one stage did: messages a second."""

    stage: str
    messages: int
    bare: float  # the stage alone in a loop, without bus, trace and attempts
    processes: dict[int, float] = field(default_factory=dict)  # worker processes -> all together
    memory: int = 0  # bytes: the highest peak of a worker process
    batches: dict[int, float] = field(default_factory=dict)  # messages in one poll -> one worker
    cpu: float = 0.0  # seconds of processor time for one message, servers not counted


def rates(ground: Ground, count: int, processes: Sequence[int] = (1, 2)) -> list[Rate]:
    """Every stage on its own input: extract reads pages, the others articles with texts of their own."""
    found = {n: _worked(ground, count, n) for n in processes}
    tried = {batch: _batched(ground, min(count, max(400, 4 * batch)), batch) for batch in BATCHES}
    bare = _bare(ground, min(count, 400))
    return [
        Rate(
            stage=stage,
            messages=count,
            bare=bare[stage],
            processes={n: by_stage[stage][0] for n, by_stage in found.items()},
            memory=max(by_stage[stage][1] for by_stage in found.values()),
            batches={batch: by_stage[stage][0] for batch, by_stage in tried.items()},
            cpu=tried[USUAL][stage][1],
        )
        for stage in STEPS
    ]


def _worked(ground: Ground, count: int, processes: int) -> dict[str, tuple[float, int]]:
    """Stage -> messages a second of so many worker processes, and the highest peak of one."""
    found = {}
    for name, stages in (("pages", ("extract",)), ("articles", ("deduplicate", "tag", "index"))):
        with ground.installation(f"{name}-{processes}", workers=processes) as made, made.parts() as parts:
            _fill(ground, parts, name, count)
            for stage in stages:
                memory = drained(parts, stage)
                found[stage] = (_pace(parts, stage), memory)
    return found


def _fill(ground: Ground, parts: Parts, topic: str, count: int) -> None:
    messages: Iterable[Message] = ground.pages(parts.pages, count) if topic == "pages" else ground.articles(count)
    publish(parts, topic, list(messages))


def drained(parts: Parts, stage: str) -> int:
    """Let worker processes empty a stage's topic; the highest peak of one, bytes."""
    step, most, looked = STEPS[stage], 0, 0.0
    end = time.monotonic() + LIMIT

    def done() -> bool:
        nonlocal most, looked
        if time.monotonic() - looked < LOOK:
            return False
        looked = time.monotonic()
        assert looked < end, f"{stage}: not done in {LIMIT:.0f} s"
        most = max(most, *(peak(child.pid or 0) for child in multiprocessing.active_children()), 0)
        try:
            return waiting(parts.bus, step) == 0
        except Unavailable:
            return False

    Supervisor(workers(parts.configuration, [stage])).run(done)
    return most


def _pace(parts: Parts, stage: str) -> float:
    """Messages a second by the trace's own times, from the first ending to the last: no start of a process counts."""
    query = select(func.count(), func.min(trace.c.at), func.max(trace.c.at)).where(trace.c.stage == stage)
    with parts.database.read() as connection:
        number, first, last = connection.execute(query).one()
    seconds: float = (last - first).total_seconds()
    return (int(number) - 1) / max(seconds, 1e-6)


def _batched(ground: Ground, count: int, batch: int) -> dict[str, tuple[float, float]]:
    """Stage -> messages a second of one worker in this process, processor seconds a message."""
    found = {}
    for name, stages in (("pages", ("extract",)), ("articles", ("deduplicate", "tag", "index"))):
        with ground.parts(f"{name}-batch-{batch}", batch=batch) as parts:
            _fill(ground, parts, name, count)
            for stage in stages:
                found[stage] = _one_worker(parts, stage, batch)
    return found


def _one_worker(parts: Parts, stage: str, batch: int) -> tuple[float, float]:
    step = STEPS[stage]
    run = parts.stage(stage)  # loads libraries and word lists, so that no clock runs for them
    with parts.bus.consumer(step.reads, stage, f"{stage}-0") as consumer:
        worker = Worker(step, run, parts.bus, consumer, Attempts(parts.database, stage), batch=batch)
        _first(worker)
        began, cpu, done = time.perf_counter(), processor_seconds(), 0
        while parts.bus.waiting(step.reads, stage):
            done += worker.once(1.0)
        return done / (time.perf_counter() - began), (processor_seconds() - cpu) / max(done, 1)


def _first(worker: Worker) -> int:
    """The first batch: joining the group and opening the stores is not measured."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        if done := worker.once(1.0):
            return done
    raise AssertionError(f"{worker.step.name}: nothing came in {LIMIT:.0f} s")


def _bare(ground: Ground, count: int) -> dict[str, float]:
    """Stage -> calls a second in a plain loop, what one returns is the next one's input."""
    found = {}
    with ground.parts("pages-bare") as parts:
        pages = list(ground.pages(parts.pages, count))
        found["extract"], _ = _called(parts, "extract", pages)
    with ground.parts("articles-bare") as parts:
        messages: Sequence[Message] = ground.articles(count)
        for stage in ("deduplicate", "tag", "index"):
            found[stage], messages = _called(parts, stage, messages)
    return found


def _called(parts: Parts, name: str, messages: Sequence[Message]) -> tuple[float, list[Message]]:
    """The stage in a loop. What it returns is encoded, as a worker would."""
    stage: Any = parts.stage(name)
    made: list[Message] = []
    began = time.perf_counter()
    for message in messages:
        outcome = stage(message)
        if isinstance(outcome, Drop | Slow):
            continue
        outputs = tuple(outcome) if isinstance(outcome, Iterable) else (outcome,)
        for output in outputs:
            encode(output)
        made += outputs
        if isinstance(stage, Settles) and outputs:
            stage.published([message])
    return len(messages) / (time.perf_counter() - began), made
