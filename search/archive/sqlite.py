"""The embedded archive: FTS5 in one SQLite file, for one office and up to about two million articles.

A document is one row in `documents` (narrow), `bodies` (the whole, JSON) and, while active, `words` (the index alone;
it keeps no text). All three share a number that holds desk and time, see `numbers.py`. One process writes, any number
reads. Relevance ranks the newest 2,000 matches only: without the cap a common word costs 57 ms and more at 500,000
documents, with it 3 ms (libraries.md section 3). `sqlite_write.py` and `sqlite_search.py` do the work inside a file.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from kliping.errors import Unavailable
from search.archive import cursor as cursors
from search.archive import fts, generations, labels, numbers
from search.archive.base import Document, Filters, Order, Results
from search.archive.hits import hit
from search.archive.sqlite_file import Damaged, Missing, SqliteFile, answering
from search.archive.sqlite_rebuild import Build, SqliteRebuild, unfinished
from search.archive.sqlite_search import Asked, counted, newest, ranked
from search.archive.sqlite_write import prepare, put_all
from search.match import leaves
from search.query import Query
from search.snippet import Highlighter

TIME_LIMIT: Final = 1.0  # seconds a search may take inside SQLite; reliability.md E2, M17
BUSY: Final = 30.0  # seconds to wait for another writer, as everywhere in Kliping
PAGE: Final = 500  # documents fetched at once by `documents`

Widen = Callable[[Query], Query]

CHANGED: Final = "SELECT body FROM documents JOIN bodies USING (number) WHERE change > ?"
PAGE_BY_ID: Final = """
    SELECT id, body FROM documents JOIN bodies USING (number)
    WHERE desk = (SELECT number FROM desks WHERE name = ?) AND id > ? ORDER BY id LIMIT ?
