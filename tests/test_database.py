"""The relational store in a SQLite file: the contract, and what only a file can do to us."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kliping import database as room
from kliping.database import Database, migrate
from kliping.errors import ConfigError, Unavailable
from kliping.tables import tagged
from tests.contracts.database import MOMENT, DatabaseContract
from tests.stores import opened

LARGE = "x" * 30_000


class TestSqlite(DatabaseContract):
    @pytest.fixture
    def database(self, sqlite_database: Database) -> Database:
        return sqlite_database

    @pytest.fixture
    def empty_url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path}/empty.db"

    @pytest.fixture
    def impatient(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
        monkeypatch.setattr(room, "BUSY_SECONDS", 0.2)
        with opened(database.url) as found:
            yield found


def test_a_setting_that_is_none_is_told_apart() -> None:
    for wrong in ("", "nothing", "mysql+nothing://kliping:rahasia@host/db"):
        with pytest.raises(ConfigError, match="expected sqlite:///PATH") as caught:
            Database(wrong)
        assert "rahasia" not in str(caught.value)


def test_a_store_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(Unavailable), Database(f"sqlite:///{tmp_path}/folder.db").read():
        pass


def test_a_full_disk_refuses_loses_nothing_and_needs_no_repair(sqlite_database: Database) -> None:
    """Bar A7. SQLite's own bound stands for the disk's end: the same error at the same place."""
    database = sqlite_database
    with database.write() as connection:
        database.upsert(connection, tagged, [{"article": "before", "at": MOMENT}])
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 3}")
    for _ in range(3):
        with pytest.raises(Unavailable, match="full"):
            _fill(database)
    assert _articles(database) == 1
    database.close()
    with opened(database.url) as again:
        with again.write() as connection:
            again.upsert(connection, tagged, [{"article": "after", "at": MOMENT}])
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert _articles(again) == 2


def test_a_damaged_file_is_no_message_s_fault(tmp_path: Path) -> None:
    """A message must wait for the operator, not die of it."""
    file = tmp_path / "kliping.db"
    with opened(f"sqlite:///{file}") as database:
        migrate(database)
    with sqlite3.connect(file) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    body = bytearray(file.read_bytes())
    body[4096:] = bytes(len(body) - 4096)
    file.write_bytes(body)
    with (
        opened(f"sqlite:///{file}") as database,
        pytest.raises(Unavailable, match="malformed"),
        database.write() as connection,
    ):
        database.upsert(connection, tagged, [{"article": "a", "at": MOMENT}])
    file.write_bytes(b"no database at all" * 1000)
    with opened(f"sqlite:///{file}") as database, pytest.raises(Unavailable, match="not a database"), database.read():
        pass


def _fill(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS heap (body TEXT)")
        for number in range(50):
            connection.exec_driver_sql("INSERT INTO heap VALUES (?)", (LARGE + str(number),))


def _articles(database: Database) -> int:
    with database.read() as connection:
        found: int = connection.execute(select(func.count()).select_from(tagged)).scalar_one()
    return found
