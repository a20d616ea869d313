"""The questions that an archive file is asked: how many match, under what are they filed, which stand on this page."""

from itertools import groupby, islice
from typing import Final, NamedTuple

import msgspec

from search import rank
from search.archive import cursor as cursors
from search.archive import fts, labels, numbers
from search.archive.base import TOTAL_LIMIT
from search.archive.cursor import Place
from search.archive.numbers import Range
from search.archive.sqlite_file import SqliteFile
from search.match import leaves
from search.query import All, Query

RANKED: Final = 2_000

# FTS5 walks a range of rows from the newest on; CROSS JOIN keeps it the outer loop. Only numbers and names of this file
# are put into the texts below; whatever comes from outside is bound.
MATCHED: Final = "words MATCH ? AND words.rowid BETWEEN ? AND ? ORDER BY words.rowid DESC"
IN_TIME: Final = f"SELECT number, article FROM words CROSS JOIN documents ON number = words.rowid WHERE {MATCHED}"  # noqa: S608
RANKING: Final = f"SELECT rowid, relevance(words) FROM words WHERE {MATCHED} LIMIT {RANKED}"  # noqa: S608
CAPPED: Final = f"SELECT rowid AS number FROM words WHERE {MATCHED} LIMIT {TOTAL_LIMIT}"  # noqa: S608
COUNT: Final = f"SELECT count(*) FROM ({CAPPED})"  # noqa: S608
FACETS: Final = f"SELECT labels, count(*) FROM ({CAPPED}) CROSS JOIN documents USING (number) GROUP BY labels"  # noqa: S608


class Asked(NamedTuple):
    """A search as FTS5 gets it."""

    query: Query | None
    expression: str
    span: Range
    desk: int
    place: Place | None
    limit: int


def counted(file: SqliteFile, asked: Asked) -> tuple[int, dict[str, dict[str, int]]]:
    """Matches up to TOTAL_LIMIT, and on the first page what they are filed under."""
    values = (asked.expression, asked.span.low, asked.span.high)
    if asked.place is not None:
        return int(file.value(COUNT, values)), {}
    found = list(file.rows(FACETS, values))
    decode = msgspec.json.Decoder(list[labels.Label]).decode
    return sum(row[1] for row in found), labels.counted((decode(row[0]), row[1]) for row in found)


def newest(file: SqliteFile, asked: Asked, question: str) -> tuple[list[tuple[int, float]], str]:
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


def ranked(file: SqliteFile, asked: Asked, question: str) -> tuple[list[tuple[int, float]], str]:
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


def _rarities(file: SqliteFile, asked: Asked, query: Query) -> dict[Query, float]:
    """How rare each thing sought is in the desk; counted up to TOTAL_LIMIT, beyond which a word tells nothing."""

    def containing(part: Query) -> int:
        span = numbers.desk_range(asked.desk)
        return int(file.value(COUNT, (fts.rendered(part, ()), span.low, span.high)))

    documents = containing(All())
    return {thing: rank.rarity(documents, containing(thing)) for thing in dict.fromkeys(rank.things(query))}
