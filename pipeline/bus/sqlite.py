"""The embedded bus: one SQLite file a topic, an append-only log with partitions, leases and epochs."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from kliping.errors import Rejected
from kliping.wire import MAX_MESSAGE
from pipeline.bus.base import Outgoing, Record
from pipeline.bus.sqlite_consumer import SqliteConsumer
from pipeline.bus.sqlite_log import Topic

READ_PAGE = 500  # records held in memory by `read`


class SqliteBus:
    """See `pipeline.bus.base.Bus`. Topics are made when they are first named."""

    def __init__(self, folder: Path, *, partitions: int, lease: float) -> None:
        self.folder = folder
        self.partitions = partitions
        self.lease = lease
        self._topics: dict[str, Topic] = {}

    def publish(self, topic: str, messages: Sequence[Outgoing]) -> None:
        for message in messages:
            if len(message.payload) > MAX_MESSAGE:
                raise Rejected("too_large", f"{message.id}: {len(message.payload)} bytes, limit {MAX_MESSAGE}")
        if messages:
            self._topic(topic).append(messages)

    def consumer(self, topic: str, group: str, name: str) -> SqliteConsumer:
        return SqliteConsumer(self._topic(topic), group, name, lease=self.lease)

    def read(self, topic: str) -> Iterator[Record]:
        log = self._topic(topic)
        end = log.end()
        at = 0
        while page := log.records("offset >= ? AND offset < ?", (at, end), READ_PAGE):
            yield from page
            at = page[-1].offset + 1

    def waiting(self, topic: str, group: str) -> int:
        return self._topic(topic).waiting(group)

    def close(self) -> None:
        for topic in self._topics.values():
            topic.close()
        self._topics.clear()

    def _topic(self, name: str) -> Topic:
        if name not in self._topics:
            self._topics[name] = Topic(self.folder / f"{name}.db", name, self.partitions)
        return self._topics[name]
