"""One SQLite file with the tables of an archive: opening, transactions, the time limit, and SQLite's errors as ours.

The only module that imports apsw. A file is opened by this SQLite alone, never by Python's own as well: two libraries
in one process undo each other's locks.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias

import apsw

from kliping.errors import Unavailable
from search.archive.generations import identity
from search.match import Leaf
from search.query import QueryError
from search.rank import TITLE_WEIGHT, Frequencies

Score: TypeAlias = Callable[[Frequencies, float], float]

SCHEMA: Final = 1  # raised by every change below; a file of another number is rebuilt, never migrated: it is a cache
TABLES: Final = """
    CREATE TABLE desks (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE documents (           -- narrow: counts and facets read it for thousands of rows
        number INTEGER PRIMARY KEY,    -- see numbers.py; also the row in words and bodies
        desk INTEGER NOT NULL,
        id TEXT NOT NULL,
        article TEXT NOT NULL,
        version INTEGER NOT NULL,
        active INTEGER NOT NULL,
        change INTEGER NOT NULL,       -- rises with every write to this file: what a rebuild has to catch up with
        labels BLOB NOT NULL,
        UNIQUE (desk, id)
    );
    CREATE TABLE bodies (number INTEGER PRIMARY KEY, body BLOB NOT NULL);
    CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
    INSERT INTO counters VALUES ('change', 0);
    CREATE VIRTUAL TABLE words USING fts5(title, text, labels, content='', contentless_delete=1, tokenize='ascii');
"""  # ascii parts at blanks only: the tokens are ours (kliping.indonesian.words), the same for every backend
CACHE_KIB: Final = 32 * 1024  # half of what libraries.md measured with; several processes share the machine
MMAP_BYTES: Final = 256 * 1024 * 1024  # as measured in libraries.md
WEIGHTS: Final = (TITLE_WEIGHT, 1.0, 0.0)  # of title, text, labels
STEPS: Final = 1_000  # SQLite instructions between two looks at the clock: well under a millisecond


class Damaged(Unavailable):
    """The file is no archive of this version. A rebuild makes a good one."""


class Missing(Unavailable):
    """There is no such file."""


@contextmanager
def answering(path: Path) -> Iterator[None]:
    """SQLite's complaints about the file and the disk become Unavailable, a time-out a QueryError; bugs stay bugs."""
    try:
        yield
    except apsw.InterruptError as error:
        raise QueryError("Pencarian terlalu berat: persempit waktu atau gunakan kata yang lebih khusus") from error
    except apsw.CantOpenError as error:
        raise Missing(f"{path}: {error}") from error
    except (apsw.CorruptError, apsw.NotADBError, apsw.FormatError) as error:
        raise Damaged(f"{path}: {error}; run `kliping archive rebuild`") from error
    except (
        apsw.BusyError,
        apsw.LockedError,
        apsw.ReadOnlyError,
        apsw.IOError,
        apsw.FullError,
        apsw.PermissionsError,
        apsw.ProtocolError,
        OSError,
    ) as error:
        raise Unavailable(f"{path}: {error}") from error


class SqliteFile:
    """An open file. Raises Unavailable, Missing where it is not there and `create` is False, Damaged."""

    def __init__(self, path: Path, *, busy: float, create: bool) -> None:
        self.path = path
        self._score: Score = lambda _frequencies, _length: 0.0
        self._leaves: frozenset[Leaf] = frozenset()
        flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
        with answering(path):
            self._connection = apsw.Connection(str(path), flags=flags)
            self._identity = identity(path)
            try:
                self._prepare(busy)
            except BaseException:
                self._connection.close()
                raise

    def _prepare(self, busy: float) -> None:
        connection = self._connection
        connection.set_busy_timeout(int(busy * 1000))
        connection.pragma("synchronous", "FULL")  # durable on return, also when the power goes
        connection.pragma("cache_size", -CACHE_KIB)
        connection.pragma("mmap_size", MMAP_BYTES)
        connection.register_fts5_function("relevance", self._relevance)
        if connection.pragma("user_version") == 0:
            self._create()
        if (found := connection.pragma("user_version")) != SCHEMA:
            raise Damaged(f"{self.path}: schema {found}, need {SCHEMA}; run `kliping archive rebuild`")

    def _create(self) -> None:
        self._connection.pragma("journal_mode", "WAL")
        with self._transaction("IMMEDIATE"):
            if self._connection.pragma("user_version") == 0:  # another process may have been first
                self._connection.execute(TABLES)
                self._connection.pragma("user_version", SCHEMA)

    def is_at(self, path: Path) -> bool:
        """Whether this is the file that `path` leads to now: not replaced, not deleted."""
        return self.path == path and self._identity is not None and self._identity == identity(path)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement, fetched as they are asked for."""
        return iter(self._connection.execute(sql, tuple(values)))

    def value(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The first column of the first row, None when there is none."""
        return next((row[0] for row in self.rows(sql, values)), None)

    def execute(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Run a statement for its effect."""
        for _ in self._connection.execute(sql, tuple(values)):
            pass

    def score_by(self, score: Score, leaves: Iterable[Leaf]) -> None:
        """What the SQL function `relevance(words)` gives from now on: `score` of how often the leaves occur."""
        self._score = score
        self._leaves = frozenset(leaves)

    def _relevance(self, row: apsw.FTS5ExtensionApi, *_: Any) -> float:
        if row.aux_data is None:
            known = [(number, leaf) for number, leaf in enumerate(row.phrases) if leaf in self._leaves]
            average = max(1.0, _length(row.column_total_size) / max(1, row.row_count))
            row.aux_data = known, average
        known, average = row.aux_data
        frequencies = {leaf: found for number, leaf in known if (found := _frequency(row, number))}
        return self._score(frequencies, _length(row.column_size) / average)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A write transaction: durable when the block is left, undone when it is left by an exception."""
        with answering(self.path), self._transaction("IMMEDIATE"):
            yield

    @contextmanager
    def reading(self, limit: float | None = None) -> Iterator[None]:
        """One view of the file for all statements of the block; QueryError when they take over `limit` seconds."""
        with answering(self.path):
            if limit is not None:
                self._connection.set_progress_handler(_past(time.monotonic() + limit), STEPS)
            with self._transaction("DEFERRED"):
                yield

    @contextmanager
    def _transaction(self, mode: str) -> Iterator[None]:
        """Its end is never cut short: the time limit is lifted first."""
        self._connection.execute(f"BEGIN {mode}")
        try:
            yield
        except BaseException:
            self._connection.set_progress_handler(None)
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        self._connection.set_progress_handler(None)
        self._connection.execute("COMMIT")

    def hasten(self) -> None:
        """Wait for the disk only at checkpoints: for a new file that nobody relies on before `settle`. A power cut
        loses its last writes but leaves it whole, so it can be gone on with."""
        self._connection.pragma("synchronous", "NORMAL")

    def optimise(self) -> None:
        """Merge the index into one tree. One desk of 552, 60,000 documents: a search took .04 ms instead of .28."""
        with self.writing():
            self._connection.execute("INSERT INTO words(words) VALUES ('optimize')")

    def settle(self) -> None:
        """Bring everything from the log into the file itself."""
        with answering(self.path):
            self._connection.pragma("synchronous", "FULL")
            self._connection.pragma("wal_checkpoint", "TRUNCATE")

    def problems(self) -> list[str]:
        """What SQLite and FTS5 find wrong with the file."""
        with answering(self.path):
            found = [str(row[0]) for row in self.rows("PRAGMA integrity_check") if row[0] != "ok"]
            try:
                self.execute("INSERT INTO words(words, rank) VALUES ('integrity-check', 0)")
            except apsw.CorruptError as error:
                found.append(f"full-text index: {error}")
            active = self.value("SELECT count(*) FROM documents WHERE active")
            indexed = self.value("SELECT count(*) FROM words")
        return found if active == indexed else [*found, f"{active} active documents, {indexed} in the index"]

    def close(self) -> None:
        self._connection.close()


def _frequency(row: apsw.FTS5ExtensionApi, phrase: int) -> float:
    """How often a phrase of the query occurs in a row, the title weighted."""
    columns = row.phrase_columns(phrase)
    return sum(WEIGHTS[column] * len(row.phrase_column_offsets(phrase, column)) for column in columns)


def _length(size: Callable[[int], int]) -> float:
    return sum(weight * size(column) for column, weight in enumerate(WEIGHTS) if weight)


def _past(deadline: float) -> Callable[[], bool]:
    return lambda: time.monotonic() > deadline
