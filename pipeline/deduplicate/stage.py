"""Deduplicate: Article in; out, one Grouped for every article whose text or place it changed.

Workers at once: a message is alone with its article, and from the first look for twins on the only one that looks
(TWINS): two new copies would else miss each other, or two unions of groups a member. What is known to be unchanged,
most of what re-reads bring, does not wait for that. Which article a message is about is looked up before (`names`);
for one that seems new again when nobody else can add any.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete

from kliping import crash
from kliping.article import Article, Grouped
from kliping.articles import load_articles
from kliping.clock import now
from kliping.database import Database, lock
from kliping.tables import outbox
from kliping.wire import Message
from pipeline.deduplicate import names
from pipeline.deduplicate.decide import DROPS, NO_NEWS, TEXT_CHANGES, Arrival, arrival, as_stored
from pipeline.deduplicate.edges import TWINS, adopt, edges_of, is_machines, regroup, save_matches
from pipeline.deduplicate.index import neighbours, prune, remember
from pipeline.deduplicate.rows import (
    confirm,
    earlier_reading,
    keep_sighting,
    note_reading,
    stored_article,
    write_article,
)
from pipeline.deduplicate.twins import Judged, Twins
from pipeline.stage import Drop


class RenamedError(Exception):
    """The article that a message is about was stored since it was looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What is known before the writing transaction."""

    about: Article  # the message, under the id of the article that it is about
    judged: Judged


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
        while True:
            looked = self._look_ahead(message)
            try:
                outcome = self._answer(message, looked)
            except RenamedError:
                continue
            crash.here("deduplicate.after_rows")
            return outcome

    def _answer(self, message: Article, looked: Looked) -> list[Grouped] | Drop:
        with self.database.write(f"article {looked.about.id}") as connection:
            reading = earlier_reading(connection, message.message_id)
            if reading is None:
                reading = self._settle(connection, message, looked)
                note_reading(connection, message.message_id, looked.about.id, *reading)
            dropped, sent = reading
            return Drop(dropped) if dropped else load_articles(connection, sent)

    def published(self, messages: Sequence[Message], /) -> None:
        """What these messages brought is on the bus: their outbox rows are done."""
        crash.here("deduplicate.before_clear")
        ids = [message.message_id for message in messages]
        if ids:
            with self.database.write(TWINS) as connection:  # or its rows and those of a regroup wait in a circle
                connection.execute(delete(outbox).where(outbox.c.caused_by.in_(ids)))
        crash.here("deduplicate.after_clear")

    def _look_ahead(self, message: Article) -> Looked:
        """Compare texts in a reading transaction, so that the writing one holds nobody up. Changes nothing."""
        judged: Judged = {}
        with self.database.read() as connection:
            stored = stored_article(connection, message.id)
            about = message if stored and names.is_plain(message) else self._about(connection, message)
            stored = stored if about.id == message.id else stored_article(connection, about.id)
            if (what := arrival(about, stored)) in TEXT_CHANGES:
                article = as_stored(about, stored, what)
                near = neighbours(connection, article.id, self.twins.text(article).sketch, article.first_seen)
                self.twins.matches(connection, article, near.candidates, judged)
        return Looked(about=about, judged=judged)

    def _about(self, connection: Connection, message: Article) -> Article:
        article = names.known_as(connection, message, self.twins.text)
        return replace(message, id=article, url=names.link(message, article))

    def _settle(self, connection: Connection, message: Article, looked: Looked) -> tuple[str, list[str]]:
        """Write what the message changes. Returns why it is dropped ('' = it is not) and whose place changed."""
        about = looked.about
        stored = stored_article(connection, about.id)
        what = arrival(about, stored)
        if what is Arrival.NEW:
            lock(connection, TWINS)
            if self._about(connection, message).id != about.id:
                raise RenamedError
        self._keep(connection, message, about, what)
        if what in DROPS:
            return DROPS[what], []
        article = as_stored(about, stored, what)
        lock(connection, TWINS)
        write_article(connection, article, known=stored is not None)
        seeds = {article.id}
        if what in TEXT_CHANGES:
            known = edges_of(connection, article.id) if stored else {}
            seeds |= self._link(connection, article, looked.judged, known)
        cause = message.message_id
        adopted = adopt(connection, cause)
        return "", sorted({*regroup(self.database, connection, seeds, {article.id}, cause), *adopted})

    def _keep(self, connection: Connection, message: Article, about: Article, what: Arrival) -> None:
        """Keep what the fetch found, and by what else the article is known now."""
        if what is Arrival.UNCHANGED:
            confirm(connection, about)
        if what not in NO_NEWS:
            keep_sighting(self.database, connection, about)
        moved = message.id != about.id and what is Arrival.UNCHANGED
        if not message.withdrawn and (moved or what not in NO_NEWS):
            names.remember(self.database, connection, message, about.id)

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
