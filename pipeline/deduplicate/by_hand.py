"""Edges made and withdrawn by people. The machine never changes what a person decided about a pair."""

from datetime import datetime

from kliping.database import Database
from pipeline.deduplicate.compare import Match
from pipeline.deduplicate.edges import BY_HAND, TWINS, regroup, save_edge, withdraw
from pipeline.deduplicate.places import Kind


def add_edge(
    database: Database, a: str, b: str, *, by: str, at: datetime, kind: Kind = "copy", score: float = 1.0
) -> list[str]:
    """Say that two stored articles are of one source. Returns the ids of the articles whose place changed.

    They go to [grouped] with the next message of the deduplicate stage.
    """
    with database.write(TWINS) as connection:
        save_edge(database, connection, a, b, Match(kind=kind, score=score, passages=()), by, at)
        return regroup(database, connection, {a, b}, set(), BY_HAND)


def withdraw_edge(database: Database, a: str, b: str, *, by: str, at: datetime) -> list[str]:
    """Take an edge between two articles back. Returns the ids of the articles whose place changed; none if there was
    no standing edge. They go to [grouped] with the next message of the deduplicate stage.
    """
    with database.write(TWINS) as connection:
        if not withdraw(connection, a, b, by, at):
            return []
        return regroup(database, connection, {a, b}, set(), BY_HAND)
