"""The index of signatures: which stored articles may be twins of a text. Rows of `signatures` and `bands`."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from sqlalchemy import Connection, and_, delete, insert, or_, select

from kliping.tables import bands, signatures
from pipeline.deduplicate.sketch import Sketch, resemblance

WINDOW: Final = timedelta(days=75)  # between first sights: libraries.md asks for a rolling window of 60 to 90 days
CROWDED: Final = 64  # articles in one band: what so many share is boilerplate, or is found through other bands
GRAMS: Final = 2  # sampled n-grams in common that make a candidate by themselves
LOOKED_UP: Final = 200  # candidates whose signatures are read
VERIFIED: Final = 48  # candidates whose texts are read
PRUNED: Final = 16  # signatures that leave the window, removed with each one that enters: more than come in


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A stored article that may be a twin."""

    article: str
    equal: bool  # same exact digest
    likeness: float  # estimated Jaccard similarity, 0 to 1
    grams: int  # sampled n-grams in common


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """Candidates, likeliest first, and bands that take no more articles."""

    candidates: tuple[Candidate, ...]
    crowded: frozenset[int]


def short_number(article: str) -> int:
    """The first 60 bits of an article id: two articles of a window share it with probability below 10^-6."""
    return int(article[:15], 16)


def neighbours(connection: Connection, article: str, sketch: Sketch, first_seen: datetime) -> Neighbours:
    """Stored articles that may be twins of a text, first seen within WINDOW of it."""
    hits, grams, holders = _hits(connection, article, sketch.bands)
    likely = [number for number, count in hits.items() if count > grams[number] or grams[number] >= GRAMS]
    likely.sort(key=lambda number: (-hits[number], number))
    rows = connection.execute(
        select(signatures.c.article, signatures.c.exact, signatures.c.number, signatures.c.minhash)
        .where(or_(signatures.c.exact == sketch.exact, signatures.c.number.in_(likely[:LOOKED_UP])))
        .where(signatures.c.article != article)
        .where(signatures.c.first_seen.between(first_seen - WINDOW, first_seen + WINDOW))
        .order_by(signatures.c.first_seen, signatures.c.article)
        .limit(LOOKED_UP + CROWDED)
    ).all()
    likeness = resemblance(sketch.minhash, [row.minhash for row in rows])
    found = [
        Candidate(article=row.article, equal=row.exact == sketch.exact, likeness=alike, grams=grams[row.number])
        for row, alike in zip(rows, likeness, strict=True)
    ]
    found.sort(key=lambda one: (not one.equal, -one.likeness, -one.grams, one.article))
    crowded = frozenset(band for band, count in holders.items() if count >= CROWDED)
    return Neighbours(candidates=tuple(found[:VERIFIED]), crowded=crowded)


def _hits(
    connection: Connection, article: str, wanted: Sequence[int]
) -> tuple[Counter[int], Counter[int], Counter[int]]:
    """By short number: bands in common, and the sampled n-grams among them; by band: articles in it."""
    mine = short_number(article)
    rows = connection.execute(select(bands.c.band, bands.c.number).where(bands.c.band.in_(wanted))).all()
    others = [(band, number) for band, number in rows if number != mine]
    return (
        Counter(number for _, number in others),
        Counter(number for band, number in others if band % 2 == 0),
        Counter(band for band, _ in others),
    )


def remember(
    connection: Connection,
    article: str,
    sketch: Sketch,
    first_seen: datetime,
    crowded: Iterable[int],
) -> None:
    """Put a text into the index, in place of the article's earlier one."""
    forget(connection, [article])
    kept = sorted(set(sketch.bands).difference(crowded))
    row = {
        "article": article,
        "number": short_number(article),
        "exact": sketch.exact,
        "words": sketch.words,
        "minhash": sketch.minhash,
        "bands": np.array(kept, "<i8").tobytes(),
        "first_seen": first_seen,
    }
    connection.execute(insert(signatures), row)
    if kept:
        connection.execute(insert(bands), [{"band": band, "number": row["number"]} for band in kept])


def forget(connection: Connection, ids: Sequence[str]) -> None:
    """Take articles out of the index."""
    query = select(signatures.c.number, signatures.c.bands).where(signatures.c.article.in_(ids))
    for row in connection.execute(query).all():
        held = np.frombuffer(row.bands, "<i8").tolist()
        connection.execute(delete(bands).where(and_(bands.c.number == row.number, bands.c.band.in_(held))))
    connection.execute(delete(signatures).where(signatures.c.article.in_(ids)))


def prune(connection: Connection, newest: datetime) -> int:
    """Take some articles out that nothing first seen at `newest` can be a twin of. Returns how many."""
    query = select(signatures.c.article).where(signatures.c.first_seen < newest - WINDOW)
    ids = list(connection.execute(query.order_by(signatures.c.first_seen).limit(PRUNED)).scalars())
    if ids:
        forget(connection, ids)
    return len(ids)
