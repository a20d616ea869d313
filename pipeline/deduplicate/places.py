"""From pair edges to places: which members a group has, which one is the original, whom each other repeats. Pure."""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from kliping.article import Article, Copy

Kind = Literal["copy", "rewrite"]

EXACT_MEMBERS: Final = 50  # up to here every member tells the exact size of its group and all outlets
GROWTH: Final = 8  # beyond, told sizes grow by an eighth, so a group of n costs some 8 n rewritten rows, not n²
_STRENGTH: Final[Mapping[Kind, int]] = {"copy": 0, "rewrite": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Two articles of one source text. `a` < `b`."""

    a: str
    b: str
    kind: Kind
    score: float

    def other(self, one: str) -> str:
        return self.b if one == self.a else self.a


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What a place depends on besides edges."""

    id: str
    outlet: str
    appeared: datetime

    @property
    def order(self) -> tuple[datetime, str]:
        return self.appeared, self.id


def appeared(article: Article) -> datetime:
    """When an article came out, for telling the original from its copies.

    The printed time where there is one, but never later than our first fetch (a page cannot be read before it is
    published). A date without a time may mean any moment of its day: its last one counts, so that an outlet that
    prints no times is not made the original of everything.
    """
    if article.published is None or article.published.instant >= article.first_seen:
        return article.first_seen
    slack = timedelta(days=1) if article.published.precision == "day" else timedelta()
    return min(article.published.instant + slack, article.first_seen)


def places(members: Sequence[Member], edges: Iterable[Edge]) -> dict[str, Copy]:
    """The place of every member of one connected component, without passages.

    The result does not depend on the order of arguments.
    """
    ordered = sorted(members, key=lambda member: member.order)
    group = min(member.id for member in members)
    told = ordered[: told_size(len(ordered))]
    outlets = frozenset(member.outlet for member in told)
    links = _links(ordered[0].id, edges)
    return {
        member.id: _place(member, group, links.get(member.id), len(told), sorted(outlets | {member.outlet}))
        for member in ordered
    }


def components(members: Iterable[str], edges: Iterable[Edge]) -> list[tuple[set[str], list[Edge]]]:
    """The connected components of a graph: members and edges of each."""
    around: dict[str, list[Edge]] = {member: [] for member in members}
    for edge in edges:
        around[edge.a].append(edge)
        around[edge.b].append(edge)
    found = []
    while around:
        inside, links, front = set[str](), list[Edge](), [next(iter(around))]
        while front:
            if (one := front.pop()) not in inside:
                inside.add(one)
                mine = around.pop(one)
                links += [edge for edge in mine if edge.other(one) not in inside]
                front += [edge.other(one) for edge in mine]
        found.append((inside, links))
    return found


def told_size(size: int) -> int:
    """The size that members of a group of `size` tell: exact up to EXACT_MEMBERS, then the last step below."""
    told = min(size, EXACT_MEMBERS)
    while told + told // GROWTH <= size and told >= EXACT_MEMBERS:
        told += told // GROWTH
    return told


def _place(member: Member, group: str, link: Edge | None, size: int, outlets: Sequence[str]) -> Copy:
    if link is None:
        return Copy(group=group, members=size, outlets=tuple(outlets))
    return Copy(
        group=group,
        relation=link.kind,
        of=link.other(member.id),
        score=link.score,
        members=size,
        outlets=tuple(outlets),
    )


def _links(original: str, edges: Iterable[Edge]) -> dict[str, Edge]:
    """The edge by which each member hangs on the original: directly where it can, else by the strongest way there.

    Prim's algorithm from the original, so `of` always leads to the original and never in a circle.
    """
    by_end: dict[str, list[Edge]] = {}
    for edge in edges:
        by_end.setdefault(edge.a, []).append(edge)
        by_end.setdefault(edge.b, []).append(edge)
    direct = {edge.other(original): edge for edge in by_end.get(original, ())}
    found = dict(direct)
    heap = [entry for one in direct for entry in _entries(one, by_end[one])]
    heapq.heapify(heap)
    while heap:
        _, _, _, end, edge = heapq.heappop(heap)
        if end != original and end not in found:
            found[end] = edge
            for entry in _entries(end, by_end[end]):
                heapq.heappush(heap, entry)
    return found


def _entries(start: str, edges: Iterable[Edge]) -> Iterator[tuple[int, float, str, str, Edge]]:
    for edge in edges:
        yield _STRENGTH[edge.kind], -edge.score, start, edge.other(start), edge
