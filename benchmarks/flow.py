"""Articles per second of every stage: one worker, through the real bus, with the durability that ships.

Each stage's own topic is filled, then one worker drains it: poll, stage, publish, trace, commit. Beside it, in the
same run, the peer: the same stage called in a plain loop on stores of its own, without bus, trace and attempts. The
ratio is what "nothing is lost" costs. Stores are fsynced in both, so the disk's fsync time is printed.

Extract reads the pages of `pages-id`, each under many addresses; the others get the articles of `click-id`.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.click import FILE, click_articles
from benchmarks.data import arguments, need, read_bytes, read_lines
from kliping.article import Found, Page
from kliping.command.build import Configuration, Parts
from kliping.database import migrate
from kliping.desks import Desk, Watch
from kliping.settings import Settings
from kliping.wire import Message, decode, encode
from pipeline.attempts import Attempts
from pipeline.bus import Outgoing
from pipeline.flow import FLOW, STEPS
from pipeline.stage import Drop, Settles
from pipeline.worker import Worker

DESK = Desk(
    id="ukur",
    name="Ukur",
    watches=(
        Watch(
            id="pemda",
            title="Pemerintah daerah",
            query='pemkot OR pemkab OR pemprov OR "wali kota" OR bupati OR gubernur',
        ),
        Watch(id="layanan", title="Layanan", query='puskesmas OR rsud OR "jalan rusak" OR banjir OR sampah'),
    ),
)


@dataclass(frozen=True)
class Rate:
    """What one stage did."""

    stage: str
    messages: int
    through_bus: float  # messages a second
    bare: float  # messages a second, the stage alone
    share: float  # through_bus / bare


def main() -> None:
    parser = arguments("Articles per second of every stage, beside the stage without the bus.")
    parser.add_argument("--articles", type=int, default=1500)
    options = parser.parse_args()
    need(options.data / FILE)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fsync = fsync_ms(folder)
        rates = measure(folder, options.data, options.articles)
    if options.json:
        print(msgspec.json.encode({"fsync_ms": fsync, "stages": [asdict(rate) for rate in rates]}).decode())
        return
    print(f"fsync of 4 KiB: median {fsync:.2f} ms; bus and database: WAL, synchronous FULL, batches of 32")
    print(f"{'stage':<12} {'messages':>8} {'through the bus':>16} {'bare stage':>12} {'share':>6}")
    for rate in rates:
        print(
            f"{rate.stage:<12} {rate.messages:>8} {rate.through_bus:>14.0f}/s {rate.bare:>10.0f}/s {rate.share:>6.2f}"
        )


def measure(folder: Path, data: Path, count: int) -> list[Rate]:
    """Extract on stores of its own; then the others in turn, what one writes is the next one's input."""
    with _parts(folder / "pages-bus") as loaded, _parts(folder / "pages-bare") as plain:
        pages = list(_pages(loaded, data, count))
        for body in {page.body for page in pages}:
            plain.pages.put(loaded.pages.get(body))
        rates = [_rate(loaded, plain, "extract", pages)]
    with _parts(folder / "articles-bus") as loaded, _parts(folder / "articles-bare") as plain:
        messages: list[Message] = list(click_articles(data, count))
        for name in ("deduplicate", "tag", "index"):
            rates.append(_rate(loaded, plain, name, messages))
            messages = _written(loaded, name)
    return rates


def _rate(loaded: Parts, plain: Parts, name: str, messages: Sequence[Message]) -> Rate:
    """Drain the stage's topic (filled here, unless the stage before it has done so), then call the stage bare."""
    step = STEPS[name]
    if step.reads in ("pages", "articles"):
        loaded.bus.publish(step.reads, [Outgoing(id=m.message_id, key=m.key, payload=encode(m)) for m in messages])
    loaded.stage(name)  # loads libraries and word lists, so that no clock runs for them
    busy = _timed(lambda: _drain(loaded, name, len(messages)))
    bare = _timed(lambda: _call(plain, name, messages))
    return Rate(name, len(messages), len(messages) / busy, len(messages) / bare, bare / busy)


def _written(parts: Parts, name: str) -> list[Message]:
    """What a stage put on the bus, as the next stage reads it."""
    topic = STEPS[name].writes
    kind = next((step.message for step in FLOW if step.reads == topic), None)
    return [decode(record.payload, kind) for record in parts.bus.read(topic)] if kind else []


def _drain(parts: Parts, name: str, expected: int) -> None:
    step = STEPS[name]
    work = parts.settings.work
    with parts.bus.consumer(step.reads, name, f"{name}-0") as consumer:
        attempts = Attempts(parts.database, name)
        worker = Worker(step, parts.stage(name), parts.bus, consumer, attempts, batch=work.batch)
        done = 0
        while batch := worker.once():
            done += batch
    assert done == expected, f"{name}: {done} of {expected} messages ended"


def _call(parts: Parts, name: str, messages: Sequence[Message]) -> None:
    """The stage in a loop. What it returns is encoded, as a worker would, and thrown away."""
    stage = parts.stage(name)
    for message in messages:
        outcome: Any = stage(message)
        if isinstance(outcome, Drop):
            continue
        outputs = tuple(outcome) if isinstance(outcome, Iterable) else (outcome,)
        for output in outputs:
            encode(output)
        if isinstance(stage, Settles) and outputs:
            stage.published([message])


def _pages(parts: Parts, data: Path, count: int) -> Iterable[Page]:
    truth = need(data / "pages-id" / "truth.jsonl")
    rows = [row for row in read_lines(truth) if row["kind"] == "article"]
    bodies = [(row, parts.pages.put(read_bytes(data / "pages-id" / row["file"]))) for row in rows]
    for number, (row, body) in enumerate(islice(cycle(bodies), count)):
        url = f"https://{row['site']}.test/{number}"
        yield Page(
            url=url,
            answered=url,
            outlet=row["site"],
            zone="Asia/Jakarta",
            status=200,
            fetched_at=datetime.now(UTC),
            body=body,
            headers={"Content-Type": "text/html"},
            found=Found(way="feed"),
        )


def _parts(folder: Path) -> Parts:
    parts = Parts(Configuration(None, Settings(root=str(folder)), {DESK.id: DESK}, {}))
    migrate(parts.database)
    return parts


def _timed(run: Callable[[], None]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def fsync_ms(folder: Path, tries: int = 200) -> float:
    """Median time of one fsync of a 4 KiB append, milliseconds."""
    times = []
    with (folder / "fsync").open("wb") as file:
        for _ in range(tries):
            file.write(bytes(4096))
            file.flush()
            start = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


if __name__ == "__main__":
    main()
