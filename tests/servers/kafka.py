"""Kafka: one node in KRaft mode, broker and controller in one process."""

import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.servers import packages
from tests.servers.server import Server, open_port

CLUSTER = "a2xpcGluZy10ZXN0cy0xMQ"  # 22 characters of base64url, as Kafka wants an id
# one node, little memory, quick groups: a lease of one second must be possible
PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{inner}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{inner}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
num.network.threads=2
num.io.threads=4
num.recovery.threads.per.data.dir=1
log.cleaner.dedupe.buffer.size=4194304
log.cleaner.io.buffer.size=131072
log.index.size.max.bytes=262144
log.segment.delete.delay.ms=1000
"""
JAVA = ("-Xms128m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError")


@dataclass(frozen=True)
class Kafka(Server):
    """`url` is `kafka://127.0.0.1:PORT`."""

    name = "Kafka"

    @property
    def url(self) -> str:
        return f"kafka://127.0.0.1:{self.port}"

    @property
    def bootstrap(self) -> str:
        """The address as Kafka's clients want it."""
        return f"127.0.0.1:{self.port}"

    def fresh(self) -> str:
        """The URL with a prefix that nobody has."""
        return f"{self.url}/t{secrets.token_hex(4)}"

    def clear(self, url: str) -> None:
        """Delete the topics below the prefix of `url`."""
        from kafka import KafkaAdminClient  # half a second, for no test that does without Kafka

        prefix = url.rpartition("/")[2]
        admin = KafkaAdminClient(bootstrap_servers=self.bootstrap, request_timeout_ms=10_000)
        try:
            topics = [topic for topic in admin.list_topics() if topic.startswith(prefix)]
            if topics:
                admin.delete_topics(topics)
        finally:
            admin.close()

    def prepare(self) -> None:
        shutil.copytree(packages.kafka_format(_format), self.folder / "data")
        _write_properties(self.folder, self.port, self.inner_port)

    def command(self) -> list[str]:
        return [*_java(), *JAVA, "kafka.Kafka", str(self.folder / "server.properties")]

    def answers(self) -> bool:
        return open_port(self.port)


def _java() -> list[str]:
    jars = packages.kafka_jars()
    return [str(packages.java(packages.KAFKA_JAVA) / "bin" / "java"), "-cp", str(jars / "*")]


def _write_properties(folder: Path, port: int, inner: int) -> Path:
    file = folder / "server.properties"
    file.write_text(PROPERTIES.format(port=port, inner=inner, data=folder / "data"), "utf-8")
    return file


def _format(target: Path) -> None:
    """A data folder as `kafka.tools.StorageTool format` makes it; ports and paths are not in it."""
    file = _write_properties(target, 9092, 9093)
    command = [*_java(), *JAVA, "kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", str(file)]
    subprocess.run(command, cwd=target, capture_output=True, check=True)
    file.unlink()
    for entry in (target / "data").iterdir():
        entry.rename(target / entry.name)
    (target / "data").rmdir()
