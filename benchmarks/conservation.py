"""The conservation check: what the press published, held against everything that Kliping has of it.

Jepsen's total-queue idea: every article that can be reached is there exactly once, everywhere; nothing else is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from kliping.article import Copy, article_id, digest
from kliping.articles import unpack_place
from kliping.command.build import Parts
from kliping.tables import articles, clips, edges, trace
from pipeline.balance import balance
from pipeline.flow import FLOW, dead_topic

MANY = 5  # examples kept of each kind of trouble


@dataclass(frozen=True)
class Conservation:
    """The counts, and examples of what is wrong."""

    published: int  # reachable articles of the press
    stored: int  # article rows
    lost: int
    unexpected: int
    duplicated: int
    dead: int
    unbalanced: tuple[str, ...]  # stages whose sums do not add up
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        return not (self.lost or self.unexpected or self.duplicated or self.dead or self.unbalanced)

    def lines(self) -> Iterator[str]:
        """The check in words."""
        yield f"published {self.published}, stored {self.stored}"
        yield f"lost {self.lost}, unexpected {self.unexpected}, duplicated {self.duplicated}, dead {self.dead}"
        yield f"sums: {', '.join(self.unbalanced) or 'equal at every stage'}"
        for kind, found in self.examples.items():
            yield f"{kind}: {', '.join(found)}"


def conserved(
    parts: Parts, truth: Mapping[str, Any], *, unsent: Iterable[str] = (), doubled: Iterable[str] = ()
) -> Conservation:
    """Check an installation that has come to rest against the truth of its press.

    unsent, doubled: what the check of the editions found missing there and twice there.
    """
    parts.archive.refresh()
    expected = {article_id(row["url"]): row["url"] for row in truth["articles"] if row["reachable"] and row["visible"]}
    known = {article_id(url) for row in truth["articles"] for url in (row["url"], *row["twins"])}
    places = _places(parts)
    trouble: dict[str, list[str]] = {
        "lost": [url for ident, url in expected.items() if ident not in places],
        "unexpected": sorted(places.keys() - known),
        "not searchable": _not_searchable(parts, expected),
        "wrong documents": list(_wrong_documents(parts)),
        "wrong groups": list(_wrong_groups(parts, places)),
        "stale": list(_untold(parts)),
        "unsent": list(unsent),
        "told twice": list(doubled),
        "traced twice": list(_traced_twice(parts)),
        "dead letters": list(_dead_letters(parts)),
    }
    counts = {kind: len(found) for kind, found in trouble.items()}
    return Conservation(
        published=len(expected),
        stored=len(places),
        lost=sum(counts[kind] for kind in ("lost", "not searchable", "stale", "unsent")),
        unexpected=counts["unexpected"],
        duplicated=sum(counts[kind] for kind in ("wrong documents", "wrong groups", "told twice", "traced twice")),
        dead=counts["dead letters"],
        unbalanced=tuple(f"{line.stage} {line}" for line in balance(parts.database, parts.bus) if not line.holds),
        examples={kind: tuple(found[:MANY]) for kind, found in trouble.items() if found},
    )


def _places(parts: Parts) -> dict[str, Copy]:
    with parts.database.read() as connection:
        return {row[0]: unpack_place(row[1]) for row in connection.execute(select(articles.c.id, articles.c.place))}


def _not_searchable(parts: Parts, expected: Mapping[str, str]) -> list[str]:
    """Reachable articles that the desk that takes everything does not find."""
    found = {document.article for document in parts.archive.documents("semua") if document.active}
    return [url for ident, url in expected.items() if ident not in found]


def _wrong_documents(parts: Parts) -> Iterator[str]:
    """Documents and clip rows that are not the same set, or twice there."""
    with parts.database.read() as connection:
        query = select(clips.c.desk, clips.c.id, clips.c.version)
        rows = {(desk, ident): version for desk, ident, version in connection.execute(query)}
    documents = Counter(
        (document.desk, document.id, document.version)
        for desk in parts.configuration.desks
        for document in parts.archive.documents(desk)
    )
    yield from (f"{key} {count} times" for key, count in documents.items() if count > 1)
    indexed = {(desk, ident): version for desk, ident, version in documents}
    yield from (
        f"{key} row {rows.get(key)} document {indexed.get(key)}"
        for key in rows.keys() | indexed.keys()
        if rows.get(key) != indexed.get(key)
    )


def _wrong_groups(parts: Parts, places: Mapping[str, Copy]) -> Iterator[str]:
    """Articles whose place is not the connected component of the stored edges."""
    group = {ident: ident for ident in places}

    def root(ident: str) -> str:
        while group[ident] != ident:
            group[ident] = group[group[ident]]
            ident = group[ident]
        return ident

    with parts.database.read() as connection:
        for a, b in connection.execute(select(edges.c.a, edges.c.b).where(edges.c.withdrawn_at.is_(None))):
            first, second = sorted((root(a), root(b)))
            group[second] = first
    sizes = Counter(root(ident) for ident in places)
    for ident, place in places.items():
        if place.group != root(ident) or place.members != sizes[root(ident)]:
            yield f"{ident}: place {place.group} of {place.members}, edges say {root(ident)} of {sizes[root(ident)]}"


def _untold(parts: Parts) -> Iterator[str]:
    """Articles whose newest version never ended at the tag stage: a later stage holds an older one for ever."""
    with parts.database.read() as connection:
        newest = connection.execute(select(articles.c.id, articles.c.version)).all()
        told = set(connection.execute(select(trace.c.message).where(trace.c.stage == "tag")).scalars())
    for ident, version in newest:
        if digest(ident, str(version)) not in told:
            yield f"{ident} version {version}"


def _traced_twice(parts: Parts) -> Iterator[str]:
    """Messages that ended twice at one stage: the table's key forbids it, and a key can be lost in a migration."""
    query = select(trace.c.stage, trace.c.message).group_by(trace.c.stage, trace.c.message).having(func.count() > 1)
    with parts.database.read() as connection:
        yield from (f"{stage} {message}" for stage, message in connection.execute(query))


def _dead_letters(parts: Parts) -> Iterator[str]:
    """Every letter on a dead topic, sent again or not, and every dead ending without one."""
    query = select(trace.c.stage, trace.c.message, trace.c.reason).where(trace.c.verdict == "dead")
    with parts.database.read() as connection:
        reasons = {(stage, message): reason for stage, message, reason in connection.execute(query)}
    for stage, topic in ((step.name, topic) for step in FLOW for topic in step.topics):
        for record in parts.bus.read(dead_topic(topic)):
            yield f"{stage} {record.id} {reasons.pop((stage, record.id), '')}"
    yield from (f"{stage} {message} {reason}" for (stage, message), reason in reasons.items())
