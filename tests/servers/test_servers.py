"""The servers of the tests themselves: they answer, they come back, and nothing of them stays behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.servers import family
from tests.servers.elasticsearch import Elasticsearch
from tests.servers.kafka import Kafka
from tests.servers.postgresql import PostgreSQL
from tests.servers.run import Run
from tests.servers.server import CHECKOUT, Server
from tests.servers.shared import shared

GONE = 60.0  # seconds for a killed run's servers to be gone


@pytest.fixture(params=["kafka", "elasticsearch", "postgresql"])
def server(
    request: pytest.FixtureRequest, kafka: Kafka, elasticsearch: Elasticsearch, postgresql: PostgreSQL
) -> Server:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Server)
    return found


def test_a_shared_server_answers_and_is_the_same_for_all(server: Server, server_run: Run) -> None:
    assert server.answers()
    assert shared(server_run, type(server)) == server


def test_places_are_empty_and_go_after_use(kafka_url: str, elasticsearch_url: str, postgresql_url: str) -> None:
    assert kafka_url.startswith("kafka://127.0.0.1:")
    assert elasticsearch_url.startswith("http://127.0.0.1:")
    with psycopg.connect(postgresql_url.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


@pytest.mark.parametrize("private", ["private_kafka", "private_elasticsearch", "private_postgresql"])
def test_a_private_server_is_killed_frozen_and_started_again(private: str, request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue(private)
    assert isinstance(server, Server)
    server.freeze()
    assert server.pid is not None
    assert family.stopped(server.pid)
    server.thaw()
    assert server.answers()
    server.kill()
    assert not server.answers()
    server.start()
    assert server.answers()
    everyone = family.members(server.pid)
    server.stop()
    assert not any(family.alive(pid) for pid in everyone)


def test_nothing_stays_behind_when_a_run_is_killed(postgresql: PostgreSQL) -> None:
    script = (
        "import time\nfrom tests.servers.run import hold\nfrom tests.servers.shared import shared\n"
        "from tests.servers.postgresql import PostgreSQL\n"
        "with hold() as run:\n    s = shared(run, PostgreSQL)\n    s.wait()\n"
        "    print(s.folder, s.pid, flush=True)\n    time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        folder, pid = run.stdout.readline().split()
        everyone = family.members(int(pid))
        assert everyone
        os.kill(run.pid, signal.SIGKILL)
    deadline = time.monotonic() + GONE
    while (Path(folder).parent.exists() or any(map(family.alive, everyone))) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(folder).parent.exists()
    assert not any(map(family.alive, everyone))
