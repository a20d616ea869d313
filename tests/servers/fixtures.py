"""pytest's side: `kafka`, `elasticsearch`, `postgresql` are the run's shared servers; `…_url` a place of one's own on
them; `private_…` a server of the file's own, which it may kill and freeze and leaves running.

A test asks for what it needs; what all collected tests need is started together, before the first of them.
Where something is missing it is skipped, saying what to install; under KLIPING_REQUIRE_ALL it fails.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn, TypeVar

import pytest

from tests.servers.elasticsearch import Elasticsearch
from tests.servers.kafka import Kafka
from tests.servers.packages import MissingError
from tests.servers.postgresql import PostgreSQL
from tests.servers.run import Run, hold
from tests.servers.server import Server
from tests.servers.shared import KINDS, private, shared

S = TypeVar("S", bound=Server)
REQUIRE_ALL = "KLIPING_REQUIRE_ALL"
FOLDER = "kliping_servers"  # the run's folder, as xdist's controller tells its workers
_RUN = pytest.StashKey[Run]()
_HELD = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """The first process of a run holds the lifeline; xdist's workers share its servers."""
    told = getattr(config, "workerinput", {}).get(FOLDER)
    if told:
        config.stash[_RUN] = Run(Path(told))
        return
    held = config.stash[_HELD] = ExitStack()
    config.stash[_RUN] = held.enter_context(hold())


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: "object") -> None:
    """xdist, in the controller: a worker is about to start."""
    node.workerinput[FOLDER] = str(node.config.stash[_RUN].folder)  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    if _HELD in config.stash:
        config.stash[_HELD].close()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start what the collected tests need, all together; each is waited for when it is used."""
    if session.config.option.collectonly:
        return
    needed = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    for name, kind in KINDS.items():
        if name in needed:
            try:
                shared(session.config.stash[_RUN], kind)
            except MissingError:
                pass  # the tests that ask for it say so


@pytest.fixture(scope="session")
def server_run(pytestconfig: pytest.Config) -> Run:
    """This run of tests, to start more servers in."""
    return pytestconfig.stash[_RUN]


@pytest.fixture(scope="session")
def kafka(server_run: Run) -> Kafka:
    return _ready(server_run, Kafka)


@pytest.fixture(scope="session")
def elasticsearch(server_run: Run) -> Elasticsearch:
    return _ready(server_run, Elasticsearch)


@pytest.fixture(scope="session")
def postgresql(server_run: Run) -> PostgreSQL:
    return _ready(server_run, PostgreSQL)


@pytest.fixture
def kafka_url(kafka: Kafka) -> Iterator[str]:
    """A bus setting with a prefix of its own; its topics go after the test."""
    url = kafka.fresh()
    yield url
    kafka.clear(url)


@pytest.fixture
def elasticsearch_url(elasticsearch: Elasticsearch) -> Iterator[str]:
    """An archive setting with a prefix of its own; its indices go after the test."""
    url = elasticsearch.fresh()
    yield url
    elasticsearch.clear(url)


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL) -> Iterator[str]:
    """A database setting: a new, empty database, dropped after the test."""
    url = postgresql.fresh()
    yield url
    postgresql.clear(url)


@pytest.fixture(scope="module")
def private_kafka(server_run: Run) -> Iterator[Kafka]:
    yield from _private(server_run, Kafka)


@pytest.fixture(scope="module")
def private_elasticsearch(server_run: Run) -> Iterator[Elasticsearch]:
    yield from _private(server_run, Elasticsearch)


@pytest.fixture(scope="module")
def private_postgresql(server_run: Run) -> Iterator[PostgreSQL]:
    yield from _private(server_run, PostgreSQL)


def _ready(run: Run, kind: type[S]) -> S:
    try:
        server = shared(run, kind)
    except MissingError as missing:
        refuse(missing)
    server.wait()
    return server


def _private(run: Run, kind: type[S]) -> Iterator[S]:
    try:
        server = private(run, kind)
    except MissingError as missing:
        refuse(missing)
    yield server
    server.remove()


def refuse(missing: MissingError) -> NoReturn:
    """Skip the test, or fail it where all must be there."""
    if os.environ.get(REQUIRE_ALL):
        pytest.fail(f"{REQUIRE_ALL} is set, but: {missing}", pytrace=False)
    pytest.skip(str(missing))
