"""The embedded archive: FTS5 in one SQLite file, for one office and up to about two million articles.

A document is one row in `documents` (narrow), `bodies` (the whole, JSON) and, while active, `words` (the index alone;
it keeps no text). All three share a number that holds desk and time, see `numbers.py`. One process writes, any number
reads. Relevance ranks the newest RANKED matches only: without the cap a common word costs 57 ms and more at 500,000
documents, with it 3 ms (libraries.md section 3).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby, islice
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from kliping.errors import Rejected
from kliping.indonesian.words import tokens
from search import rank
from search.archive import cursor as cursors
from search.archive import fts, generations, labels, numbers
from search.archive.base import TOTAL_LIMIT, Document, Filters, Hit, Order, Results
from search.archive.cursor import Place
from search.archive.numbers import Range
from search.archive.sqlite_file import Damaged, Missing, SqliteFile, answering
from search.match import leaves
from search.query import All, Query
from search.snippet import Highlighter

RANKED: Final = 2_000
TIME_LIMIT: Final = 1.0  # seconds a search may take inside SQLite; reliability.md E2, M17
BUSY: Final = 30.0  # seconds to wait for another writer, as everywhere in Kliping
PAGE: Final = 500  # documents fetched at once by `documents`

Widen = Callable[[Query], Query]

# FTS5 walks a range of rows from the newest on; CROSS JOIN keeps it the outer loop. Only numbers and names of this file
# are put into the texts below; whatever comes from outside is bound.
MATCHED: Final = "words MATCH ? AND words.rowid BETWEEN ? AND ? ORDER BY words.rowid DESC"
IN_TIME: Final = f"SELECT number, article FROM words CROSS JOIN documents ON number = words.rowid WHERE {MATCHED}"  # noqa: S608
RANKING: Final = f"SELECT rowid, relevance(words) FROM words WHERE {MATCHED} LIMIT {RANKED}"  # noqa: S608
CAPPED: Final = f"SELECT rowid AS number FROM words WHERE {MATCHED} LIMIT {TOTAL_LIMIT}"  # noqa: S608
COUNT: Final = f"SELECT count(*) FROM ({CAPPED})"  # noqa: S608
FACETS: Final = f"SELECT labels, count(*) FROM ({CAPPED}) CROSS JOIN documents USING (number) GROUP BY labels"  # noqa: S608
CHANGED: Final = "SELECT body FROM documents JOIN bodies USING (number) WHERE change > ?"
PAGE_BY_ID: Final = """
    SELECT id, body FROM documents JOIN bodies USING (number)
    WHERE desk = (SELECT number FROM desks WHERE name = ?) AND id > ? ORDER BY id LIMIT ?
"""
INSERT: Final = """
    INSERT INTO documents (number, desk, id, article, version, active, change, labels)
    VALUES (?, ?, ?, ?, ?, ?, (SELECT value FROM counters WHERE name = 'change'), ?)
