"""When: at each desk's hour in its zone, once, whatever restarts, clock steps and second schedulers do."""

import logging
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests import editions, ledger
from digests.deliver import Stopped
from digests.message import Sender
from digests.post import Post
from digests.schedule import HOLD, Scheduler, due, edition_time, missed
from kliping import recipients
from kliping.database import Database
from kliping.desks import Desk, Recipient
from kliping.errors import ConfigError
from tests.digests.conftest import DAY, SIX, Newsroom, desk_of
from tests.digests.test_post import Clock, ScriptedMailer

ZONES = {
    "barat": ("Asia/Jakarta", datetime(2026, 11, 22, 23, 0, tzinfo=UTC)),
    "tengah": ("Asia/Makassar", datetime(2026, 11, 22, 22, 0, tzinfo=UTC)),
    "timur": ("Asia/Jayapura", datetime(2026, 11, 22, 21, 0, tzinfo=UTC)),
}
SECOND = timedelta(seconds=1)


def desks() -> dict[str, Desk]:
    someone = (Recipient(address="ana@sukaraya.test"),)
    return {id_: desk_of(id_, zone=zone, recipients=someone) for id_, (zone, _) in ZONES.items()}


@dataclass
class House:
    """Schedulers that share a database, a clock and a mailer."""

    database: Database
    desks: dict[str, Desk]
    clock: Clock = field(default_factory=lambda: Clock(SIX - 3 * timedelta(hours=1)))
    mailer: ScriptedMailer = field(default_factory=ScriptedMailer)

    def scheduler(self) -> Scheduler:
        """A freshly started one."""
        post = Post(self.database, self.mailer, Sender("Kliping <kliping@sukaraya.test>"), self.clock)
        return Scheduler(self.database, post, self.desks, {}, "https://kliping.test")

    def closed(self, desk: str) -> list[editions.Closed]:
        return editions.closed_editions(self.database, desk)


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return house_in(sqlite_database)


def house_in(database: Database) -> House:
    house = House(database, desks())
    for desk in house.desks.values():
        recipients.sync(database, desk, SIX - 2 * DAY)
    return house


@pytest.fixture(params=["UTC", "Asia/Jakarta", "America/New_York"])
def server_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    os.environ.pop("TZ", None) if os.environ.get("TZ") == request.param else None
    time.tzset()


def test_each_desk_at_six_in_its_own_zone(house: House, server_zone: str) -> None:
    scheduler = house.scheduler()
    house.clock.at = SIX - timedelta(hours=4)
    while house.clock.at < SIX + timedelta(minutes=30):
        scheduler.tick()
        house.clock.at += timedelta(minutes=1)
    for id_, (_, six) in ZONES.items():
        (only,) = [one for one in house.closed(id_) if one.day == "2026-11-23"]
        assert only.due_at == six
        assert six <= only.closed_at < six + timedelta(minutes=5)
        assert not editions.load(house.database, id_, only.number).late
    assert len(house.mailer.taken) == 3


def test_a_restart_at_every_second_around_six_makes_one(house: House) -> None:
    house.clock.at = SIX - SECOND
    for _ in range(4):
        house.scheduler().tick()
        house.clock.at += SECOND
    assert [one.day for one in house.closed("barat")].count("2026-11-23") == 1
    sent = [one for one in ledger.lines(house.database, "barat") if one.state == "sent"]
    assert len(sent) == 1


def test_the_clock_steps_back_and_forth(house: House) -> None:
    scheduler = house.scheduler()
    for step in (0, 2, -2, 0, 2, -2):
        house.clock.at = SIX + timedelta(hours=step, minutes=1)
        scheduler.tick()
        house.scheduler().tick()
    assert [one.day for one in house.closed("barat")].count("2026-11-23") == 1
    assert len({one.message_id for one in house.mailer.taken}) == len(house.mailer.taken)


def test_two_schedulers_at_once_send_each_mail_once(database: Database) -> None:
    house = house_in(database)
    for number in range(10):
        recipients.add(house.database, "barat", f"orang{number}@sukaraya.test", "", "ratna", SIX - DAY)
    house.clock.at = SIX + SECOND
    with ThreadPoolExecutor(3) as pool:
        for scheduler in [house.scheduler() for _ in range(3)]:
            pool.submit(scheduler.tick)
    barat = [one.recipient for one in house.mailer.taken if ".barat." in one.message_id]
    assert sorted(barat) == sorted({*barat})
    assert len(barat) == 11


