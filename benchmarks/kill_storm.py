"""The kill storm: SIGKILL to children that hold uncommitted work, spread over all stages, the fetch and the editions.

The sample press is filled with generated articles, crawled and worked by the processes that ship; an editor closes an
edition every few seconds and mails it. A child is killed only while it has something to lose: a batch opened by this
very process, leases on URLs that it fetches, a mail in hand. `--crash-at` adds deaths at named points between two
durable steps (`--crash-points` lists them). When all has come to rest the conservation check counts: lost 0,
unexpected 0, duplicated 0, dead 0, sums equal at every stage. Peer: the same run without kills (`--peer`).
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import msgspec

from benchmarks.conservation import Conservation, conserved
from benchmarks.storm import editor
from benchmarks.storm.ground import EDITED, MODES, WORKERS, Mode, Stores, gap, ground, owners, press, session, stores
from benchmarks.storm.outage import Outages
from benchmarks.storm.tempest import STAGES, Tempest
from benchmarks.storm.told import told
from kliping import crash
from kliping.clock import monotonic
from kliping.command.build import Configuration, Parts
from kliping.command.processes import crawlers, workers
from kliping.database import migrate
from pipeline.flow import STEPS
from pipeline.supervise import Child, Supervisor
from tests.press.press import Press


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What storm is wanted."""

    articles: int
    kills: int
    seed: int
    mode: Mode = "embedded"
    workers: int = 0  # of each stage; 0 = the mode's usual number
    crash_at: str = ""  # as KLIPING_CRASH_AT
    broker_kills: int = 0  # in kafka mode
    limit: float = 3600.0  # seconds

    @property
    def per_stage(self) -> int:
        return self.workers or WORKERS[self.mode]


@dataclass(frozen=True, kw_only=True)
class Report:
    """What came of a storm."""

    wish: Wish
    kills: Mapping[str, int]  # by stage
    crashes: Mapping[str, int]  # by crash point
    broker_deaths: int
    seconds: float
    session: str
    check: Conservation

    @property
    def good(self) -> bool:
        return self.check.good and sum(self.kills.values()) == self.wish.kills

    def lines(self) -> Iterator[str]:
        """The report in words."""
        wish = self.wish
        total = sum(self.kills.values())
        spread = ", ".join(f"{stage} {count}" for stage, count in self.kills.items())
        yield (
            f"seed {wish.seed}: {wish.mode}, {wish.articles} generated articles, {wish.per_stage} workers a stage; "
            f"{total} kills ({spread}); {self.seconds:.0f} s; {self.session}"
        )
        if wish.crash_at:
            crashes = ", ".join(f"{point} {count}" for point, count in self.crashes.items())
            yield f"  deaths at crash points: {sum(self.crashes.values())} ({crashes or 'none'})"
        if wish.broker_kills:
            yield f"  deaths of the broker: {self.broker_deaths}"
        if total != wish.kills:
            yield f"  {wish.kills} kills were asked for: the work was over before"
        yield from (f"  {line}" for line in self.check.lines())


def storm(folder: Path, wish: Wish, where: Stores | None = None) -> Report:
    """Run one storm in `folder`, which must be empty. `where`: stores that are there already, else its own."""
    with press(wish.articles) as source, nullcontext(where) if where else stores(wish.mode) as place:
        pace = gap(wish.articles, wish.kills, len(source.scenario.outlets))
        config = ground(folder, source, place, workers=wish.per_stage, gap=pace).configuration()
        with Parts(config) as parts, _crashing(wish.crash_at, folder / "crashes.log"), owners(config) as owned:
            migrate(parts.database)
            editor.people(parts, EDITED)
            supervisor = Supervisor(_children(config))
            draw = random.Random(wish.seed)
            tempest = Tempest(parts, folder, supervisor, wish.kills, draw, wish.limit, owned)
            broker = place.servers.get("kafka") if wish.broker_kills else None
            outages = Outages(broker, wish.broker_kills, draw) if broker else None
            with outages.raging() if outages else nullcontext():
                tempest.run()
            return _report(wish, parts, folder, source, tempest, outages.deaths if outages else 0)


def _children(config: Configuration) -> list[Child]:
    mailing = Child(name="editor", target=editor.edit, arguments=(config.file, EDITED), hang=120.0)
    return [*workers(config, STEPS), *crawlers(config), mailing]


def _report(wish: Wish, parts: Parts, folder: Path, source: Press, tempest: Tempest, broker_deaths: int) -> Report:
    seconds = monotonic() - tempest.started
    crashes = Counter(crash.deaths())
    editor.last_edition(parts, folder, EDITED)
    deaths = tempest.killed["digest"] + sum(n for point, n in crashes.items() if point.startswith("digest."))
    mails = told(parts, folder, EDITED, deaths)
    return Report(
        wish=wish,
        kills={stage: tempest.killed[stage] for stage in STAGES},
        crashes=crashes,
        broker_deaths=broker_deaths,
        seconds=seconds,
        session=session(parts),
        check=conserved(parts, source.truth(), unsent=mails.unsent, doubled=mails.doubled),
    )


@contextmanager
def _crashing(points: str, log: Path) -> Iterator[None]:
    """Children that are started inside die at `points`; this process does not, for it has read its environment."""
    crash.wanted(points)
    before = {name: os.environ.get(name) for name in (crash.AT_VARIABLE, crash.LOG_VARIABLE)}
    os.environ[crash.AT_VARIABLE], os.environ[crash.LOG_VARIABLE] = points, str(log)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def main() -> int:
    options = _parser().parse_args()
    if options.crash_points:
        for point, meaning in crash.POINTS.items():
            print(f"{point:<26} {meaning}")
        return 0
    wish = Wish(
        articles=options.articles,
        kills=options.kills,
        seed=options.seed,
        mode=options.mode,
        workers=options.workers,
        crash_at=options.crash_at,
        broker_kills=options.kill_broker,
    )
    wishes = [wish, replace(wish, kills=0, crash_at="", broker_kills=0)] if options.peer else [wish]
    reports = []
    for wish in wishes:
        with tempfile.TemporaryDirectory() as name:
            reports.append(storm(Path(name), wish))
        if not options.json:
            print(*reports[-1].lines(), sep="\n", flush=True)
    if options.json:
        print(msgspec.json.encode([asdict(report) for report in reports]).decode())
    return 0 if all(report.good for report in reports) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--mode", choices=MODES, default="embedded")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--workers", type=int, default=0, help="of each stage; default: embedded 1, kafka 2")
    parser.add_argument("--crash-at", default="", metavar="POINT[:P],…", help="deaths at these points besides")
    parser.add_argument("--crash-points", action="store_true", help="list the points")
    parser.add_argument("--kill-broker", type=int, default=0, metavar="N", help="kafka: SIGKILL to the broker besides")
    parser.add_argument("--peer", action="store_true", help="the same without kills, for the wall time beside it")
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())
