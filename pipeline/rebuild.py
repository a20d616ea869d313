"""The archive made anew from the rows, beside the present one, compared with them, and put in its place.

Comes in: the rows of all clips. Goes out: an archive that holds exactly these. Searches see the old one until the end,
and the index stage goes on: the archive takes in what is added to it meanwhile, and what is in rows only (an index
stage that waits because it may not write the old one) is found by the comparison. A rebuild that was killed goes on
where it was. Nothing is put in place that differs from the rows.
"""

from collections.abc import Callable, Sequence
from typing import Final

from kliping.clips import BATCH, StoredClip, count_clips, stored_clips
from kliping.database import Database
from kliping.errors import KlipingError
from pipeline.index import document
from search.archive.base import Archive, Document, Rebuild

NAMED: Final = 3  # differing documents that an error names

Progress = Callable[[str, int, int], None]  # what is done, clips done, clips in all


class DiffersError(KlipingError):
    """The new archive does not hold what the rows say. It was thrown away; the old one serves on."""


def quiet(_step: str, _done: int, _total: int, /) -> None:
    """The progress that nobody looks at."""


def rebuild(database: Database, archive: Archive, progress: Progress = quiet) -> int:
    """Make the archive anew; how many clips it was compared with. `progress` is called after every batch.

    Raises Unavailable (start it again and it goes on), DiffersError.
    """
    with archive.rebuild() as fresh:
        _fill(database, fresh, progress)
        return _compare(database, fresh, progress)


def _fill(database: Database, fresh: Rebuild, progress: Progress) -> None:
    """All rows in the order of their ids, from the last mark on. Rows that come behind it meanwhile: see `_compare`."""
    total, done = _rows(database), 0
    for batch in stored_clips(database, batch=BATCH, after=fresh.reached):
        fresh.add([document(stored) for stored in batch])
        fresh.reach(batch[-1].id)
        done += len(batch)
        progress("write", done, total)


def _compare(database: Database, fresh: Rebuild, progress: Progress) -> int:
    """Hold every row against what the new archive has in its place, then the numbers of both.

    A row is written before its document, so there are never more documents than rows; what the index stage adds while
    we count makes both rise.
    """
    total, done = _rows(database), 0
    for batch in stored_clips(database, batch=BATCH):
        _compare_batch(batch, fresh)
        done += len(batch)
        progress("compare", done, total)
    held = fresh.total()
    if not done <= held <= _rows(database):
        raise DiffersError(f"archive: {held} documents for {done} clips in the rows")
    return done


def _compare_batch(batch: Sequence[StoredClip], fresh: Rebuild) -> None:
    """What is not there yet, or only in an older version, is added; then everything must be as its row says."""
    expected = [document(stored) for stored in batch]
    late = [row for row, found in zip(expected, fresh.stored(expected), strict=True) if _older(found, row)]
    fresh.add(late)
    found = fresh.stored(expected)
    wrong = [stored.id for stored, row, there in zip(batch, expected, found, strict=True) if _wrong(stored, row, there)]
    if wrong:
        raise DiffersError(f"archive: not as in the rows: clips {', '.join(wrong[:NAMED])}")


def _older(found: Document | None, row: Document) -> bool:
    return found is None or found.version < row.version


def _wrong(stored: StoredClip, row: Document, found: Document | None) -> bool:
    """A later version was written since the row was read. While a clip is not settled its article is ahead of its
    version, so one version may be read as two documents; the next version is on its way and overwrites both."""
    if found is None or found.version != row.version:
        return _older(found, row)
    return stored.settled and found != row


def _rows(database: Database) -> int:
    return sum(count.clips for count in count_clips(database))
