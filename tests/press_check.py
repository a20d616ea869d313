"""What Kliping has of a press, held against the press's truth: found, left alone, grouped, explained.

Used by the journeys and by the demo; it prints in plain words and knows no scenario.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from crawlers.frontier import Frontier
from kliping import trace
from kliping.article import article_id
from kliping.command.build import Parts
from kliping.tables import articles, clips

MANY = 10  # examples printed of one kind


@dataclass(frozen=True)
class Comparison:
    """One question: how many of how many, and which are wrong."""

    question: str
    right: int
    of: int
    wrong: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        yield f"{self.question}: {self.right} of {self.of}"
        yield from (f"    {text}" for text in self.wrong[:MANY])


@dataclass(frozen=True)
class Have:
    """What an installation has of a press."""

    known: Mapping[str, str]  # article id -> group
    clipped: frozenset[str]  # articles with an active clip for the press's desk
    reasons: Mapping[str, str]  # article id -> why it was not fetched


def have(parts: Parts, desk: str) -> Have:
    """Read the rows."""
    with parts.database.read() as connection:
        known = dict(connection.execute(select(articles.c.id, articles.c.group)).all())
        active = select(clips.c.article).where(clips.c.desk == desk, clips.c.state == "active")
        clipped = frozenset(connection.execute(active).scalars())
    dropped = trace.verdicts_of(parts.database, "fetch", "dropped")
    return Have(known, clipped, {verdict.subject: verdict.reason for verdict in dropped.values()})


def compare(parts: Parts, desk: str, truth: Mapping[str, Any]) -> list[Comparison]:
    """All questions. A press whose articles changed meanwhile is compared as it is now."""
    found = have(parts, desk)
    shown = [row | {"id": article_id(row["url"])} for row in truth["articles"] if row["visible"]]
    return [_found(found, shown), _unreachable(parts, found, shown), _relevant(found, shown), *_copies(found, shown)]


def _found(found: Have, shown: Sequence[dict[str, Any]]) -> Comparison:
    wanted = [row for row in shown if row["reachable"]]
    wrong = [
        f"{row['url']} {found.reasons.get(row['id'], 'not found')}" for row in wanted if row["id"] not in found.known
    ]
    return _comparison("reachable articles found", wanted, wrong)


def _unreachable(parts: Parts, found: Have, shown: Sequence[dict[str, Any]]) -> Comparison:
    """Unreachable ones are not there, and the trace says why. Withdrawn ones may have been read before."""
    frontier = Frontier(parts.database)
    wanted = [row for row in shown if not row["reachable"] and not row["withdrawn"]]
    wrong = []
    for row in wanted:
        entry = frontier.lookup(row["url"])
        said = found.reasons.get(row["id"]) or (entry.reason if entry else "never seen")
        if row["id"] in found.known or said != row["reason"]:
            wrong.append(f"{row['url']}: expected {row['reason']}, Kliping says {said}")
    return _comparison("unreachable articles explained", wanted, wrong)


def _relevant(found: Have, shown: Sequence[dict[str, Any]]) -> Comparison:
    wanted = [row for row in shown if row["reachable"]]
    missed = [
        f"missed {row['url']} ({row['why']})" for row in wanted if row["relevant"] and row["id"] not in found.clipped
    ]
    extra = [
        f"not ours {row['url']} ({row['why']})" for row in wanted if not row["relevant"] and row["id"] in found.clipped
    ]
    return _comparison("articles rightly clipped or left", wanted, [*missed, *extra])


def _copies(found: Have, shown: Sequence[dict[str, Any]]) -> Iterator[Comparison]:
    """Copies lie in one group; what has another source lies in another one."""
    read = [row for row in shown if row["reachable"] and row["id"] in found.known]
    groups: dict[str, set[str]] = defaultdict(set)
    for row in read:
        if row["copy_group"]:
            groups[row["copy_group"]].add(found.known[row["id"]])
    torn = [f"{name} lies in {len(places)} groups" for name, places in groups.items() if len(places) > 1]
    yield _comparison("groups of copies whole", list(groups), torn)
    sources: dict[str, Counter[str]] = defaultdict(Counter)
    for row in read:
        sources[found.known[row["id"]]][row["source_group"] or row["url"]] += 1
    mixed = [f"one group holds {', '.join(names)}" for names in sources.values() if len(names) > 1]
    yield _comparison("groups of one source only", list(sources), mixed)


def _comparison(question: str, of: Sequence[Any], wrong: Sequence[str]) -> Comparison:
    return Comparison(question, len(of) - len(wrong), len(of), tuple(wrong))
