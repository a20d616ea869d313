"""An article's rows, read and written inside the stage's transaction."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from kliping.article import Article, Copy
from kliping.articles import pack_article, pack_place, pack_sighting, unpack_article
from kliping.database import Database
from kliping.tables import articles, readings, revisions, sightings
from pipeline.deduplicate.decide import Stored, sighting
from pipeline.deduplicate.places import appeared

_article = select(articles.c.body, articles.c.fetched_at).where(articles.c.id == bindparam("one"))
_reading = select(readings).where(readings.c.message == bindparam("one"))
_new_reading, _new_article = insert(readings), insert(articles)


def stored_article(connection: Connection, article: str) -> Stored | None:
    """The row of an article; None where there is none."""
    row = connection.execute(_article, {"one": article}).first()
    return Stored(article=unpack_article(row.body), fetched_at=row.fetched_at) if row else None


def earlier_reading(connection: Connection, message: str) -> tuple[str, list[str]] | None:
    """How a message ended when it came first: why it was dropped, or which articles it sent."""
    row = connection.execute(_reading, {"one": message}).first()
    return (row.dropped, msgspec.json.decode(row.sent)) if row else None


def note_reading(connection: Connection, message: str, article: str, dropped: str, sent: Sequence[str]) -> None:
    """Note how a message ended."""
    row = {"message": message, "article": article, "dropped": dropped, "sent": msgspec.json.encode(sent).decode()}
    connection.execute(_new_reading, row)


def keep_sighting(database: Database, connection: Connection, message: Article) -> None:
    """Keep what a fetch found, and its wording, unless that is there: then under the page that brought it first."""
    database.upsert(connection, sightings, [pack_sighting(message.id, sighting(message))], update=[])
    if message.withdrawn:
        return
    row = {
        "article": message.id,
        "revision": message.revision,
        "page": message.page,
        "fetched_at": message.fetched_at,
        "body": pack_article(message),
    }
    database.upsert(connection, revisions, [row], update=[])


def confirm(connection: Connection, message: Article) -> None:
    """Note that this fetch found the article as it stands, so that a wording from before it cannot replace it."""
    newer = (articles.c.id == message.id, articles.c.fetched_at < message.fetched_at)
    connection.execute(update(articles).where(*newer).values(fetched_at=message.fetched_at))


def write_article(connection: Connection, article: Article, *, known: bool) -> None:
    """The article's row. Version and place are raised by `regroup` in the same transaction."""
    row: dict[str, Any] = {
        "url": article.url,
        "published": article.published.instant if article.published else None,
        "appeared": appeared(article),
        "fetched_at": article.fetched_at,
        "revision": article.revision,
        "withdrawn": article.withdrawn,
        "body": pack_article(article),
    }
    if known:
        connection.execute(update(articles).where(articles.c.id == article.id).values(row))
        return
    row |= {"id": article.id, "outlet": article.outlet, "origin": article.origin, "first_seen": article.first_seen}
    row |= {"version": 0, "place": pack_place(Copy(group=article.id)), "group": article.id}
    connection.execute(_new_article, row)
