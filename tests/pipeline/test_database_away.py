"""The database dies under a worker: nothing moves that it did not confirm, nothing is lost, nothing dies of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kliping.database import migrate
from pipeline.bus import open_bus
from tests.pipeline.conftest import STEP, Rig, stage
from tests.servers.postgresql import PostgreSQL
from tests.stores import opened

MESSAGES = 12


@pytest.fixture
def rig(tmp_path: Path, private_postgresql: PostgreSQL) -> Iterator[Rig]:
    bus = open_bus(f"sqlite:{tmp_path}/bus", partitions=2, lease=30.0)
    with opened(private_postgresql.fresh()) as database:
        migrate(database)
        yield Rig(tmp_path, database, bus)
    bus.close()


def once(server: PostgreSQL, at: int) -> Callable[[int], None]:
    """Kill the server when message `at` is in hand, the first time."""
    left = [at]

    def behave(number: int) -> None:
        if number in left:
            left.remove(number)
            server.kill()

    return behave


@pytest.mark.parametrize("at", [0, 7])
def test_a_batch_in_hand_when_the_database_is_killed_ends_once_it_is_back(
    rig: Rig, private_postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    rig.publish(*range(MESSAGES))
    worker = rig.worker(stage(once(private_postgresql, at)), batch=5)
    monkeypatch.setattr(worker.consumer, "hold", lambda seconds: None)
    while private_postgresql.pid is not None:
        worker.once()
    moved = rig.bus.waiting(STEP.reads, STEP.name)
    for _ in range(3):
        assert worker.once() == 0
    assert rig.bus.waiting(STEP.reads, STEP.name) == moved > 0
    private_postgresql.start()
    while rig.bus.waiting(STEP.reads, STEP.name):
        worker.once()
    assert rig.sums() == {("passed", ""): MESSAGES}
    assert len(set(rig.articles())) == MESSAGES
