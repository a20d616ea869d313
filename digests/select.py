"""What belongs into a desk's next edition: a set, never a stretch of publication time (bar G3).

In: active clips that are in no earlier edition of the desk, first seen after the desk's lower bound, not of a backfill.
The lower bound is 24 hours before the desk's first edition was due, so no beginning and no new recipient brings a
backlog (bar D3). A copy of something that was sent before is no new item; it is told as an update. What an outlet did
to a story that was sent is told as a change (`digests.changes`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, func, select

from digests.changes import changes
from digests.coverage import concerned, coverage
from digests.edition import Change, Coverage, Item, Update
from digests.rank import LONGEST_TITLE, Candidate, Setting, rank
from kliping.article import Article, Copy
from kliping.articles import unpack_article, unpack_place
from kliping.clips import unpack_clip
from kliping.corrections import standing
from kliping.desks import Desk
from kliping.health import observe
from kliping.outlets import Outlet
from kliping.staff_tables import edition_items, editions
from kliping.tables import articles, clips
from kliping.text import clean_line

REACH: Final = timedelta(hours=24)  # before the first edition
CHUNK: Final = 500  # ids in one query; SQLite before 3.32 took 999 parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What an edition will tell."""

    number: int
    items: tuple[Item, ...]
    updates: tuple[Update, ...]
    changes: tuple[Change, ...]
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """An article that an earlier edition told of."""

    number: int
    article: Article
    copy: Copy


def choose(connection: Connection, desk: Desk, outlets: Mapping[str, Outlet], due_at: datetime, at: datetime) -> Chosen:
    """The next edition of `desk` as of `at`; `due_at` bounds the very first one. Reads only."""
    last, first_due, since = _before(connection, desk.id)
    bound = (first_due or due_at) - REACH
    since = since or bound
    names = {id_: outlet.name for id_, outlet in outlets.items()}
    sent = _sent_groups(connection, desk.id, bound)
    candidates = _candidates(connection, desk.id, bound)
    new = [one for one in candidates if one.copy.group not in sent]
    members = _members(connection, sorted({one.copy.group for one in new}))
    return Chosen(
        number=last + 1,
        items=rank(new, Setting(names=names, members=members, since=since, zone=ZoneInfo(desk.zone))),
        updates=_updates(connection, desk.id, sent, bound, names),
        changes=changes(connection, desk.id, due_at),
        coverage=coverage(connection, observe(connection, concerned(outlets, desk.region), at).values(), since),
    )


def _before(connection: Connection, desk: str) -> tuple[int, datetime | None, datetime | None]:
    """The last number, when the first edition was due, when the last was closed."""
    columns = (func.max(editions.c.number), func.min(editions.c.due_at), func.max(editions.c.closed_at))
    number, first_due, closed = connection.execute(select(*columns).where(editions.c.desk == desk)).one()
    return number or 0, first_due, closed


def _untold(desk: str) -> Any:
    """The condition that an article is in no edition of `desk`."""
    told = select(edition_items.c.article).where(edition_items.c.desk == desk, edition_items.c.article == articles.c.id)
    return ~told.exists()


def _candidates(connection: Connection, desk: str, bound: datetime) -> list[Candidate]:
    mine = and_(
        clips.c.desk == desk, clips.c.state == "active", clips.c.origin != "backfill", clips.c.first_seen > bound
    )
    columns = (clips.c.body.label("clip"), articles.c.body, articles.c.place)
    joined = select(*columns).join_from(clips, articles, clips.c.article == articles.c.id)
    rows = connection.execute(joined.where(mine, _untold(desk))).all()
    read = [(unpack_article(row.body), unpack_place(row.place), unpack_clip(row.clip)) for row in rows]
    decided = standing(connection, desk, [article.id for article, _, _ in read])
    return [
        Candidate(article=article, copy=copy, clip=clip, standing=decided[article.id]) for article, copy, clip in read
    ]


def _members(connection: Connection, groups: Sequence[str]) -> Mapping[str, dict[str, str]]:
    """Every article of `groups` with its outlet, by group."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for start in range(0, len(groups), CHUNK):
        some = articles.c.group.in_(groups[start : start + CHUNK])
        for row in connection.execute(select(articles.c.id, articles.c.outlet, articles.c.group).where(some)):
            found[row.group][row.id] = row.outlet
    return found


def _sent_groups(connection: Connection, desk: str, bound: datetime) -> set[str]:
    """Groups with a member that was told and one that was not."""
    return set(connection.execute(_later_copies(desk, bound).with_only_columns(articles.c.group).distinct()).scalars())


def _later_copies(desk: str, bound: datetime) -> Any:
    """Articles that are in no edition, whose group has a member that is. Also those that meet no watch."""
    told = articles.alias("told")
    in_edition = and_(edition_items.c.desk == desk, edition_items.c.article == told.c.id)
    groups = select(told.c.group).join_from(edition_items, told, in_edition)
    new = and_(articles.c.first_seen > bound, articles.c.origin != "backfill", ~articles.c.withdrawn)
    return select(articles.c.body, articles.c.place).where(articles.c.group.in_(groups), new, _untold(desk))


def _updates(
    connection: Connection, desk: str, groups: set[str], bound: datetime, names: Mapping[str, str]
) -> tuple[Update, ...]:
    if not groups:
        return ()
    later: dict[str, list[Article]] = defaultdict(list)
    for row in connection.execute(_later_copies(desk, bound).order_by(articles.c.first_seen, articles.c.id)):
        article = unpack_article(row.body)
        later[unpack_place(row.place).group].append(article)
    told = _told(connection, desk, sorted(groups))
    made = (_update(connection, desk, told[group], later[group], names) for group in sorted(later) if group in told)
    return tuple(
        sorted((update for update in made if update), key=lambda update: (-len(update.outlets), update.article))
    )


def _told(connection: Connection, desk: str, groups: Sequence[str]) -> Mapping[str, list[_Sent]]:
    found: dict[str, list[_Sent]] = defaultdict(list)
    for start in range(0, len(groups), CHUNK):
        query = (
            select(edition_items.c.number, articles.c.body, articles.c.place)
            .join_from(edition_items, articles, edition_items.c.article == articles.c.id)
            .where(edition_items.c.desk == desk, articles.c.group.in_(groups[start : start + CHUNK]))
        )
        for row in connection.execute(query):
            copy = unpack_place(row.place)
            found[copy.group].append(_Sent(number=row.number, article=unpack_article(row.body), copy=copy))
    return found


def _update(
    connection: Connection, desk: str, told: Sequence[_Sent], later: Sequence[Article], names: Mapping[str, str]
) -> Update | None:
    decided = standing(connection, desk, [one.article.id for one in told] + [article.id for article in later])
    if not all(one.is_ours for one in decided.values()):
        return None
    first = min(told, key=lambda one: (one.copy.relation != "original", one.article.first_seen, one.article.id))
    known = {one.article.outlet for one in told}
    new = dict.fromkeys(article.outlet for article in later if article.outlet not in known)
    return Update(
        article=first.article.id,
        title=clean_line(first.article.title, LONGEST_TITLE),
        number=max(one.number for one in told),
        outlets=tuple(names.get(id_, id_) for id_ in new),
        copies=tuple(article.id for article in later),
    )
