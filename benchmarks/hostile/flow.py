"""The extract stage at work on the embedded bus: how long real pages take there, alone and beside hostile ones.

As delivered: a worker of the line in this process, one of the slow lane in a process of its own.
"""

import multiprocessing
import os
import random
import signal
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from unittest.mock import patch

from benchmarks.extract_peers import FETCHED_AT, ZONE
from kliping.article import Found, Page
from kliping.clock import monotonic
from kliping.command.processes import LANE_BATCH
from kliping.database import Database, migrate
from kliping.pages import FolderPages
from kliping.wire import encode
from pipeline.attempts import Attempts
from pipeline.bus import Bus, Outgoing, open_bus
from pipeline.extract import Extract, Pool
from pipeline.extract.job import Job
from pipeline.extract.pool import LANE_CHILDREN, LOW, QUICK
from pipeline.extract.process import Child
from pipeline.flow import STEPS
from pipeline.stage import Outcome, Slow
from pipeline.worker import Worker

STEP: Final = STEPS["extract"]
OUTLETS: Final = 50  # as pages-id has
STUCK: Final = "stuck"  # a page whose reader is frozen: what no cap of ours foresees


@dataclass(slots=True)
class Watched:
    """The stage, and when each real page ended; `detours` are real pages that went to the slow lane."""

    stage: Extract
    real: frozenset[str]
    ended: dict[str, float] = field(default_factory=dict)
    detours: int = 0

    def __call__(self, page: Page, /) -> Outcome:
        outcome = self.stage(page)
        if page.message_id in self.real:
            self.ended[page.message_id] = monotonic()
            self.detours += isinstance(outcome, Slow)
        return outcome

    def prepare(self, *arguments: object) -> None:
        self.stage.prepare(*arguments)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds until the last real page had ended in the line; real pages that did not end there."""

    real: float
    detours: int


def run(real: Sequence[bytes], hostile: Sequence[bytes | None], pool: Pool, seed: int, batch: int) -> Took:
    """Pages through the stage. `hostile` ones lie at random among the real ones; None: one that never ends."""
    with tempfile.TemporaryDirectory() as name, _laid_out(Path(name)) as (database, bus):
        folder = Path(name)
        store = FolderPages(folder / "pages")
        mine = [_page(store, number, body) for number, body in enumerate(real)]
        others = [_page(store, len(real) + number, body) for number, body in enumerate(hostile)]
        stage = Watched(Extract(store, pool=pool, in_line=True), frozenset(page.message_id for page in mine))
        with _lane(folder), closing(bus.consumer(STEP.reads, STEP.name, "extract-0")) as consumer:
            worker = Worker(STEP, stage, bus, consumer, Attempts(database, STEP.name), batch=batch)
            pages = _mixed(mine, others, seed)
            bus.publish(STEP.reads, [Outgoing(id=p.message_id, key=p.key, payload=encode(p)) for p in pages])
            started = monotonic()
            while bus.waiting(STEP.reads, STEP.name):
                worker.once(0.05)
        return Took(max(stage.ended.values()) - started, stage.detours)


@contextmanager
def _laid_out(folder: Path) -> Iterator[tuple[Database, Bus]]:
    database = Database(f"sqlite:///{folder}/kliping.db")
    migrate(database)
    with closing(database), closing(open_bus(f"sqlite:{folder}/bus", partitions=8, lease=60.0)) as bus:
        yield database, bus


@contextmanager
def _lane(folder: Path) -> Iterator[None]:
    """The worker of the slow lane, from when it is ready until the line has ended."""
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Event()
    process = spawn.Process(target=_work_lane, args=(folder, ready))
    process.start()
    ready.wait()
    yield
    process.kill()
    process.join()


def _work_lane(folder: Path, ready: "multiprocessing.synchronize.Event") -> None:
    database = Database(f"sqlite:///{folder}/kliping.db")
    step, store = STEP.beside, FolderPages(folder / "pages")
    with closing(database), closing(open_bus(f"sqlite:{folder}/bus", partitions=8, lease=60.0)) as bus, freezing():
        consumer = bus.consumer(step.reads, step.name, "extract-slow-0")
        stage = Extract(store, pool=Pool(LANE_CHILDREN, niceness=LOW).start())  # as after its first page
        worker = Worker(step, stage, bus, consumer, Attempts(database, step.name), batch=LANE_BATCH)
        ready.set()
        worker.run(lambda: False)


def _page(store: FolderPages, number: int, body: bytes | None) -> Page:
    url = f"https://kabar{number % OUTLETS}.example/{STUCK if body is None else 'b'}/{number}"
    body = body or b"<p>Teks"
    return Page(
        url=url, answered=url, outlet=f"kabar{number % OUTLETS}", zone=ZONE, status=200, fetched_at=FETCHED_AT,
        body=store.put(body), size=len(body), found=Found(way="hand"), headers={"Content-Type": "text/html"},
    )  # fmt: skip


def _mixed(mine: list[Page], others: list[Page], seed: int) -> list[Page]:
    chance = random.Random(seed)
    pages = list(mine)
    for other in others:
        pages.insert(chance.randrange(len(pages)), other)
    return pages


@contextmanager
def freezing() -> Iterator[None]:
    """Any child that is given a page of STUCK freezes: to its parent a page that never ends."""
    given = Child.give

    def give(child: Child, job: Job, seconds: float) -> None:
        given(child, job, seconds)
        if f"/{STUCK}/" in job.url:
            os.kill(child.pid, signal.SIGSTOP)

    with patch.object(Child, "give", give):
        yield


@dataclass(frozen=True, slots=True)
class Share:
    """The throughput of the others beside hostile pages as a share of that alone, by percentage of these."""

    shares: Mapping[int, float]
    detours: int  # real pages that went to the slow lane, in all runs


def shares(
    real: Sequence[bytes], kinds: Mapping[str, bytes | None], percents: Sequence[int], rounds: int, batch: int
) -> Iterator[tuple[str, Share]]:
    """Of each kind, by turns in the same run."""
    with Pool(seconds=QUICK).start() as pool, freezing():
        run(real[:20], [], pool, 0, batch)
        for name, body in kinds.items():
            took: dict[int, list[Took]] = {percent: [] for percent in (0, *percents)}
            for seed in range(rounds):
                for percent, found in took.items():
                    hostile = [body] * max(bool(percent), len(real) * percent // 100)
                    found.append(run(real, hostile, pool, seed, batch))
            best = {percent: min(one.real for one in found) for percent, found in took.items()}
            detours = sum(one.detours for found in took.values() for one in found)
            yield name, Share({percent: best[0] / best[percent] for percent in percents}, detours)
