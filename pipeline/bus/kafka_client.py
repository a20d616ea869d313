"""How Kafka's brokers are reached: one place for the options, one for the errors, one that makes topics.

No call here or beside waits without a bound: what does not answer in time is Unavailable, and whoever got that drops
the client and makes a new one at the next try.
"""

import logging
import re
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from kafka import KafkaAdminClient, OffsetSpec, TopicPartition
from kafka.admin import MemberToRemove
from kafka.errors import (
    CommitFailedError,
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    FencedInstanceIdError,
    IllegalGenerationError,
    InvalidSessionTimeoutError,
    KafkaError,
    LeaderNotAvailableError,
    NotCoordinatorError,
    NotLeaderForPartitionError,
    RebalanceInProgressError,
    TopicAlreadyExistsError,
    UnknownMemberIdError,
)
from kafka.net.compat import KafkaNetClient

from kliping.clock import monotonic
from kliping.errors import Unavailable
from kliping.settings import Kafka
from kliping.wire import MAX_MESSAGE
from pipeline.bus.base import Fenced

OVERHEAD = 64 * 1024  # bytes beside a payload: key, id, the batch's header (61 bytes), and room for long addresses
BOOTSTRAP_SECONDS = 5.0  # for brokers that are starting: one was up in 2 to 8 s, and whoever waits tries again
RECONNECT_SECONDS = 2.0  # longest pause between tries of a broker that went away; the library's 30 s eats half of A11
LOST = (  # the commit did not happen: the partition is someone else's, or is dealt out again at this moment
    CommitFailedError,
    FencedInstanceIdError,
    IllegalGenerationError,
    RebalanceInProgressError,
    UnknownMemberIdError,
)
CHOOSING = (  # answers of a cluster that is sorting itself out, and of a new one at its very first question
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    LeaderNotAvailableError,
    NotCoordinatorError,
    NotLeaderForPartitionError,
)
CHOOSING_SECONDS = 5.0  # for that; one node made its offsets topic in 0.3 s
CHOOSING_PAUSE = 0.1

# it tells each try of each connection as an error; what concerns us comes as an exception and is told once
logging.getLogger("kafka").setLevel(logging.CRITICAL)

C = TypeVar("C")


@contextmanager
def translated(what: str) -> Iterator[None]:
    """The library's errors as Fenced or Unavailable, naming what was tried."""
    try:
        yield
    except LOST as error:
        raise Fenced(f"{what}: {_text(error)}") from error
    except InvalidSessionTimeoutError as error:
        raise Unavailable(
            f"{what}: the brokers refuse this [work] lease; they allow group.min.session.timeout.ms (6 s as shipped) "
            "to group.max.session.timeout.ms"
        ) from error
    except (KafkaError, OSError, RuntimeError) as error:  # the last: no controller found, its loop ended
        raise Unavailable(f"{what}: {_text(error)}") from error


def _text(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300]  # some repeat the whole answer of the broker


@dataclass(frozen=True, slots=True)
class Brokers:
    """Where the brokers are, and the names that one installation uses on them."""

    hosts: Sequence[str]
    prefix: str
    settings: Kafka

    def topic(self, name: str) -> str:
        return f"{self.prefix}.{name}" if self.prefix else name

    def group(self, topic: str, group: str) -> str:
        """Groups of one name on two topics are two groups, as on the embedded bus."""
        return f"{self.topic(topic)}.{group}"

    def connect(self, kind: Callable[..., C], **options: Any) -> C:
        """A client of the library. Raises KafkaError or OSError in bounded time, and then leaves no thread behind."""
        self._knock()
        made: list[KafkaNetClient] = []

        def client(**config: Any) -> KafkaNetClient:
            made.append(KafkaNetClient(**config))
            return made[-1]

        try:
            return kind(kafka_client=client, **self._options(), **options)
        except BaseException:
            for one in made:
                one.close()
            raise

    def _knock(self) -> None:
        """Ends at once where nobody listens: the library would try for its whole time and leave sockets behind."""
        for host in self.hosts:
            name, _, port = host.rpartition(":")
            try:
                socket.create_connection((name, int(port)), timeout=BOOTSTRAP_SECONDS).close()
            except OSError as error:
                failed = error
            else:
                return
        raise failed

    def _options(self) -> dict[str, Any]:
        settings = self.settings
        security = ("SASL_" if settings.user else "") + ("SSL" if settings.tls else "PLAINTEXT")
        secret = {
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": settings.user,
            "sasl_plain_password": settings.password,
        }
        return {
            "bootstrap_servers": list(self.hosts),
            "bootstrap_timeout_ms": int(min(settings.timeout, BOOTSTRAP_SECONDS) * 1000),
            "request_timeout_ms": int(settings.timeout * 1000),
            "reconnect_backoff_max_ms": int(RECONNECT_SECONDS * 1000),
            "security_protocol": security if settings.tls or not settings.user else "SASL_PLAINTEXT",
            "ssl_cafile": settings.ca or None,
            **(secret if settings.user else {}),
        }


