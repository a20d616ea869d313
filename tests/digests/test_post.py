"""The ledger and the sending: nobody is left out, nobody gets a backlog, and every ending is written down."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from digests import ledger
from digests.deliver import Envelope, Later, Refused, Stopped, Unknown
from digests.deliver.smtp import SmtpMailer
from digests.message import Sender
from digests.post import Post
from kliping import recipients
from kliping.database import Database
from kliping.desks import Recipient
from kliping.staff_tables import deliveries
from tests.digests.conftest import DAY, SIX, Newsroom, desk_of
from tests.digests.mailserver import mail_server, make_trust

MINUTE = timedelta(minutes=1)


@dataclass
class ScriptedMailer:
    """A mailer that does what it is told, then takes everything. `taken`: recipient and bytes."""

    script: list[Exception | Callable[[], None]] = field(default_factory=list)
    taken: list[Envelope] = field(default_factory=list)
    tries: int = 0
    patience: float = 60.0

    def send(self, envelope: Envelope, /) -> None:
        self.tries += 1
        step = self.script.pop(0) if self.script else None
        if isinstance(step, Unknown):
            self.taken.append(envelope)
        if isinstance(step, Exception):
            raise step
        if step:
            step()
        self.taken.append(envelope)

    def close(self) -> None:
        """Nothing is held."""


@dataclass
class Clock:
    at: datetime = SIX + MINUTE

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Office:
    """A desk with recipients, its editions and a mailer that obeys."""

    newsroom: Newsroom
    clock: Clock = field(default_factory=Clock)
    mailer: ScriptedMailer = field(default_factory=ScriptedMailer)

    @property
    def post(self) -> Post:
        return Post(self.newsroom.database, self.mailer, Sender("Kliping <kliping@sukaraya.test>"), self.clock)

    def add(self, *names: str, at: datetime = SIX - DAY) -> None:
        for name in names:
            recipients.add(self.newsroom.database, "kota", f"{name}@sukaraya.test", name, "ratna", at)

    def plan(self, day: int = 0) -> int:
        number = self.newsroom.closed(day).number
        return self.post.plan("kota", number)

    def states(self) -> dict[str, str]:
        return {line.address.partition("@")[0]: line.state for line in ledger.lines(self.newsroom.database, "kota")}

    def reached(self) -> list[str]:
        return [one.recipient.partition("@")[0] for one in self.mailer.taken]


@pytest.fixture
def office(newsroom: Newsroom) -> Office:
    newsroom.article(1)
    return Office(newsroom)


def test_everyone_gets_it_once(office: Office) -> None:
    office.add("ana", "budi", "citra")
    assert office.plan() == 3
    assert office.post.deliver().sent == 3
    assert office.plan() == 0
    assert office.post.deliver().sent == 0
    assert office.reached() == ["ana", "budi", "citra"]
    assert set(office.states().values()) == {"sent"}


def test_a_new_recipient_begins_with_the_next_edition(office: Office) -> None:
    office.add("ana")
    office.plan()
    office.add("baru", at=SIX + timedelta(hours=1))
    assert office.plan() == 0
    office.post.deliver()
    assert office.reached() == ["ana"]
    for day in (1, 2):
        office.clock.at = SIX + day * DAY + MINUTE
        office.plan(day)
        office.post.deliver()
    assert office.reached().count("baru") == 2


@pytest.mark.parametrize("error", [Later("451 later"), Unknown("lost")])
def test_what_did_not_go_out_is_tried_by_the_ladder_with_the_same_bytes(office: Office, error: Exception) -> None:
    office.add("ana")
    office.plan()
    tried = []
    office.mailer.script = [error] * 6
    for _ in range(6 * 60):
        before = office.mailer.tries
        office.post.deliver()
        if office.mailer.tries > before:
            tried.append(int((office.clock.at - SIX) / MINUTE) - 1)
        office.clock.at += MINUTE
    assert tried == [0, 1, 6, 21, 81, 141, 201]
    assert office.states() == {"ana": "sent"}
    assert len({(one.message_id, one.message) for one in office.mailer.taken}) == 1


@pytest.mark.parametrize(("error", "ending"), [(Later("451"), "refused"), (Unknown("lost"), "unknown")])
def test_when_the_day_is_over_it_stays_for_people_to_see(office: Office, error: Exception, ending: str) -> None:
    office.add("ana")
    office.plan()
    office.mailer.script = [error] * 100
    for _ in range(30):
        office.post.deliver()
        office.clock.at += timedelta(hours=1)
    assert office.states() == {"ana": ending}
    tries = office.mailer.tries
    office.clock.at += 3 * DAY
    office.post.deliver()
    assert office.mailer.tries == tries


def test_one_refused_address_stops_nobody_else(office: Office) -> None:
    office.add("ana", "budi", "citra")
    office.plan()
    office.mailer.script = [Refused("550 no such user", 550)]
    office.post.deliver()
    assert office.states() == {"ana": "refused", "budi": "sent", "citra": "sent"}


def test_the_third_refusal_in_a_row_pauses_an_address(office: Office) -> None:
    office.add("ana", "budi")
    for day in range(4):
        office.clock.at = SIX + day * DAY + MINUTE
        office.plan(day)
        office.mailer.script = [Refused("550 no such user", 550)]
        office.post.deliver()
    with office.newsroom.database.read() as connection:
        paused = {one.address: one.by for one in recipients.subscribers(connection, "kota") if one.stopped_at}
    assert paused == {"ana@sukaraya.test": recipients.BOUNCED}
    assert [line.state for line in ledger.lines(office.newsroom.database) if line.address.startswith("ana")] == [
        "refused"
    ] * 3


def test_too_large_is_sent_once_more_without_the_sheet(office: Office) -> None:
    office.add("ana")
    office.plan()
    office.mailer.script = [Refused("552 too large", 552)]
    office.post.deliver()
    only = office.mailer.taken[0]
    assert b"application/pdf" not in only.message
    assert ".v2@" in only.message_id
    assert office.states() == {"ana": "sent"}


def test_too_large_again_is_refused(office: Office) -> None:
    office.add("ana")
    office.plan()
    office.mailer.script = [Refused("552 too large", 552)] * 3
    office.post.deliver()
    assert (office.mailer.tries, office.states()) == (2, {"ana": "refused"})


def test_a_server_that_refuses_us_stops_everything_and_nothing_is_charged(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.add("ana", "budi")
    office.plan()
    office.mailer.script = [Stopped("535 bad credentials")]
    with caplog.at_level(logging.CRITICAL):
        posted = office.post.deliver()
    assert posted.stopped == "535 bad credentials"
    assert "535" in caplog.text
    assert office.mailer.tries == 1
    assert office.states() == {"ana": "planned", "budi": "planned"}
    assert office.post.deliver().sent == 2


def test_an_edition_goes_out_over_a_real_encrypted_server(office: Office, tmp_path: Path) -> None:
    office.add("ana", "budi", "citra")
    office.plan()
    trust = make_trust(tmp_path)
    with mail_server(trust) as server:
        server.rcpt["budi@sukaraya.test"] = ["550 5.1.1 no such user"]
        mailer = SmtpMailer("127.0.0.1", server.port, context=trust.client, timeout=5)
        Post(office.newsroom.database, mailer, Sender("Kliping <kliping@sukaraya.test>"), office.clock).deliver()
    assert office.states() == {"ana": "sent", "budi": "refused", "citra": "sent"}
    assert server.encrypted == [True, True]
    planned = [line.address for line in ledger.lines(office.newsroom.database) if line.state == "sent"]
    assert server.recipients == planned
    for raw in server.taken:
        assert re.search(rb"^List-Unsubscribe: <https://\S+/berhenti/[0-9a-f]{32}>\r$", raw, re.MULTILINE)
        body = message_from_bytes(raw, policy=default).get_body(("plain",))
        assert body is not None
        assert "Berita nomor 1" in body.get_content()


def test_who_unsubscribes_before_the_mail_goes_out_gets_none(office: Office) -> None:
    office.add("ana", "budi")
    office.plan()
    with office.newsroom.database.read() as connection:
        ana = recipients.subscribers(connection, "kota")[0]
    recipients.stop(office.newsroom.database, ana.token, SIX)
    office.post.deliver()
    assert office.states() == {"ana": "stopped", "budi": "sent"}


def test_a_row_in_hand_is_left_alone_while_its_sender_may_live(office: Office) -> None:
    office.add("ana")
    office.plan()
    database = office.newsroom.database
    taken = ledger.claim(database, office.clock.at, timedelta(seconds=60))
    assert taken is not None
    assert office.post.deliver().sent == 0
    office.clock.at += timedelta(seconds=61)
    assert office.post.deliver().sent == 1
    assert office.mailer.taken[0].message == taken.message


def test_what_a_long_stop_left_is_not_sent_days_later(office: Office) -> None:
    office.add("ana", "budi")
    office.plan()
    ledger.claim(office.newsroom.database, office.clock.at, timedelta(seconds=60))
    office.clock.at += 2 * DAY
    assert office.post.deliver().sent == 0
    assert office.states() == {"ana": "unknown", "budi": "refused"}


def test_an_edition_of_yesterday_can_be_sent_by_hand(office: Office) -> None:
    office.add("ana")
    office.newsroom.closed()
    office.clock.at = SIX + 2 * DAY
    assert office.plan() == 1
    assert office.post.deliver().sent == 1


def test_old_bytes_are_forgotten_and_rows_are_kept(office: Office) -> None:
    office.add("ana")
    office.plan()
    office.post.deliver()
    office.clock.at = SIX + 9 * DAY
    office.plan(9)
    with office.newsroom.database.read() as connection:
        sizes = {row.number: len(row.message) for row in connection.execute(deliveries.select())}
    assert sizes[1] == 0
    assert sizes[2] > 1_000


def test_recipients_of_the_file_and_of_the_page(database: Database) -> None:
    desk = desk_of(
        recipients=(Recipient(address="Ana@sukaraya.test", name="Ana"), Recipient(address="budi@sukaraya.test"))
    )
    recipients.sync(database, desk, SIX)
    recipients.add(database, "kota", "citra@sukaraya.test", "Citra", "ratna", SIX)
    recipients.sync(database, desk_of(recipients=desk.recipients[:1]), SIX + DAY)
    assert active(database) == {"ana@sukaraya.test", "citra@sukaraya.test"}
    recipients.sync(database, desk, SIX + 2 * DAY)
    assert active(database) == {"ana@sukaraya.test", "budi@sukaraya.test", "citra@sukaraya.test"}


def test_who_unsubscribed_stays_out_though_the_file_names_them(database: Database) -> None:
    desk = desk_of(recipients=(Recipient(address="ana@sukaraya.test"),))
    recipients.sync(database, desk, SIX)
    with database.read() as connection:
        token = recipients.subscribers(connection, "kota")[0].token
    assert len(token) == 32
    assert recipients.find_token(database, token) is not None
    assert active(database) == {"ana@sukaraya.test"}
    for at in (SIX, SIX + DAY):
        stopped = recipients.stop(database, token, at)
        assert stopped is not None
        assert stopped.address == "ana@sukaraya.test"
    recipients.sync(database, desk, SIX + DAY)
    assert active(database) == set()
    assert recipients.stop(database, "0" * 32, SIX) is None
    recipients.add(database, "kota", "ana@sukaraya.test", "Ana", "ratna", SIX + 2 * DAY)
    assert active(database) == {"ana@sukaraya.test"}


def test_a_person_who_was_removed_on_the_page_is_not_put_back_by_the_file(database: Database) -> None:
    desk = desk_of(recipients=(Recipient(address="ana@sukaraya.test"),))
    recipients.sync(database, desk, SIX)
    assert recipients.remove(database, "kota", "ana@sukaraya.test", "ratna", SIX)
    assert not recipients.remove(database, "kota", "ana@sukaraya.test", "ratna", SIX)
    recipients.sync(database, desk, SIX + DAY)
    assert active(database) == set()


def active(database: Database) -> set[str]:
    with database.read() as connection:
        return {one.address for one in recipients.subscribers(connection, "kota") if one.stopped_at is None}
