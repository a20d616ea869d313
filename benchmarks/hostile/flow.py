"""The extract stage at work on the embedded bus: how long real pages take there, alone and beside hostile ones."""

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
from kliping.database import Database, migrate
from kliping.pages import FolderPages
from kliping.wire import encode
from pipeline.attempts import Attempts
from pipeline.bus import Outgoing, open_bus
from pipeline.extract import Extract, Pool
from pipeline.extract.job import Job
from pipeline.extract.process import Child
from pipeline.flow import STEPS
from pipeline.stage import Outcome
from pipeline.worker import Worker

STEP: Final = STEPS["extract"]
OUTLETS: Final = 50  # as pages-id has
STUCK: Final = "stuck"  # a page whose reader is frozen: what no cap of ours foresees


@dataclass(slots=True)
class Watched:
    """The stage, and when each real page ended."""

    stage: Extract
    real: frozenset[str]
    ended: dict[str, float] = field(default_factory=dict)

    def __call__(self, page: Page, /) -> Outcome:
        try:
            return self.stage(page)
        finally:
            if page.message_id in self.real:
                self.ended[page.message_id] = monotonic()

    def prepare(self, *arguments: object) -> object:
        return self.stage.prepare(*arguments)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds until the last real page had ended, and until all had."""

    real: float
    all: float


def run(real: Sequence[bytes], hostile: Sequence[bytes | None], pool: Pool, seed: int) -> Took:
    """Pages through the stage. `hostile` ones lie at random among the real ones; None: one that never ends."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = FolderPages(folder / "pages")
        mine = [_page(store, number, body) for number, body in enumerate(real)]
        others = [_page(store, len(real) + number, body) for number, body in enumerate(hostile)]
        pages = _mixed(mine, others, seed)
        database = Database(f"sqlite:///{folder}/kliping.db")
        migrate(database)
        with closing(database), closing(open_bus(f"sqlite:{folder}/bus", partitions=8, lease=60.0)) as bus:
            bus.publish(STEP.reads, [Outgoing(id=p.message_id, key=p.key, payload=encode(p)) for p in pages])
            stage = Watched(Extract(store, pool=pool), frozenset(page.message_id for page in mine))
            consumer = bus.consumer(STEP.reads, STEP.name, "extract-0")
            worker = Worker(STEP, stage, bus, consumer, Attempts(database, STEP.name))
            started = monotonic()
            with closing(consumer):
                while bus.waiting(STEP.reads, STEP.name):
                    worker.once(0.05)
            return Took(max(stage.ended.values()) - started, monotonic() - started)


def _page(store: FolderPages, number: int, body: bytes | None) -> Page:
    url = f"https://kabar{number % OUTLETS}.example/{STUCK if body is None else 'b'}/{number}"
    return Page(
        url=url, answered=url, outlet=f"kabar{number % OUTLETS}", zone=ZONE, status=200, fetched_at=FETCHED_AT,
        body=store.put(body or b"<p>Teks"), found=Found(way="hand"), headers={"Content-Type": "text/html"},
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


def shares(
    real: Sequence[bytes], kinds: Mapping[str, bytes | None], percents: Sequence[int], rounds: int
) -> Iterator[tuple[str, dict[int, float]]]:
    """Of each kind, for each percentage of hostile pages: the throughput of the others as a share of that alone."""
    with Pool().start() as pool, freezing():
        run(real[:20], [], pool, 0)
        for name, body in kinds.items():
            best = {percent: float("inf") for percent in (0, *percents)}
            for seed in range(rounds):
                for percent in best:
                    hostile = [body] * max(bool(percent), len(real) * percent // 100)
                    best[percent] = min(best[percent], run(real, hostile, pool, seed).real)
            yield name, {percent: best[0] / best[percent] for percent in percents}
