"""Do the sums add up? What every stage was given, held against how its messages ended.

The invariant: `passed + dropped + dead + waiting = unique inputs` at every stage, lost 0, unexpected 0.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from kliping import trace
from kliping.database import Database
from kliping.tables import trace as trace_table
from pipeline.bus import Bus
from pipeline.flow import FLOW, waiting
from pipeline.stage import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """One stage's messages by how they ended. `waiting` counts records, which a repeat can make more than messages."""

    stage: str
    passed: int = 0
    flags: dict[str, int] = field(default_factory=dict)  # flag -> messages of `passed`; one may have several
    dropped: dict[str, int] = field(default_factory=dict)  # reason -> messages
    dead: dict[str, int] = field(default_factory=dict)
    retried: int = 0  # dead letters that were sent again and have not ended yet
    outputs: int = 0
    clips: int = 0
    waiting: int = 0
    slow: int = 0  # of `waiting`: in the slow lane

    @property
    def ended(self) -> int:
        return self.passed + sum(self.dropped.values()) + sum(self.dead.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """One stage's inputs, read from the bus itself, against its endings."""

    stage: str
    inputs: int  # different message ids on the topic
    ended: int
    lost: int  # on the topic, committed, and not in the trace
    unexpected: int  # in the trace and not on the topic (removed by retention, or a bug)
    waiting: int

    @property
    def holds(self) -> bool:
        return not self.lost and not self.unexpected and self.inputs == self.ended + self.waiting


def sums(database: Database, bus: Bus) -> list[Sums]:
    """The endings of every stage, in the order of the flow, from the trace."""
    counted, flags = trace.counts(database), trace.flags(database)
    return [
        replace(
            _sums(step.name, counted, waiting(bus, step)),
            flags=dict(flags[step.name]),
            slow=bus.waiting(step.lane, step.name) if step.lane else 0,
        )
        for step in FLOW
    ]


def sums_of(stage: str, counted: Iterable[trace.Count]) -> Sums:
    """The endings of a stage that reads no topic (the crawlers' "fetch")."""
    return _sums(stage, counted, 0)


def balance(database: Database, bus: Bus) -> list[Balance]:
    """Read every topic and hold it against the trace. Work must have come to rest for `waiting` to be exact."""
    return [_balance(step, database, bus) for step in FLOW]


def _sums(stage: str, counted: Iterable[trace.Count], waiting: int) -> Sums:
    mine = [count for count in counted if count.stage == stage]
    return Sums(
        stage=stage,
        passed=sum(c.messages for c in mine if c.verdict == "passed"),
        dropped={c.reason: c.messages for c in mine if c.verdict == "dropped"},
        dead={c.reason: c.messages for c in mine if c.verdict == "dead"},
        retried=sum(c.messages for c in mine if c.verdict == "retried"),
        outputs=sum(c.outputs for c in mine),
        clips=sum(c.clips for c in mine),
        waiting=waiting,
    )


def _balance(step: Step, database: Database, bus: Bus) -> Balance:
    inputs = {record.id for record in bus.read(step.reads)}
    query = select(trace_table.c.message).where(trace_table.c.stage == step.name, trace_table.c.verdict != "retried")
    with database.read() as connection:
        ended = set(connection.execute(query).scalars())
    left = waiting(bus, step)
    missing = len(inputs - ended)
    return Balance(
        stage=step.name,
        inputs=len(inputs),
        ended=len(ended),
        lost=max(missing - left, 0),
        unexpected=len(ended - inputs),
        waiting=min(missing, left),
    )
