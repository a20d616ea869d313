"""What the storm rages on: a press with many articles, an installation that reads it, on which stores."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from benchmarks.storm.tempest import LIFE, STAGES, Owners
from crawlers.feeds import MAX_ITEMS
from crawlers.links import MAX_LINKS
from crawlers.sources import TURN
from kliping.command.build import Configuration, Parts
from kliping.settings import Kafka as KafkaSettings
from kliping.settings import resolve
from pipeline.bus.kafka_client import Brokers, instance
from pipeline.bus.kafka_consumer import HEARTBEATS
from pipeline.bus.sqlite_consumer import BALANCE_EVERY
from pipeline.flow import STEPS
from tests.installation import Installation
from tests.press.loading import load
from tests.press.press import FOLDER, Press
from tests.press.scenario import Outlet
from tests.press_desk import install
from tests.servers.elasticsearch import Elasticsearch
from tests.servers.kafka import Kafka
from tests.servers.postgresql import PostgreSQL
from tests.servers.run import hold
from tests.servers.server import Server
from tests.servers.shared import shared

Mode = Literal["embedded", "kafka"]
MODES: Final[tuple[Mode, ...]] = ("embedded", "kafka")
LEASE: Final = 10.0  # seconds: a bus session. Three heartbeats of a third each must fit in; a restart takes two
CRAWL: Final = {"source_interval": 5.0, "lease": 20.0, "daily_cap": 100_000, "concurrency": 32}
EDITED: Final = "edisi"  # the desk whose editions are closed: few clips, for a sheet of hundreds takes seconds each
EDITED_TOML: Final = """
id = "edisi"
name = "Edisi"

[[watches]]
id = "sedikit"
title = "Sedikit"
query = "kompor AND gamelan"
"""
WORKERS: Final[Mapping[Mode, int]] = {"embedded": 1, "kafka": 2}  # of each stage, unless told otherwise
TOLD: Final = 100  # stories of an outlet besides the generated ones, at most; the scenario has some thirty
HIT: Final = 3.0  # seconds that a start takes, and between being ripe and being hit, on average


@dataclass(frozen=True)
class Stores:
    """Where an installation keeps things; `top` goes into its settings. `servers`: what can be killed, by name."""

    top: Mapping[str, Any] = field(default_factory=dict)
    servers: Mapping[str, Server] = field(default_factory=dict)


EMBEDDED: Final = Stores()


@contextmanager
def stores(mode: Mode) -> Iterator[Stores]:
    """The stores of a mode; servers of their own for "kafka", which end with the block. Raises MissingError."""
    if mode == "embedded":
        yield EMBEDDED
        return
    with hold() as run:
        kafka, elasticsearch = shared(run, Kafka), shared(run, Elasticsearch)
        postgresql = shared(run, PostgreSQL)
        servers: dict[str, Server] = {"kafka": kafka, "elasticsearch": elasticsearch, "postgresql": postgresql}
        for server in servers.values():
            server.wait()
        top = {"bus": kafka.fresh(), "archive": elasticsearch.fresh(), "database": postgresql.fresh()}
        yield Stores(top, servers)


def ground(folder: Path, source: Press, where: Stores, *, workers: int, gap: float) -> Installation:
    """An installation in `folder` that reads `source`, with so many workers of each stage."""
    work = {"lease": LEASE, "hang": 120.0, "processes": dict.fromkeys(STEPS, workers)}
    crawl = CRAWL | {"gap": gap}
    installation = install(folder, source, everything=True, crawl=crawl, work=work, top=where.top)
    (folder / "config" / "desks" / f"{EDITED}.toml").write_text(EDITED_TOML, "utf-8")
    return installation


def gap(articles: int, kills: int, outlets: int) -> float:
    """Seconds between requests to a host so that the fetch lasts as long as its share of the kills needs."""
    lives = kills / len(STAGES) * (sum(LIFE) / 2 + HIT)
    return max(0.02, round(1.5 * lives * outlets / articles, 3))


def press(articles: int) -> Press:
    """The sample press with so many more articles, spread over its outlets, all of them published already."""
    scenario = load(FOLDER / "sukaraya.toml")
    filled, left = {}, articles
    for waiting, outlet in zip(range(len(scenario.outlets), 0, -1), sorted(scenario.outlets, key=room), strict=True):
        share = min(-(-left // waiting), room(outlet))
        filled[outlet.id] = replace(outlet, feed_limit=MAX_ITEMS, per_page=MAX_LINKS, generate=share)
        left -= share
    if left:
        raise ValueError(f"the press's feeds and listings name {articles - left} articles at a time, not {articles}")
    return Press(replace(scenario, outlets=tuple(filled[outlet.id] for outlet in scenario.outlets)), delay=0.02)


def room(outlet: Outlet) -> int:
    """How many generated articles a crawler finds at an outlet in one turn."""
    return (MAX_ITEMS if outlet.feed else TURN["listing"] * MAX_LINKS) - TOLD


@contextmanager
def owners(config: Configuration) -> Iterator[Owners]:
    """Who owns which partition of a stage's topic now."""
    scheme, _, place = resolve(config.settings, config.settings.bus).partition(":")
    with ExitStack() as opened:
        yield _leased(Path(place)) if scheme == "sqlite" else _assigned(place, opened)


def _leased(folder: Path) -> Owners:
    def leased(stage: str) -> Mapping[int, str]:
        file = folder / f"{STEPS[stage].reads}.db"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            rows = connection.execute('SELECT partition, owner FROM lease WHERE "group" = ?', (stage,)).fetchall()
        return {partition: owner.rpartition("/")[0] for partition, owner in rows}

    return leased


def _assigned(place: str, opened: ExitStack) -> Owners:
    """Asked of the brokers; the members of a group are called after machine and child."""
    hosts, _, prefix = place.removeprefix("//").partition("/")
    brokers = Brokers(tuple(hosts.split(",")), prefix, KafkaSettings())
    clients: list[KafkaAdminClient] = []

    def assigned(stage: str) -> Mapping[int, str]:
        group = brokers.group(STEPS[stage].reads, stage)
        try:
            if not clients:
                clients.append(brokers.connect(KafkaAdminClient))
                opened.callback(clients[0].close)
            members = clients[0].describe_groups([group])[group]["members"]
        except (KafkaError, OSError):
            return {}
        return {
            partition: member["group_instance_id"].removeprefix(instance(""))
            for member in members
            for topic in (member["member_assignment"] or {}).get("assigned_partitions", ())
            for partition in topic["partitions"]
        }

    return assigned


def session(parts: Parts) -> str:
    """The bus's session settings in words, for the report."""
    lease = parts.settings.work.lease
    if parts.settings.bus.startswith("sqlite"):
        return f"bus leases {lease:.0f} s, renewed every {min(BALANCE_EVERY, lease / 3):.1f} s"
    return f"Kafka session {lease:.0f} s, heartbeat {lease / HEARTBEATS:.2f} s, static members"
