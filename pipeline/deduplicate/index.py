"""The index of signatures: which stored articles may be twins of a text. Rows of `signatures` and `bands`."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from sqlalchemy import Connection, bindparam, delete, insert, or_, select

from kliping.tables import bands, signatures
from pipeline.deduplicate.sketch import Sketch, resemblance

WINDOW: Final = timedelta(days=75)  # between first sights: libraries.md asks for a rolling window of 60 to 90 days
CROWDED: Final = 64  # articles in one band: what so many share is boilerplate, or is found through other bands
GRAMS: Final = 2  # sampled n-grams in common that make a candidate by themselves
ALIKE: Final = 0.15  # estimated similarity that does; labelled copies have .3 and more
LOOKED_UP: Final = 200  # candidates whose signatures are read
VERIFIED: Final = 48  # candidates whose texts are read
PRUNED: Final = 16  # signatures that leave the window, removed with each one that enters: more than come in

# Built once: SQLAlchemy takes longer to build these than SQLite to answer them.
_holders = select(bands.c.band, bands.c.number).where(bands.c.band.in_(bindparam("bands", expanding=True)))
_near = (
    select(signatures.c.article, signatures.c.exact, signatures.c.number, signatures.c.minhash)
    .where(
        or_(
            signatures.c.exact == bindparam("exact"),
            signatures.c.number.in_(bindparam("numbers", expanding=True)),
        ),
        signatures.c.article != bindparam("article"),
        signatures.c.first_seen.between(bindparam("since"), bindparam("until")),
    )
    .order_by(signatures.c.first_seen, signatures.c.article)
    .limit(LOOKED_UP + CROWDED)
)
_held = select(signatures.c.number, signatures.c.bands).where(signatures.c.article == bindparam("article"))
_empty_bands = delete(bands).where(
    bands.c.number == bindparam("mine"), bands.c.band.in_(bindparam("bands", expanding=True))
)
_forget = delete(signatures).where(signatures.c.article == bindparam("mine"))
_oldest = (
    select(signatures.c.article)
    .where(signatures.c.first_seen < bindparam("before"))
    .order_by(signatures.c.first_seen)
    .limit(PRUNED)
)
_new_signature, _new_bands = insert(signatures), insert(bands)


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
    wanted = {
        "article": article,
        "exact": sketch.exact,
        "numbers": likely[:LOOKED_UP],
        "since": first_seen - WINDOW,
        "until": first_seen + WINDOW,
    }
    rows = connection.execute(_near, wanted).all()
    likeness = resemblance(sketch.minhash, [row.minhash for row in rows])
    near = [
        Candidate(article=row.article, equal=row.exact == sketch.exact, likeness=alike, grams=grams[row.number])
        for row, alike in zip(rows, likeness, strict=True)
    ]
    found = [one for one in near if one.equal or one.grams >= GRAMS or one.likeness >= ALIKE]
    found.sort(key=lambda one: (not one.equal, -one.likeness, -one.grams, one.article))
    crowded = frozenset(band for band, count in holders.items() if count >= CROWDED)
    return Neighbours(candidates=tuple(found[:VERIFIED]), crowded=crowded)


def _hits(
    connection: Connection, article: str, wanted: Sequence[int]
) -> tuple[Counter[int], Counter[int], Counter[int]]:
    """By short number: bands in common, and the sampled n-grams among them; by band: articles in it."""
    mine = short_number(article)
    rows = connection.execute(_holders, {"bands": wanted}).all() if wanted else []
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
    forget(connection, article)
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
    connection.execute(_new_signature, row)
    if kept:
        connection.execute(_new_bands, [{"band": band, "number": row["number"]} for band in kept])


def forget(connection: Connection, article: str) -> None:
    """Take an article out of the index."""
    row = connection.execute(_held, {"article": article}).first()
    if row is None:
        return
    if held := np.frombuffer(row.bands, "<i8").tolist():
        connection.execute(_empty_bands, {"mine": row.number, "bands": held})
    connection.execute(_forget, {"mine": article})


def prune(connection: Connection, newest: datetime) -> int:
    """Take some articles out that nothing first seen at `newest` can be a twin of. Returns how many."""
    ids = connection.execute(_oldest, {"before": newest - WINDOW}).scalars().all()
    for one in ids:
        forget(connection, one)
    return len(ids)
