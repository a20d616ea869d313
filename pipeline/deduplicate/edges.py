"""Pair edges, the components that they make, and the places that change with them.

Everything here runs inside the caller's write transaction.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, bindparam, or_, select, update

from kliping.articles import CHUNK, pack_place
from kliping.database import Database
from kliping.tables import articles, edges, outbox
from pipeline.deduplicate.compare import Match
from pipeline.deduplicate.places import Edge, Member, places

MACHINE: Final = "machine"
BY_HAND: Final = "by hand"  # cause of outbox rows that no message brought
ADOPTED: Final = 100  # of these that one message takes along

_place_update = (
    update(articles)
    .where(articles.c.id == bindparam("one"))
    .values(place=bindparam("new_place"), group=bindparam("new_group"), version=articles.c.version + 1)
)

_all_of = select(edges).where(or_(edges.c.a == bindparam("one"), edges.c.b == bindparam("one")))
_standing_at = tuple(
    select(edges).where(side.in_(bindparam("ids", expanding=True)), edges.c.withdrawn_at.is_(None))
    for side in (edges.c.a, edges.c.b)
)
_members = select(articles.c.id, articles.c.outlet, articles.c.appeared, articles.c.version, articles.c.place).where(
    articles.c.id.in_(bindparam("ids", expanding=True))
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


def regroup(
    database: Database, connection: Connection, seeds: Iterable[str], touched: Iterable[str], cause: str
) -> list[str]:
    """Recompute the components around `seeds`; raise the version of every member whose place changed, and of
    `touched` (whose text did), and put them into the outbox under `cause`. Returns their ids, sorted.
    """
    seen: set[str] = set()
    changed: list[_Change] = []
    for seed in sorted(seeds):
        if seed not in seen:
            members, links = _component(connection, seed)
            seen |= members
            changed += _changes(connection, members, links, set(touched))
    if changed:
        connection.execute(_place_update, [change.parameters for change in changed])
        rows = [{"article": c.id, "version": c.version, "caused_by": cause} for c in changed]
        database.upsert(connection, outbox, rows)
    return sorted(change.id for change in changed)


def adopt(connection: Connection, cause: str) -> list[str]:
    """Take outbox rows that were written by hand along with a message, so that they reach the bus. Returns whose."""
    ids = list(connection.execute(_unsent).scalars())
    if ids:
        connection.execute(update(outbox).where(outbox.c.article.in_(ids)).values(caused_by=cause))
    return ids


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    id: str
    version: int  # after it
    place: bytes
    group: str

    @property
    def parameters(self) -> dict[str, object]:
        return {"one": self.id, "new_place": self.place, "new_group": self.group}


def _changes(connection: Connection, members: set[str], links: Sequence[Edge], touched: set[str]) -> Iterator[_Change]:
    rows = {row.id: row for chunk in _chunks(sorted(members)) for row in connection.execute(_members, {"ids": chunk})}
    found = places([Member(id=r.id, outlet=r.outlet, appeared=r.appeared) for r in rows.values()], links)
    for one, copy in found.items():
        place = pack_place(copy)
        if one in touched or place != rows[one].place:
            yield _Change(id=one, version=rows[one].version + 1, place=place, group=copy.group)


def _component(connection: Connection, seed: str) -> tuple[set[str], list[Edge]]:
    """The members and standing edges of the connected component of an article, breadth first."""
    members, front = {seed}, {seed}
    links: dict[tuple[str, str], Edge] = {}
    while front:
        found = [edge for chunk in _chunks(sorted(front)) for edge in _standing(connection, chunk)]
        links |= {(edge.a, edge.b): edge for edge in found}
        front = {end for edge in found for end in (edge.a, edge.b)} - members
        members |= front
    return members, list(links.values())


def _standing(connection: Connection, ids: Sequence[str]) -> Iterator[Edge]:
    for query in _standing_at:
        for row in connection.execute(query, {"ids": ids}):
            passages = tuple(msgspec.json.decode(row.passages))
            yield Edge(a=row.a, b=row.b, kind=row.kind, score=row.score, passages=passages)


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