def instance(name: str) -> str:
    """What a member is called in its group: the same after a restart, another on another machine."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", f"{socket.gethostname()}.{name}")[:249]


def _between(start: int, end: int, done: int) -> int:
    """Records from the first uncommitted one on. A commit beyond the end is of a log that is gone: all count again."""
    return end - max(start, done) if done <= end else end - start


class Office:
    """What the brokers know about topics and groups: asked, and made where it is missing."""

    def __init__(self, brokers: Brokers, partitions: int) -> None:
        self.brokers = brokers
        self.partitions = partitions
        self._client: KafkaAdminClient | None = None
        self._known: dict[str, int] = {}  # topic -> its real number of partitions

    def width(self, topic: str) -> int:
        """How many partitions a topic has; it is made when it is named for the first time."""
        if topic not in self._known:
            self._known[topic] = self._ask(f"topic {topic}", lambda client: self._shape(client, topic))
        return self._known[topic]

    def places(self, topic: str) -> list[TopicPartition]:
        """The topic's partitions in the library's words."""
        return [TopicPartition(self.brokers.topic(topic), number) for number in range(self.width(topic))]

    def lag(self, topic: str, group: str, places: Sequence[TopicPartition]) -> int:
        """Records of `places` that the group has not committed."""
        name = self.brokers.group(topic, group)

        def count(client: KafkaAdminClient) -> int:
            done = client.list_group_offsets({name: list(places)})[name]
            starts = client.list_partition_offsets(dict.fromkeys(places, OffsetSpec.EARLIEST))
            ends = client.list_partition_offsets(dict.fromkeys(places, OffsetSpec.LATEST))
            return sum(
                _between(starts[place].offset, ends[place].offset, done[place].offset if place in done else 0)
                for place in places
            )

        return self._ask(f"group {name}", count) if places else 0

    def dismiss(self, group: str, member: str, instance: str) -> None:
        """Take a member out of its group, so that its partitions are free; nothing when another life has its place."""
        leaving = MemberToRemove(member_id=member, group_instance_id=instance)
        self._ask(f"group {group}", lambda client: client.remove_group_members(group, [leaving]))

    def close(self) -> None:
        """Give the connection up, and what was learnt by it: after an error a topic may be another one, or none."""
        self._known.clear()
        client, self._client = self._client, None
        if client is not None:
            with suppress(KafkaError, OSError):
                client.close()

    def _ask(self, what: str, question: Callable[[KafkaAdminClient], C]) -> C:
        """The answer; asked again for a moment while a leader or coordinator is being chosen."""
        deadline = monotonic() + min(self.brokers.settings.timeout, CHOOSING_SECONDS)
        while True:
            try:
                with translated(f"bus {what}"):
                    if self._client is None:
                        self._client = self.brokers.connect(KafkaAdminClient)
                    return question(self._client)
            except Unavailable as error:
                if not isinstance(error.__cause__, CHOOSING) or monotonic() > deadline:
                    self.close()
                    raise
                time.sleep(CHOOSING_PAUSE)

    def _shape(self, client: KafkaAdminClient, topic: str) -> int:
        width = self._found(client, topic) or self._made(client, topic)
        if not width:
            raise Unavailable(f"bus topic {topic}: the brokers made it and do not show it")
        return width

    def _found(self, client: KafkaAdminClient, topic: str) -> int:
        """The partitions of a topic; 0 when it is not there."""
        (found,) = client.describe_topics([self.brokers.topic(topic)])
        return len(found["partitions"]) if not found["error_code"] else 0

    def _made(self, client: KafkaAdminClient, topic: str) -> int:
        settings, name = self.brokers.settings, self.brokers.topic(topic)
        configs = {
            "cleanup.policy": "delete",
            "retention.ms": str(int(settings.retention_days * 86_400_000)),
            "max.message.bytes": str(MAX_MESSAGE + OVERHEAD),
            "message.timestamp.type": "LogAppendTime",
            # with one copy less than all a broker may be away; an acknowledged message is on two disks then
            "min.insync.replicas": str(max(settings.replication - 1, 1)),
        }
        shape = {
            "num_partitions": self.partitions,
            "replication_factor": settings.replication,
            "configs": configs,
        }
        with suppress(TopicAlreadyExistsError):  # another process was quicker: its number of partitions counts
            client.create_topics({name: shape}, timeout_ms=int(settings.timeout * 1000))
        client.wait_for_topics([name], timeout_ms=int(settings.timeout * 1000))
        return self._found(client, topic)
