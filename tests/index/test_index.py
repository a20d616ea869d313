"""The index stage: rows by version, then documents; replays, edits, withdrawals and deaths in between."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from kliping.article import Copy, Published, clip_id
from kliping.clips import StoredClip, count_clips, find_clip, stored_clips
from kliping.database import Database
from kliping.errors import Unavailable
from kliping.tables import clips
from kliping.trace import Verdict, record
from pipeline.index import Index, document
from pipeline.stage import Drop
from search.archive import Archive
from search.archive.base import Document
from tests.index.conftest import MOMENT, Press, article, clip


@pytest.fixture
def index(database: Database, archive: Archive) -> Index:
    return Index(database, archive)


def versions(database: Database) -> dict[str, tuple[int, str]]:
    with database.read() as connection:
        rows = connection.execute(select(clips.c.desk, clips.c.version, clips.c.state)).all()
    return {desk: (version, state) for desk, version, state in rows}


def everything(archive: Archive, *desks: str) -> list[Document]:
    archive.refresh()
    return [found for desk in desks for found in archive.documents(desk)]


def test_a_clip_becomes_a_row_and_a_document(index: Index, press: Press, database: Database, archive: Archive) -> None:
    assert index(press.tagged(article(), clip("kota"), clip("provinsi"))) == ()
    assert versions(database) == {"kota": (1, "active"), "provinsi": (1, "active")}
    (found,) = everything(archive, "kota")
    assert found == Document(
        id=clip_id("kota", article().id),
        desk="kota",
        article=article().id,
        version=1,
        active=True,
        url="https://kabar.test/1",
        outlet="kabar",
        title="Wali Kota Resmikan Taman",
        text="Taman itu dibuka Senin.\nWarga senang.",
        published=MOMENT - timedelta(hours=1),
        first_seen=MOMENT,
        sort_at=MOMENT - timedelta(hours=1),
        watches=("taman",),
        regions=("36.74",),
        group=article().id,
    )
    assert archive.search("kota", None).total == 1


def test_a_replay_changes_nothing(index: Index, press: Press, database: Database, archive: Archive) -> None:
    message = press.tagged(article(), clip("kota"))
    index(message)
    before = everything(archive, "kota")
    index(message)
    assert versions(database) == {"kota": (1, "active")}
    assert everything(archive, "kota") == before


@pytest.mark.parametrize("change", ["text", "place", "tags", "withdrawn by the outlet"])
def test_every_change_raises_the_version_by_one(
    index: Index, press: Press, database: Database, archive: Archive, change: str
) -> None:
    first = article()
    index(press.tagged(first, clip("kota")))
    later = {
        "text": press.tagged(article(1, "Wali Kota Buka Taman"), clip("kota"), version=2),
        "place": press.tagged(first, clip("kota"), version=2, copy=Copy(group="0" * 32, outlets=("a", "kabar"))),
        "tags": press.tagged(first, clip("kota", "ruang-hijau")),
        "withdrawn by the outlet": press.tagged(replace(first, withdrawn=True), clip("kota"), version=2),
    }[change]
    press.store(later.grouped)
    index(later)
    assert versions(database) == {"kota": (2, "active")}
    (found,) = everything(archive, "kota")
    assert found.version == 2
    assert archive.search("kota", None).total == 1


def test_a_desk_that_is_not_met_any_more_keeps_a_withdrawn_clip(
    index: Index, press: Press, database: Database, archive: Archive
) -> None:
    index(press.tagged(article(), clip("kota"), clip("provinsi")))
    index(press.tagged(article(), clip("provinsi"), version=2))
    assert versions(database) == {"kota": (2, "withdrawn"), "provinsi": (2, "active")}
    archive.refresh()
    assert archive.search("kota", None).total == 0
    tombstone = archive.get("kota", clip_id("kota", article().id))
    assert tombstone is not None
    assert (tombstone.active, tombstone.version) == (False, 2)
    index(press.tagged(article(), version=3))
    assert versions(database) == {"kota": (3, "withdrawn"), "provinsi": (3, "withdrawn")}


def test_a_clip_comes_back(index: Index, press: Press, database: Database, archive: Archive) -> None:
    index(press.tagged(article(), clip("kota")))
    index(press.tagged(article(), version=2))
    index(press.tagged(article(), clip("kota"), version=3))
    assert versions(database) == {"kota": (3, "active")}
    archive.refresh()
    assert archive.search("kota", None).total == 1


def test_an_overtaken_message_is_stale(index: Index, press: Press, database: Database, archive: Archive) -> None:
    late = press.tagged(article(1, "Lama"), clip("kota"), version=1)
    index(press.tagged(article(1, "Baru"), clip("kota"), version=2))
    assert index(late) == Drop("stale", "version 1, stored is 2")
    assert [found.title for found in everything(archive, "kota")] == ["Baru"]


def test_what_was_overtaken_by_a_version_that_met_no_desk_makes_no_clip(
    index: Index, press: Press, database: Database
) -> None:
    """The outbox of another worker may bring an old place late, after the tag stage dropped the newer wording."""
    late = press.tagged(article(1, "Banjir"), clip("kota"), version=1)
    press.tagged(article(1, "Cerah"), version=2)  # its row is there; tag said no_desk, so nothing came here
    assert isinstance(index(late), Drop)
    assert versions(database) == {}


def test_the_replay_of_an_overtaken_message_that_passed_passes(index: Index, press: Press, database: Database) -> None:
    old = press.tagged(article(1, "Lama"), clip("kota"), version=1)
    assert index(old) == ()
    with database.write() as connection:
        verdict = Verdict(stage="index", message=old.message_id, subject=old.subject, verdict="passed", at=MOMENT)
        record(database, connection, [verdict])
    index(press.tagged(article(1, "Baru"), clip("kota"), version=2))
    assert index(old) == ()
    assert versions(database) == {"kota": (2, "active")}


class Dying:
    """An archive that is away when documents come."""

    def add(self, documents: Sequence[Document]) -> None:
        raise Unavailable("archive: gone")


def test_a_death_between_row_and_archive_is_healed_by_the_replay(
    press: Press, database: Database, archive: Archive
) -> None:
    message = press.tagged(article(), clip("kota"))
    with pytest.raises(Unavailable):
        Index(database, Dying())(message)  # type: ignore[arg-type]  # only `add` is reached
    assert versions(database) == {"kota": (1, "active")}
    assert everything(archive, "kota") == []
    Index(database, archive)(message)
    assert versions(database) == {"kota": (1, "active")}
    assert [found.version for found in everything(archive, "kota")] == [1]


def test_a_time_ahead_or_none_does_not_order(press: Press, index: Index, archive: Archive) -> None:
    ahead = Published(instant=MOMENT + timedelta(days=1), zone="Asia/Jakarta", precision="day", source="feed", raw="")
    index(press.tagged(replace(article(1), published=ahead), clip("kota")))
    index(press.tagged(replace(article(2), published=None), clip("kota")))
    assert {found.sort_at for found in everything(archive, "kota")} == {MOMENT}


def test_stored_clips_are_read_in_batches(index: Index, press: Press, database: Database) -> None:
    messages = [press.tagged(article(number), clip("kota"), clip("provinsi")) for number in range(1, 6)]
    for message in messages:
        index(message)
    batches = list(stored_clips(database, batch=4))
    assert [len(batch) for batch in batches] == [4, 4, 2]
    ids = [stored.id for batch in batches for stored in batch]
    assert ids == sorted(set(ids))
    assert len([stored for batch in stored_clips(database, "kota") for stored in batch]) == 5
    assert [(c.desk, c.state, c.clips) for c in count_clips(database)] == [
        ("kota", "active", 5),
        ("provinsi", "active", 5),
    ]


def test_a_stored_clip_is_what_was_sent(index: Index, press: Press, database: Database) -> None:
    message = press.tagged(article(), clip("kota"))
    index(message)
    expected = StoredClip(
        clip=message.clips[0], article=article(), copy=message.grouped.copy, version=1, state="active"
    )
    assert find_clip(database, "kota", article().id) == expected
    assert find_clip(database, "lain", article().id) is None
    assert document(expected).id == expected.id
