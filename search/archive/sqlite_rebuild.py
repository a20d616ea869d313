"""The next generation of an embedded archive, while it is made: a file of its own with a note of how far it has come.

The note lies in the file itself, in one table that goes before anyone else opens it. Who goes on after a death finds
there which file it was to replace and from which of its writes on that one has to be caught up with.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from search.archive.base import Document
from search.archive.sqlite_file import Damaged, Missing, SqliteFile, answering
from search.archive.sqlite_write import prepare, put_all

NOTE: Final = "CREATE TABLE IF NOT EXISTS making (old TEXT NOT NULL, writes INTEGER, reached TEXT NOT NULL)"


class Build(NamedTuple):
    """What is made: the file, the name of the one that it replaces, and how many writes that had when it was begun."""

    path: Path
    old: str
    writes: int | None  # None: it could not be read, so there is nothing to take over


class SqliteRebuild:
    """See `Rebuild` in `search/archive/base.py`."""

    def __init__(self, build: Build, *, busy: float) -> None:
        self.build = build
        self._file = SqliteFile(build.path, busy=busy, create=True)
        self._file.hasten()
        with self._file.writing():
            self._file.execute(NOTE)
            if self._file.value("SELECT count(*) FROM making") == 0:
                self._file.execute("INSERT INTO making VALUES (?, ?, '')", (build.old, build.writes))

    @property
    def reached(self) -> str:
        """See the contract."""
        with self._file.reading():
            return str(self._file.value("SELECT reached FROM making"))

    def reach(self, mark: str) -> None:
        """See the contract."""
        with self._file.writing():
            self._file.execute("UPDATE making SET reached = ?", (mark,))

    def add(self, documents: Sequence[Document]) -> None:
        """See the contract."""
        prepared = [prepare(document) for document in documents]
        with self._file.writing():
            put_all(self._file, prepared)

    def stored(self, documents: Sequence[Document]) -> list[Document | None]:
        """See the contract."""
        sql = """
            SELECT body FROM documents JOIN bodies USING (number)
            WHERE desk = (SELECT number FROM desks WHERE name = ?) AND id = ?
        """
        with self._file.reading():
            bodies = [self._file.value(sql, (document.desk, document.id)) for document in documents]
        return [None if body is None else msgspec.json.decode(body, type=Document) for body in bodies]

    def total(self) -> int:
        """See the contract."""
        with self._file.reading():
            return int(self._file.value("SELECT count(*) FROM documents"))

    def optimise(self) -> None:
        """Merge the index: the last long work."""
        self._file.optimise()

    def settle(self) -> None:
        """Take the note away and bring everything into the file itself."""
        with self._file.writing():
            self._file.execute("DROP TABLE making")
        self._file.settle()
        self.close()

    def close(self) -> None:
        self._file.close()


def unfinished(path: Path, old: str, writes: int | None, *, busy: float) -> Build | None:
    """The build that lies in `path`, where it can be completed: begun beside the same old file, which has no fewer
    writes than then. Fewer, or readable only now: it was made anew, and all that is in it must be taken over."""
    try:
        file = SqliteFile(path, busy=busy, create=False)
    except (Damaged, Missing):
        return None
    with answering(path):
        try:
            if not file.value("SELECT count(*) FROM sqlite_master WHERE name = 'making'"):
                return None
            then = next(file.rows("SELECT old, writes FROM making"), None)
        finally:
            file.close()
    if then is None or then[0] != old:
        return None
    begun = then[1] if then[1] is not None and (writes or 0) >= then[1] else 0
    return Build(path, old, None if writes is None else begun)
