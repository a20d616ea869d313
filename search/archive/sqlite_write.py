"""Documents into the tables of an archive file: everything is computed before, nothing but writing inside the lock."""

from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec

from kliping.errors import Rejected
from kliping.indonesian.words import tokens
from search.archive import labels, numbers
from search.archive.base import Document
from search.archive.sqlite_file import SqliteFile

INSERT: Final = """
    INSERT INTO documents (number, desk, id, article, version, active, change, labels)
    VALUES (?, ?, ?, ?, ?, ?, (SELECT value FROM counters WHERE name = 'change'), ?)
"""


class Prepared(NamedTuple):
    """A document with everything computed that the write transaction needs."""

    document: Document
    body: bytes
    labels: bytes
    words: tuple[str, str, str]


def prepare(document: Document) -> Prepared:
    try:
        body = msgspec.json.encode(document)
    except UnicodeEncodeError as error:
        raise Rejected("unencodable", f"document {document.id}: {error}") from error
    words = (" ".join(tokens(document.title)), " ".join(tokens(document.text)), labels.label_tokens(document))
    return Prepared(document, body, msgspec.json.encode(labels.labels(document)), words)


def put_all(file: SqliteFile, prepared: Iterable[Prepared]) -> None:
    """Write documents in the caller's transaction, as one change of the file."""
    file.execute("UPDATE counters SET value = value + 1 WHERE name = 'change'")
    for each in prepared:
        _put(file, each)


def _put(file: SqliteFile, new: Prepared) -> None:
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
    first = number = numbers.first_slot(desk, numbers.second_of(document.sort_at), document.article)
    while file.value("SELECT 1 FROM documents WHERE number = ?", (number,)):
        number = numbers.next_slot(number)
        if number == first:
            raise Rejected("second_full", f"document {document.id}: no room for another at {document.sort_at}")
    return number
