"""How far the archive is behind the rows: what staff do not find yet, and should be told of (bar B3)."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from kliping.article import clip_id
from kliping.corrections import standings
from kliping.database import Database
from kliping.tables import clips
from search.archive.base import Archive

BELIEVED: Final = timedelta(minutes=30)  # that the newest clip of the archive may be older than that of the rows
NEWEST: Final = 20  # documents among which the last one seen is sought: by time of publication they stand close
MOST: Final = 1_000  # clips counted; "behind by 1,000" says the same as more


def behind(database: Database, archive: Archive, desk: str) -> int:
    """How many clips of a desk are newer than all that its archive knows, at most MOST; 0 while it keeps up.

    Of live news only: what a backfill brings is no news. Raises Unavailable.
    """
    hits = archive.search(desk, None, limit=NEWEST).hits
    known = max((hit.document.first_seen for hit in hits), default=None)
    mine = (clips.c.desk == desk) & (clips.c.state == "active") & (clips.c.origin != "backfill")
    newer = mine if known is None else mine & (clips.c.first_seen > known)
    query = select(clips.c.article, clips.c.first_seen).where(newer).order_by(clips.c.first_seen.desc()).limit(MOST)
    with database.read() as connection:
        rows = connection.execute(query).all()
        decided = standings(connection, [(desk, row.article) for row in rows])
    ours = [row for row in rows if decided[desk, row.article].is_ours]
    if not ours or (known is not None and ours[0].first_seen - known <= BELIEVED):
        return 0
    return 0 if archive.get(desk, clip_id(desk, ours[0].article)) else len(ours)
