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
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import func, select

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
CRAWL = {"source_interval": 5.0, "lease": 20.0, "daily_cap": 100_000, "concurrency": 32}
LIFE = (1.5, 4.0)  # seconds that a child lives before it may be killed, drawn evenly; starting takes about half of it
LOOK = 0.003  # seconds between two looks at who holds work: a batch of a fast stage is open for some milliseconds
REST = 3.0  # seconds without any work anywhere before the storm counts as over; a restart takes about two


@dataclass
class Storm:
    """Whom to kill next, and the tally: a thread beside the supervisor."""

    parts: Parts
    supervisor: Supervisor
    kills: int
    draw: random.Random
    limit: float  # seconds for the whole storm
    killed: Counter[str] = field(default_factory=Counter)
    started: float = field(default_factory=monotonic)
    quiet_since: float | None = None
    _doomed: dict[tuple[str, datetime], float] = field(default_factory=dict)  # a life -> how long it is spared
    _ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Let the storm rage until all work is done."""
        killer = threading.Thread(target=self._rage, daemon=True)
        killer.start()
        self.supervisor.run(self._over)
        self._ended.set()
        killer.join()

    def _over(self) -> bool:
        return monotonic() - self.started > self.limit or self._at_rest()

    def _rage(self) -> None:
        """Kill, again and again, a child of the least hit stage among those that hold uncommitted work."""
        while self.killed.total() < self.kills and not self._ended.wait(LOOK):
            holders = self._holders()
            if not holders:
                continue
            stage = min(holders, key=lambda name: (self.killed[name], self.draw.random()))
            if self.killed[stage] <= min(self.killed[name] for name in STAGES) + 2 and self.supervisor.kill(
                holders[stage]
            ):
                self.killed[stage] += 1

    def _holders(self) -> dict[str, str]:
        """Stage -> a child that would lose work now, and has lived as long as its lot says."""
        lives = {name: born for name, born in self.supervisor.started().items() if self._ripe(name, born)}
        with self.parts.database.read() as connection:
            opened = connection.execute(select(batches.c.stage, batches.c.opened_at)).all()
            held = select(frontier.c.leased_by).where(frontier.c.leased_until > now()).distinct()
            owners = set(connection.execute(held).scalars())
        found = {stage: name for stage, at in opened for name, born in lives.items() if _of(stage, name) and born < at}
        for name in lives:
            if name.startswith("crawl-") and any(
                owner.startswith(name.removeprefix("crawl-")) for owner in owners if owner
            ):
                found["fetch"] = name
        return found

    def _ripe(self, name: str, born: datetime) -> bool:
        spared = self._doomed.setdefault((name, born), self.draw.uniform(*LIFE))
        return (now() - born).total_seconds() > spared

    def _at_rest(self) -> bool:
        if self._unasked() or Frontier(self.parts.database).waiting() or not idle(self.parts.bus):
            self.quiet_since = None
        elif self.quiet_since is None:
            self.quiet_since = monotonic()
        return self.quiet_since is not None and monotonic() - self.quiet_since > REST

    def _unasked(self) -> int:
        """Feeds and listing pages that never answered yet: what they will name is still to come."""
        query = select(func.count()).where(frontier.c.kind != "article", frontier.c.fetched_at.is_(None))
        with self.parts.database.read() as connection:
            asked = connection.execute(select(func.count()).where(frontier.c.kind != "article")).scalar_one()
            return int(connection.execute(query).scalar_one()) if asked else 1


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
        crawl = CRAWL | {"gap": gap(articles, kills, len(source.scenario.outlets))}
        installation = install(folder, source, everything=True, crawl=crawl, work={"lease": 10.0, "hang": 120.0})
        config = installation.configuration()
        with Parts(config) as parts:
            migrate(parts.database)
            supervisor = Supervisor([*workers(config, STEPS), *crawlers(config)])
            tempest = Storm(parts, supervisor, kills, random.Random(seed), limit)
            tempest.run()
            seconds = monotonic() - tempest.started
            check = conserved(parts, source.truth())
        tally = {stage: tempest.killed[stage] for stage in STAGES}
        return Report(seed, articles, kills, tally, seconds, check)


def gap(articles: int, kills: int, outlets: int) -> float:
    """Seconds between requests to a host so that the fetch lasts as long as its share of the kills needs."""
    lives = kills / len(STAGES) * (sum(LIFE) / 2 + 1.0)  # a second more: between being ripe and being hit
    return max(0.02, round(1.5 * lives * outlets / articles, 3))


def _of(stage: str, child: str) -> bool:
    return child.startswith(f"{stage}-")


def press(articles: int) -> Press:
    """The sample press with so many more articles, spread over its outlets, all of them published already."""
    scenario = load(FOLDER / "sukaraya.toml")
    share = -(-articles // len(scenario.outlets))
    outlets = tuple(replace(outlet, feed_limit=10_000, per_page=10_000, generate=-1) for outlet in scenario.outlets)
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
