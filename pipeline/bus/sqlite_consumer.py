"""A member of a group on the embedded bus: leases on partitions, an epoch that fences who lost one.

The epoch of a partition rises whenever it changes hands and is checked inside the offset commit, so a consumer that
was frozen past its lease cannot commit late. Times are the database's clock.
"""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from kliping.clock import monotonic
from kliping.errors import Unavailable
from pipeline.bus.base import Fenced, Record
from pipeline.bus.sqlite_log import NOW, Topic, pause

IDLE_PAUSE = 0.05  # seconds between two looks at an idle topic: 20 cheap reads a second, 25 ms of delay on average
BALANCE_EVERY = 1.0  # seconds between two looks at who else is in the group


class SqliteConsumer:
    """See `pipeline.bus.base.Consumer`."""

    def __init__(self, topic: Topic, group: str, name: str, *, lease: float) -> None:
        self.topic = topic
        self.group = group
        self.name = name
        self.owner = f"{name}/{secrets.token_hex(8)}"
        self.lease = int(lease * 1000)
        self._epochs: dict[int, int] = {}  # partitions owned -> epoch
        self._next: dict[int, int] = {}  # partitions owned -> next offset to poll
        self._committed: dict[int, int] = {}
        self._balanced = float("-inf")
        self._take_over()

    def poll(self, limit: int, timeout: float) -> Sequence[Record]:
        deadline = monotonic() + timeout
        while True:
            self._balance()
            records = self._fetch(limit)
            if records or monotonic() >= deadline:
                return records
            pause(min(IDLE_PAUSE, max(deadline - monotonic(), 0)))

    def commit(self, records: Sequence[Record]) -> None:
        done: dict[int, int] = {}
        for record in records:
            done[record.partition] = max(done.get(record.partition, 0), record.offset + 1)
        with self.topic.write() as connection:
            for partition, following in done.items():
                self._renew(partition)
                connection.execute(
                    """INSERT INTO progress VALUES (?, ?, ?)
                       ON CONFLICT ("group", partition) DO UPDATE SET next = excluded.next""",
                    (self.group, partition, following),
                )
        self._committed.update(done)

    def rewind(self) -> None:
        self._next = dict(self._committed)

    def attend(self) -> bool:
        with suppress(Unavailable, Fenced):  # the commit will tell
            self._balance()
        return False  # nobody waits: only partitions with nothing in work are dealt out anew

    def hold(self, seconds: float) -> None:
        deadline = monotonic() + seconds
        while (left := deadline - monotonic()) > 0:
            with suppress(Unavailable, Fenced):
                self._balance()
            pause(min(BALANCE_EVERY, self.lease / 3000, left))

    def behind(self) -> int:
        return self.topic.waiting(self.group, self._epochs)

    def close(self) -> None:
        with self.topic.write() as connection:
            connection.execute('DELETE FROM lease WHERE "group" = ? AND owner = ?', (self.group, self.owner))
            connection.execute('DELETE FROM member WHERE "group" = ? AND name = ?', (self.group, self.name))
        self._epochs.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()

    def _take_over(self) -> None:
        """Take at once what an earlier life under this name held, and fence that life."""
        with self.topic.write() as connection:
            connection.execute(
                """UPDATE lease SET until = 0, epoch = epoch + 1, owner = ''
                   WHERE "group" = ? AND substr(owner, 1, length(owner) - 17) = ?""",  # 17: '/' and 16 hex digits
                (self.group, self.name),
            )

    def _fetch(self, limit: int) -> list[Record]:
        """The next records, partitions in turn by offset so that none waits for another's backlog."""
        found: list[Record] = []
        for partition, start in sorted(self._next.items(), key=lambda item: item[1]):
            if len(found) >= limit:
                break
            share = self.topic.records("partition = ? AND offset >= ?", (partition, start), limit - len(found))
            found += share
            if share:
                self._next[partition] = share[-1].offset + 1
        return found

    def _balance(self) -> None:
        """Renew what is ours, give back what is too much, take what is free; at most once a second."""
        if monotonic() - self._balanced < min(BALANCE_EVERY, self.lease / 3000):
            return
        with self.topic.write() as connection:
            connection.execute(
                f"""INSERT INTO member VALUES (?, ?, {NOW} + ?)
                    ON CONFLICT ("group", name) DO UPDATE SET until = excluded.until""",
                (self.group, self.name, self.lease),
            )
            fair = self._fair_share()
            held = self._held()
            for partition in self._surplus(held, fair):
                self._release(partition)
                held.discard(partition)
            for partition in held:
                self._renew(partition)
            for partition in self._free()[: fair - len(held)]:
                self._acquire(partition)
        self._balanced = monotonic()

    def _fair_share(self) -> int:
        query = f'SELECT count(*) FROM member WHERE "group" = ? AND until > {NOW}'
        (members,) = self.topic.connection.execute(query, (self.group,)).fetchone()
        return -(-self.topic.partitions // max(int(members), 1))

    def _held(self) -> set[int]:
        """What is still ours by the table; what is not is forgotten here."""
        query = 'SELECT partition, epoch FROM lease WHERE "group" = ? AND owner = ?'
        rows = dict(self.topic.connection.execute(query, (self.group, self.owner)).fetchall())
        for partition in list(self._epochs):
            if rows.get(partition) != self._epochs[partition]:
                self._forget(partition)
        return set(self._epochs)

    def _surplus(self, held: set[int], fair: int) -> list[int]:
        """Partitions to give away: only those with nothing polled and uncommitted."""
        quiet = [p for p in sorted(held) if self._next[p] == self._committed[p]]
        return quiet[: max(len(held) - fair, 0)]

    def _free(self) -> list[int]:
        query = f'SELECT partition FROM lease WHERE "group" = ? AND until > {NOW}'
        taken = {partition for (partition,) in self.topic.connection.execute(query, (self.group,))}
        return [partition for partition in range(self.topic.partitions) if partition not in taken]

    def _acquire(self, partition: int) -> None:
        row = self.topic.connection.execute(
            f"""INSERT INTO lease VALUES (?, ?, ?, 1, {NOW} + ?) ON CONFLICT ("group", partition)
                DO UPDATE SET owner = excluded.owner, epoch = epoch + 1, until = excluded.until RETURNING epoch""",
            (self.group, partition, self.owner, self.lease),
        ).fetchone()
        progress = self.topic.connection.execute(
            'SELECT next FROM progress WHERE "group" = ? AND partition = ?', (self.group, partition)
        ).fetchone()
        self._epochs[partition] = row[0]
        self._next[partition] = self._committed[partition] = progress[0] if progress else 0

    def _release(self, partition: int) -> None:
        self.topic.connection.execute(
            'UPDATE lease SET until = 0 WHERE "group" = ? AND partition = ? AND owner = ?',
            (self.group, partition, self.owner),
        )
        self._forget(partition)

    def _renew(self, partition: int) -> None:
        """Hold on to a partition for another lease. Raises Fenced when it is not ours any more."""
        changed = self.topic.connection.execute(
            f'UPDATE lease SET until = {NOW} + ? WHERE "group" = ? AND partition = ? AND owner = ? AND epoch = ?',
            (self.lease, self.group, partition, self.owner, self._epochs.get(partition, -1)),
        ).rowcount
        if not changed:
            self._forget(partition)
            raise Fenced(f"{self.name}: partition {partition} of {self.topic.name} has another owner")

    def _forget(self, partition: int) -> None:
        for known in (self._epochs, self._next, self._committed):
            known.pop(partition, None)
