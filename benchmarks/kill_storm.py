"""The kill storm: SIGKILL to children that hold uncommitted work, spread over all stages including the fetch.

The sample press is filled with generated articles, crawled and worked by the processes that ship. A child is killed
only while it has something to lose: a batch opened by this very process, or leases on URLs that it fetches. When all
has come to rest the conservation check counts: lost 0, unexpected 0, duplicated 0, dead 0, sums equal at every stage.
Peer: the same run without kills, whose wall time stands beside (`--peer`).
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import msgspec
from sqlalchemy import select

from benchmarks.conservation import Conservation, conserved
from crawlers.frontier import Frontier
from kliping.clock import monotonic, now
from kliping.command.build import Parts
from kliping.command.processes import crawlers, idle, workers
from kliping.database import migrate
from kliping.tables import batches, frontier
from pipeline.flow import STEPS
from pipeline.supervise import Supervisor
from tests.press.loading import load
from tests.press.press import FOLDER, Press
from tests.press_desk import install

STAGES = ("fetch", *STEPS)
CRAWL = {"gap": 0.05, "source_interval": 5.0, "lease": 20.0, "daily_cap": 100_000, "concurrency": 32}
PAUSE = (0.05, 0.4)  # seconds between two kills, drawn evenly: shorter than a restart, so deaths overlap
REST = 3.0  # seconds without any work anywhere before the storm counts as over; a restart takes about two


@dataclass
class Storm:
    """Whom to kill next, and the tally. Called at every tick of the supervisor."""

    parts: Parts
    supervisor: Supervisor
    kills: int
    draw: random.Random
    limit: float  # seconds for the whole storm
    killed: Counter[str] = field(default_factory=Counter)
    started: float = field(default_factory=monotonic)
    next_kill: float = 0.0
    quiet_since: float | None = None
    _frontier: Frontier = field(init=False)

    def __post_init__(self) -> None:
        self._frontier = Frontier(self.parts.database)

    def over(self) -> bool:
        """Kill when it is time; True once all is done (or the limit has passed)."""
        if monotonic() - self.started > self.limit:
            return True
        if self.killed.total() < self.kills and monotonic() >= self.next_kill:
            self._kill()
        return self._at_rest()

    def _kill(self) -> None:
        """The child of the least hit stage among those that hold uncommitted work."""
        holders = self._holders()
        if not holders:
            return
        fewest = min(self.killed[stage] for stage in holders)
        stage = self.draw.choice(sorted(stage for stage in holders if self.killed[stage] == fewest))
        if self.supervisor.kill(self.draw.choice(holders[stage])):
            self.killed[stage] += 1
        self.next_kill = monotonic() + self.draw.uniform(*PAUSE)

    def _holders(self) -> dict[str, list[str]]:
        """Stage -> names of its children that would lose work now."""
        started = self.supervisor.started()
        with self.parts.database.read() as connection:
            opened = connection.execute(select(batches.c.stage, batches.c.opened_at)).all()
            held = select(frontier.c.leased_by).where(frontier.c.leased_until > now()).distinct()
            owners = set(connection.execute(held).scalars())
        holders: dict[str, list[str]] = {}
        for stage, at in opened:
            names = [name for name, since in started.items() if name.startswith(f"{stage}-") and since < at]
            if names:
                holders[stage] = names
        spiders = [f"crawl-{spider}" for spider in ("feeds", "sites") if any(spider in owner for owner in owners)]
        old = now() - timedelta(seconds=1.5)  # a crawler needs as long to start; leases from before are not its own
        fetching = [name for name in spiders if name in started and started[name] < old]
        if fetching:
            holders["fetch"] = fetching
        return holders

    def _at_rest(self) -> bool:
        if self._frontier.waiting() or not idle(self.parts.bus):
            self.quiet_since = None
        elif self.quiet_since is None:
            self.quiet_since = monotonic()
        return self.quiet_since is not None and monotonic() - self.quiet_since > REST


@dataclass(frozen=True)
class Report:
    """What came of a storm."""

    seed: int
    articles: int
    wanted: int  # kills that were asked for
    kills: Mapping[str, int]
    seconds: float
    check: Conservation

    @property
    def good(self) -> bool:
        return self.check.good and sum(self.kills.values()) == self.wanted


def storm(folder: Path, *, articles: int, kills: int, seed: int, limit: float = 1800) -> Report:
    """Run one storm in `folder`."""
    with press(articles) as source:
        installation = install(folder, source, everything=True, crawl=CRAWL, work={"lease": 10.0, "hang": 120.0})
        config = installation.configuration()
        with Parts(config) as parts:
            migrate(parts.database)
            supervisor = Supervisor([*workers(config, STEPS), *crawlers(config)])
            tempest = Storm(parts, supervisor, kills, random.Random(seed), limit)
            supervisor.run(tempest.over)
            seconds = monotonic() - tempest.started
            check = conserved(parts, source.truth())
        tally = {stage: tempest.killed[stage] for stage in STAGES}
        return Report(seed, articles, kills, tally, seconds, check)


def press(articles: int) -> Press:
    """The sample press with so many more articles, spread over its outlets, all of them published already."""
    scenario = load(FOLDER / "sukaraya.toml")
    share = -(-articles // len(scenario.outlets))
    outlets = tuple(replace(outlet, feed_limit=10_000, generate=-1) for outlet in scenario.outlets)
    rule = replace(scenario.generate, articles=share)
    return Press(replace(scenario, outlets=outlets, generate=rule), delay=0.02)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--mode", choices=["embedded"], default="embedded")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--peer", action="store_true", help="the same without kills, for the wall time beside it")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    reports = []
    for kills in (options.kills, 0) if options.peer else (options.kills,):
        with tempfile.TemporaryDirectory() as name:
            reports.append(storm(Path(name), articles=options.articles, kills=kills, seed=options.seed))
        if not options.json:
            _print(reports[-1])
    if options.json:
        print(msgspec.json.encode([asdict(report) for report in reports]).decode())
    return 0 if all(report.good for report in reports) else 1


def _print(report: Report) -> None:
    spread = ", ".join(f"{stage} {count}" for stage, count in report.kills.items())
    total = sum(report.kills.values())
    print(f"seed {report.seed}: {report.articles} generated articles, {total} kills ({spread}), {report.seconds:.0f} s")
    for line in report.check.lines():
        print(f"  {line}")


if __name__ == "__main__":
    sys.exit(main())
