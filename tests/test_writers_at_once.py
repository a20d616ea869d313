"""Many write at once, each from what it read just before: nothing is lost, doubled or out of order."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from sqlalchemy import func, select

from digests import ledger
from digests.ledger import Letter
from digests.message import Sender
from digests.post import Post
from kliping import accounts, audit, recipients
from kliping.accounts import AccountError
from kliping.article import clip_id
from kliping.corrections import TONES, Decision
from kliping.database import Database
from kliping.desks import Desk, Recipient, Watch
from kliping.recipients import subscribers
from kliping.staff_tables import audit as audit_table
from kliping.staff_tables import watches
from kliping.tables import clips
from pipeline.index import Index, correct
from pipeline.tag.saving import save_watch
from search.archive import Archive, open_archive
from tests.contracts.database import together
from tests.digests.conftest import DAY, SIX, Newsroom
from tests.digests.test_post import ScriptedMailer
from tests.index.conftest import MOMENT, Press, article, clip

DESK = Desk(id="kota", name="Kota", recipients=tuple(Recipient(address=f"staf{n}@kota.test") for n in range(5)))


@contextmanager
def opened_archive(folder: Path) -> Iterator[Archive]:
    """The archive as one thread opens it."""
    with closing(open_archive(f"sqlite:{folder}/archive.db")) as archive:
        yield archive


def test_the_audit_has_one_chain_whoever_writes_it(database: Database) -> None:
    def note(name: str) -> None:
        for number in range(10):
            with database.write() as connection:
                audit.note(connection, name, "tried", str(number))

    assert together(*(lambda name=name: note(name) for name in "abcde")) == []
    assert audit.first_broken(database) is None
    with database.read() as connection:
        assert connection.execute(select(func.count(), func.max(audit_table.c.number))).one() == (50, 50)


def test_two_accounts_of_one_name_are_one_and_the_others_are_told(database: Database) -> None:
    def add(role: accounts.Role) -> None:
        accounts.add(database, "ratna", f"kata sandi {role} yang panjang", role, "kota", "cli")

    raised = together(*(lambda role=role: add(role) for role in accounts.ROLES))
    assert [type(error) for error in raised] == [AccountError] * 3
    (account,) = accounts.every_account(database)
    (role,) = account.roles.values()
    assert accounts.is_password(database, "ratna", f"kata sandi {role} yang panjang")


def test_schedulers_that_start_at_once_take_the_file_s_recipients_in_once(database: Database) -> None:
    assert together(*[lambda: recipients.sync(database, DESK, SIX)] * 4) == []
    with database.read() as connection:
        assert len(subscribers(connection, "kota")) == 5


def test_the_file_brings_nobody_back_who_unsubscribes_at_this_moment(database: Database) -> None:
    """The file lets each go and takes each in again all the time; whoever unsubscribed stays out."""
    recipients.sync(database, DESK, SIX)
    with database.read() as connection:
        tokens = [one.token for one in subscribers(connection, "kota")]
    empty = Desk(id="kota", name="Kota")

    def sync() -> None:
        for _ in range(6):
            recipients.sync(database, empty, SIX)
            recipients.sync(database, DESK, SIX)

    def leave() -> None:
        for token in tokens:
            assert recipients.stop(database, token, SIX) is not None

    assert together(sync, sync, leave) == []
    with database.read() as connection:
        assert all(one.stopped_at for one in subscribers(connection, "kota"))


def test_each_saved_watch_has_a_date_of_its_own(database: Database) -> None:
    """Or a tag stage that took the newer change would never look for the older."""

    def save(id_: str) -> None:
        for number in range(6):
            watch = Watch(id=f"{id_}{number}", title="Jalan", query="jalan")
            save_watch(database, DESK, watch, "ratna")

    assert together(*(lambda id_=id_: save(id_) for id_ in "abcd")) == []
    with database.read() as connection:
        dates = connection.execute(select(watches.c.at).order_by(watches.c.at)).scalars().all()
    assert len(dates) == 24
    assert all(one < other for one, other in pairwise(dates))


def test_index_workers_and_staff_raise_one_version_at_a_time(database: Database, tmp_path: Path) -> None:
    """Messages of an article come to two workers, as after a rebalance, while staff decide about its clip."""
    press, numbers = Press(database), range(4)
    messages = {
        number: [
            press.tagged(article(number, f"Judul {version}"), clip("kota", f"w{version}"), version=version)
            for version in range(1, 7)
        ]
        for number in numbers
    }

    def index(order: int) -> None:
        with opened_archive(tmp_path) as archive:
            stage = Index(database, archive)
            for number in numbers:
                for message in messages[number][::order]:
                    stage(message)

    def decide() -> None:
        with opened_archive(tmp_path) as archive:
            for turn in range(3):
                for number in numbers:
                    correct(database, archive, toned(article(number).id, TONES[turn]))

    with opened_archive(tmp_path) as archive:
        for number in numbers:
            Index(database, archive)(messages[number][-1])
    assert together(lambda: index(1), lambda: index(-1), decide) == []
    with opened_archive(tmp_path) as archive, database.read() as connection:
        archive.refresh()
        for number in numbers:
            id_ = clip_id("kota", article(number).id)
            version = connection.execute(select(clips.c.version).where(clips.c.id == id_)).scalar_one()
            found = archive.get("kota", id_)
            assert found is not None
            assert (found.version, found.tone, found.title) == (version, "negatif", "Judul 6")


def toned(article_: str, tone: str) -> Decision:
    return Decision(desk="kota", article=article_, field="tone", value=tone, by="ratna", at=MOMENT)


def test_senders_at_once_take_each_row_once(database: Database) -> None:
    newsroom = Newsroom(database)
    newsroom.article(1)
    for number in range(24):
        recipients.add(database, "kota", f"orang{number}@kota.test", "", "ratna", SIX - DAY)
    post = Post(database, ScriptedMailer(), Sender("Kliping <kliping@kota.test>"), lambda: SIX)
    number = newsroom.closed().number
    taken: list[Letter] = []

    def plan() -> None:
        post.plan("kota", number)

    def send() -> None:
        while (letter := ledger.claim(database, SIX + DAY, timedelta(minutes=5))) is not None:
            taken.append(letter)
            ledger.sent(database, letter, SIX + DAY)

    assert together(plan, plan, plan) == []
    assert together(send, send, send, send) == []
    assert sorted(one.address for one in taken) == sorted(f"orang{number}@kota.test" for number in range(24))
