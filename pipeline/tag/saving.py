"""Watches that staff save and remove. The tag stage of every process takes them within RELOAD_SECONDS."""

from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import Connection

from kliping.clock import now
from kliping.database import Database
from kliping.desks import Desk, Watch
from kliping.errors import KlipingError
from kliping.staff_tables import watches
from kliping.text import clean_line, is_id
from kliping.watches import listed, revision
from search.query import QueryError, parse

MAX_TITLE: Final = 120  # characters: two lines on a phone
CHANGES: Final = "watches"  # a lock: dates must become visible in their order, or the tag stage misses a change
_TICK: Final = timedelta(microseconds=1)  # what the column `at` can tell apart


class WatchError(KlipingError):
    """The watch cannot be saved; the text, in Indonesian, is for who typed it."""


def checked(watch: Watch) -> Watch:
    """`watch` with its texts cleaned. Raises WatchError for what no desk may have."""
    if not is_id(watch.id):
        raise WatchError("Kode pantauan: paling banyak 64 huruf kecil, angka, titik, garis bawah atau tanda hubung")
    if watch.same_name not in ("take", "leave"):
        raise WatchError("Pilihan untuk daerah yang senama tidak dikenal")
    title, query = clean_line(watch.title), clean_line(watch.query)
    if not title or len(title) > MAX_TITLE:
        raise WatchError(f"Nama pantauan harus diisi, paling banyak {MAX_TITLE} karakter")
    try:
        parse(query)
    except QueryError as error:
        raise WatchError(f"Kata pencarian: {error}") from None
    return msgspec.structs.replace(watch, title=title, query=query)


def save_watch(database: Database, desk: Desk, watch: Watch, by: str) -> Watch:
    """Add a watch to a desk, or put it in place of the one of its id; as it was saved.

    It counts for articles that come from then on; `pipeline.tag.past.retag` holds it against those that are stored.
    Raises WatchError, Unavailable.
    """
    watch = checked(watch)
    with database.write(CHANGES) as connection:
        _put(database, connection, desk, watch, by, removed=False)
    return watch


def remove_watch(database: Database, desk: Desk, watch: str, by: str) -> None:
    """Let a watch, of the desk's file or of staff, count no more. Saving it again brings it back.

    Its clips stay until `pipeline.tag.past.retag`. Raises WatchError where there is none of this id, Unavailable.
    """
    with database.write(CHANGES) as connection:
        found = next((one for one in listed(connection, desk) if one.watch.id == watch and not one.removed), None)
        if found is None:
            raise WatchError("Pantauan ini tidak ada atau sudah dihapus")
        _put(database, connection, desk, found.watch, by, removed=True)


def _put(database: Database, connection: Connection, desk: Desk, watch: Watch, by: str, *, removed: bool) -> None:
    row = {
        "desk": desk.id,
        "id": watch.id,
        "title": watch.title,
        "query": watch.query,
        "same_name": watch.same_name,
        "removed": removed,
        "by": by,
        "at": _after_all(connection),
    }
    database.upsert(connection, watches, [row])


def _after_all(connection: Connection) -> datetime:
    """Now, or just after the newest change, should the clock have been set back: else a change would go unseen."""
    newest = revision(connection)
    return now() if newest is None else max(now(), newest + _TICK)
