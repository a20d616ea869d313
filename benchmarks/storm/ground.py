"""What the storm rages on: a press with many articles, an installation that reads it, on which stores."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from benchmarks.storm.tempest import LIFE, STAGES, Owners
from kliping.command.build import Configuration, Parts
from kliping.settings import resolve
from pipeline.flow import STEPS
from tests.installation import Installation
from tests.press.loading import load
from tests.press.press import FOLDER, Press
from tests.press_desk import install

Mode = Literal["embedded", "kafka"]
MODES: Final[tuple[Mode, ...]] = ("embedded", "kafka")
LEASE: Final = 10.0  # seconds: a bus session. Three heartbeats of a third each must fit in; a restart takes two
CRAWL: Final = {"source_interval": 5.0, "lease": 20.0, "daily_cap": 100_000, "concurrency": 32}
WORKERS: Final[Mapping[Mode, int]] = {"embedded": 1, "kafka": 2}  # of each stage, unless told otherwise
HIT: Final = 1.0  # seconds between being ripe and being hit, on average


@dataclass(frozen=True)
class Stores:
    """Where an installation keeps things; `top` goes into its settings."""

    top: Mapping[str, Any] = field(default_factory=dict)


@contextmanager
def stores(mode: Mode) -> Iterator[Stores]:
    """The stores of a mode: none to start where they are embedded."""
    assert mode == "embedded"
    yield Stores()


def ground(folder: Path, source: Press, where: Stores, *, workers: int, gap: float) -> Installation:
    """An installation in `folder` that reads `source`, with so many workers of each stage."""
    work = {"lease": LEASE, "hang": 120.0, "processes": dict.fromkeys(STEPS, workers)}
    crawl = CRAWL | {"gap": gap}
    return install(folder, source, everything=True, crawl=crawl, work=work, top=where.top)


def gap(articles: int, kills: int, outlets: int) -> float:
    """Seconds between requests to a host so that the fetch lasts as long as its share of the kills needs."""
    lives = kills / len(STAGES) * (sum(LIFE) / 2 + HIT)
    return max(0.02, round(1.5 * lives * outlets / articles, 3))


def press(articles: int) -> Press:
    """The sample press with so many more articles, spread over its outlets, all of them published already."""
    scenario = load(FOLDER / "sukaraya.toml")
    share = -(-articles // len(scenario.outlets))
    outlets = tuple(replace(outlet, feed_limit=10_000, per_page=10_000, generate=-1) for outlet in scenario.outlets)
    rule = replace(scenario.generate, articles=share)
    return Press(replace(scenario, outlets=outlets, generate=rule), delay=0.02)


def owners(mode: Mode, config: Configuration) -> Owners:
    """Who owns which partition of a stage's topic."""
    assert mode == "embedded"
    folder = Path(resolve(config.settings, config.settings.bus).partition(":")[2])

    def leased(stage: str) -> Mapping[int, str]:
        file = folder / f"{STEPS[stage].reads}.db"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            rows = connection.execute('SELECT partition, owner FROM lease WHERE "group" = ?', (stage,)).fetchall()
        return {partition: owner.rpartition("/")[0] for partition, owner in rows}

    return leased


def session(parts: Parts) -> str:
    """The bus's session settings in words, for the report."""
    lease = parts.settings.work.lease
    return f"bus session {lease:.0f} s, renewed every {min(1.0, lease / 3):.1f} s"
