"""The one door: a bus by its setting. Each backend's driver is imported behind it."""

from pathlib import Path

from kliping.errors import ConfigError
from pipeline.bus.base import Bus


def open_bus(location: str, *, partitions: int, lease: float) -> Bus:
    """The bus of a setting such as `sqlite:var/bus`.

    partitions: of topics that are made now; those that exist keep theirs. lease: seconds until a dead consumer's
    partitions are free.
    """
    scheme, _, rest = location.partition(":")
    if scheme == "sqlite":
        from pipeline.bus.sqlite import SqliteBus

        return SqliteBus(Path(rest), partitions=partitions, lease=lease)
    raise ConfigError(f"bus: expected sqlite:FOLDER, got {location!r}")
