"""Closing: once, numbered without a gap, the same bytes ever after."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select, update

from digests import editions
from digests.edition import pack_edition, unpack_edition
from digests.editions import NoEdition
from digests.render import FORMS, logo_of
from kliping.errors import Rejected
from kliping.staff_tables import edition_forms
from tests.digests.conftest import SIX, Newsroom, desk_of, titles


def forms(newsroom: Newsroom, number: int) -> dict[str, bytes]:
    names: tuple[editions.Form, ...] = ("data", "html", "text", "pdf", "chat")
    return {name: editions.form(newsroom.database, "kota", number, name) for name in names}


def test_what_was_closed_is_read_back_byte_for_byte_whatever_comes_later(newsroom: Newsroom) -> None:
    article = newsroom.article(1)
    closed = newsroom.closed()
    before = forms(newsroom, 1)
    newsroom.decide(article, "tone", "negatif")
    newsroom.article(2)
    assert newsroom.closed() == closed
    assert forms(newsroom, 1) == before
    assert set(before) == {"data", *FORMS}
    assert closed.hash == sha256(before["data"]).hexdigest()
    assert pack_edition(unpack_edition(before["data"])) == before["data"]


def test_closing_at_once_from_many_sides_gives_one_edition(newsroom: Newsroom) -> None:
    for number in range(20):
        newsroom.article(number)
    with ThreadPoolExecutor(6) as pool:
        closed = list(pool.map(lambda _: newsroom.closed(), range(6)))
    assert len(set(closed)) == 1
    assert closed[0].items == 20


def test_kinds_closed_at_once_have_numbers_without_a_gap_and_share_the_items(newsroom: Newsroom) -> None:
    for number in range(9):
        newsroom.article(number)
    with ThreadPoolExecutor(3) as pool:
        made = list(pool.map(lambda kind: newsroom.close(kind=kind), ("morning", "siang", "sore")))
    assert sorted(edition.number for edition in made) == [1, 2, 3]
    assert sorted(title for edition in made for title in titles(edition)) == [f"Berita nomor {n}" for n in range(9)]


def test_numbers_are_each_desks_own(newsroom: Newsroom) -> None:
    other = replace(newsroom, desk=desk_of("kabupaten"))
    assert [newsroom.closed().number, newsroom.closed(1).number, other.closed().number] == [1, 2, 1]


def test_an_empty_day_says_what_was_looked_at(newsroom: Newsroom) -> None:
    newsroom.source("suara", SIX - timedelta(hours=1))
    newsroom.article(1, clipped=False)
    edition = newsroom.close()
    assert edition.items == ()
    for name in ("html", "text", "chat"):
        said = forms(newsroom, 1)[name].decode()
        assert "Tidak ada berita baru" in said
        assert "1 artikel baru diperiksa" in said
        assert "1 dari 1 media terbaca" in said


def test_a_damaged_form_is_not_shown(newsroom: Newsroom) -> None:
    newsroom.closed()
    with newsroom.database.write() as connection:
        connection.execute(update(edition_forms).where(edition_forms.c.form == "text").values(content=b"other"))
    with pytest.raises(Rejected, match="edition_damaged"):
        editions.form(newsroom.database, "kota", 1, "text")


def test_what_there_is_not(newsroom: Newsroom) -> None:
    for number in (0, 7):
        with pytest.raises(NoEdition):
            editions.find(newsroom.database, "kota", number)
    newsroom.closed()
    assert editions.find(newsroom.database, "kota").number == 1
    with pytest.raises(NoEdition):
        editions.form(newsroom.database, "kota", 2, "pdf")


def test_a_draft_writes_nothing(newsroom: Newsroom) -> None:
    newsroom.article(1)
    slot = editions.Slot(day="2026-11-23", due_at=SIX)
    edition = editions.draft(newsroom.database, newsroom.desk, {}, slot, SIX, "https://kliping.test/")
    assert edition.clip_url("a") == "https://kliping.test/kota/kliping/a"
    with newsroom.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(edition_forms)).scalar() == 0


def test_late_is_marked(newsroom: Newsroom) -> None:
    slot = editions.Slot(day="2026-11-23", due_at=SIX)
    late = editions.close(newsroom.database, newsroom.desk, {}, slot, SIX + timedelta(hours=2), "https://kliping.test")
    assert editions.load(newsroom.database, "kota", late.number).late
    assert "08.00 WIB (terlambat)" in forms(newsroom, 1)["text"].decode()


def test_a_logo_is_made_small_and_a_broken_one_is_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Image.new("RGB", (1200, 900), "navy").save(tmp_path / "logo.jpg")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    found = logo_of(desk_of(logo="logo.jpg", file=str(tmp_path / "kota.toml")))
    assert found is not None
    assert found.startswith(b"\x89PNG")
    assert len(found) < 5_000
    with caplog.at_level(logging.WARNING):
        assert logo_of(desk_of(logo="broken.png", file=str(tmp_path / "kota.toml"))) is None
        assert logo_of(desk_of(logo="missing.png", file=str(tmp_path / "kota.toml"))) is None
    assert caplog.text.count("logo") >= 2
    assert logo_of(desk_of()) is None
