"""The embedded bus keeps the contract, and says Unavailable where its file cannot be used."""

from pathlib import Path

import pytest

from kliping.errors import ConfigError, Unavailable
from pipeline.bus import open_bus
from tests.contracts.bus import BusContract, outgoing


class TestSqliteBus(BusContract):
    @pytest.fixture
    def location(self, tmp_path: Path) -> str:
        return f"sqlite:{tmp_path}/bus"

    def test_a_topic_keeps_its_partitions(self, tmp_path: Path) -> None:
        wide = open_bus(f"sqlite:{tmp_path}/bus", partitions=8, lease=1.0)
        wide.publish("t", [outgoing(n, key=f"key{n}") for n in range(64)])
        narrow = open_bus(f"sqlite:{tmp_path}/bus", partitions=1, lease=1.0)
        narrow.publish("t", [outgoing(n, key=f"key{n}") for n in range(64)])
        by_key: dict[str, set[int]] = {}
        for record in narrow.read("t"):
            by_key.setdefault(record.key, set()).add(record.partition)
        assert all(len(partitions) == 1 for partitions in by_key.values())

    def test_a_file_that_is_no_database_is_unavailable(self, tmp_path: Path) -> None:
        (tmp_path / "bus").mkdir()
        (tmp_path / "bus" / "t.db").write_bytes(b"not a database, but long enough to be taken for one" * 100)
        with pytest.raises(Unavailable, match="bus topic t"):
            open_bus(f"sqlite:{tmp_path}/bus", partitions=1, lease=1.0).publish("t", [outgoing(1)])

    def test_an_unknown_scheme_is_a_configuration_error(self) -> None:
        with pytest.raises(ConfigError, match="expected sqlite:FOLDER or kafka://HOSTS"):
            open_bus("carrier-pigeon:loft", partitions=1, lease=1.0)
