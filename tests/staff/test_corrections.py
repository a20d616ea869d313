"""What staff decide: rows that are only added, that survive everything, and that search knows at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from kliping.clips import find_clip, stored_clips
from kliping.corrections import (
    MAX_EXCERPT,
    MAX_NOTE,
    UNDECIDED,
    CorrectionError,
    Decision,
    Field,
    Signature,
    checked,
    history,
    standing,
)
from kliping.database import Database
from kliping.errors import Unavailable
from kliping.staff_tables import corrections
from pipeline.index import Index, correct
from pipeline.rebuild import rebuild
from search.archive import Archive, Filters
from search.archive.base import Document
from tests.index.conftest import MOMENT, Press, article, clip

TAMAN = article()


def decision(field: Field, value: str, *, minutes: int = 0, by: str = "sari") -> Decision:
    at = MOMENT + timedelta(minutes=minutes)
    return Decision(desk="kota", article=TAMAN.id, field=field, value=value, by=by, at=at)


@pytest.fixture
def index(database: Database, archive: Archive, press: Press) -> Index:
    """The stage, after it stored one clip of the desk "kota" and one of "provinsi"."""
    stage = Index(database, archive)
    stage(press.tagged(TAMAN, clip("kota"), clip("provinsi")))
    return stage


def found(archive: Archive, *tones: str, desk: str = "kota") -> list[str]:
    archive.refresh()
    return [hit.document.article for hit in archive.search(desk, None, Filters(tones=tones)).hits]


def version(database: Database, desk: str = "kota") -> int:
    stored = find_clip(database, desk, TAMAN.id)
    assert stored is not None
    return stored.version


@pytest.mark.usefixtures("index")
def test_a_tone_is_found_by_its_filter_and_belongs_to_one_desk(database: Database, archive: Archive) -> None:
    assert found(archive, "negatif") == []
    stored = correct(database, archive, decision("tone", "negatif"))
    assert (stored.standing.tone, stored.version) == ("negatif", 2)
    assert found(archive, "negatif") == [TAMAN.id]
    assert found(archive, "positif", "netral") == []
    assert found(archive, "negatif", desk="provinsi") == []
    assert version(database, "provinsi") == 1


@pytest.mark.usefixtures("index")
def test_the_newest_decision_of_each_field_stands_with_who_and_when(database: Database, archive: Archive) -> None:
    correct(database, archive, decision("tone", "negatif"))
    correct(database, archive, decision("tone", "netral", minutes=1, by="budi"))
    correct(database, archive, decision("note", "Hubungi Dinas PUPR.\nSebelum rapat.", minutes=2))
    with database.read() as connection:
        stands = standing(connection, "kota", [TAMAN.id, "f" * 32, TAMAN.id])
        told = [(one.field, one.value, one.by) for one in history(connection, "kota", TAMAN.id)]
    assert stands["f" * 32] == UNDECIDED
    assert stands[TAMAN.id].tone == "netral"
    assert stands[TAMAN.id].note == "Hubungi Dinas PUPR.\nSebelum rapat."
    assert stands[TAMAN.id].signed["tone"] == Signature(by="budi", at=MOMENT + timedelta(minutes=1))
    assert [line[:2] for line in told[:2]] == [("tone", "negatif"), ("tone", "netral")]
    assert len(told) == 3


@pytest.mark.usefixtures("index")
def test_a_tone_is_taken_back_and_the_history_keeps_it(database: Database, archive: Archive) -> None:
    correct(database, archive, decision("tone", "negatif"))
    stored = correct(database, archive, decision("tone", "", minutes=1, by="budi"))
    assert (stored.standing.tone, stored.standing.signed["tone"].by) == ("", "budi")
    assert found(archive, "negatif") == []
    assert found(archive) == [TAMAN.id]


@pytest.mark.usefixtures("index")
def test_what_was_written_last_stands_also_after_the_clock_was_set_back(database: Database, archive: Archive) -> None:
    correct(database, archive, decision("tone", "negatif", minutes=60))
    stored = correct(database, archive, decision("tone", "positif"))
    assert stored.standing.tone == "positif"
    assert found(archive, "positif") == [TAMAN.id]


@pytest.mark.usefixtures("index")
def test_the_same_decision_again_is_no_row_and_no_version(database: Database, archive: Archive) -> None:
    first = correct(database, archive, decision("tone", "negatif"))
    assert correct(database, archive, decision("tone", "negatif", minutes=5)) == first
    assert correct(database, archive, decision("note", "")) == first
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(corrections)).scalar() == 1


@pytest.mark.usefixtures("index")
def test_not_about_us_hides_the_clip_until_it_is_taken_back(database: Database, archive: Archive) -> None:
    hidden = correct(database, archive, decision("about", "no"))
    assert not hidden.counts
    assert found(archive) == []
    assert found(archive, desk="provinsi") == [TAMAN.id]
    assert find_clip(database, "kota", TAMAN.id) == hidden
    assert correct(database, archive, decision("about", "", minutes=1)).counts
    assert found(archive) == [TAMAN.id]


def test_decisions_survive_tagging_and_the_rebuild(
    index: Index, press: Press, database: Database, archive: Archive
) -> None:
    correct(database, archive, decision("tone", "negatif"))
    index(press.tagged(TAMAN, clip("kota", "ruang-hijau"), version=2))
    assert version(database) == 3
    assert found(archive, "negatif") == [TAMAN.id]
    before = list(archive.documents("kota"))
    rebuild(database, archive)
    assert list(archive.documents("kota")) == before
    assert [document.version for document in before] == [3]
    assert found(archive, "negatif") == [TAMAN.id]


def test_what_is_not_about_us_stays_hidden_after_an_edit(
    index: Index, press: Press, database: Database, archive: Archive
) -> None:
    correct(database, archive, decision("about", "no"))
    index(press.tagged(article(1, "Wali Kota Resmikan Dua Taman"), clip("kota"), version=2))
    assert found(archive) == []
    rebuild(database, archive)
    assert found(archive) == []
    correct(database, archive, decision("about", "", minutes=1))
    assert found(archive) == [TAMAN.id]


def test_a_clip_that_was_withdrawn_comes_back_with_its_tone(
    index: Index, press: Press, database: Database, archive: Archive
) -> None:
    correct(database, archive, decision("tone", "positif"))
    index(press.tagged(TAMAN, version=2))
    assert found(archive, "positif") == []
    index(press.tagged(TAMAN, clip("kota"), version=3))
    assert found(archive, "positif") == [TAMAN.id]


def test_versions_rise_with_every_change_whoever_made_it(
    index: Index, press: Press, database: Database, archive: Archive
) -> None:
    seen = [version(database)]
    for number, tone in enumerate(["negatif", "netral", "negatif"], 2):
        correct(database, archive, decision("tone", tone, minutes=number))
        seen.append(version(database))
        index(press.tagged(TAMAN, clip("kota"), version=number))
        seen.append(version(database))
    assert seen == list(range(1, 8))
    index(press.tagged(TAMAN, clip("kota"), version=4))  # a replay
    assert version(database) == 7
    assert [document.tone for document in archive.documents("kota")] == ["negatif"]


class Dying:
    """An archive that is away when documents come."""

    def add(self, documents: Sequence[Document]) -> None:
        raise Unavailable("archive: gone")


@pytest.mark.parametrize("healing", ["decided again", "replay", "rebuild"])
def test_a_death_between_row_and_archive_is_healed(
    index: Index, press: Press, database: Database, archive: Archive, healing: str
) -> None:
    with pytest.raises(Unavailable):
        correct(database, Dying(), decision("tone", "negatif"))  # type: ignore[arg-type]  # only `add` is reached
    assert (version(database), found(archive, "negatif")) == (2, [])
    match healing:
        case "decided again":
            correct(database, archive, decision("tone", "negatif"))
        case "replay":
            index(press.tagged(TAMAN, clip("kota"), clip("provinsi")))
        case _:
            rebuild(database, archive)
    assert (version(database), found(archive, "negatif")) == (2, [TAMAN.id])


@pytest.mark.usefixtures("index")
def test_a_clip_that_there_is_not_cannot_be_corrected(database: Database, archive: Archive) -> None:
    with pytest.raises(CorrectionError, match="tidak ada di kliping"):
        correct(database, archive, replace(decision("tone", "negatif"), desk="lain"))
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(corrections)).scalar() == 0


def test_batches_of_clips_carry_their_own_decisions(press: Press, database: Database, archive: Archive) -> None:
    stage = Index(database, archive)
    read = [article(number, f"Taman {number}") for number in range(1, 8)]
    for one in read:
        stage(press.tagged(one, clip("kota"), clip("provinsi")))
    for one in read[::2]:
        correct(database, archive, replace(decision("tone", "positif"), article=one.id))
    stored = [each for batch in stored_clips(database, batch=3) for each in batch]
    marked = {(each.clip.desk, each.article.id) for each in stored if each.standing.tone == "positif"}
    assert marked == {("kota", one.id) for one in read[::2]}


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("tone", "buruk", "Nada harus"),
        ("about", "yes", "tidak dikenal"),
        ("excerpt", "a" * (MAX_EXCERPT + 1), "paling banyak 300 karakter; ini 301"),
        ("note", "a" * (MAX_NOTE + 1), "paling banyak 2000"),
        ("title", "x", "Isian tidak dikenal: title"),
    ],
)
def test_what_cannot_stand_is_refused_in_indonesian(field: Field, value: str, says: str) -> None:
    with pytest.raises(CorrectionError, match=says):
        checked(decision(field, value))


def test_text_is_cleaned_and_notes_keep_their_lines() -> None:
    assert checked(decision("excerpt", "Wali\x00 Kota\n\u202eresmikan  taman ")).value == "Wali Kota resmikan taman"
    assert checked(decision("note", "\r\nSatu\x07.\r\n\r\nDua.\n")).value == "Satu.\n\nDua."


@given(st.sampled_from(["excerpt", "note"]), st.text(max_size=400))
def test_cleaning_is_done_once(field: Field, value: str) -> None:
    try:
        once = checked(decision(field, value))
    except CorrectionError:
        return
    assert checked(once) == once
