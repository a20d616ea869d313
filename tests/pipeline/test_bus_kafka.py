"""The bus on real Kafka brokers keeps the contract, and does to messages what the embedded one does."""

import gc
import importlib.metadata
import re
from contextlib import closing, suppress
from pathlib import Path

import pytest

from kliping.errors import Unavailable
from kliping.settings import Kafka
from pipeline.bus import Bus, Fenced, Outgoing, open_bus
from pipeline.bus.kafka_client import instance
from tests.contracts.bus import BusContract, drain, outgoing
from tests.contracts.bus_member import LEASE, PARTITIONS
from tests.servers.kafka import Kafka as Broker

SOUND = (3, 0, 12)  # 3.0.7 and 3.0.8 stopped fetching after a rebalance (dpkp/kafka-python#3138); bar A2


class TestKafkaBus(BusContract):
    @pytest.fixture
    def location(self, kafka_url: str) -> str:
        return kafka_url

    def test_both_buses_spread_keys_alike_and_keep_the_same_order(self, bus: Bus, topic: str, tmp_path: Path) -> None:
        messages = [outgoing(number, key=f"key{number % 23}") for number in range(200)]
        with closing(open_bus(f"sqlite:{tmp_path}/bus", partitions=PARTITIONS, lease=1.0)) as embedded:
            for start in range(0, 200, 40):
                for one in (bus, embedded):
                    one.publish(topic, messages[start : start + 40])
            here, there = ([(r.partition, r.id) for r in one.read(topic)] for one in (bus, embedded))
        for partition in range(PARTITIONS):
            assert [name for p, name in here if p == partition] == [name for p, name in there if p == partition]

    def test_a_topic_keeps_its_partitions(self, bus: Bus, location: str, topic: str) -> None:
        bus.publish(topic, [outgoing(number) for number in range(40)])
        with closing(open_bus(location, partitions=1, lease=1.0)) as narrow:
            narrow.publish(topic, [outgoing(number) for number in range(40)])
        records = list(bus.read(topic))
        assert all(len({r.partition for r in records if r.key == key}) == 1 for key in {r.key for r in records})
        assert len({r.partition for r in records}) > 1

    def test_a_topic_that_was_deleted_is_made_anew(self, kafka: Broker, location: str, topic: str) -> None:
        with closing(open_bus(location, partitions=PARTITIONS, lease=LEASE, kafka=Kafka(timeout=2.0))) as bus:
            bus.publish(topic, [outgoing(number) for number in range(30)])
            with bus.consumer(topic, "g", "a") as consumer:
                drain(consumer, 30)
            kafka.clear(location)
            for _ in range(5):  # the first try finds out
                with suppress(Unavailable):
                    bus.publish(topic, [outgoing(99)])
                    break
            assert {record.id for record in bus.read(topic)} == {"m99"}
            assert bus.waiting(topic, "g") == 1

    def test_prefixes_are_kept_apart(self, bus: Bus, kafka: Broker, topic: str) -> None:
        bus.publish(topic, [outgoing(1)])
        other = kafka.fresh()
        with closing(open_bus(other, partitions=PARTITIONS, lease=1.0)) as neighbour:
            assert list(neighbour.read(topic)) == []
            assert neighbour.waiting(topic, "g") == 0
        kafka.clear(other)

    def test_one_that_was_replaced_under_its_name_does_not_fight_back(
        self, bus: Bus, location: str, topic: str
    ) -> None:
        bus.publish(topic, [outgoing(number) for number in range(10)])
        older = bus.consumer(topic, "g", "a")
        held = drain(older, 10, commit=False)
        with (
            closing(open_bus(location, partitions=PARTITIONS, lease=1.0)) as second,
            second.consumer(topic, "g", "a") as newer,
        ):
            taken = drain(newer, 10, commit=False)
            with pytest.raises(Fenced):
                older.commit(held)
            with pytest.raises(Fenced, match="another process works under this name"):
                older.poll(10, 0.1)
            older.close()
            newer.commit(taken)
        assert bus.waiting(topic, "g") == 0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the library leaves its socket open
@pytest.mark.parametrize(
    ("settings", "lease", "word"),
    [
        (Kafka(timeout=2.0, user="who", password="what"), 10.0, "bus topic t"),
        (Kafka(timeout=2.0, tls=True), 10.0, "bus topic t"),
        (Kafka(timeout=2.0), 0.2, "lease"),
    ],
    ids=["login", "tls", "lease"],
)
def test_what_the_brokers_refuse_is_unavailable_and_says_what(
    kafka_url: str, settings: Kafka, lease: float, word: str
) -> None:
    with (
        closing(open_bus(kafka_url, partitions=1, lease=lease, kafka=settings)) as bus,
        pytest.raises(Unavailable, match=word),
    ):
        bus.consumer("t", "g", "a").poll(1, 5.0)
    gc.collect()


def test_what_another_program_wrote_has_an_id_that_a_row_can_keep(kafka_url: str) -> None:
    """Or its verdict could not be written, and no worker would come past it."""
    with closing(open_bus(kafka_url, partitions=1, lease=LEASE)) as bus:
        bus.publish("t", [Outgoing(id=id_, key="k", payload=b"?") for id_ in ("", "\0", "x" * 33, "sepatu ♥", "a1")])
        ids = [record.id for record in bus.read("t")]
        assert [record.id for record in bus.read("t")] == ids
    assert ids[-1] == "a1"
    assert len(set(ids)) == 5
    assert all(re.fullmatch("[0-9a-f]{32}", id_) for id_ in ids[:-1])


def test_nobody_at_the_door_is_unavailable_at_once() -> None:
    with closing(open_bus("kafka://127.0.0.1:1", partitions=1, lease=1.0)) as bus:
        for call in (lambda: bus.publish("t", [outgoing(1)]), lambda: bus.consumer("t", "g", "a").poll(1, 0.1)):
            with pytest.raises(Unavailable, match="refused"):
                call()


def test_the_library_is_no_older_than_the_first_sound_one() -> None:
    found = importlib.metadata.version("kafka-python")
    assert tuple(int(part) for part in found.split(".")[:3]) >= SOUND


def test_a_member_is_called_alike_after_a_restart_and_within_the_letters_of_kafka() -> None:
    assert instance("extract 0/ü") == instance("extract 0/ü")
    assert instance("extract 0/ü").endswith(".extract-0--")
    assert len(instance("x" * 500)) <= 249
