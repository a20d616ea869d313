"""Articles as rows: how body and place are kept, and how an article is read back with its place.

The deduplicate stage is the only writer. Everyone else (index, desk, trace, rebuild) reads here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import zstandard
from sqlalchemy import Connection, Row, bindparam, select

from kliping.article import Article, Copy, Grouped, Published, Sighting
from kliping.history import Event, events
from kliping.tables import articles, names, revisions, sightings

LEVEL = 3  # zstandard's default; a news article of 2 kB gains under 3 % from higher levels
CHUNK = 500  # ids in one query; SQLite before 3.32 took 999 parameters

_articles = msgspec.json.Decoder(Article)
_places = msgspec.json.Decoder(Copy)
_times = msgspec.json.Decoder(Published)
_by_id = select(articles.c.id, articles.c.body, articles.c.place, articles.c.version).where(
    articles.c.id.in_(bindparam("ids", expanding=True))
)


def pack_article(article: Article) -> bytes:
    """An article as the column `body` keeps it."""
    return zstandard.compress(msgspec.json.encode(article), LEVEL)


def unpack_article(body: bytes) -> Article:
    """The article of a column `body`; fields that a newer program added are ignored."""
    return _articles.decode(zstandard.decompress(body))


def pack_place(place: Copy) -> bytes:
    """A place among twins as the column `place` keeps it."""
    return msgspec.json.encode(place)


def unpack_place(place: bytes) -> Copy:
    """The Copy of a column `place`."""
    return _places.decode(place)


def load_article(connection: Connection, article: str) -> Grouped | None:
    """The article of an id as it stands, with its place and version; None where there is none."""
    return next(iter(load_articles(connection, [article])), None)


def known_article(connection: Connection, name: str) -> str:
    """The id of the article that `name` is, or is another address of (ids of addresses); '' for none."""
    own = select(articles.c.id).where(articles.c.id == name)
    other = select(names.c.article).where(names.c.name == name).order_by(names.c.article).limit(1)
    return next((found for query in (own, other) if (found := connection.execute(query).scalar())), "")


def load_articles(connection: Connection, ids: Sequence[str]) -> list[Grouped]:
    """The articles of `ids` that exist, as they stand, in the order of `ids`."""
    found: dict[str, Grouped] = {}
    for start in range(0, len(ids), CHUNK):
        for row in connection.execute(_by_id, {"ids": ids[start : start + CHUNK]}):
            article = unpack_article(row.body)
            found[row.id] = Grouped(article=article, copy=unpack_place(row.place), version=row.version)
    return [found[one] for one in ids if one in found]


def load_revisions(connection: Connection, article: str) -> list[Article]:
    """Every wording of an article that was ever read, oldest fetch first."""
    query = select(revisions.c.body).where(revisions.c.article == article)
    bodies = connection.execute(query.order_by(revisions.c.fetched_at, revisions.c.revision)).scalars()
    return [unpack_article(body) for body in bodies]


def pack_sighting(article: str, sighting: Sighting) -> Mapping[str, Any]:
    """A sighting as a row of `sightings`."""
    published = msgspec.json.encode(sighting.published).decode() if sighting.published else ""
    known = {name: getattr(sighting, name) for name in ("page", "at", "revision", "status", "body", "url")}
    return {"article": article, "published": published, **known}


def load_sightings(connection: Connection, article: str) -> list[Sighting]:
    """What fetches found of an article, oldest first."""
    query = select(sightings).where(sightings.c.article == article).order_by(sightings.c.at, sightings.c.page)
    return [_sighting(row) for row in connection.execute(query)]


def load_history(connection: Connection, article: Article) -> list[Event]:
    """What happened to a stored article, oldest first."""
    wordings = {one.revision: one for one in (*load_revisions(connection, article.id), article)}
    return events(load_sightings(connection, article.id), wordings, article)


def _sighting(row: Row[Any]) -> Sighting:
    published = _times.decode(row.published) if row.published else None
    known = {name: getattr(row, name) for name in ("page", "at", "revision", "status", "body", "url")}
    return Sighting(published=published, **known)


def load_group(connection: Connection, group: str) -> list[str]:
    """The ids of all members of a group, sorted: exact also where `Copy.members` is rounded."""
    query = select(articles.c.id).where(articles.c.group == group).order_by(articles.c.id)
    return list(connection.execute(query).scalars())
