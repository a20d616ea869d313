"""The one door: a bus by its setting. Each backend's driver is imported behind it."""

from pathlib import Path

from kliping.errors import ConfigError
from kliping.settings import Kafka
from pipeline.bus.base import Bus


def open_bus(location: str, *, partitions: int, lease: float, kafka: Kafka = Kafka()) -> Bus:
    """The bus of a setting such as `sqlite:var/bus` or `kafka://host:9092,other:9092/prefix`.

    partitions: of topics that are made now; those that exist keep theirs. lease: seconds until a dead consumer's
    partitions are free. kafka: how to speak to brokers. Nothing is asked before the first call.
    """
    scheme, _, rest = location.partition(":")
    if scheme == "sqlite":
        from pipeline.bus.sqlite import SqliteBus

        return SqliteBus(Path(rest), partitions=partitions, lease=lease)
    if scheme == "kafka":
        from pipeline.bus.kafka import KafkaBus

        hosts, _, prefix = rest.removeprefix("//").partition("/")
        return KafkaBus(hosts.split(","), prefix, partitions=partitions, lease=lease, settings=kafka)
    raise ConfigError(f"bus: expected sqlite:FOLDER or kafka://HOSTS[/PREFIX], got {location!r}")
