"""The relational store: migrations make what the tables say, times survive, writers are serialised."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from kliping.database import Database, check_revision, migrate
from kliping.errors import ConfigError, Unavailable
from kliping.staff_tables import metadata
from kliping.tables import tagged

MOMENT = datetime(2026, 11, 23, 6, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path}/kliping.db")
    migrate(database)
    return database


def test_migrations_and_tables_agree(database: Database) -> None:
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    migrate(database)
    check_revision(database)


def test_another_schema_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="run `kliping migrate`"):
        check_revision(Database(f"sqlite:///{tmp_path}/empty.db"))


def test_instants_survive_to_the_microsecond(database: Database) -> None:
    with database.write() as connection:
        database.upsert(connection, tagged, [{"article": "a", "at": MOMENT}])
    with database.read() as connection:
        assert connection.execute(select(tagged.c.at)).scalar_one() == MOMENT


def test_upsert_may_leave_what_is_there(database: Database) -> None:
    later = MOMENT.replace(year=2027)
    with database.write() as connection:
        database.upsert(connection, tagged, [{"article": "a", "at": MOMENT}])
        database.upsert(connection, tagged, [{"article": "a", "at": later}], update=[])
        assert connection.execute(select(tagged.c.at)).scalar_one() == MOMENT


def test_a_mistake_of_ours_is_no_unavailable_store(database: Database) -> None:
    with pytest.raises(OperationalError, match="no such table"), database.read() as connection:
        connection.exec_driver_sql("SELECT * FROM nowhere")


def test_a_store_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(Unavailable), Database(f"sqlite:///{tmp_path}/folder.db").read():
        pass


def test_read_then_write_is_serialised(database: Database) -> None:
    """Eight threads count up one row; a lost update or a 'database is locked' would show."""

    def count_up() -> None:
        for _ in range(10):
            with database.write() as connection:
                row = connection.execute(select(tagged.c.at)).scalar_one()
                database.upsert(connection, tagged, [{"article": "a", "at": row.replace(year=row.year + 1)}])

    with database.write() as connection:
        database.upsert(connection, tagged, [{"article": "a", "at": MOMENT}])
    threads = [threading.Thread(target=count_up) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert connection.execute(select(tagged.c.at)).scalar_one().year == MOMENT.year + 80