"""


class _Prepared(NamedTuple):
    """A document with everything computed that the write transaction needs."""

    document: Document
    body: bytes
    labels: bytes
    words: tuple[str, str, str]


class _Asked(NamedTuple):
    """A search as FTS5 gets it."""

    query: Query | None
    expression: str
    span: Range
    desk: int
    place: Place | None
    limit: int


class SqliteArchive:
    """See `search/archive/base.py`. `widen` widens a query to what news really writes; `busy`, `limit` in seconds."""

    def __init__(
        self, path: Path, *, widen: Widen, busy: float = BUSY, limit: float = TIME_LIMIT, target: Path | None = None
    ) -> None:
        self.path = path
        self._widen = widen
        self._busy = busy
        self._limit = limit
        self._target = target  # a generation that is being made; None: whichever is current
        self._file: SqliteFile | None = None

    # Writing

    def add(self, documents: Sequence[Document]) -> None:
        """See the contract. All of `documents` or none."""
        prepared = [_prepare(document) for document in documents]
        if not prepared:
            return
        with self._writing() as file:
            file.execute("UPDATE counters SET value = value + 1 WHERE name = 'change'")
            for each in prepared:
                _put(file, each)

    def refresh(self) -> None:
        """Nothing to do: a committed write is searchable."""

    @contextmanager
    def rebuild(self) -> Iterator["SqliteArchive"]:
        """See the contract. What others write to the old archive meanwhile is taken over at the end."""
        with answering(self.path), generations.alone(self.path):
            generations.discard_others(self.path)
            target = generations.following(self.path)
            before = self._changes()
            fresh = SqliteArchive(self.path, widen=self._widen, busy=self._busy, limit=self._limit, target=target)
            try:
                fresh._current().careless()
                yield fresh
                self._replace_by(fresh, target, before)
            except BaseException:
                fresh.close()
                generations.discard(target)
                raise
            generations.discard_others(self.path)

    def _replace_by(self, fresh: "SqliteArchive", target: Path, before: int | None) -> None:
        """Turn the link while no one can write to the old file; writers look at the link again once they may."""
        if before is None:
            self._turn(fresh, target)
            return
        with self._writing() as old:
            for batch in _batches(old.rows(CHANGED, (before,))):
                fresh.add([_document(body) for (body,) in batch])
            self._turn(fresh, target)

    def _turn(self, fresh: "SqliteArchive", target: Path) -> None:
        fresh._current().settle()
        fresh.close()
        generations.sync(target)
        generations.turn(self.path, target)

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
            asked = _Asked(wide, fts.rendered(wide, labels.wanted(filters)), span, number, place, limit)
            total, facets = _counted(file, asked)
            page, following = (_newest if order == "newest" else _ranked)(file, asked, question)
            found = [(_body(file, row), score) for row, score in page]
        highlighter = Highlighter(leaves(wide) if wide else ())
        hits = tuple(_hit(_document(body), score, highlighter) for body, score in found)
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
        with answering(self.path):
            return self._current().problems()

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
            return SqliteFile(wanted, busy=self._busy, create=self._target is not None)
        except Missing:
            newer = self._wanted()  # a rebuild may have deleted it just now; else nobody has made it yet
            return SqliteFile(newer, busy=self._busy, create=True)

    def _wanted(self) -> Path:
        return self._target or generations.current(self.path)


def _prepare(document: Document) -> _Prepared:
    try:
        body = msgspec.json.encode(document)
    except UnicodeEncodeError as error:
        raise Rejected("unencodable", f"document {document.id}: {error}") from error
    words = (" ".join(tokens(document.title)), " ".join(tokens(document.text)), labels.label_tokens(document))
    return _Prepared(document, body, msgspec.json.encode(labels.labels(document)), words)


def _put(file: SqliteFile, new: _Prepared) -> None:
    """Write one document unless its version is there already, or a later one."""
    document = new.document
    desk = _desk_number(file, document.desk)
    known = next(
        file.rows("SELECT number, version FROM documents WHERE desk = ? AND id = ?", (desk, document.id)), None
    )
    if known is not None:
        if known[1] >= document.version:
            return
        for table, key in (("words", "rowid"), ("bodies", "number"), ("documents", "number")):
            file.execute(f"DELETE FROM {table} WHERE {key} = ?", (known[0],))  # noqa: S608 - names from the line above
    number = _free_number(file, desk, document)
    facts = (number, desk, document.id, document.article, document.version, document.active, new.labels)
    file.execute(INSERT, facts)
    file.execute("INSERT INTO bodies (number, body) VALUES (?, ?)", (number, new.body))
    if document.active:
        file.execute("INSERT INTO words (rowid, title, text, labels) VALUES (?, ?, ?, ?)", (number, *new.words))


def _desk_number(file: SqliteFile, desk: str) -> int:
    number = file.value("SELECT number FROM desks WHERE name = ?", (desk,))
    if number is None:
        number = file.value("INSERT INTO desks (name) VALUES (?) RETURNING number", (desk,))
    if number > numbers.MAX_DESK:
        raise Rejected("too_many_desks", f"desk {desk}: the embedded archive holds {numbers.MAX_DESK}")
    return int(number)


def _free_number(file: SqliteFile, desk: int, document: Document) -> int:
    number = numbers.first_slot(desk, numbers.second_of(document.sort_at), document.article)
    while file.value("SELECT 1 FROM documents WHERE number = ?", (number,)):
        number = numbers.next_slot(number)
    return number


def _counted(file: SqliteFile, asked: _Asked) -> tuple[int, dict[str, dict[str, int]]]:
    """Matches up to TOTAL_LIMIT, and on the first page what they are filed under."""
    values = (asked.expression, asked.span.low, asked.span.high)
    if asked.place is not None:
        return int(file.value(COUNT, values)), {}
    found = list(file.rows(FACETS, values))
    decode = msgspec.json.Decoder(list[labels.Label]).decode
    return sum(row[1] for row in found), labels.counted((decode(row[0]), row[1]) for row in found)


def _newest(file: SqliteFile, asked: _Asked, question: str) -> tuple[list[tuple[int, float]], str]:
    """A page by time; documents of one second by article id."""
    place = asked.place
    span = numbers.up_to(asked.span, asked.desk, place.second) if place else asked.span
    rows = file.rows(IN_TIME, (asked.expression, span.low, span.high))
    ordered = (
        (second, article, number)
        for second, block in groupby(rows, key=lambda row: numbers.second_in(row[0]))
        for article, number in sorted((article, number) for number, article in block)
        if place is None or (-second, article) > (-place.second, place.article)
    )
    page = list(islice(ordered, asked.limit + 1))
    shown = page[: asked.limit]
    more = len(page) > len(shown) > 0
    cursor = cursors.written(Place(question, shown[-1][0], shown[-1][1])) if more else ""
    return [(number, 0.0) for _, _, number in shown], cursor


def _ranked(file: SqliteFile, asked: _Asked, question: str) -> tuple[list[tuple[int, float]], str]:
    """A page by relevance among the newest RANKED matches; what was added since the first page stays out."""
    query = asked.query or All()
    file.score_by(rank.scorer(query, _rarities(file, asked, query)), leaves(query))
    place = asked.place or Place(question, numbers.second_in(asked.span.high))
    span = numbers.up_to(asked.span, asked.desk, place.second)
    scored = sorted((-score, -number) for number, score in file.rows(RANKING, (asked.expression, span.low, span.high)))
    shown = scored[place.given : place.given + asked.limit]
    given = place.given + len(shown)
    newest = numbers.second_in(max((-number for _, number in scored), default=0))
    cursor = cursors.written(Place(question, newest, given=given)) if shown and given < len(scored) else ""
    return [(-number, -score) for score, number in shown], cursor


def _rarities(file: SqliteFile, asked: _Asked, query: Query) -> dict[Query, float]:
    """How rare each thing sought is in the desk; counted up to TOTAL_LIMIT, beyond which a word tells nothing."""

    def containing(part: Query) -> int:
        span = numbers.desk_range(asked.desk)
        return int(file.value(COUNT, (fts.rendered(part, ()), span.low, span.high)))

    documents = containing(All())
    return {thing: rank.rarity(documents, containing(thing)) for thing in dict.fromkeys(rank.things(query))}


def _body(file: SqliteFile, number: int) -> bytes:
    body: bytes = file.value("SELECT body FROM bodies WHERE number = ?", (number,))
    return body


def _hit(document: Document, score: float, highlighter: Highlighter) -> Hit:
    snippet = highlighter.snippet(document.text)
    title_marks = highlighter.marks(document.title)
    return Hit(document=document, score=score, snippet=snippet.text, marks=snippet.marks, title_marks=title_marks)


def _document(body: bytes) -> Document:
    return msgspec.json.decode(body, type=Document)


def _batches(rows: Iterator[tuple[bytes]]) -> Iterator[list[tuple[bytes]]]:
    while batch := list(islice(rows, PAGE)):
        yield batch
