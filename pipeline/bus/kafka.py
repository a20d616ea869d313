"""The bus on Kafka's brokers. Only `pipeline.bus.kafka*` import the library.

A publish returns when every in-sync copy has the messages (acks=all, idempotent). After any error the producer is
thrown away with what it still holds: what was not confirmed is the caller's to repeat, never sent late on its own.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from zlib import crc32

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError

from kliping.clock import monotonic
from kliping.errors import Rejected, Unavailable
from kliping.settings import Kafka
from kliping.wire import MAX_MESSAGE
from pipeline.bus.base import Fenced, Outgoing, Record
from pipeline.bus.kafka_client import OVERHEAD, Brokers, Office, instance, translated
from pipeline.bus.kafka_consumer import FETCH, KafkaMember, record

BATCH = 128 * 1024  # bytes in one request for one partition: a worker's batch of 32 articles of about 5 KB fits in two
COMPRESSION = "zstd"  # 3,000 messages of 4.8 KB on a loaded machine: 1,200 to 1,600 a second out, 1,800 in; without it
# 580 to 940 and 860 to 900, because the library's checksums are computed in Python, over the compressed bytes
READ_POLL_MS = 500


class KafkaBus:
    """See `pipeline.bus.base.Bus`. Topics are made when they are first named; nothing is asked before."""

    def __init__(self, hosts: Sequence[str], prefix: str, *, partitions: int, lease: float, settings: Kafka) -> None:
        self.lease = lease
        self.brokers = Brokers(tuple(hosts), prefix, settings)
        self.office = Office(self.brokers, partitions)
        self._producer: KafkaProducer | None = None
        self._members: list[KafkaMember] = []

    def publish(self, topic: str, messages: Sequence[Outgoing]) -> None:
        for message in messages:
            if len(message.payload) > MAX_MESSAGE:
                raise Rejected("too_large", f"{message.id}: {len(message.payload)} bytes, limit {MAX_MESSAGE}")
        if not messages:
            return
        width = self.office.width(topic)
        try:
            with translated(f"bus topic {topic}"):
                self._send(self.brokers.topic(topic), width, messages)
        except (Unavailable, Fenced):
            self._forget_producer()
            self.office.close()
            raise

    def consumer(self, topic: str, group: str, name: str) -> KafkaMember:
        member = KafkaMember(self.brokers, self.office, topic, group, instance(name), lease=self.lease)
        self._members = [other for other in self._members if not other.closed] + [member]
        return member

    def read(self, topic: str) -> Iterator[Record]:
        places = self.office.places(topic)
        with translated(f"bus topic {topic}"):
            reader = self.brokers.connect(KafkaConsumer, enable_auto_commit=False, **FETCH)
        try:
            yield from self._all(reader, topic, places)
        finally:
            with suppress(KafkaError, OSError):
                reader.close(timeout_ms=0)

    def waiting(self, topic: str, group: str) -> int:
        return self.office.lag(topic, group, self.office.places(topic))

    def close(self) -> None:
        self._forget_producer()
        for member in self._members:
            member.disconnect()
        self._members.clear()
        self.office.close()

    def _send(self, topic: str, width: int, messages: Sequence[Outgoing]) -> None:
        """Hand all over, then look at every single result."""
        if self._producer is None:
            self._producer = self._connected()
        sent = [
            self._producer.send(
                topic,
                value=message.payload,
                key=message.key.encode(),
                headers=[("id", message.id.encode())],
                partition=crc32(message.key.encode()) % width,  # as on the embedded bus: both modes spread alike
            )
            for message in messages
        ]
        patience = 2 * self.brokers.settings.timeout  # the library ends each in half of that; this only never hangs
        self._producer.flush(timeout=patience)
        for future in sent:
            future.get(timeout=patience)

    def _connected(self) -> KafkaProducer:
        milliseconds = int(self.brokers.settings.timeout * 1000)
        return self.brokers.connect(
            KafkaProducer,
            acks="all",
            enable_idempotence=True,
            allow_auto_create_topics=False,
            batch_size=BATCH,
            compression_type=COMPRESSION,
            max_request_size=MAX_MESSAGE + OVERHEAD,
            max_block_ms=milliseconds,
            delivery_timeout_ms=milliseconds,
            metrics_enabled=False,
        )

    def _forget_producer(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(KafkaError, OSError):
                producer.close(timeout=self.brokers.settings.timeout)

    def _all(self, reader: KafkaConsumer, topic: str, places: Sequence[TopicPartition]) -> Iterator[Record]:
        """Every record up to the ends of now, each partition in its order."""
        step = partial(translated, f"bus topic {topic}")
        milliseconds = int(self.brokers.settings.timeout * 1000)
        with step():
            ends = reader.end_offsets(list(places), timeout_ms=milliseconds)
            starts = reader.beginning_offsets(list(places), timeout_ms=milliseconds)
            left = {place: end for place, end in ends.items() if end > starts[place]}
            reader.assign(list(left))
            for place in left:
                reader.seek(place, starts[place])
        heard = monotonic()
        while left:
            with step():
                found = reader.poll(timeout_ms=READ_POLL_MS)
            for place, records in found.items():
                heard = monotonic()
                yield from (record(topic, raw) for raw in records if raw.offset < ends[place])
            with step():
                self._set_aside(reader, left)
            if monotonic() - heard > self.brokers.settings.timeout:
                raise Unavailable(f"bus topic {topic}: {len(left)} partitions stay silent before their ends")

    def _set_aside(self, reader: KafkaConsumer, left: dict[TopicPartition, int]) -> None:
        """Stop asking for partitions that were read to their ends."""
        for place in [place for place, end in left.items() if (reader.position(place, timeout_ms=0) or 0) >= end]:
            del left[place]
            reader.pause(place)
