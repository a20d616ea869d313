"""Databases for tests: `database` is fresh for every test, once on SQLite and once on PostgreSQL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from kliping.database import Database, migrate
from tests.servers.postgresql import PostgreSQL

BACKENDS = ("sqlite", "postgresql")
_TEMPLATE = f"migrated_{os.getpid()}"  # one for each process of tests
_numbers = count()


@pytest.fixture(scope="session")
def migrated(postgresql: PostgreSQL) -> PostgreSQL:
    """The run's server with a migrated database, which others are copied from in a twentieth of a second."""
    _say(postgresql, f"CREATE DATABASE {_TEMPLATE}")
    with opened(postgresql.url_of(_TEMPLATE)) as database:
        migrate(database)
    return postgresql


@pytest.fixture
def postgresql_database(migrated: PostgreSQL) -> Iterator[Database]:
    """A migrated database of its own on the real server."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _say(migrated, f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
    url = migrated.url_of(name)
    with opened(url) as database:
        yield database
    migrated.clear(url)


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    """A migrated database of its own in a file."""
    with opened(f"sqlite:///{tmp_path}/kliping.db") as database:
        migrate(database)
        yield database


@pytest.fixture(params=BACKENDS)
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated database of its own, once on each backend."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """The database of a URL, closed at the end."""
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


def _say(server: PostgreSQL, statement: str) -> None:
    """One statement outside of any transaction."""
    engine = create_engine(server.url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
    finally:
        engine.dispose()
