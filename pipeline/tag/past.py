"""Watches held against articles that are stored already: to try one before it is saved, to let a saved one count."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, func, or_, select

from kliping.article import Article, Evidence, Grouped
from kliping.articles import load_articles
from kliping.clock import monotonic, now
from kliping.database import Database
from kliping.desks import Desk, SameName, Watch
from kliping.errors import Rejected
from kliping.tables import articles, clips
from kliping.watches import effective_desks, revision
from kliping.wire import encode
from pipeline.bus import Bus, Outgoing
from pipeline.flow import GROUPED
from pipeline.tag.evidence import USUAL
from pipeline.tag.mentions import Named
from pipeline.tag.saving import checked
from pipeline.tag.stage import RELOAD_SECONDS
from pipeline.tag.watches import Watches

log = logging.getLogger(__name__)

BATCH: Final = 200  # articles read in one transaction: about 1 MB of text
SETTLED: Final = timedelta(seconds=2 * RELOAD_SECONDS)  # after a change, until every tag stage has surely taken it

Progress = Callable[[int, int], None]  # articles looked at, articles in all


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An article that a watch would take, and the words that show it."""

    article: Article
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a watch would take of the stored articles."""

    count: int
    examples: tuple[Example, ...]  # the newest
    looked_at: int  # articles, the newest first
    stored: int  # articles of the asked days; more than `looked_at` where the time was over before the last

    @property
    def complete(self) -> bool:
        return self.looked_at >= self.stored


def try_watch(
    database: Database,
    query: str,
    *,
    days: int = 30,
    limit: int = 20,
    seconds: float = 3.0,
    region: str = "",
    same_name: SameName = "take",
) -> Tried:
    """Which articles first seen in the last `days` a watch would take, as the tag stage does it, before it is saved.

    Looks at all stored articles, also those that met no desk, the newest first, for `seconds` at most (about 0.4 ms an
    article of 2,500 characters). `region`: the desk's, for `same_name = "leave"`. Raises WatchError where the query
    cannot be read, Unavailable.
    """
    watch = checked(Watch(id="tried", title="tried", query=query, same_name=same_name))
    watches = Watches([Desk(id="tried", name="tried", region=region, watches=(watch,))])
    until, since = monotonic() + seconds, now() - timedelta(days=days)
    count = looked_at = 0
    examples: list[Example] = []
    for grouped in _each(database, since):
        if monotonic() > until:
            break
        looked_at += 1
        found = _taken(watches, grouped.article, same_name)
        count += found is not None
        if found is not None and len(examples) < limit:
            examples.append(found)
    return Tried(count=count, examples=tuple(examples), looked_at=looked_at, stored=_stored(database, since))


def retag(
    database: Database,
    bus: Bus,
    desk: Desk,
    *,
    days: int = 30,
    progress: Progress = lambda _done, _total: None,
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Hold the articles first seen in the last `days` against the desk's watches of now; how many were sent.

    Sent to [grouped] again, as they stand, are those that meet a watch of the desk and those that are its clips: the
    tag stage makes clips of the first and withdraws what nothing takes any more. Everything goes the usual way, so the
    message ids are those of the first time: the sums stay what they say (unique inputs = passed + dropped + dead), an
    article may move from `no_desk` to passed, and doing it twice does nothing more. Older clips stay as they are.
    Raises Unavailable.
    """
    _settle(database, wait)
    since = now() - timedelta(days=days)
    with database.read() as connection:
        watches = Watches(effective_desks(connection, [desk]))
    total = _stored(database, since)
    done = sent = 0
    for batch in _batches(database, since):
        mine = _clipped(database, desk.id, [grouped.key for grouped in batch])
        chosen = [g for g in batch if g.key in mine or watches.met_by(g.article)]
        outgoing = [message for grouped in chosen for message in _message(grouped)]
        bus.publish(GROUPED, outgoing)
        done, sent = done + len(batch), sent + len(outgoing)
        progress(done, max(done, total))
    return sent


def _settle(database: Database, wait: Callable[[float], None]) -> None:
    """Let every tag stage take the newest change first: one that did not would answer as before it."""
    with database.read() as connection:
        changed = revision(connection)
    if changed is not None:
        left = min(changed + SETTLED - now(), SETTLED)
        if left > timedelta():
            wait(left.total_seconds())


def _taken(watches: Watches, article: Article, same_name: SameName) -> Example | None:
    met = watches.met_by(article)
    if met and same_name == "leave":
        met = watches.without_namesakes(met, Named(article).codes)
    for (tag,) in watches.tags(met, article, USUAL).values():
        return Example(article=article, evidence=tag.evidence)
    return None


def _message(grouped: Grouped) -> Iterator[Outgoing]:
    try:
        yield Outgoing(id=grouped.message_id, key=grouped.key, payload=encode(grouped))
    except Rejected as error:  # then it was too large the first time too, and is a dead letter
        log.warning("article %s is not sent again: %s", grouped.key, error)


def _each(database: Database, since: datetime) -> Iterator[Grouped]:
    for batch in _batches(database, since):
        yield from batch


def _batches(database: Database, since: datetime) -> Iterator[list[Grouped]]:
    """Articles first seen from `since` on, the newest first; each batch in a transaction of its own."""
    seen, key = articles.c.first_seen, articles.c.id
    query = select(key, seen).where(seen >= since).order_by(seen.desc(), key.desc()).limit(BATCH)
    further = query
    while True:
        with database.read() as connection:
            rows = connection.execute(further).all()
            batch = load_articles(connection, [row.id for row in rows])
        if not rows:
            return
        yield batch
        last = rows[-1]
        further = query.where(and_(seen <= last.first_seen, or_(seen < last.first_seen, key < last.id)))


def _stored(database: Database, since: datetime) -> int:
    with database.read() as connection:
        query = select(func.count()).select_from(articles).where(articles.c.first_seen >= since)
        return connection.execute(query).scalar_one()


def _clipped(database: Database, desk: str, ids: Sequence[str]) -> set[str]:
    """Which of these articles are active clips of a desk."""
    mine = (clips.c.desk == desk, clips.c.state == "active", clips.c.article.in_(ids))
    with database.read() as connection:
        return set(connection.execute(select(clips.c.article).where(*mine)).scalars())
