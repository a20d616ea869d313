"""Attempts, charged durably: what was in work when a process died is known to the next one.

Before work one row names the open batch. After a death the batch is redone message by message; a row names the one in
hand, and only that one is charged for the next death.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, select, tuple_, update

from kliping import crash, trace
from kliping.clock import now
from kliping.database import Database
from kliping.tables import attempts, batches
from pipeline.bus import Record


@dataclass(frozen=True, slots=True)
class Charge:
    """How often a message was in hand when its process died."""

    count: int
    first_at: datetime


class Attempts:
    """The attempts of one worker at one stage. `open` before work, `close` with the verdicts after it."""

    def __init__(self, database: Database, stage: str) -> None:
        self.database = database
        self.stage = stage
        self._mine: set[tuple[str, int]] = set()  # topics and partitions whose open row this process wrote itself

    def open(self, records: Sequence[Record]) -> dict[int, int]:
        """Name the batch. Returns, for each partition that a dead process left open, the last offset it had in work."""
        crash.here(f"{self.stage}.before_open")
        spans = _spans(records)
        topic = records[0].topic
        left: dict[int, int] = {}
        with self.database.write() as connection:
            for partition, (first, last) in sorted(spans.items()):  # in one order: no circle of waits
                mine = select(batches).where(self._at(partition, topic)).with_for_update()
                row = connection.execute(mine).mappings().first()
                if row and (topic, partition) not in self._mine:
                    left[partition] = row["last"]
                    if row["in_hand"] is not None:
                        self._charge(connection, topic, partition, row["in_hand"])
                wide = max(last, left.get(partition, last))
                self._write(connection, topic, partition, first, wide)
        self._mine.update((topic, partition) for partition in spans)
        crash.here(f"{self.stage}.after_open")
        return left

    def take(self, record: Record) -> Charge | None:
        """Put one message of a left batch in hand. Returns what it was charged for so far."""
        with self.database.write() as connection:
            where = self._at(record.partition, record.topic)
            connection.execute(update(batches).where(where).values(in_hand=record.offset))
            row = connection.execute(select(attempts.c.count, attempts.c.first_at).where(self._of(record))).first()
        return Charge(row[0], row[1]) if row else None

    def put_down(self) -> None:
        """Nothing is in hand although the batch stays open: work stopped for want of a store, not by a death."""
        if self._mine:
            mine = and_(batches.c.stage == self.stage, tuple_(batches.c.topic, batches.c.partition).in_(self._mine))
            with self.database.write() as connection:
                connection.execute(update(batches).where(mine).values(in_hand=None))

    def record(self, verdicts: Sequence[trace.Verdict]) -> None:
        """Write verdicts of a batch that stays open."""
        crash.here(f"{self.stage}.before_trace")
        with self.database.write() as connection:
            trace.record(self.database, connection, verdicts)
        crash.here(f"{self.stage}.after_trace")

    def close(self, records: Sequence[Record], verdicts: Sequence[trace.Verdict]) -> None:
        """Write the verdicts and, in the same transaction, forget the batch of `records`."""
        crash.here(f"{self.stage}.before_trace")
        places = {(record.topic, record.partition) for record in records}
        with self.database.write() as connection:
            trace.record(self.database, connection, verdicts)
            for topic, partition in sorted(places):
                connection.execute(delete(batches).where(self._at(partition, topic)))
        self._mine -= places
        crash.here(f"{self.stage}.after_trace")

    def forget(self) -> None:
        """The partitions went to someone else: an open row found there later is a death again."""
        self._mine.clear()

    def _charge(self, connection: Connection, topic: str, partition: int, offset: int) -> None:
        where = and_(self._partition(attempts, partition, topic), attempts.c.offset == offset)
        changed = connection.execute(update(attempts).where(where).values(count=attempts.c.count + 1)).rowcount
        if not changed:
            row = {"stage": self.stage, "topic": topic, "partition": partition, "offset": offset}
            self.database.upsert(connection, attempts, [{**row, "count": 1, "first_at": now()}])

    def _write(self, connection: Connection, topic: str, partition: int, first: int, last: int) -> None:
        row = {"stage": self.stage, "topic": topic, "partition": partition, "first": first, "last": last}
        self.database.upsert(connection, batches, [{**row, "in_hand": None, "opened_at": now()}])

    def _at(self, partition: int, topic: str) -> ColumnElement[bool]:
        return self._partition(batches, partition, topic)

    def _of(self, record: Record) -> ColumnElement[bool]:
        return and_(self._partition(attempts, record.partition, record.topic), attempts.c.offset == record.offset)

    def _partition(self, table: Table, partition: int, topic: str) -> ColumnElement[bool]:
        return and_(table.c.stage == self.stage, table.c.topic == topic, table.c.partition == partition)


def _spans(records: Iterable[Record]) -> dict[int, tuple[int, int]]:
    """First and last offset of each partition in a batch."""
    spans: dict[int, tuple[int, int]] = {}
    for record in records:
        first, last = spans.get(record.partition, (record.offset, record.offset))
        spans[record.partition] = (min(first, record.offset), max(last, record.offset))
    return spans
