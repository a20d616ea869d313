"""The contract of a bus, written for the backend that promises less (Kafka).

**Topics** have a fixed number of partitions. A message's key decides its partition; the order of one key is kept, no
other order is promised. **At least once**: what `publish` returned for stays, through the death of any process, until
the retention of the backend removes it; a message may be seen more than once, so every record carries an id.

**Groups.** Consumers of one group share the partitions and together see everything; one partition has one owner at a
time. A consumer that dies loses its partitions after its lease; one that comes back under the same name takes them at
once. `commit` says "everything in this partition up to here is done"; a consumer that lost the partition meanwhile
(it was frozen past its lease) gets Fenced and must forget what it holds: someone else has it, or it polls it again.

**Errors.** Every call may raise Unavailable: wait, try again, nothing is lost. `publish` raises Rejected('too_large')
above `kliping.wire.MAX_MESSAGE` and then publishes nothing of the call. Objects belong to one thread of one process
and are never carried over a fork.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from kliping.errors import KlipingError


class Fenced(KlipingError):  # noqa: N818
    """The partition belongs to another consumer now; the commit did not happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message to publish. `id` travels beside the payload, so that a reader can count without decoding."""

    id: str
    key: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A message as it lies on the bus. Offsets of a partition rise; they need not be without gaps."""

    topic: str
    partition: int
    offset: int
    id: str
    key: str
    payload: bytes
    at: datetime  # when the bus took it


class Consumer(Protocol):
    """One member of a group. Not thread-safe."""

    def poll(self, limit: int, timeout: float) -> Sequence[Record]:
        """Up to `limit` next records of the partitions owned now, in offset order within each partition.

        Waits up to `timeout` seconds for the first one; may give none although there are some (a rebalance). A record
        polled and not committed comes again after the partition changed hands or the consumer was made anew.
        """
        ...

    def commit(self, records: Sequence[Record]) -> None:
        """Everything up to the last of `records` in each partition is done; durable on return. Raises Fenced."""
        ...

    def rewind(self) -> None:
        """Forget what was polled and not committed: the next poll gives it again."""
        ...

    def attend(self) -> bool:
        """Between two messages of a long batch: keep what is owned. Raises nothing.

        True when the group waits for this member to deal the partitions out anew: commit what is done, then poll.
        """
        ...

    def hold(self, seconds: float) -> None:
        """Wait and take nothing, but stay a member: for whoever cannot work now. Never raises.

        Call `rewind` before: partitions with something polled and not committed are not given to others.
        """
        ...

    def behind(self) -> int:
        """Records that wait for this member: uncommitted ones of its partitions.

        While it is not in the group, those of all partitions.
        """
        ...

    def close(self) -> None:
        """Leave the group; the partitions are free at once."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


class Bus(Protocol):
    """A place of topics. Not thread-safe; each process opens its own."""

    def publish(self, topic: str, messages: Sequence[Outgoing]) -> None:
        """Append all messages or, on any error, possibly some; durable on return. Repeat after Unavailable."""
        ...

    def consumer(self, topic: str, group: str, name: str) -> Consumer:
        """Join `group` as `name` (unique in it, stable over restarts). Starts at the first uncommitted record."""
        ...

    def read(self, topic: str) -> Iterator[Record]:
        """All records that the topic holds when called, of all partitions, outside of any group."""
        ...

    def waiting(self, topic: str, group: str) -> int:
        """How many records the group has not committed. A count of records: one sent twice counts twice."""
        ...

    def close(self) -> None: ...
