"""What outlets did to stories that earlier editions sent: retitled, corrected, rewritten, withdrawn, put back.

How a story was told last is read from the frozen editions, the only place that says what readers know, and held
against the article as it stands: never by the time of a fetch. So a change is told by exactly one edition, whatever
dies meanwhile; what changed and changed back between two editions is told by none.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from msgspec.structs import replace
from sqlalchemy import Connection, and_, select

from digests.edition import Change, ChangeKind, Edition, Item, unpack_edition
from digests.material import are_two, is_retitled, text_change
from digests.rank import LONGEST_TITLE
from kliping.article import Article
from kliping.articles import CHUNK, load_articles, load_revisions
from kliping.corrections import standing
from kliping.staff_tables import edition_forms, editions
from kliping.tables import articles
from kliping.text import clean_line

log = logging.getLogger(__name__)

WINDOW: Final = timedelta(days=7)  # from the edition that sent the story: a week's news is still passed around


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story as readers know it."""

    article: str
    outlet: str  # name
    number: int  # of the edition that sent it
    day: str
    title: str
    revision: str  # '' not known
    withdrawn: bool


def changes(connection: Connection, desk: str, due_at: datetime) -> tuple[Change, ...]:
    """What the edition of `desk` that is due at `due_at` tells, what matters most first. Reads only."""
    told = known(_sent(connection, desk, due_at - WINDOW))
    other = _otherwise(connection, told)
    ours = standing(connection, desk, other)
    stored = load_articles(connection, [id_ for id_ in other if ours[id_].is_ours])
    found = (_held(connection, told[one.article.id], one.article) for one in stored)
    return tuple(sorted((change for change in found if change), key=_order))


def known(sent: Iterable[Edition]) -> dict[str, Told]:
    """How each story was told last, by article. `sent`: editions, oldest first. Pure."""
    found: dict[str, Told] = {}
    for edition in sent:
        found |= {item.article: _first(edition, item) for item in edition.items}
        found |= {change.article: _again(change) for change in edition.changes if change.article in found}
    return found


def change_of(told: Told, before: Article | None, now: Article) -> Change | None:
    """What is to be told of an article as it is `now`. `before`: the wording that was told, where it is kept. Pure."""
    if now.withdrawn:
        return None if told.withdrawn else _change(told, now, "withdrawn")
    retitled = is_retitled(before, now) if before else are_two(told.title, clean_line(now.title, LONGEST_TITLE))
    text = text_change(before, now) if before else ""
    if not (told.withdrawn or retitled or text):
        return None
    title = clean_line(now.title, LONGEST_TITLE) if retitled else told.title
    made = _change(told, now, "returned" if told.withdrawn else "changed")
    return replace(made, title=title, text=text, revision=now.revision)


def _change(told: Told, now: Article, what: ChangeKind) -> Change:
    """A change after which readers know the words that they knew before."""
    return Change(
        article=told.article,
        outlet=told.outlet,
        number=told.number,
        day=told.day,
        what=what,
        before=told.title,
        title=told.title,
        at=now.fetched_at,
        revision=told.revision,
    )


def _first(edition: Edition, item: Item) -> Told:
    return Told(
        article=item.article,
        outlet=item.outlet,
        number=edition.number,
        day=edition.day,
        title=item.title,
        revision=item.revision,
        withdrawn=item.withdrawn,
    )


def _again(change: Change) -> Told:
    return Told(
        article=change.article,
        outlet=change.outlet,
        number=change.number,
        day=change.day,
        title=change.title,
        revision=change.revision,
        withdrawn=change.what == "withdrawn",
    )


def _sent(connection: Connection, desk: str, since: datetime) -> Iterator[Edition]:
    """The editions that were due from `since` on, oldest first. One whose bytes are damaged holds no other up."""
    its = and_(edition_forms.c.desk == editions.c.desk, edition_forms.c.number == editions.c.number)
    query = (
        select(edition_forms.c.number, edition_forms.c.content, edition_forms.c.hash)
        .join_from(editions, edition_forms, its)
        .where(editions.c.desk == desk, editions.c.due_at >= since, edition_forms.c.form == "data")
        .order_by(editions.c.number)
    )
    for row in connection.execute(query):
        if sha256(row.content).hexdigest() == row.hash:
            yield unpack_edition(row.content)
        else:
            log.error("%s: edition %d is damaged: changes of its stories are not told", desk, row.number)


def _otherwise(connection: Connection, told: Mapping[str, Told]) -> list[str]:
    """The articles that do not stand as they were told, in any respect."""
    ids, found = sorted(told), []
    columns = (articles.c.id, articles.c.revision, articles.c.withdrawn)
    for start in range(0, len(ids), CHUNK):
        for row in connection.execute(select(*columns).where(articles.c.id.in_(ids[start : start + CHUNK]))):
            one = told[row.id]
            if (row.revision, row.withdrawn) != (one.revision, one.withdrawn):
                found.append(row.id)
    return found


def _held(connection: Connection, told: Told, now: Article) -> Change | None:
    wordings: Sequence[Article] = () if now.withdrawn else load_revisions(connection, told.article)
    return change_of(told, next((one for one in wordings if one.revision == told.revision), None), now)


def _order(change: Change) -> tuple[bool, bool, bool, int, str]:
    """Withdrawn, corrected, retitled, the rest; each by the newest edition."""
    kept = change.before == change.title
    return change.what != "withdrawn", change.text != "corrected", kept, -change.number, change.article
