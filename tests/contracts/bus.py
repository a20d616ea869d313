"""What every bus must keep. A backend's test class inherits this one and gives `location`."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest

from kliping.errors import Rejected
from kliping.wire import MAX_MESSAGE
from pipeline.bus import Bus, Fenced, Outgoing, Record, open_bus
from pipeline.bus.base import Consumer
from tests.contracts.bus_member import LEASE, PARTITIONS, Member

WAIT = 30.0  # seconds: the bounded wait of the contract, generous for a real broker on a busy machine


def outgoing(number: int, key: str = "") -> Outgoing:
    return Outgoing(id=f"m{number}", key=key or f"k{number % 7}", payload=f"payload {number}".encode())


def drain(consumer: Consumer, count: int, commit: bool = True) -> list[Record]:
    """Poll until `count` records are there (or the bounded wait is over)."""
    found: list[Record] = []
    for _ in range(int(WAIT / 0.2)):
        records = consumer.poll(100, 0.2)
        found += records
        if records and commit:
            consumer.commit(records)
        if len(found) >= count:
            break
    return found


def ids(records: list[Record]) -> list[str]:
    return [record.id for record in records]


class BusContract:
    """Tests in the words of `pipeline/bus/base.py`."""

    @pytest.fixture
    def location(self) -> str:
        """The setting of a new, empty bus."""
        raise NotImplementedError

    @pytest.fixture
    def open_bus(self, location: str) -> Iterator[Callable[[], Bus]]:
        """A function that opens the same bus again, with PARTITIONS partitions and a lease of LEASE seconds."""
        with ExitStack() as stack:

            def opened() -> Bus:
                return stack.enter_context(closing(open_bus(location, partitions=PARTITIONS, lease=LEASE)))

            yield opened

    @pytest.fixture
    def bus(self, open_bus: Callable[[], Bus]) -> Bus:
        return open_bus()

    @pytest.fixture
    def topic(self) -> str:
        return f"t{uuid.uuid4().hex[:8]}"

    def test_what_was_published_is_polled_once_with_id_key_and_payload(self, bus: Bus, topic: str) -> None:
        bus.publish(topic, [outgoing(n) for n in range(50)])
        with bus.consumer(topic, "g", "a") as consumer:
            records = drain(consumer, 50)
            assert sorted(ids(records)) == sorted(f"m{n}" for n in range(50))
            assert {(r.id, r.key, r.payload) for r in records} == {
                (o.id, o.key, o.payload) for o in map(outgoing, range(50))
            }
            assert consumer.poll(10, 0.1) == []

    def test_the_order_of_a_key_is_kept(self, bus: Bus, topic: str) -> None:
        for start in range(0, 100, 10):
            bus.publish(topic, [outgoing(n) for n in range(start, start + 10)])
        with bus.consumer(topic, "g", "a") as consumer:
            records = drain(consumer, 100)
        for key in {r.key for r in records}:
            numbers = [int(r.id[1:]) for r in records if r.key == key]
            assert numbers == sorted(numbers)

    def test_a_key_stays_in_its_partition_and_offsets_rise(self, bus: Bus, topic: str) -> None:
        bus.publish(topic, [outgoing(n) for n in range(60)])
        records = list(bus.read(topic))
        assert all(len({r.partition for r in records if r.key == key}) == 1 for key in {r.key for r in records})
        assert len({r.partition for r in records}) > 1
        for partition in range(PARTITIONS):
            offsets = [r.offset for r in records if r.partition == partition]
            assert offsets == sorted(set(offsets))

    def test_poll_gives_no_more_than_the_limit(self, bus: Bus, topic: str) -> None:
        bus.publish(topic, [outgoing(n) for n in range(30)])
        with bus.consumer(topic, "g", "a") as consumer:
            assert len(drain(consumer, 1, commit=False)) <= 100
            consumer.rewind()
            assert 0 < len(consumer.poll(5, WAIT)) <= 5

    def test_uncommitted_records_come_again_to_the_next_life(self, open_bus: Callable[[], Bus], topic: str) -> None:
        first = open_bus()
        first.publish(topic, [outgoing(n, key="one") for n in range(10)])
        consumer = first.consumer(topic, "g", "a")
        records = drain(consumer, 10, commit=False)
        consumer.commit(records[:4])
        # no close(): as if it had been killed
        second = open_bus()
        with second.consumer(topic, "g", "a") as reborn:
            assert ids(drain(reborn, 6)) == [f"m{n}" for n in range(4, 10)]

    def test_rewind_gives_the_uncommitted_again(self, bus: Bus, topic: str) -> None:
        bus.publish(topic, [outgoing(n, key="one") for n in range(6)])
        with bus.consumer(topic, "g", "a") as consumer:
            records = drain(consumer, 6, commit=False)
            consumer.commit(records[:2])
            consumer.rewind()
            assert ids(drain(consumer, 4)) == ["m2", "m3", "m4", "m5"]

    def test_groups_are_independent(self, bus: Bus, topic: str) -> None:
        bus.publish(topic, [outgoing(n) for n in range(10)])
        with bus.consumer(topic, "g", "a") as one, bus.consumer(topic, "h", "a") as other:
            assert len(drain(one, 10)) == 10
            assert len(drain(other, 10)) == 10

    def test_consumers_of_a_group_share_and_together_see_everything(
        self, open_bus: Callable[[], Bus], topic: str
    ) -> None:
        with ExitStack() as stack:
            buses = [open_bus() for _ in range(2)]
            consumers = [stack.enter_context(bus.consumer(topic, "g", f"c{n}")) for n, bus in enumerate(buses)]
            seen: list[list[str]] = [[], []]
            told = 0
            for _ in range(int(WAIT / 0.2)):
                if not all(seen):  # one of them has not joined yet
                    buses[0].publish(topic, [outgoing(n, key=f"key{n}") for n in range(told, told + 20)])
                    told += 20
                for n, consumer in enumerate(consumers):
                    seen[n] += self._taken(consumer)
                if all(seen) and sum(map(len, seen)) >= told:
                    break
        assert sorted(seen[0] + seen[1]) == sorted(f"m{n}" for n in range(told))
        assert seen[0]
        assert seen[1]

    @staticmethod
    def _taken(consumer: Consumer) -> list[str]:
        """Ids that were polled and committed; none when the partitions were dealt out in between: they come again."""
        records = consumer.poll(20, 0.1)
        try:
            consumer.commit(records)
        except Fenced:
            consumer.rewind()
            return []
        return ids(list(records))

    def test_a_dead_member_loses_its_partitions_after_its_lease(self, bus: Bus, location: str, topic: str) -> None:
        bus.publish(topic, [outgoing(n) for n in range(20)])
        with Member(location, topic, "g", "dying") as dying:
            assert len(dying.poll(20)) == 20
            dying.kill()
        with bus.consumer(topic, "g", "living") as heir:
            assert len(drain(heir, 20)) == 20

    def test_one_that_comes_back_under_its_name_takes_its_partitions_at_once(self, location: str, topic: str) -> None:
        """The lease is an hour here (half of one, on Kafka's brokers): nobody waited for its end."""
        with closing(open_bus(location, partitions=PARTITIONS, lease=1800.0)) as bus:
            bus.publish(topic, [outgoing(n) for n in range(20)])
            lost = bus.consumer(topic, "g", "a")
            assert len(drain(lost, 20, commit=False)) == 20
            with (
                closing(open_bus(location, partitions=PARTITIONS, lease=1800.0)) as other,
                other.consumer(topic, "g", "a") as reborn,
            ):
                assert len(drain(reborn, 20)) == 20

    def test_a_frozen_member_is_fenced(self, bus: Bus, location: str, topic: str) -> None:
        bus.publish(topic, [outgoing(n, key="one") for n in range(5)])
        with Member(location, topic, "g", "frozen") as frozen:
            assert len(frozen.poll(5)) == 5
            frozen.freeze()
            with bus.consumer(topic, "g", "other") as other:
                assert len(drain(other, 5)) == 5  # takes over once the lease of the frozen one is over
                frozen.thaw()
                assert frozen.commit(1) == "fenced"
                bus.publish(topic, [outgoing(5, key="one")])
                assert ids(drain(other, 1)) == ["m5"]  # the late commit moved nothing back

    def test_a_partition_that_was_dealt_out_again_is_not_committed(
        self, open_bus: Callable[[], Bus], topic: str
    ) -> None:
        """A member that polled, then polled again while another took its partition, holds records of an old deal."""
        first, second = open_bus(), open_bus()
        first.publish(topic, [outgoing(n) for n in range(40)])
        with first.consumer(topic, "g", "a") as early:
            held = drain(early, 40, commit=False)
            early.rewind()
            with second.consumer(topic, "g", "b") as late:
                taken: list[Record] = []
                for _ in range(int(WAIT / 0.2)):
                    taken += late.poll(100, 0.1)
                    early.hold(0.1)
                    if taken:
                        break
                late.commit(taken)
                theirs = {record.partition for record in taken}
                assert theirs
                with pytest.raises(Fenced):
                    early.commit([record for record in held if record.partition in theirs][:1])
        assert first.waiting(topic, "g") == 40 - len(taken)

    def test_one_that_works_for_long_keeps_its_partitions_and_commits_before_they_are_dealt_out(
        self, open_bus: Callable[[], Bus], topic: str
    ) -> None:
        """Longer than its lease, and while another one joins: no commit is refused and no batch is done twice."""
        bus = open_bus()
        bus.publish(topic, [outgoing(n) for n in range(20)])
        with bus.consumer(topic, "g", "slow") as slow, open_bus().consumer(topic, "g", "new") as new:
            held = drain(slow, 20, commit=False)
            early: list[Record] = []
            for _ in range(int(2 * LEASE / 0.1)):
                early += new.poll(10, 0.1)
                if slow.attend():
                    break
            assert early == []
            slow.commit(held)
            both = [record for _ in range(10) for one in (slow, new) for record in one.poll(10, 0.1)]
            assert both == []
        assert bus.waiting(topic, "g") == 0

    def test_one_that_holds_stays_a_member_and_takes_nothing(self, open_bus: Callable[[], Bus], topic: str) -> None:
        """Longer than its lease: whoever waits for a store keeps its partitions, and gets its records after it."""
        bus = open_bus()
        bus.publish(topic, [outgoing(n, key="one") for n in range(6)])
        with bus.consumer(topic, "g", "a") as patient, open_bus().consumer(topic, "g", "b") as greedy:
            owner, other = self._owner_first(patient, greedy)
            owner.rewind()
            for _ in range(6):
                owner.hold(LEASE / 4)
                assert other.poll(10, 0) == []
            records = drain(owner, 6, commit=False)
            assert ids(records) == [f"m{n}" for n in range(6)]
            owner.commit(records)

    @staticmethod
    def _owner_first(one: Consumer, other: Consumer) -> tuple[Consumer, Consumer]:
        """The two once both are in the group, the one that got records first; both have taken what is theirs."""
        got = [False, False]
        for turn in range(int(WAIT / 0.2)):
            for n, consumer in enumerate((one, other)):
                got[n] = bool(consumer.poll(10, 0.1))
                consumer.rewind()
            if any(got) and turn > 15:  # both have joined and settled
                break
        return (one, other) if got[0] else (other, one)

    def test_behind_counts_what_waits_for_a_member(self, bus: Bus, topic: str) -> None:
        bus.publish(topic, [outgoing(n) for n in range(12)])
        with bus.consumer(topic, "g", "a") as consumer:
            records = drain(consumer, 12, commit=False)
            assert consumer.behind() == 12
            consumer.commit(records)
            assert consumer.behind() == 0

    def test_a_closed_member_frees_its_partitions_at_once(self, bus: Bus, topic: str) -> None:
        bus.publish(topic, [outgoing(n) for n in range(10)])
        with bus.consumer(topic, "g", "a") as consumer:
            drain(consumer, 10, commit=False)
        with bus.consumer(topic, "g", "b") as consumer:
            assert len(drain(consumer, 10)) == 10

    def test_waiting_counts_what_a_group_has_not_committed(self, bus: Bus, topic: str) -> None:
        assert bus.waiting(topic, "g") == 0
        bus.publish(topic, [outgoing(n) for n in range(12)])
        assert bus.waiting(topic, "g") == 12
        with bus.consumer(topic, "g", "a") as consumer:
            records = drain(consumer, 12, commit=False)
            consumer.commit(records)
        assert bus.waiting(topic, "g") == 0
        assert bus.waiting(topic, "h") == 12

    def test_read_gives_everything_outside_of_any_group(self, bus: Bus, topic: str) -> None:
        assert list(bus.read(topic)) == []
        bus.publish(topic, [outgoing(n) for n in range(12)])
        assert sorted(ids(list(bus.read(topic)))) == sorted(f"m{n}" for n in range(12))
        assert bus.waiting(topic, "g") == 12

    def test_a_message_above_the_limit_is_rejected_and_nothing_published(self, bus: Bus, topic: str) -> None:
        fits = Outgoing(id="fits", key="k", payload=b"x" * (MAX_MESSAGE // 2))
        with pytest.raises(Rejected, match="too_large"):
            bus.publish(topic, [fits, Outgoing(id="big", key="k", payload=b"x" * (MAX_MESSAGE + 1))])
        assert list(bus.read(topic)) == []
        bus.publish(topic, [fits])
        assert ids(list(bus.read(topic))) == ["fits"]
