"""Nothing is lost and nothing done twice when processes are killed while they hold uncommitted work."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.kill_storm import Report, Wish, storm
from benchmarks.storm.ground import Stores
from benchmarks.storm.tempest import STAGES
from kliping import crash
from tests.servers.elasticsearch import Elasticsearch
from tests.servers.kafka import Kafka
from tests.servers.postgresql import PostgreSQL


def survived(report: Report) -> None:
    """Assert that the conservation check found nothing and that every stage was hit."""
    print(*report.lines(), sep="\n")
    assert list(report.check.lines()) == [
        f"published {report.check.published}, stored {report.check.published}",
        "lost 0, unexpected 0, duplicated 0, dead 0",
        "sums: equal at every stage",
    ]
    assert sum(report.kills.values()) == report.wish.kills, report.kills
    assert min(report.kills.values()) >= report.wish.kills // len(STAGES), report.kills


def seed() -> int:
    """Another one in every run; the report names it, so that a failure can be tried again."""
    return random.randrange(10**6)


@pytest.mark.timeout(600)
def test_kills_over_all_stages_lose_and_double_nothing(tmp_path: Path) -> None:
    survived(storm(tmp_path, Wish(articles=50, kills=len(STAGES), seed=seed(), limit=400)))


@pytest.fixture
def cluster(kafka: Kafka, elasticsearch: Elasticsearch, postgresql: PostgreSQL) -> Iterator[Stores]:
    """Places of this test's own on the run's servers."""
    top = {"bus": kafka.fresh(), "archive": elasticsearch.fresh(), "database": postgresql.fresh()}
    yield Stores(top, {"kafka": kafka, "elasticsearch": elasticsearch, "postgresql": postgresql})
    postgresql.clear(top["database"])
    elasticsearch.clear(top["archive"])
    kafka.clear(top["bus"])


@pytest.mark.slow  # two minutes
@pytest.mark.timeout(600)
def test_the_same_on_a_cluster_with_two_workers_a_stage(tmp_path: Path, cluster: Stores) -> None:
    survived(storm(tmp_path, Wish(mode="kafka", articles=20, kills=len(STAGES), seed=seed(), limit=400), cluster))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_more_kills_on_a_cluster(tmp_path: Path, cluster: Stores) -> None:
    """Two for each stage; 500 articles and 30 kills take forty minutes, by benchmarks.kill_storm."""
    kills = 2 * len(STAGES)
    survived(storm(tmp_path, Wish(mode="kafka", articles=100, kills=kills, seed=seed(), limit=1500), cluster))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_more_kills_reach_every_stage_again_and_again(tmp_path: Path) -> None:
    survived(storm(tmp_path, Wish(articles=500, kills=36, seed=seed(), limit=800)))


ROUNDS = 4  # so many that no stage has three points in one: all hit its first message, and the third death is its last


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("number", range(ROUNDS))
def test_deaths_between_any_two_durable_steps_lose_and_double_nothing(tmp_path: Path, number: int) -> None:
    stages = {point.partition(".")[0] for point in crash.POINTS}
    of_stage = [[point for point in crash.POINTS if point.startswith(f"{stage}.")] for stage in sorted(stages)]
    points = [point for mine in of_stage for point in mine[number::ROUNDS]]
    report = storm(tmp_path, Wish(articles=30, kills=0, seed=seed(), crash_at=",".join(points), limit=800))
    survived(report)
    assert set(report.crashes) == set(points)