"""


class SqliteArchive:
    """See `search/archive/base.py`. `widen` widens a query to what news really writes; `busy`, `limit` in seconds."""

    def __init__(self, path: Path, *, widen: Widen, busy: float = BUSY, limit: float = TIME_LIMIT) -> None:
        self.path = path
        self._widen = widen
        self._busy = busy
        self._limit = limit
        self._file: SqliteFile | None = None

    # Writing

    def add(self, documents: Sequence[Document]) -> None:
        """See the contract. All of `documents` or none."""
        prepared = [prepare(document) for document in documents]
        if not prepared:
            return
        with self._writing() as file:
            put_all(file, prepared)

    def refresh(self) -> None:
        """Nothing to do: a committed write is searchable."""

    @contextmanager
    def rebuild(self) -> Iterator["SqliteRebuild"]:
        """See the contract. What others write to the old archive meanwhile is taken over at the end."""
        with generations.alone(self.path):
            fresh = SqliteRebuild(self._begun(), busy=self._busy)
            try:
                yield fresh
                self._replace_by(fresh)
            except (Unavailable, KeyboardInterrupt, SystemExit, GeneratorExit):
                fresh.close()
                raise
            except BaseException:
                fresh.close()
                generations.discard(fresh.build.path)
                raise

    def _begun(self) -> Build:
        """What to make: the generation that a dead rebuild left, where it can still be completed, else a new one."""
        with answering(self.path):
            old = generations.current(self.path)
            writes = self._changes()
            for left in generations.others(self.path):
                build = unfinished(left, old.name, writes, busy=self._busy)
                if build is not None:
                    return build
                generations.discard(left)
            return Build(path=generations.following(self.path), old=old.name, writes=writes)

    def _replace_by(self, fresh: "SqliteRebuild") -> None:
        """Turn the link while no one can write to the old file; writers look at the link again once they may."""
        fresh.optimise()
        if fresh.build.writes is None:
            self._turn(fresh)
        else:
            with self._writing() as old:
                for batch in _batches(old.rows(CHANGED, (fresh.build.writes,))):
                    fresh.add([_document(body) for (body,) in batch])
                self._turn(fresh)
        with answering(self.path):
            for left in generations.others(self.path):
                generations.discard(left)

    def _turn(self, fresh: "SqliteRebuild") -> None:
        fresh.settle()
        with answering(self.path):
            generations.sync(fresh.build.path)
            generations.turn(self.path, fresh.build.path)

    def _changes(self) -> int | None:
        """The number of writes so far, None when the file cannot be read and so has nothing to take over."""
        try:
            with self._reading() as file:
                return int(file.value("SELECT value FROM counters WHERE name = 'change'"))
        except Damaged:
            return None

    # Reading

    def search(
        self,
        desk: str,
        query: Query | None,
        filters: Filters = Filters(),
        *,
        order: Order = "newest",
        limit: int = 20,
        cursor: str = "",
        exact: bool = False,
    ) -> Results:
        """See the contract. Facets count the newest TOTAL_LIMIT matches."""
        question = cursors.question(desk, query, filters, order, exact=exact)
        place = cursors.read(cursor, question)
        wide = query if query is None or exact else self._widen(query)
        with self._reading(self._limit) as file:
            number = file.value("SELECT number FROM desks WHERE name = ?", (desk,))
            if number is None:
                return Results(hits=(), total=0)
            span = numbers.desk_range(number, filters.start, filters.until)
            asked = Asked(wide, fts.rendered(wide, labels.wanted(filters)), span, number, place, limit)
            total, facets = counted(file, asked)
            page, following = (newest if order == "newest" else ranked)(file, asked, question)
            found = [(_body(file, row), score) for row, score in page]
        highlighter = Highlighter(leaves(wide) if wide else ())
        hits = tuple(hit(_document(body), score, highlighter) for body, score in found)
        return Results(hits=hits, total=total, cursor=following, facets=facets)

    def get(self, desk: str, document: str) -> Document | None:
        """See the contract."""
        sql = """
            SELECT body FROM documents JOIN bodies USING (number)
            WHERE desk = (SELECT number FROM desks WHERE name = ?) AND id = ?
        """
        with self._reading() as file:
            body = file.value(sql, (desk, document))
        return None if body is None else _document(body)

    def documents(self, desk: str) -> Iterator[Document]:
        """See the contract. Holds no transaction between its pages."""
        last = ""
        while True:
            with self._reading() as file:
                page = list(file.rows(PAGE_BY_ID, (desk, last, PAGE)))
            if not page:
                return
            yield from (_document(body) for _, body in page)
            last = page[-1][0]

    def count(self, desk: str) -> int:
        """See the contract."""
        sql = "SELECT count(*) FROM documents WHERE active AND desk = (SELECT number FROM desks WHERE name = ?)"
        with self._reading() as file:
            return int(file.value(sql, (desk,)))

    def problems(self) -> list[str]:
        """See the contract."""
        try:
            return self._current().problems()
        except Damaged as damage:
            return [str(damage)]

    def close(self) -> None:
        """Give the file back; the next call opens it again."""
        if self._file is not None:
            self._file.close()
            self._file = None

    # The file behind the path

    @contextmanager
    def _reading(self, limit: float | None = None) -> Iterator[SqliteFile]:
        file = self._current()
        with file.reading(limit):
            yield file

    @contextmanager
    def _writing(self) -> Iterator[SqliteFile]:
        """A write transaction on the current file. Whoever waited while it was replaced goes on with the new one."""
        while True:
            file = self._current()
            with file.writing():
                if file.is_at(self._wanted()):
                    yield file
                    return

    def _current(self) -> SqliteFile:
        with answering(self.path):
            wanted = self._wanted()
            if self._file is None or not self._file.is_at(wanted):
                self.close()
                self._file = self._open(wanted)
            return self._file

    def _open(self, wanted: Path) -> SqliteFile:
        try:
            return SqliteFile(wanted, busy=self._busy, create=False)
        except Missing:
            newer = self._wanted()  # a rebuild may have deleted it just now; else nobody has made it yet
            return SqliteFile(newer, busy=self._busy, create=True)

    def _wanted(self) -> Path:
        return generations.current(self.path)


def _body(file: SqliteFile, number: int) -> bytes:
    body: bytes = file.value("SELECT body FROM bodies WHERE number = ?", (number,))
    return body


def _document(body: bytes) -> Document:
    return msgspec.json.decode(body, type=Document)


def _batches(rows: Iterator[tuple[bytes]]) -> Iterator[list[tuple[bytes]]]:
    while batch := list(islice(rows, PAGE)):
        yield batch
