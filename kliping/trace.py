"""What happened to every message: one row per (stage, message id), written again by a replay, never added up.

Counts come from these rows, so `passed + dropped + dead = unique inputs` holds after any disaster.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, func, select, update

from kliping.database import Database
from kliping.tables import trace
from kliping.text import storable

Ending = Literal["passed", "dropped", "dead", "retried"]
MAX_DETAIL = 500  # characters: bar A10 of error texts; longer ones repeat the page that caused them


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one message ended at one stage."""

    stage: str
    message: str
    subject: str  # article id
    verdict: Ending
    reason: str = ""
    detail: str = ""  # of one that was passed on: the flags of what it became, between blanks
    became: str = ""  # the article id that the output has, where it is another one
    outputs: int = 0
    clips: int = 0
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many messages ended one way at one stage."""

    stage: str
    verdict: Ending
    reason: str
    messages: int
    outputs: int
    clips: int


def record(database: Database, connection: Connection, verdicts: Sequence[Verdict]) -> None:
    """Write verdicts inside the caller's transaction. The last one of a message stands."""
    rows = {(v.stage, v.message): _row(v) for v in verdicts}
    database.upsert(connection, trace, list(rows.values()))


def retried(database: Database, dead: Verdict, at: datetime) -> None:
    """Note that a dead message was sent again, unless it has ended anew meanwhile."""
    same = (trace.c.stage == dead.stage, trace.c.message == dead.message)
    still = (trace.c.verdict == dead.verdict, trace.c.at == dead.at)
    with database.write() as connection:
        connection.execute(update(trace).where(*same, *still).values(verdict="retried", detail="", at=at))


def counts(database: Database) -> list[Count]:
    """All endings, counted."""
    columns = (trace.c.stage, trace.c.verdict, trace.c.reason)
    sums = (func.count(), func.coalesce(func.sum(trace.c.outputs), 0), func.coalesce(func.sum(trace.c.clips), 0))
    with database.read() as connection:
        rows = connection.execute(select(*columns, *sums).group_by(*columns).order_by(*columns)).all()
    return [
        Count(stage=r[0], verdict=r[1], reason=r[2], messages=int(r[3]), outputs=int(r[4]), clips=int(r[5]))
        for r in rows
    ]


def flags(database: Database) -> dict[str, Counter[str]]:
    """By stage, how many messages were passed on under each flag ("empty_text", "no_date", …)."""
    marked = (trace.c.verdict == "passed", trace.c.detail != "")
    query = select(trace.c.stage, trace.c.detail, func.count()).where(*marked).group_by(trace.c.stage, trace.c.detail)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    with database.read() as connection:
        for stage, detail, number in connection.execute(query):
            found[stage].update(dict.fromkeys(detail.split(), int(number)))
    return found


def history(database: Database, subject: str) -> list[Verdict]:
    """Every verdict about an article id, and about the article that it became, oldest first."""
    with database.read() as connection:
        became = connection.execute(
            select(trace.c.became).where(trace.c.subject == subject, trace.c.became != "")
        ).scalars()
        subjects = {subject, *became}
        # two queries, each with an index of its own: an OR of both would read the whole table
        about = select(trace).where(trace.c.subject.in_(subjects))
        became_it = select(trace).where(trace.c.became != "", trace.c.became.in_(subjects))
        rows = [row for query in (about, became_it) for row in connection.execute(query).mappings()]
    found = {(row["stage"], row["message"]): Verdict(**row) for row in rows}
    return sorted(found.values(), key=lambda one: (one.at, one.stage))


def verdicts_of(database: Database, stage: str, verdict: Ending) -> dict[str, Verdict]:
    """All verdicts of one kind at one stage, by message id."""
    with database.read() as connection:
        query = select(trace).where(trace.c.stage == stage, trace.c.verdict == verdict)
        return {row["message"]: Verdict(**row) for row in connection.execute(query).mappings()}


def _row(verdict: Verdict) -> dict[str, object]:
    return {
        "stage": verdict.stage,
        "message": verdict.message,
        "subject": verdict.subject,
        "verdict": verdict.verdict,
        "reason": verdict.reason,
        "detail": storable(verdict.detail[:MAX_DETAIL]),  # it may quote what a stranger wrote
        "became": verdict.became,
        "outputs": verdict.outputs,
        "clips": verdict.clips,
        "at": verdict.at,
    }
