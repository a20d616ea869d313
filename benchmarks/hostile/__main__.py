"""What hostile pages cost, and the others beside them: `python -m benchmarks.hostile [--kind NAME …] [--json]`.

Two tables. Each kind of `pages` in a child with the limits as delivered: seconds of processor time and of
wall, the most memory that the child held, and how it ended; for some kinds the same of trafilatura's defaults under
the same limits. Then the throughput of the others: real pages of pages-id through the extract stage, its worker, the
worker of its slow lane and the embedded bus, alone and with hostile ones among them (1 and 5 for 100), by turns in the
same run; the share is the time until the last real page had ended alone, to that time beside them, the best of some
rounds each. `stuck` is a page whose reader never answers. Real pages that went to the slow lane are counted beside: on
an idle machine there are none.
"""

import json
import os
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

from benchmarks.data import arguments, need, read_bytes
from benchmarks.extract_peers import FETCHED_AT, ZONE
from benchmarks.hostile.flow import STEP, STUCK, shares
from benchmarks.hostile.pages import KINDS
from benchmarks.hostile.peer import read_as_peer
from kliping.article import Found
from kliping.clock import monotonic
from kliping.settings import Work
from pipeline.extract import Pool
from pipeline.extract.job import Failed, Job
from pipeline.extract.pool import MEMORY, SECONDS

PEERED: Final = (
    "long_paragraph",
    "links",
    "rows",
    "attributes",
    "metas",
    "misnested",
    "wrong_charset",
    "runs",
    "prose",
)
SHARED: Final = (
    "deep_divs", "long_paragraph", "links", "rows", "wrong_charset", "attributes", "metas", "runs", "prose", "sections",
)  # fmt: skip
WHICH: Final = f"of {', '.join((*KINDS, STUCK))} (default: all for cost, some for shares)"
PERCENTS: Final = (1, 5)
_TICK: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One kind in a child. Seconds; MiB."""

    kind: str
    megabytes: float
    cpu: float
    wall: float
    peak: int
    outcome: str


def cost(kind: str) -> Cost:
    """A page of a kind, read in a child of its own."""
    body = KINDS[kind]()
    with Pool(children=1).start() as pool:
        child = pool._idle[0]
        seen = [_used(child.pid) or (0.0, 0)]
        started = monotonic()
        (result,) = pool.read([lambda: _job(body)], lambda: seen.append(_used(child.pid) or seen[-1]))
        wall = monotonic() - started
    assert result is not None
    if isinstance(result, Failed):
        outcome = result.failed
    else:
        outcome = result.refused or f"{sum(map(len, result.paragraphs))} characters, {' '.join(result.flags)}"
    return Cost(
        kind=kind, megabytes=round(len(body) / 1e6, 1), cpu=round(seen[-1][0] - seen[0][0], 2), wall=round(wall, 2),
        peak=seen[-1][1], outcome=outcome,
    )  # fmt: skip


def _job(body: bytes) -> Job:
    url = "https://kabar.example/b/1"
    return Job(
        body=body, url=url, answered=url, zone=ZONE, fetched_at=FETCHED_AT, content_type="text/html",
        found=Found(way="hand"),
    )  # fmt: skip


def _used(pid: int) -> tuple[float, int] | None:
    """Seconds of processor time and the most MiB of a process; None of one that is gone."""
    try:
        times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    peak = next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)
    return (int(times[11]) + int(times[12])) / _TICK, peak


def real_pages(data: Path, number: int) -> list[bytes]:
    """So many bodies of pages-id, from the beginning again when there are not enough."""
    files = sorted(need(data / "pages-id" / "pages").glob("*.gz"))
    return list(islice(cycle([read_bytes(file) for file in files]), number))


def main() -> None:
    parser = arguments("What hostile pages cost, and the others beside them.")
    parser.add_argument("--kind", nargs="+", choices=[*KINDS, STUCK], metavar="KIND", help=WHICH)
    parser.add_argument("--pages", type=int, default=200, help="real ones in a run (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=2, help="of each run (default: %(default)s)")
    parser.add_argument(
        "--batch", type=int, default=Work().batch * STEP.width, help="pages in one poll (default: %(default)s)"
    )
    parser.add_argument("--skip", nargs="+", default=[], choices=("cost", "peer", "share"))
    options = parser.parse_args()
    chosen = options.kind or [*KINDS]
    say = (lambda row: print(json.dumps(row), flush=True)) if options.json else show
    for kind in () if "cost" in options.skip else filter(KINDS.get, chosen):
        say({"who": "kliping", **asdict(cost(kind))})
        if kind in (options.kind or PEERED) and "peer" not in options.skip:
            say({"who": "trafilatura", "kind": kind, **read_as_peer(KINDS[kind](), seconds=SECONDS, memory=MEMORY)})
    if "share" not in options.skip:
        beside = {kind: KINDS[kind]() if kind in KINDS else None for kind in options.kind or (*SHARED, STUCK)}
        real = real_pages(options.data, options.pages)
        for kind, found in shares(real, beside, PERCENTS, options.rounds, options.batch):
            say(
                {
                    "who": "others",
                    "kind": kind,
                    **{f"share_{percent}": round(share, 2) for percent, share in found.shares.items()},
                    "detours": found.detours,
                }
            )


def show(row: dict[str, Any]) -> None:
    """One line."""
    if row["who"] == "others":
        held = "  ".join(f"{percent} %: {row[f'share_{percent}']:5.2f}" for percent in PERCENTS)
        print(f"others beside {row['kind']:18} {held}  real pages in the slow lane: {row['detours']}", flush=True)
        return
    cpu, wall, peak = (row.get(name, float("nan")) for name in ("cpu", "wall", "peak"))
    figures = f"{cpu:7.2f} s cpu {wall:7.2f} s wall {peak:5.0f} MiB"
    print(f"{row['who']:12} {row['kind']:18} {figures}  {row['outcome']}", flush=True)


if __name__ == "__main__":
    main()
