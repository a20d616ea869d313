"""A member of a group on Kafka's brokers.

Members are static (KIP-345): the broker knows them by machine and name, so one that comes back after a death takes its
partitions at once and nobody else has to pause. The library never takes a static member out of its group, so `close`
does. Heartbeats come from the library's own thread, as long as the process lives; whether it works is not their
business but the worker's watchdog's and the supervisor's.

A record is committed only in the generation of the group in which it was polled: the broker itself takes offsets from
any member of the present generation, also for partitions that went to another one meanwhile.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from kafka import KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import FencedInstanceIdError, KafkaError
from kafka.structs import MemberState

from kliping.article import ID_LENGTH, digest
from kliping.clock import monotonic
from kliping.errors import Unavailable
from kliping.wire import MAX_MESSAGE
from pipeline.bus.base import Fenced, Record
from pipeline.bus.kafka_client import OVERHEAD, Brokers, Office, translated

FETCH: dict[str, Any] = {  # what one client holds in memory at most, and how it asks
    "fetch_max_bytes": 8 * 1024 * 1024,  # the library's 50 MiB would be the memory of a whole worker
    "max_partition_fetch_bytes": MAX_MESSAGE + OVERHEAD,
    "auto_offset_reset": "earliest",
    "allow_auto_create_topics": False,
    "metrics_enabled": False,
}
NO_GENERATION = -1
# What a session costs: seconds that the records of a member wait which was killed by SIGKILL, one of two, on six
# partitions (Kafka 4.4, one node, two busy cores; each number one run):
#
#     session                                   6 s    10 s    30 s    45 s
#     nobody comes back, dynamic or static      6.6    10.6    35      47 to 54
#     it is started again at once, dynamic      6.9     9.0    29      44
#     it is started again at once, static       0.5     2.4     1.2     3.5
#
# Members are static, so a worker that dies costs a second or two whatever the session, and the session is the wait for
# a machine that does not come back. 30 s ([work] lease) is as delivered: shorter than Kafka's own 45 s, and longer than
# the stalls of a busy machine, each of which would cost a rebalance and a batch done twice.
HEARTBEATS = 4  # in one session at least: Kafka's documentation says three or more
LONGEST_BEAT = 3.0  # seconds between two (the library's default): also how long a member takes to notice a rebalance
LONGEST_BATCH = 3600.0  # seconds without a poll before the member leaves by itself: 32 messages (the default batch) of
# 60 s each ([work] hang, after which the supervisor ends the process) are 1,920 s. Nobody waits for this long: a dead
# member ends with its session, a hung one with its heartbeat to the supervisor, a working one looks up (`attend`)


class KafkaMember:
    """See `pipeline.bus.base.Consumer`. Connects at its first poll, and anew after an error."""

    def __init__(self, brokers: Brokers, office: Office, topic: str, group: str, name: str, *, lease: float) -> None:
        self.brokers = brokers
        self.office = office
        self.topic = topic
        self.group = group
        self.name = name
        self.session = int(lease * 1000)
        self.closed = False
        self._client: KafkaConsumer | None = None
        self._replaced = False  # by another process of this name: whoever came last has it
        self._generation = NO_GENERATION  # in which everything of `_back` was polled
        self._back: dict[TopicPartition, int] = {}  # where the next poll begins after `rewind`

    def poll(self, limit: int, timeout: float) -> Sequence[Record]:
        with self._using("poll") as client:
            found = self._polled(client, limit, timeout)
        return [record(self.topic, raw) for records in found.values() for raw in records]

    def commit(self, records: Sequence[Record]) -> None:
        done: dict[TopicPartition, int] = {}
        for one in records:
            place = TopicPartition(self.brokers.topic(self.topic), one.partition)
            done[place] = max(done.get(place, 0), one.offset + 1)
        if not done:
            return
        with self._using("commit") as client:
            if client.group_metadata().generation_id != self._generation or not done.keys() <= self._back.keys():
                raise Fenced(f"{self.name}: partitions of {self.topic} were dealt out again")
            client.commit(
                {place: OffsetAndMetadata(offset, "", -1) for place, offset in done.items()},
                timeout_ms=int(self.brokers.settings.timeout * 1000),
            )
        self._back.update(done)

    def rewind(self) -> None:
        if self._client is None:  # nothing is polled
            return
        with suppress(Unavailable, Fenced), self._using("rewind") as client:
            for place in client.assignment() & self._back.keys():
                client.seek(place, self._back[place])

    def attend(self) -> bool:
        client = self._client
        # heartbeats keep what is owned, and hear that the group waits; the library has no public word for the latter
        return client is not None and bool(client._coordinator.need_rejoin())

    def hold(self, seconds: float) -> None:
        deadline = monotonic() + seconds
        with suppress(Unavailable, Fenced), self._using("wait") as client:
            while (left := deadline - monotonic()) > 0:
                client.pause(*client.assignment())
                for place, records in self._polled(client, 1, left).items():  # dealt out to us just now
                    client.seek(place, records[0].offset)
            client.resume(*client.paused())
        time.sleep(max(deadline - monotonic(), 0))

    def behind(self) -> int:
        client = self._client
        if client is not None and client.group_metadata().state is MemberState.STABLE:
            return self.office.lag(self.topic, self.group, sorted(client.assignment()))
        return self.office.lag(self.topic, self.group, self.office.places(self.topic))

    def close(self) -> None:
        self.closed = True
        if self._client is not None:
            member = self._client.group_metadata()
            self.disconnect()
            if member.member_id:
                with suppress(Unavailable, Fenced):  # then its session ends by itself
                    self.office.dismiss(member.group_id, member.member_id, self.name)

    def disconnect(self) -> None:
        """Drop the connection and everything polled, but stay a member for as long as the session lasts."""
        client, self._client = self._client, None
        self._generation, self._back = NO_GENERATION, {}
        if client is not None:
            with suppress(KafkaError, OSError):
                client.close(autocommit=False, timeout_ms=int(self.brokers.settings.timeout * 1000))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()

    @contextmanager
    def _using(self, what: str) -> Iterator[KafkaConsumer]:
        """The client, with its errors translated; after one that says that it does not work a new one is made."""
        if self._replaced:
            raise Fenced(f"{self.name}: another process works under this name")
        try:
            with translated(f"bus topic {self.topic}: {what}"):
                if self._client is None:
                    self._client = self._joining()
                yield self._client
        except Unavailable:
            self.disconnect()
            raise
        except Fenced as error:
            self._replaced = isinstance(error.__cause__, FencedInstanceIdError)
            raise

    def _joining(self) -> KafkaConsumer:
        self.office.width(self.topic)  # made now if it is new: a subscription does not make topics
        client = self.brokers.connect(
            KafkaConsumer,
            group_id=self.brokers.group(self.topic, self.group),
            group_instance_id=self.name,
            client_id=self.name,
            enable_auto_commit=False,
            session_timeout_ms=self.session,
            heartbeat_interval_ms=min(self.session // HEARTBEATS, int(LONGEST_BEAT * 1000)),
            max_poll_interval_ms=int(LONGEST_BATCH * 1000),
            **FETCH,
        )
        client.subscribe([self.brokers.topic(self.topic)])
        return client

    def _polled(self, client: KafkaConsumer, limit: int, timeout: float) -> dict[TopicPartition, list[ConsumerRecord]]:
        found: dict[TopicPartition, list[ConsumerRecord]] = client.poll(int(timeout * 1000), max_records=limit)
        generation = client.group_metadata().generation_id
        if generation != self._generation:
            self._generation, self._back = generation, {}
        for place, records in found.items():
            self._back.setdefault(place, records[0].offset)
        return found


def _id_of(topic: str, raw: ConsumerRecord) -> str:
    """The message's id. What another program wrote gets one from its place, since no row keeps every text."""
    given = (dict(raw.headers).get("id") or b"").decode("utf-8", "replace")
    ours = given.isascii() and given.isprintable() and 0 < len(given) <= ID_LENGTH
    return given if ours else digest(topic, str(raw.partition), str(raw.offset))


def record(topic: str, raw: ConsumerRecord) -> Record:
    """The library's record as ours."""
    return Record(
        topic=topic,
        partition=raw.partition,
        offset=raw.offset,
        id=_id_of(topic, raw),
        key=(raw.key or b"").decode("utf-8", "replace"),
        payload=raw.value or b"",
        at=datetime.fromtimestamp(raw.timestamp / 1000, UTC),
    )
