"""Pair edges, the components that they make, and the places that change with them.

Everything here runs inside the caller's write transaction.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, bindparam, or_, select, update

from kliping.article import Copy
from kliping.articles import CHUNK, pack_place, unpack_place
from kliping.database import Database
from kliping.tables import articles, edges, outbox
from pipeline.deduplicate.compare import Match
from pipeline.deduplicate.places import Edge, Member, components, places

MACHINE: Final = "machine"
BY_HAND: Final = "by hand"  # cause of outbox rows that no message brought
TWINS: Final = "twins"  # the lock of who looks for twins, changes edges or the outbox
ADOPTED: Final = 100  # of these that one message takes along

_place_update = (
    update(articles)
    .where(articles.c.id == bindparam("one"))
    .values(place=bindparam("new_place"), group=bindparam("new_group"), version=articles.c.version + 1)
)

_all_of = select(edges).where(or_(edges.c.a == bindparam("one"), edges.c.b == bindparam("one")))
_groups_of = select(articles.c.group).distinct().where(articles.c.id.in_(bindparam("ids", expanding=True)))
_in_groups = articles.c.group.in_(bindparam("groups", expanding=True))
_members = select(
    articles.c.id, articles.c.outlet, articles.c.appeared, articles.c.version, articles.c.place, articles.c.group
).where(_in_groups)
_links = (
    select(edges.c.a, edges.c.b, edges.c.kind, edges.c.score)
    .join(articles, articles.c.id == edges.c.a)
    .where(_in_groups, edges.c.withdrawn_at.is_(None))
)
_passages = select(edges.c.a, edges.c.b, edges.c.passages).where(
    edges.c.a.in_(bindparam("firsts", expanding=True)), edges.c.b.in_(bindparam("seconds", expanding=True))
)
_unsent = select(outbox.c.article).where(outbox.c.caused_by == BY_HAND).order_by(outbox.c.article).limit(ADOPTED)


def edges_of(connection: Connection, article: str) -> dict[str, Row[Any]]:
    """All edges that an article has or had, by the other article's id."""
    rows = connection.execute(_all_of, {"one": article})
    return {row.b if row.a == article else row.a: row for row in rows}


def is_machines(row: Row[Any]) -> bool:
    """Whether the machine may change an edge: it made it, and no person withdrew it."""
    return row.made_by == MACHINE and row.withdrawn_by in ("", MACHINE)


def save_matches(
    database: Database,
    connection: Connection,
    article: str,
    matches: Mapping[str, Match],
    known: Mapping[str, Row[Any]],
    at: datetime,
) -> set[str]:
    """Make the machine's edges of an article those of `matches`, by the other's id; `known` are the ones that it has
    or had (`edges_of`). What people decided stays.

    Returns the other ends of edges that came, went or changed.
    """
    decided = {other for other, row in known.items() if not is_machines(row)}
    wanted = {other: _row(article, other, match, MACHINE, at) for other, match in matches.items()}
    new = {other: row for other, row in wanted.items() if other not in decided and not _says(known.get(other), row)}
    gone = {other for other, row in known.items() if row.withdrawn_at is None} - decided - set(matches)
    database.upsert(connection, edges, list(new.values()))
    for other in gone:
        withdraw(connection, article, other, MACHINE, at)
    return gone | set(new)


def save_edge(
    database: Database, connection: Connection, article: str, other: str, match: Match, by: str, at: datetime
) -> None:
    """Write one edge, whatever was there."""
    database.upsert(connection, edges, [_row(article, other, match, by, at)])


def withdraw(connection: Connection, article: str, other: str, by: str, at: datetime) -> bool:
    """Take an edge back. Returns whether there was a standing one."""
    a, b = sorted((article, other))
    standing = (edges.c.a == a, edges.c.b == b, edges.c.withdrawn_at.is_(None))
    changed = connection.execute(update(edges).where(*standing).values(withdrawn_by=by, withdrawn_at=at))
    return changed.rowcount > 0


def regroup(database: Database, connection: Connection, seeds: Set[str], touched: Set[str], cause: str) -> list[str]:
    """Recompute the components around `seeds` (both ends of every edge that changed); raise the version of each member
    whose place changed, and of `touched` (whose text did), and put them into the outbox under `cause`.

    Returns their ids, sorted. Before a change both ends of a standing edge share a group, so the groups of the seeds
    hold all that may change.
    """
    groups = connection.execute(_groups_of, {"ids": sorted(seeds)}).scalars().all()
    rows: dict[str, Any] = {row.id: row for row in connection.execute(_members, {"groups": groups})}
    found = _places(rows, [Edge(**link) for link in connection.execute(_links, {"groups": groups}).mappings()])
    moved = [one for one in found if one in seeds or _moved(found[one], rows[one].place)]
    proven = _with_passages(connection, {one: found[one] for one in moved})
    changed = [one for one, copy in proven.items() if one in touched or pack_place(copy) != rows[one].place]
    if changed:
        updates = [{"one": x, "new_place": pack_place(proven[x]), "new_group": proven[x].group} for x in changed]
        connection.execute(_place_update, updates)
        sent = [{"article": one, "version": rows[one].version + 1, "caused_by": cause} for one in changed]
        database.upsert(connection, outbox, sent)
    return sorted(changed)


def _places(rows: Mapping[str, Row[Any]], links: Iterable[Edge]) -> dict[str, Copy]:
    """The places of all rows, without passages."""
    found: dict[str, Copy] = {}
    for members, inside in components(rows, links):
        known = [Member(id=one, outlet=rows[one].outlet, appeared=rows[one].appeared) for one in members]
        found |= places(known, inside)
    return found


def _moved(place: Copy, stored: bytes) -> bool:
    return place != replace(unpack_place(stored), passages=())


def _with_passages(connection: Connection, found: Mapping[str, Copy]) -> dict[str, Copy]:
    """Places with the passages of the edges that they rest on."""
    pairs = {one: tuple(sorted((one, copy.of))) for one, copy in found.items() if copy.of}
    proofs: dict[tuple[str, ...], tuple[str, ...]] = {}
    for chunk in _chunks(sorted(pairs)):
        firsts, seconds = (sorted({pairs[one][end] for one in chunk}) for end in (0, 1))
        for row in connection.execute(_passages, {"firsts": firsts, "seconds": seconds}):
            proofs[row.a, row.b] = tuple(msgspec.json.decode(row.passages))
    return {one: replace(copy, passages=proofs.get(pairs.get(one, ()), ())) for one, copy in found.items()}


def adopt(connection: Connection, cause: str) -> list[str]:
    """Take outbox rows that were written by hand along with a message, so that they reach the bus. Returns whose."""
    ids = list(connection.execute(_unsent).scalars())
    if ids:
        connection.execute(update(outbox).where(outbox.c.article.in_(ids)).values(caused_by=cause))
    return ids


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _row(article: str, other: str, match: Match, by: str, at: datetime) -> dict[str, object]:
    a, b = sorted((article, other))
    return {
        "a": a,
        "b": b,
        "kind": match.kind,
        "score": match.score,
        "passages": msgspec.json.encode(match.passages).decode(),
        "made_by": by,
        "made_at": at,
        "withdrawn_by": "",
        "withdrawn_at": None,
    }


def _says(known: Row[Any] | None, row: Mapping[str, object]) -> bool:
    columns = ("kind", "score", "passages", "withdrawn_at")
    return known is not None and all(getattr(known, name) == row[name] for name in columns)
