"""The stored clips, read: for the rebuild of the archive, for counts, for the desk. The index stage writes them.

A clip's text and place among its twins are not copied into its row; they are read from the article's row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, RowMapping, func, select

from kliping.article import Article, Clip, Copy, clip_id
from kliping.articles import unpack_article, unpack_place
from kliping.corrections import UNDECIDED, Standing, standings
from kliping.database import Database
from kliping.tables import articles, clips

State = Literal["active", "withdrawn"]
BATCH = 500  # clips read in one transaction: about 2 MB of text

_clips = msgspec.json.Decoder(Clip)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredClip:
    """A clip with the article that it is of, as the rows have them."""

    clip: Clip
    article: Article
    copy: Copy
    version: int  # rises with every change of the clip
    state: State
    standing: Standing = UNDECIDED  # what staff decided about it
    settled: bool = True  # False: the article's row is ahead of the clip's, whose next version is on its way

    @property
    def id(self) -> str:
        return clip_id(self.clip.desk, self.article.id)

    @property
    def counts(self) -> bool:
        """Whether it is a clip of its desk: it meets a watch, and staff did not say that it is not about us."""
        return self.state == "active" and self.standing.is_ours


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipCount:
    """How many clips of a desk are in one state."""

    desk: str
    state: State
    clips: int


def pack_clip(clip: Clip) -> bytes:
    """A clip as the column `clips.body` keeps it. Equal clips give equal bytes."""
    return msgspec.json.encode(clip)


def unpack_clip(body: bytes) -> Clip:
    """The clip of a `clips.body`; fields that this program does not know are ignored."""
    return _clips.decode(body)


def stored_clips(
    database: Database, desk: str | None = None, batch: int = BATCH, *, after: str = ""
) -> Iterator[list[StoredClip]]:
    """All clips (of one desk), active or not, in the order of their ids from behind `after` on, `batch` at a time.

    Every batch is a transaction of its own, so a long reading holds nothing back; what is written meanwhile may or
    may not be seen. Raises Unavailable.
    """
    while found := _page(database, desk, after, batch):
        yield found
        after = found[-1].id


def find_clip(database: Database, desk: str, article: str) -> StoredClip | None:
    """An article's clip for a desk, in any state. Raises Unavailable."""
    with database.read() as connection:
        return load_clip(connection, desk, article)


def load_clip(connection: Connection, desk: str, article: str) -> StoredClip | None:
    """The same inside the caller's transaction."""
    rows = connection.execute(_with_article().where(clips.c.id == clip_id(desk, article))).mappings().all()
    return next(iter(_stored(connection, rows)), None)


def count_clips(database: Database) -> list[ClipCount]:
    """Clips by desk and state, sorted. Raises Unavailable."""
    columns = (clips.c.desk, clips.c.state)
    with database.read() as connection:
        rows = connection.execute(select(*columns, func.count()).group_by(*columns).order_by(*columns)).all()
    return [ClipCount(desk=desk, state=state, clips=int(number)) for desk, state, number in rows]


def _page(database: Database, desk: str | None, after: str, batch: int) -> list[StoredClip]:
    query = _with_article().where(clips.c.id > after).order_by(clips.c.id).limit(batch)
    if desk is not None:
        query = query.where(clips.c.desk == desk)
    with database.read() as connection:
        return _stored(connection, connection.execute(query).mappings().all())


def _with_article() -> Any:
    ours = (clips.c.desk, clips.c.article, clips.c.body.label("clip"), clips.c.version, clips.c.state)
    settled = (clips.c.article_version == articles.c.version).label("settled")
    columns = (*ours, articles.c.body, articles.c.place, settled)
    return select(*columns).join_from(clips, articles, clips.c.article == articles.c.id)


def _stored(connection: Connection, rows: Sequence[RowMapping]) -> list[StoredClip]:
    decided = standings(connection, [(row["desk"], row["article"]) for row in rows])
    return [
        StoredClip(
            clip=unpack_clip(row["clip"]),
            article=unpack_article(row["body"]),
            copy=unpack_place(row["place"]),
            version=row["version"],
            state=row["state"],
            standing=decided[row["desk"], row["article"]],
            settled=bool(row["settled"]),
        )
        for row in rows
    ]
