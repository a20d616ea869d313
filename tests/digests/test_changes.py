"""What outlets did to stories that an edition sent: told by the next edition, once, where it matters."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs
from sqlalchemy import update

from digests import editions
from digests.changes import WINDOW, change_of, known
from digests.edition import Edition
from kliping.crash import AT_VARIABLE
from kliping.staff_tables import edition_forms
from tests.digests.conftest import DAY, OUTLETS, SIX, URL, Newsroom, desk_of

CHECKOUT = Path(__file__).resolve().parents[2]
LATER = SIX + timedelta(hours=3)
OTHER_TEXT = ("Seluruh isi naskah ini sudah ditulis ulang oleh redaksi.", "Tidak ada yang tersisa dari versi lama.")


def told(edition: Edition) -> list[tuple[str, str, str, str]]:
    return [(one.what, one.before, one.title, one.text) for one in edition.changes]


def sent(newsroom: Newsroom, number: int = 1, title: str = "Judul Lama") -> str:
    """A story that edition 1 sent."""
    article = newsroom.article(number, title=title)
    assert newsroom.close().changes == ()
    return article


def test_a_new_title_is_told_by_the_next_edition_and_by_no_later_one(newsroom: Newsroom) -> None:
    article = sent(newsroom)
    newsroom.read_again(article, LATER, title="Judul Baru")
    second = newsroom.close(1)
    (one,) = second.changes
    assert (one.article, one.outlet, one.number, one.day) == (article, "Suara Raya", 1, "2026-11-23")
    assert (one.what, one.before, one.title, one.at) == ("changed", "Judul Lama", "Judul Baru", LATER)
    assert second.items == ()
    assert newsroom.close(2).changes == ()


def test_a_withdrawal_and_the_return_are_told_once_each(newsroom: Newsroom) -> None:
    article = sent(newsroom)
    newsroom.read_again(article, LATER, withdrawn=True)
    second = newsroom.close(1)
    assert told(second) == [("withdrawn", "Judul Lama", "Judul Lama", "")]
    assert second.changes[0].at == LATER
    assert newsroom.close(2).changes == ()
    newsroom.read_again(article, LATER + 2 * DAY, title="Judul Aman")
    assert told(newsroom.close(3)) == [("returned", "Judul Lama", "Judul Aman", "")]
    assert newsroom.close(4).changes == ()


def test_a_story_that_was_renamed_and_then_taken_down_is_told_by_the_title_that_readers_know(
    newsroom: Newsroom,
) -> None:
    article = sent(newsroom)
    newsroom.read_again(article, LATER, title="Judul Baru")
    newsroom.read_again(article, LATER + timedelta(hours=1), withdrawn=True)
    assert told(newsroom.close(1)) == [("withdrawn", "Judul Lama", "Judul Lama", "")]
    newsroom.read_again(article, LATER + DAY, title="Judul Baru")
    assert told(newsroom.close(2)) == [("returned", "Judul Lama", "Judul Baru", "")]


def test_what_was_undone_before_the_next_edition_is_not_told(newsroom: Newsroom) -> None:
    article = sent(newsroom)
    newsroom.read_again(article, LATER, title="Judul Salah")
    newsroom.read_again(article, LATER + timedelta(hours=1), title="Judul Lama")
    newsroom.read_again(article, LATER + timedelta(hours=2), withdrawn=True)
    newsroom.read_again(article, LATER + timedelta(hours=3), title="Judul Lama")
    assert newsroom.close(1).changes == ()


def test_capitals_typography_and_small_edits_are_not_told_and_add_up(newsroom: Newsroom) -> None:
    article = sent(newsroom, title="Judul “Lama”")
    newsroom.read_again(article, LATER, title='JUDUL "LAMA"')
    first = ("Kalimat pertama berita nomor 1 di Kota Sukaraya.", "Kalimat kedua menyusul.")
    newsroom.read_again(article, LATER + timedelta(hours=1), title='JUDUL "LAMA"', paragraphs=first)
    assert newsroom.close(1).changes == ()
    newsroom.read_again(article, LATER + DAY, title='JUDUL "LAMA"', paragraphs=(first[0], *OTHER_TEXT))
    assert told(newsroom.close(2)) == [("changed", "Judul “Lama”", "Judul “Lama”", "rewritten")]


def test_a_correction_of_the_outlets_own_is_told_however_small(newsroom: Newsroom) -> None:
    article = sent(newsroom)
    text = ("Kalimat pertama berita nomor 1 di Sukaraya.", "Kalimat kedua menyusul.")
    newsroom.read_again(article, LATER, paragraphs=(*text, "Catatan Redaksi: nama kepala dinas telah diperbaiki."))
    assert told(newsroom.close(1)) == [("changed", "Judul Lama", "Judul Lama", "corrected")]
    assert newsroom.close(2).changes == ()


def test_only_stories_of_a_week_are_told(newsroom: Newsroom) -> None:
    old = newsroom.article(1, title="Tua")
    newsroom.close()
    young = newsroom.article(2, title="Muda", seen=SIX + timedelta(hours=1))
    newsroom.close(1)
    at = SIX + WINDOW + timedelta(hours=1)
    for article in (old, young):
        newsroom.read_again(article, at, withdrawn=True)
    assert [one.before for one in newsroom.close(WINDOW.days + 1).changes] == ["Muda"]


def test_what_matters_most_comes_first(newsroom: Newsroom) -> None:
    articles = [newsroom.article(number) for number in range(4)]
    newsroom.close()
    note = "Ralat: jumlah warga yang benar 412 orang."
    newsroom.read_again(articles[0], LATER, paragraphs=OTHER_TEXT)
    newsroom.read_again(articles[1], LATER, title="Judul Baru")
    newsroom.read_again(articles[2], LATER, paragraphs=("Kalimat pertama berita nomor 2 di Sukaraya.", note))
    newsroom.read_again(articles[3], LATER, withdrawn=True)
    found = newsroom.close(1).changes
    assert [(one.what, one.text) for one in found] == [
        ("withdrawn", ""), ("changed", "corrected"), ("changed", ""), ("changed", "rewritten"),
    ]  # fmt: skip


def test_only_the_desks_own_stories_and_the_articles_that_it_quoted(newsroom: Newsroom) -> None:
    other = replace(newsroom, desk=desk_of("kabupaten"))
    quoted = sent(newsroom)
    copy = newsroom.article(2, outlet="kabar", group=quoted, seen=LATER)
    newsroom.close(1)
    for article in (quoted, copy):
        newsroom.read_again(article, LATER + DAY, title="Judul Baru")
    other.close(1)
    assert [one.article for one in newsroom.close(2).changes] == [quoted]
    assert other.close(2).changes == ()


def test_what_staff_call_not_about_us_is_told_only_when_they_take_it_back(newsroom: Newsroom) -> None:
    article = sent(newsroom)
    newsroom.read_again(article, LATER, title="Judul Baru")
    newsroom.decide(article, "about", "no", at=LATER)
    assert newsroom.close(1).changes == ()
    newsroom.decide(article, "about", "", at=LATER + DAY)
    assert [one.title for one in newsroom.close(2).changes] == ["Judul Baru"]


def test_every_closing_of_an_edition_gives_the_same_bytes_and_two_kinds_share_the_changes(newsroom: Newsroom) -> None:
    articles = [newsroom.article(number) for number in range(6)]
    newsroom.close()
    for article in articles:
        newsroom.read_again(article, LATER, withdrawn=True)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda kind: newsroom.close(1, kind), ("pagi", "siang", "pagi", "siang")))
    assert sorted(len(edition.changes) for edition in made) == [0, 0, 6, 6]
    before = [editions.form(newsroom.database, "kota", made[0].number, name) for name in ("data", "html", "pdf")]
    newsroom.read_again(articles[0], LATER + timedelta(hours=1), title="Kembali")
    newsroom.close(1, "pagi")
    assert [
        editions.form(newsroom.database, "kota", made[0].number, name) for name in ("data", "html", "pdf")
    ] == before


def test_who_dies_when_it_is_closed_told_it(newsroom: Newsroom) -> None:
    article = sent(newsroom)
    newsroom.read_again(article, LATER, withdrawn=True)
    closing = (
        "import sys; from kliping.database import Database; from tests.digests.conftest import Newsroom; "
        "Newsroom(Database(sys.argv[1])).close(1)"
    )
    environ = os.environ | {AT_VARIABLE: "digest.after_close"}
    died = subprocess.run(
        [sys.executable, "-c", closing, newsroom.database.url], cwd=CHECKOUT, env=environ, check=False
    )
    assert died.returncode == -signal.SIGKILL
    assert told(newsroom.close(1)) == [("withdrawn", "Judul Lama", "Judul Lama", "")]
    assert newsroom.close(2).changes == ()


def test_a_damaged_edition_holds_nothing_up(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    first = sent(newsroom)
    second = newsroom.article(2, seen=SIX + timedelta(hours=1))
    newsroom.close(1)
    with newsroom.database.write() as connection:
        damaged = (edition_forms.c.number == 1, edition_forms.c.form == "data")
        connection.execute(update(edition_forms).where(*damaged).values(content=b"other"))
    for article in (first, second):
        newsroom.read_again(article, LATER + DAY, withdrawn=True)
    assert [one.article for one in newsroom.close(2).changes] == [second]
    assert "edition 1 is damaged" in caplog.text


def test_a_draft_tells_them_too_and_forgets(newsroom: Newsroom) -> None:
    newsroom.read_again(sent(newsroom), LATER, title="Judul Baru")
    slot = editions.Slot(day="2026-11-24", due_at=SIX + DAY)
    for _ in range(2):
        draft = editions.draft(newsroom.database, newsroom.desk, OUTLETS, slot, SIX + DAY, URL)
        assert [one.title for one in draft.changes] == ["Judul Baru"]


def test_of_an_edition_of_an_older_program_titles_and_withdrawals_are_told(newsroom: Newsroom) -> None:
    """It says no wordings: a text cannot be held against anything."""
    article = newsroom.article(1, title="Judul Lama")
    edition = newsroom.close()
    older = structs.replace(edition, items=tuple(structs.replace(one, revision="") for one in edition.items))
    one = known([older])[article]
    now = newsroom.stored(article)
    assert change_of(one, None, now) is None
    assert change_of(one, None, replace(now, paragraphs=OTHER_TEXT)) is None
    gone, retitled = (change_of(one, None, found) for found in (replace(now, withdrawn=True), replace(now, title="B")))
    assert gone is not None
    assert retitled is not None
    assert (gone.what, retitled.what, retitled.title) == ("withdrawn", "changed", "B")
