"""One topic of the embedded bus: a SQLite file with the log and who has read how much of it.

Durable: WAL with synchronous FULL, so what a write returned for survives a power cut. A write transaction holds no
work but its own rows. Only the standard library's sqlite3 opens these files.
"""

import sqlite3
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

from kliping.errors import Unavailable
from pipeline.bus.base import Outgoing, Record

BUSY_SECONDS = 30  # longest wait for another writer (design.md, section 4)
MEMORY_OF_ONE_FILE = -4096  # KiB of page cache: topics are read forward, a large cache would hold nothing useful

NOW = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"  # milliseconds, by the database's clock
SCHEMA = """
CREATE TABLE IF NOT EXISTS shape (partitions INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS log (
    offset INTEGER PRIMARY KEY AUTOINCREMENT, partition INTEGER NOT NULL,
    id TEXT NOT NULL, key TEXT NOT NULL, payload BLOB NOT NULL, at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS log_partition ON log (partition, offset);
CREATE TABLE IF NOT EXISTS progress (
    "group" TEXT, partition INTEGER, next INTEGER NOT NULL, PRIMARY KEY ("group", partition)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS member (
    "group" TEXT, name TEXT, until INTEGER NOT NULL, PRIMARY KEY ("group", name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lease (
    "group" TEXT, partition INTEGER, owner TEXT NOT NULL, epoch INTEGER NOT NULL, until INTEGER NOT NULL,
    PRIMARY KEY ("group", partition)) WITHOUT ROWID;
"""


class Topic:
    """One file: the log and who has read how much of it."""

    def __init__(self, file: Path, name: str, partitions: int) -> None:
        self.name = name
        with translated(name):
            file.parent.mkdir(parents=True, exist_ok=True)
            self.connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", f"cache_size={MEMORY_OF_ONE_FILE}"):
                self.connection.execute(f"PRAGMA {pragma}").close()
        self.partitions = self._shape(partitions)

    def append(self, messages: Sequence[Outgoing]) -> None:
        rows = [(crc32(m.key.encode()) % self.partitions, m.id, m.key, m.payload) for m in messages]
        with self.write() as connection:
            connection.executemany(
                f"INSERT INTO log (partition, id, key, payload, at) VALUES (?, ?, ?, ?, {NOW})", rows
            )

    def records(self, where: str, values: Sequence[int], limit: int) -> list[Record]:
        """Records in offset order; `where` is one of our own fixed conditions."""
        query = f"SELECT offset, partition, id, key, payload, at FROM log WHERE {where} ORDER BY offset LIMIT ?"
        with translated(self.name):
            return [self._record(row) for row in self.connection.execute(query, (*values, limit))]

    def end(self) -> int:
        """One past the last offset."""
        with translated(self.name):
            (last,) = self.connection.execute("SELECT coalesce(max(offset), 0) FROM log").fetchone()
        return int(last) + 1

    def waiting(self, group: str, partitions: Collection[int] | None = None) -> int:
        """Records that the group has not committed, of all partitions or of some."""
        query = """SELECT log.partition, count(*) FROM log LEFT JOIN progress ON progress.partition = log.partition
                   AND progress."group" = ? WHERE log.offset >= coalesce(progress.next, 0) GROUP BY log.partition"""
        with translated(self.name):
            rows = self.connection.execute(query, (group,)).fetchall()
        return sum(count for partition, count in rows if partitions is None or partition in partitions)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One serialised transaction."""
        with translated(self.name):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    def close(self) -> None:
        self.connection.close()

    def _record(self, row: tuple[int, int, str, str, bytes, int]) -> Record:
        offset, partition, ident, key, payload, at = row
        when = datetime.fromtimestamp(at / 1000, UTC)
        return Record(topic=self.name, partition=partition, offset=offset, id=ident, key=key, payload=payload, at=when)

    def _shape(self, partitions: int) -> int:
        """The topic's number of partitions: fixed by who made it."""
        with self.write() as connection:
            for statement in SCHEMA.split(";"):
                connection.execute(statement)
            row = connection.execute("SELECT partitions FROM shape").fetchone()
            if row is None:
                connection.execute("INSERT INTO shape VALUES (?)", (partitions,))
        return int(row[0]) if row else partitions


@contextmanager
def translated(topic: str) -> Iterator[None]:
    """SQLite's trouble (locked, full, unreadable) as Unavailable, naming the topic."""
    try:
        yield
    except (sqlite3.OperationalError, sqlite3.DatabaseError, OSError) as error:
        if isinstance(error, (sqlite3.IntegrityError, sqlite3.ProgrammingError)):
            raise
        raise Unavailable(f"bus topic {topic}: {error}") from error


def pause(seconds: float) -> None:
    """Wait for new records; apart so that the reason is in one place: SQLite cannot wake another process."""
    time.sleep(seconds)
