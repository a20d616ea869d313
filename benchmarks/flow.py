"""How fast articles flow: by stage, from page to search, by batch size; and what they weigh in memory and on disk.

Each stage's topic is filled, then worker processes drain it: poll, stage, publish, trace, commit, with the durability
that ships. Beside them, in the same run, the peers: each stage called in a plain loop without bus, trace and attempts,
and in Kafka mode the servers asked by their own libraries alone. Then a steady trickle of pages through all stages,
each searched for until it is found. Embedded stores are fsynced, so the disk's fsync time is printed.

Extract reads the pages of `pages-id`, each under many addresses; the others get the articles of `click-id`.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from benchmarks.click import FILE
from benchmarks.data import arguments, need
from benchmarks.flow_ground import Ground
from benchmarks.flow_peers import Peer, peers
from benchmarks.flow_sizes import Size, sizes
from benchmarks.flow_stages import BATCHES, Rate, rates
from benchmarks.flow_trickle import Trickle, trickle
from benchmarks.storm.ground import MODES, stores

WORKERS = (1, 2)
MIB = 2**20


@dataclass(frozen=True, kw_only=True)
class Flow:
    """All that was measured in one mode."""

    mode: str
    fsync_ms: float
    stages: list[Rate]
    peers: list[Peer]
    trickle: Trickle
    sizes: list[Size]


def main() -> None:
    parser = arguments("Articles a second by stage, seconds from page to search, memory and disk, beside bare peers.")
    parser.add_argument("--articles", type=int, default=1500)
    parser.add_argument("--mode", choices=MODES, default="embedded")
    options = parser.parse_args()
    need(options.data / FILE)
    with tempfile.TemporaryDirectory() as name, stores(options.mode) as places:
        found = measured(Ground(Path(name), places, options.data), options.articles)
    print(msgspec.json.encode(asdict(found)).decode() if options.json else "\n".join(_lines(found)))


def measured(ground: Ground, count: int) -> Flow:
    """Everything, one after the other."""
    return Flow(
        mode=ground.mode,
        fsync_ms=fsync_ms(ground.folder),
        stages=rates(ground, count, WORKERS),
        peers=peers(ground, count),
        trickle=trickle(ground),
        sizes=sizes(ground, min(count, 1000)),
    )


def _lines(flow: Flow) -> Iterator[str]:
    yield f"{flow.mode}; fsync of 4 KiB: median {flow.fsync_ms:.2f} ms; {os.cpu_count()} cores; articles a second"
    heads = [f"{n} process{'es' if n > 1 else ''}" for n in WORKERS]
    batches = [f"batch {batch}" for batch in BATCHES]
    yield f"{'stage':<12}" + "".join(
        f"{head:>13}" for head in (*heads, "bare stage", *batches, "CPU ms each", "peak MiB")
    )
    for rate in flow.stages:
        speeds = [*rate.processes.values(), rate.bare, *rate.batches.values()]
        yield (
            f"{rate.stage:<12}"
            + "".join(f"{speed:>13.0f}" for speed in speeds)
            + f"{1000 * rate.cpu:>13.1f}{rate.memory / MIB:>13.0f}"
        )
    yield from (f"peer: {peer.name} {peer.rate:.0f}/s" for peer in flow.peers)
    slow = flow.trickle
    yield (
        f"from page to search, a page every {slow.every} s, {slow.pages} pages: "
        f"p50 {slow.p50:.2f} s, p95 {slow.p95:.2f} s, longest {slow.longest:.2f} s"
    )
    yield from (f"one article in {size.store}: {size.article:.0f} bytes" for size in flow.sizes)


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