@pytest.mark.parametrize(("hours", "made"), [(0.1, True), (5.9, True), (6.1, False), (20, False)])
def test_six_hours_late_is_the_latest(house: House, caplog: pytest.LogCaptureFixture, hours: float, made: bool) -> None:
    house.clock.at = SIX - DAY + SECOND
    house.scheduler().tick()
    house.clock.at = SIX + timedelta(hours=hours)
    with caplog.at_level(logging.ERROR):
        house.scheduler().tick()
    today = [one for one in house.closed("barat") if one.day == "2026-11-23"]
    assert bool(today) is made
    assert ("barat: no edition of 2026-11-23" in caplog.text) is not made
    assert missed(house.database, house.desks["barat"], house.clock.at) == ([] if made else ["2026-11-23"])
    if made and hours > 1:
        assert editions.load(house.database, "barat", today[0].number).late


def test_a_desk_that_never_had_an_edition_missed_none(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.clock.at = SIX + timedelta(hours=9)
    with caplog.at_level(logging.ERROR):
        house.scheduler().tick()
    assert caplog.text == ""
    assert missed(house.database, house.desks["barat"], house.clock.at) == []


def test_what_a_skipped_edition_would_have_told_is_in_the_next(newsroom: Newsroom) -> None:
    newsroom.closed()
    newsroom.article(1, seen=SIX + timedelta(hours=3))
    assert [item.title for item in newsroom.close(3).items] == ["Berita nomor 1"]


def test_an_edition_closed_by_hand_before_its_hour_is_sent_at_its_hour(house: House) -> None:
    slot = editions.Slot(day="2026-11-23", due_at=SIX)
    editions.close(house.database, house.desks["barat"], {}, slot, SIX - timedelta(minutes=40), "https://kliping.test")
    house.clock.at = SIX - timedelta(minutes=1)
    house.scheduler().tick()
    assert not [one for one in house.mailer.taken if ".barat." in one.message_id and "2026-11-23" in one.message_id]
    house.clock.at = SIX + SECOND
    house.scheduler().tick()
    assert [one for one in house.mailer.taken if ".barat." in one.message_id and "2026-11-23" in one.message_id]


def test_what_was_closed_and_never_sent_is_told_after_a_long_stop(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    slot = editions.Slot(day="2026-11-23", due_at=SIX)
    editions.close(house.database, house.desks["barat"], {}, slot, SIX + SECOND, "https://kliping.test")
    house.clock.at = SIX + timedelta(hours=9)
    with caplog.at_level(logging.WARNING):
        house.scheduler().tick()
    assert "barat: edition 1 was closed and sent to nobody" in caplog.text
    assert house.mailer.taken == []


def test_a_server_that_refuses_us_is_left_alone_for_an_hour(house: House) -> None:
    scheduler = house.scheduler()
    house.mailer.script = [Stopped("535 bad credentials")]
    house.clock.at = SIX + SECOND
    for _ in range(40):
        scheduler.tick()
        house.clock.at += timedelta(minutes=1)
    assert house.mailer.tries == 1
    house.clock.at += HOLD
    scheduler.tick()
    assert len(house.mailer.taken) == 3


def test_one_desk_with_a_wrong_recipient_stops_no_other(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.desks["timur"] = desk_of("timur", zone="Asia/Jayapura", recipients=(Recipient(address="bukan alamat"),))
    house.clock.at = SIX + SECOND
    scheduler = house.scheduler()
    with caplog.at_level(logging.ERROR):
        scheduler.tick()
        scheduler.tick()
    assert caplog.text.count("recipients.address") == 1
    assert [len(house.closed(id_)) for id_ in ("barat", "tengah", "timur")] == [1, 1, 0]


@pytest.mark.parametrize("hour", ["", "6", "25:00", "pagi", "06:00+07:00"])
def test_an_hour_that_is_none_is_refused_at_the_start(house: House, hour: str) -> None:
    house.desks["barat"] = desk_of("barat", edition_at=hour)
    with pytest.raises(ConfigError, match="edition_at"):
        house.scheduler()


@given(
    st.integers(0, 4 * 366 * 24 * 60),
    st.sampled_from([zone for zone, _ in ZONES.values()]),
    st.integers(0, 23),
)
def test_the_slot_is_the_newest_that_is_not_in_the_future(minutes: int, zone: str, hour: int) -> None:
    at = SIX + timedelta(minutes=minutes)
    desk = desk_of(zone=zone, edition_at=f"{hour:02d}:00")
    (one,) = due([desk], at)
    assert timedelta(0) <= at - one.slot.due_at < DAY
    assert (one.turn == "close") is (at - one.slot.due_at <= timedelta(hours=6))
    assert edition_time(desk).hour == hour
