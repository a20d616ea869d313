"""Deduplicate: Article in; out, one Grouped for every article whose text or place it changed.

Workers at once: a message is alone with its article, and from the first look for twins on the only one that looks
(TWINS): two new copies would else miss each other, or two unions of groups a member. What is known to be unchanged,
most of what re-reads bring, does not wait for that.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from kliping import crash
from kliping.article import Article, Copy, Grouped
from kliping.articles import load_articles, pack_article, pack_place, unpack_article
from kliping.clock import now
from kliping.database import Database, lock
from kliping.tables import articles, outbox, readings, revisions
from kliping.wire import Message
from pipeline.deduplicate.decide import DROPS, KEPT, TEXT_CHANGES, Arrival, Stored, arrival, as_stored
from pipeline.deduplicate.edges import TWINS, adopt, edges_of, is_machines, regroup, save_matches
from pipeline.deduplicate.index import neighbours, prune, remember
from pipeline.deduplicate.places import appeared
from pipeline.deduplicate.twins import Judged, Twins
from pipeline.stage import Drop

_reading = select(readings).where(readings.c.message == bindparam("one"))
_article = select(articles.c.body, articles.c.fetched_at).where(articles.c.id == bindparam("one"))
_new_reading, _new_article = insert(readings), insert(articles)


class Deduplicate:
    """The stage. One write transaction a message; texts are compared before it as far as that is possible.

    `clock` dates the edges.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime] = now) -> None:
        self.database = database
        self.clock = clock
        self.twins = Twins()

    def __call__(self, message: Article, /) -> list[Grouped] | Drop:
        """Store the article, find its twins, tell every article whose place changed.

        Called again with the same message it answers with the same articles, as they stand by then.
        """
        judged = self._look_ahead(message)
        with self.database.write(f"article {message.id}") as connection:
            reading = connection.execute(_reading, {"one": message.message_id}).first()
            if reading is None:
                dropped, sent = self._settle(connection, message, judged)
                _note(connection, message, dropped, sent)
            else:
                dropped, sent = reading.dropped, msgspec.json.decode(reading.sent)
            outcome = Drop(dropped) if dropped else load_articles(connection, sent)
        crash.here("deduplicate.after_rows")
        return outcome

    def published(self, messages: Sequence[Message], /) -> None:
        """What these messages brought is on the bus: their outbox rows are done."""
        crash.here("deduplicate.before_clear")
        ids = [message.message_id for message in messages]
        if ids:
            with self.database.write(TWINS) as connection:  # or its rows and those of a regroup wait in a circle
                connection.execute(delete(outbox).where(outbox.c.caused_by.in_(ids)))
        crash.here("deduplicate.after_clear")

    def _look_ahead(self, message: Article) -> Judged:
        """Compare texts in a reading transaction, so that the writing one holds nobody up. Changes nothing."""
        judged: Judged = {}
        with self.database.read() as connection:
            stored = _stored(connection, message.id)
            if (what := arrival(message, stored)) in TEXT_CHANGES:
                article = as_stored(message, stored, what)
                near = neighbours(connection, article.id, self.twins.text(article).sketch, article.first_seen)
                self.twins.matches(connection, article, near.candidates, judged)
        return judged

    def _settle(self, connection: Connection, message: Article, judged: Judged) -> tuple[str, list[str]]:
        """Write what the message changes. Returns why it is dropped ('' = it is not) and whose place changed."""
        stored = _stored(connection, message.id)
        what = arrival(message, stored)
        if what in KEPT and not message.withdrawn:
            _keep_revision(self.database, connection, message)
        if what in DROPS:
            if what is Arrival.UNCHANGED:
                _confirm(connection, message)
            return DROPS[what], []
        article = as_stored(message, stored, what)
        lock(connection, TWINS)
        _write(connection, article, known=stored is not None)
        seeds = {article.id}
        if what in TEXT_CHANGES:
            known = edges_of(connection, article.id) if stored else {}
            seeds |= self._link(connection, article, judged, known)
        cause = message.message_id
        adopted = adopt(connection, cause)
        return "", sorted({*regroup(self.database, connection, seeds, {article.id}, cause), *adopted})

    def _link(
        self, connection: Connection, article: Article, judged: Judged, known: Mapping[str, Row[Any]]
    ) -> set[str]:
        """Bring index and edges of an article up to its text. Returns the ends of edges that changed."""
        sketch = self.twins.text(article).sketch
        near = neighbours(connection, article.id, sketch, article.first_seen)
        prune(connection, article.first_seen)
        remember(connection, article.id, sketch, article.first_seen, near.crowded)
        before = sorted(other for other, row in known.items() if is_machines(row))
        found = self.twins.matches(connection, article, near.candidates, judged, before)
        return save_matches(self.database, connection, article.id, found, known, self.clock())


def _stored(connection: Connection, article: str) -> Stored | None:
    row = connection.execute(_article, {"one": article}).first()
    return Stored(article=unpack_article(row.body), fetched_at=row.fetched_at) if row else None


def _note(connection: Connection, message: Article, dropped: str, sent: Sequence[str]) -> None:
    row = {
        "message": message.message_id,
        "article": message.id,
        "dropped": dropped,
        "sent": msgspec.json.encode(sent).decode(),
    }
    connection.execute(_new_reading, row)


def _keep_revision(database: Database, connection: Connection, message: Article) -> None:
    """Keep a wording, unless it is there: then under the page that brought it first."""
    row = {
        "article": message.id,
        "revision": message.revision,
        "page": message.page,
        "fetched_at": message.fetched_at,
        "body": pack_article(message),
    }
    database.upsert(connection, revisions, [row], update=[])


def _confirm(connection: Connection, message: Article) -> None:
    """Note that this fetch found the article as it stands, so that a wording from before it cannot replace it."""
    newer = (articles.c.id == message.id, articles.c.fetched_at < message.fetched_at)
    connection.execute(update(articles).where(*newer).values(fetched_at=message.fetched_at))


def _write(connection: Connection, article: Article, *, known: bool) -> None:
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
