"""INDEX: clips become rows, then documents of the archive. The last stage.

Comes in: an article with the clips that it makes. Goes out: nothing on the bus; rows in `clips`, documents in the
archive. The rows are the truth: the row is committed first, so a crash in between is healed by the replay of the
message, which finds the row as it left it and gives the archive the same version again.

What staff decide about a clip goes the same way: `correct` writes the decision and raises the clip's version in one
transaction, then tells the archive. A document is a function of rows that one version stands for, so whoever of the
two writes it, the higher version is the right one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from kliping import crash
from kliping.article import Article, Grouped, Tagged, clip_id
from kliping.clips import State, StoredClip, load_clip, pack_clip, unpack_clip
from kliping.corrections import CorrectionError, Decision, Standing, checked, save, standings
from kliping.database import Database
from kliping.tables import articles, clips, trace
from pipeline.stage import Drop
from search.archive.base import Archive, Document

STAGE = "index"  # our name in the flow and in the trace
AHEAD = timedelta(minutes=15)  # a time that lies further ahead of its fetch is not believed (bar G2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What decides whether a clip's row changes."""

    desk: str
    version: int
    article_version: int
    state: State
    body: bytes  # the clip, packed


class Index:
    """Writes clips. One transaction for the rows of a message, then the archive, then the worker commits."""

    def __init__(self, database: Database, archive: Archive) -> None:
        self.database = database
        self.archive = archive

    def __call__(self, message: Tagged, /) -> tuple[()] | Drop:
        """Store the clips of `message`. Drop('stale') when a newer version of the article is stored. Unavailable."""
        with self.database.write(_lock(message.key)) as connection:
            overtaken = newest_version(connection, message.key)
            if overtaken > message.grouped.version:
                return _stale(connection, message, overtaken)
            before = _rows(connection, message.key)
            after = decide(message, before)
            changed = [row for row in after if row != before.get(row.desk)]
            self.database.upsert(connection, clips, [_columns(row, message.grouped.article) for row in changed])
            decided = standings(connection, [(row.desk, message.key) for row in after])
        crash.here("index.after_rows")
        self.archive.add([document(_stored(row, message.grouped, decided[row.desk, message.key])) for row in after])
        crash.here("index.after_archive")
        return ()


def decide(message: Tagged, before: Mapping[str, Row]) -> list[Row]:
    """The rows of an article after `message`, by desk, given those before it.

    A desk that the message does not name any more keeps its last clip, withdrawn. The version rises by one when
    anything changed and stays when nothing did, so a replay is no change.
    """
    place = message.grouped.version
    named = {clip.desk: pack_clip(clip) for clip in message.clips}
    kept = [_next(before.get(desk), desk, "active", body, place) for desk, body in named.items()]
    gone = [_next(row, desk, "withdrawn", row.body, place) for desk, row in before.items() if desk not in named]
    return kept + gone


def correct(database: Database, archive: Archive, decision: Decision) -> StoredClip:
    """Let staff decide one field of a clip; the clip as it stands then. Deciding the same again changes no row.

    Raises CorrectionError, with nothing written, for a decision that cannot stand or a clip that there is not; and
    Unavailable. Where it was the archive that did not answer (or the process died before it), the decision stands in
    the rows all the same and only the search does not know it yet: deciding it again, the next message about the
    article or `archive rebuild` tell it.
    """
    decision = checked(decision)
    with database.write(_lock(decision.article)) as connection:
        mine = clips.c.id == clip_id(decision.desk, decision.article)
        if save(connection, decision):
            connection.execute(update(clips).where(mine).values(version=clips.c.version + 1))
        stored = load_clip(connection, decision.desk, decision.article)
        if stored is None:  # takes the row back that was added above
            raise CorrectionError("Berita ini tidak ada di kliping desk ini")
    archive.add([document(stored)])
    return stored


def document(stored: StoredClip) -> Document:
    """A stored clip as the archive keeps it; a function of the rows alone."""
    clip, article, copy = stored.clip, stored.article, stored.copy
    return Document(
        id=stored.id,
        desk=clip.desk,
        article=article.id,
        version=stored.version,
        active=stored.counts,
        url=article.url,
        outlet=article.outlet,
        title=article.title,
        text=article.text,
        published=article.published.instant if article.published else None,
        first_seen=article.first_seen,
        sort_at=sort_time(article),
        watches=tuple(tag.id for tag in clip.watches),
        regions=tuple(tag.id for tag in clip.regions),
        agencies=tuple(tag.id for tag in clip.agencies),
        tone=stored.standing.tone,
        group=copy.group,
        relation=copy.relation,
        outlets=max(1, len(copy.outlets)),
        withdrawn=article.withdrawn,
    )


def sort_time(article: Article) -> datetime:
    """What "newest" orders by: when it was published; first seen where that is not known or lies ahead.

    Extract gives no time that it doubts (its flags are of candidates that it refused); a backfill may.
    """
    published = article.published
    if published is None or published.instant > article.fetched_at + AHEAD:
        return article.first_seen
    return published.instant


def newest_version(connection: Connection, article: str) -> int:
    """The highest version of an article that deduplicate or we have stored; 0 when there is none.

    Deduplicate promises to send every version that it stores, or a higher one. So where its row is ahead of a
    message, what replaces the message is on its way or was here; it may have met no desk and never come this far.
    """
    stored = select(articles.c.version).where(articles.c.id == article)
    indexed = select(clips.c.article_version).where(clips.c.article == article)
    return max(connection.execute(stored.union_all(indexed)).scalars(), default=0)


def _lock(article: str) -> str:
    """Index stage and staff raise the versions of an article's clips in turn: one version stands for one state."""
    return f"clips {article}"


def _stale(connection: Connection, message: Tagged, newest: int) -> tuple[()] | Drop:
    """Stale, unless this is the replay of a message that passed when it was new: then it passes again."""
    mine = (trace.c.stage == STAGE) & (trace.c.message == message.message_id)
    if connection.execute(select(trace.c.verdict).where(mine)).scalar() == "passed":
        return ()
    return Drop("stale", f"version {message.grouped.version}, stored is {newest}")


def _next(before: Row | None, desk: str, state: State, body: bytes, article_version: int) -> Row:
    version = before.version if before else 1
    row = Row(desk=desk, version=version, article_version=article_version, state=state, body=body)
    return row if before in (None, row) else replace(row, version=version + 1)


def _rows(connection: Connection, article: str) -> dict[str, Row]:
    columns = (clips.c.desk, clips.c.version, clips.c.article_version, clips.c.state, clips.c.body)
    found = connection.execute(select(*columns).where(clips.c.article == article)).mappings()
    return {row["desk"]: Row(**row) for row in found}


def _columns(row: Row, article: Article) -> dict[str, Any]:
    return {
        "id": clip_id(row.desk, article.id),
        "desk": row.desk,
        "article": article.id,
        "version": row.version,
        "article_version": row.article_version,
        "state": row.state,
        "origin": article.origin,
        "first_seen": article.first_seen,
        "published": article.published.instant if article.published else None,
        "body": row.body,
    }


def _stored(row: Row, grouped: Grouped, decided: Standing) -> StoredClip:
    return StoredClip(
        clip=unpack_clip(row.body),
        article=grouped.article,
        copy=grouped.copy,
        version=row.version,
        state=row.state,
        standing=decided,
    )
