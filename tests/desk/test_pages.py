"""What the pages say and do, over stores that the real stages filled."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from crawlers.frontier import Frontier
from desk.app import create_app
from desk.marking import pieces
from desk.office import Office
from digests import editions
from digests.schedule import slot_of
from kliping.clock import now
from kliping.corrections import standing
from kliping.errors import Unavailable
from kliping.tables import frontier
from pipeline.bus import Bus, Outgoing
from pipeline.flow import GROUPED, PAGES
from pipeline.rebuild import rebuild
from tests.desk import newsroom
from tests.desk.browser import Answer, Browser

DESK = f"/{newsroom.DESK.id}"
Role = Callable[[str], Browser]


@pytest.fixture
def editor(as_role: Role) -> Browser:
    return as_role("editor")


def titles(answer: Answer) -> list[str]:
    return [" ".join(a.text_content().split()) for a in answer.page.xpath("//article//*[self::h3 or self::h2]/a")]


def said(answer: Answer) -> str:
    return " ".join(answer.page.find(".//main").text_content().split())


def clip_of(browser: Browser, title: str) -> str:
    found = browser.get(f"{DESK}/arsip?q={quote(title)}").page.xpath("//article//h2/a/@href")
    return str(found[0]).rpartition("/")[2]


# --- Hari ini ----------------------------------------------------------------------------------------------------


def test_today_tells_each_story_once_with_all_its_outlets(editor: Browser) -> None:
    answer = editor.get(f"{DESK}/")
    assert titles(answer) == [
        "Warga Keluhkan Jalan Berlubang di Mekarsari", "Disdukcapil Buka Layanan Sabtu",
        "Festival Payung Kembali Digelar",
    ]  # fmt: skip
    assert "Dimuat 2 media: 1 asli, 1 salinan" in said(answer)
    assert "Kabar Raya 08.42 WIB · salinan" in said(answer)


def test_what_staff_call_negative_stands_first(editor: Browser) -> None:
    article = clip_of(editor, "festival")
    editor.post(f"{DESK}/kliping/{article}", {"isian": "tone", "nilai": "negatif"})
    answer = editor.get(f"{DESK}/")
    assert titles(answer)[0] == "Festival Payung Kembali Digelar"
    assert "Perlu perhatian · 1" in said(answer).replace("\xa0", " ")


def test_an_empty_day_says_what_was_looked_at(editor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Tidak ada berita" in said(editor.get(f"{DESK}/?hari=2026-11-20"))
    there = newsroom.NOW + timedelta(hours=11)  # 01.00 WIB of the next day
    monkeypatch.setenv("KLIPING_CLOCK_OFFSET", str((there - datetime.now(UTC)).total_seconds()))
    editor.log_in("editor", newsroom.PASSWORD)
    text = said(editor.get(f"{DESK}/"))
    assert "Selasa, 24 November 2026" in text
    assert "Sampai 01.00 WIB belum ada berita" in text
    assert "dari 4 media" in text


@pytest.mark.parametrize("day", ["2026-11-24", "2030-01-01"])
def test_days_to_come_are_not_there(editor: Browser, day: str) -> None:
    assert editor.get(f"{DESK}/?hari={day}").status == 404


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "kemarin", "2026-13-01", "", "2026-1-1"])
def test_any_other_day_is_answered(editor: Browser, day: str) -> None:
    assert editor.get(f"{DESK}/?hari={day}").status == 200


# --- Arsip -------------------------------------------------------------------------------------------------------


def test_search_finds_families_and_marks_them(editor: Browser) -> None:
    answer = editor.get(f"{DESK}/arsip?q=mengeluh")
    assert "Warga Keluhkan Jalan Berlubang di Mekarsari" in titles(answer)
    assert [mark.text_content() for mark in answer.page.xpath("//mark")]
    assert titles(editor.get(f"{DESK}/arsip?q=mengeluh&persis=1")) == []


@pytest.mark.parametrize(
    ("asked", "count"),
    [("media=kabar", 2), ("media=kabar&media=radar", 3), ("pantauan=pupr", 2), ("nada=belum", 5), ("nada=negatif", 0),
     ("dari=2026-11-24", 0), ("sampai=2026-11-22", 0), ("dari=2026-11-23&sampai=2026-11-23", 5),
     ("sampai=9999-12-31", 5),
     ("q=jalan&media=suara", 1), ("wilayah=99.99", 0), ("media=", 5)],
)  # fmt: skip
def test_filters(editor: Browser, asked: str, count: int) -> None:
    assert len(titles(editor.get(f"{DESK}/arsip?{asked}"))) == count


def test_every_facet_counts_what_its_link_finds(editor: Browser) -> None:
    page = editor.get(f"{DESK}/arsip").page
    values = page.xpath("//ul[@class='facet']/li")
    assert len(values) >= 8
    for value in values:
        found = editor.get(DESK + "/arsip" + value.find("a").get("href"))
        assert len(titles(found)) == int(value.find("span").text)
        assert found.page.xpath("//a[@class='chosen']")


@pytest.mark.parametrize(
    ("typed", "told"),
    [("(jalan", "Kurung buka"), ('"jalan', "Tanda kutip"), ("-jalan", "bukan hanya yang dikecualikan"),
     ("jalan OR", "Harus ada kata"), ("x" * 600, "terlalu panjang"), (" ".join("abcdefgh" * 5), "terlalu panjang")],
)  # fmt: skip
def test_bad_queries_are_explained(editor: Browser, typed: str, told: str) -> None:
    answer = editor.get(f"{DESK}/arsip?q={quote(typed)}")
    assert answer.status == 400
    assert told in said(answer)


def test_paging_shows_each_clip_once(office: Office, editor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.pages.archive.PAGE", 2)
    seen, path = [], f"{DESK}/arsip"
    for _ in range(3):
        answer = editor.get(path)
        seen += titles(answer)
        onward = answer.page.xpath("//a[@rel='next']/@href")
        path = f"{DESK}/arsip{onward[0]}" if onward else ""
    assert path == ""
    assert len(seen) == len(set(seen)) == 5


def test_a_cursor_of_another_search_is_explained(editor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.pages.archive.PAGE", 2)
    onward = str(editor.get(f"{DESK}/arsip").page.xpath("//a[@rel='next']/@href")[0])
    for address in (f"{onward}&q=jalan", "?lanjut=omong-kosong", "?lanjut=" + "A" * 900):
        answer = editor.get(f"{DESK}/arsip{address}")
        assert answer.status == 400
        assert "ulangi pencarian dari awal" in said(answer)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=20))
def test_no_search_breaks_the_page(built: object, words: str, value: str) -> None:
    browser = _shared(built)
    asked = "&".join(f"{key}={quote(value.encode('utf-8', 'replace'))}" for key in ("media", "nada", "lanjut", "dari"))
    answer = browser.get(f"{DESK}/arsip?q={quote(words.encode('utf-8', 'replace'))}&{asked}")
    assert answer.status in (200, 400)


_browsers: dict[str, Browser] = {}


def _shared(built: object) -> Browser:
    """One reader for all examples of a property: reading changes nothing."""
    if str(built) not in _browsers:
        _browsers[str(built)] = Browser(create_app(newsroom.office_of(Path(str(built)))))
    browser = _browsers[str(built)]
    if not browser.cookies or browser.get("/").status == 401:
        browser.log_in("reader", newsroom.PASSWORD)
    return browser


# --- Kliping -----------------------------------------------------------------------------------------------------


def test_a_clip_shows_its_evidence_and_its_copies(editor: Browser) -> None:
    article = clip_of(editor, '"warga keluhkan"')
    answer = editor.get(f"{DESK}/kliping/{article}")
    marked = {mark.text_content() for mark in answer.page.xpath("//div[@class='story']//mark")}
    assert {"Sukaraya", "jalan berlubang", "Dinas PUPR"} <= marked
    assert "Kabar Raya · 23 Nov 2026, 08.42 WIB" in said(answer)
    assert "100 % teks sama" in said(answer)
    assert answer.page.xpath("//blockquote")


def test_decisions_stand_in_the_archive_and_after_a_rebuild(office: Office, editor: Browser) -> None:
    article = clip_of(editor, "festival")
    for field, value in (("tone", "positif"), ("excerpt", "Kutipan kami."), ("note", "Baris satu\nBaris dua")):
        answer = editor.post(f"{DESK}/kliping/{article}", {"isian": field, "nilai": value})
        assert (answer.status, answer["location"].endswith("kabar=tersimpan")) == (303, True)
    rebuild(office.database, office.archive)
    assert titles(editor.get(f"{DESK}/arsip?nada=positif")) == ["Festival Payung Kembali Digelar"]
    text = said(editor.get(f"{DESK}/kliping/{article}"))
    assert "Kutipan kami." in said(editor.get(f"{DESK}/"))
    assert "Baris satu Baris dua" in text
    assert "editor, nada: positif" in text
    with office.database.read() as connection:
        assert standing(connection, newsroom.DESK.id, [article])[article].tone == "positif"


def test_the_same_decision_twice_changes_nothing(editor: Browser) -> None:
    article = clip_of(editor, "festival")
    form = {"isian": "tone", "nilai": "netral"}
    notices = [editor.post(f"{DESK}/kliping/{article}", form)["location"].rpartition("=")[2] for _ in range(2)]
    assert notices == ["tersimpan", "sama"]


def test_what_is_not_about_us_leaves_the_day_and_can_come_back(editor: Browser) -> None:
    article = clip_of(editor, "festival")
    editor.post(f"{DESK}/kliping/{article}", {"isian": "about", "nilai": "no"})
    assert "Festival Payung Kembali Digelar" not in titles(editor.get(f"{DESK}/"))
    assert "bukan tentang kami" in said(editor.get(f"{DESK}/kliping/{article}"))
    editor.post(f"{DESK}/kliping/{article}", {"isian": "about", "nilai": ""})
    assert "Festival Payung Kembali Digelar" in titles(editor.get(f"{DESK}/"))


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [("tone", "senang", "Nada harus"), ("excerpt", "x" * 301, "paling banyak 300"), ("note", "x" * 2001, "2000"),
     ("about", "mungkin", "tidak dikenal"), ("judul", "x", "formulir"), ("", "", "formulir")],
)  # fmt: skip
def test_bad_decisions_are_explained(editor: Browser, field: str, value: str, told: str) -> None:
    answer = editor.post(f"{DESK}/kliping/{clip_of(editor, 'festival')}", {"isian": field, "nilai": value})
    assert answer.status == 400
    assert told in said(answer)


@pytest.mark.parametrize("path", ["/kliping/x", "/kliping/" + "0" * 32, "/kliping/" + "0" * 32 + "/halaman"])
def test_unknown_clips_are_not_there(editor: Browser, path: str) -> None:
    answer = editor.get(DESK + path)
    assert answer.status == 404
    assert "Halaman tidak ditemukan" in said(answer)


# --- Pantauan ----------------------------------------------------------------------------------------------------


def test_a_watch_is_tried_before_it_is_saved(office: Office, editor: Browser) -> None:
    form = {"judul": "Festival kota", "kata": "festival", "aksi": "coba"}
    answer = editor.post(f"{DESK}/pantauan/baru", form)
    assert titles(answer) == ["Festival Payung Kembali Digelar"]
    assert "Festival kota" not in said(editor.get(f"{DESK}/pantauan"))
    assert editor.post(f"{DESK}/pantauan/baru", form | {"aksi": "simpan"}).status == 303
    assert "Festival kota" in said(editor.get(f"{DESK}/pantauan"))
    assert editor.get(f"{DESK}/pantauan/festival-kota").status == 200
    assert editor.post(f"{DESK}/pantauan/baru", form | {"aksi": "simpan"}).status == 400


def test_a_trial_looks_at_all_stored_articles_and_says_so(editor: Browser) -> None:
    answer = editor.post(f"{DESK}/pantauan/baru", {"judul": "Olahraga", "kata": "liga hujan", "aksi": "coba"})
    assert titles(answer) == ["Liga Antarkampung Ditunda Sepekan"]
    assert answer.page.xpath("//article/h3/a/@href") == ["https://warta.test/olahraga/liga"]
    text = said(answer).replace("\xa0", " ")
    assert "Hasil coba · 1" in text
    assert "6 berita, semuanya" in text
    assert "belum menjadi kliping" in text
    assert [mark.text_content() for mark in answer.page.xpath("//article//mark")] == ["Liga", "Liga", "hujan"]


def test_a_trial_that_ran_out_of_time_says_how_far_it_came(editor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.pages.watches.PATIENCE", -1.0)
    answer = editor.post(f"{DESK}/pantauan/kota", {"judul": "Kota", "kata": "sukaraya", "aksi": "coba"})
    assert "baru 0 terbaru dari 6 berita, karena waktunya habis" in said(answer)


def test_old_articles_are_held_against_a_saved_watch(office: Office, editor: Browser) -> None:
    form = {"judul": "Olahraga", "kata": "liga", "aksi": "simpan"}
    path = editor.post(f"{DESK}/pantauan/baru", form)["location"]
    assert "30 hari terakhir sedang dicocokkan" in said(editor.get(path))
    assert office.past.finish(60)
    newsroom.work(office)
    assert titles(editor.get(f"{DESK}/arsip?pantauan=olahraga")) == ["Liga Antarkampung Ditunda Sepekan"]
    path = editor.post(f"{DESK}/pantauan/olahraga", {"aksi": "hapus"})["location"]
    assert "sedang dicocokkan ulang" in said(editor.get(path))
    assert office.past.finish(60)
    newsroom.work(office)
    assert titles(editor.get(f"{DESK}/arsip?q=liga")) == []


def test_a_bus_that_does_not_answer_leaves_the_watch_saved_and_is_logged(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> Bus:
        raise Unavailable("no bus")

    office.past.look(office.database, fails, newsroom.DESK)
    assert office.past.finish(60)
    assert "old articles are not tagged again: no bus" in caplog.text
    office.past.look(office.database, office.open_bus, newsroom.DESK)
    assert office.past.finish(60)
    assert office.bus.waiting(GROUPED, "tag") == 5  # its clips


def test_bad_watches_are_explained_and_keep_what_was_typed(editor: Browser) -> None:
    for action in ("coba", "simpan"):
        answer = editor.post(f"{DESK}/pantauan/kota", {"judul": "Kota", "kata": "(jalan", "aksi": action})
        assert answer.status == 400
        assert "Kurung buka" in said(answer)
        assert answer.page.xpath("string(//textarea)") == "(jalan"


def test_a_removed_watch_can_come_back(editor: Browser) -> None:
    assert editor.post(f"{DESK}/pantauan/pupr", {"aksi": "hapus"}).status == 303
    assert "Dihapus" in said(editor.get(f"{DESK}/pantauan"))
    form = {"judul": "Dinas PUPR", "kata": '"dinas pupr"', "aksi": "simpan"}
    assert editor.post(f"{DESK}/pantauan/pupr", form).status == 303
    assert "Dihapus" not in said(editor.get(f"{DESK}/pantauan"))


# --- Edisi, Media, Sistem ----------------------------------------------------------------------------------------


def test_an_edition_is_shown_as_it_was_closed(office: Office, as_role: Role) -> None:
    operator = as_role("operator")
    closed = editions.close(
        office.database, newsroom.DESK, office.outlets, slot_of(newsroom.DESK, now()), now(), "http://desk"
    )
    assert "Edisi 1" in said(operator.get(f"{DESK}/edisi"))
    answer = operator.get(f"{DESK}/edisi/1")
    assert len(titles(answer)) == 3
    assert closed.hash in said(answer)
    assert "*KLIPING" in answer.page.xpath("string(//textarea)")
    pdf = operator.get(f"{DESK}/edisi/1/lembar.pdf")
    assert (pdf["content-type"], pdf.body[:5]) == ("application/pdf", b"%PDF-")
    assert pdf.body == editions.form(office.database, newsroom.DESK.id, 1, "pdf")
    mail = operator.get(f"{DESK}/edisi/1/surel.html")
    assert mail["content-type"] == "application/octet-stream"
    for missing in ("/edisi/2", "/edisi/1/lain.pdf", "/edisi/2/lembar.pdf", "/edisi/x", "/edisi/-1"):
        assert operator.get(DESK + missing).status == 404


def test_the_preview_writes_nothing(office: Office, as_role: Role) -> None:
    answer = as_role("reader").get(f"{DESK}/edisi/pratinjau")
    assert len(titles(answer)) == 3
    assert "Belum ditutup" in said(answer)
    assert editions.closed_editions(office.database, newsroom.DESK.id) == []


def test_recipients_come_and_go(as_role: Role) -> None:
    operator = as_role("operator")
    path = f"{DESK}/penerima"
    assert operator.post(path, {"alamat": "bukan alamat", "aksi": "tambah"}).status == 400
    assert operator.post(path, {"alamat": "Humas@Kota.test", "nama": "Humas", "aksi": "tambah"}).status == 303
    assert "Humas · humas@kota.test" in said(operator.get(f"{DESK}/edisi"))
    operator.post(path, {"alamat": "humas@kota.test", "aksi": "hapus"})
    assert "1 tidak lagi menerima" in said(operator.get(f"{DESK}/edisi"))


def test_outlets_say_how_they_answer(office: Office, as_role: Role) -> None:
    with office.database.write() as connection:
        good = frontier.c.outlet == "suara"
        bad = frontier.c.outlet == "radar"
        connection.execute(update(frontier).where(good).values(fetched_at=now(), succeeded_at=now()))
        connection.execute(update(frontier).where(bad).values(fetched_at=now(), reason="timeout", failures=3))
    text = said(as_role("reader").get(f"{DESK}/media"))
    assert "1 dari 4 media untuk daerah ini terbaca dalam 24 jam" in text
    assert "▼ gagal 1 belum ditengok 2 ● terbaca, riwayat pendek 1" in text
    assert "situs tidak menjawab pada waktunya; 3 kali berturut-turut" in text
    assert text.index("Radar Sukaraya") < text.index("Suara Raya")


def test_dead_letters_are_told_and_tried_again(office: Office, as_role: Role) -> None:
    office.bus.publish(PAGES, [Outgoing(id="a" * 32, key="suara", payload=b"no message")])
    newsroom.work(office)
    operator = as_role("operator")
    text = said(operator.get(f"{DESK}/sistem"))
    assert "aaaaaaaaaaaa" in text
    assert "Coba lagi" in text
    assert "Coba lagi" not in said(as_role("reader").get(f"{DESK}/sistem"))
    assert operator.post(f"{DESK}/ulang", {"surat": "a" * 32})["location"].endswith("kabar=diulang")
    assert office.bus.waiting(PAGES, "extract") == 1
    assert operator.post(f"{DESK}/ulang", {"surat": "b" * 32}).status == 404


@pytest.mark.parametrize(
    ("url", "told"),
    [("https://suara.test/kota/jalan-mekarsari", "ada di kliping desk ini"),
     ("http://www.suara.test/kota/jalan-mekarsari?utm_source=wa", "ada di kliping desk ini"),
     ("https://warta.test/olahraga/liga", "tidak memenuhi satu pun pantauan"),
     ("https://asing.test/x", "belum pernah terlihat")],
)  # fmt: skip
def test_why_a_story_is_or_is_not_there(editor: Browser, url: str, told: str) -> None:
    answer = editor.get(f"{DESK}/telusur?url={quote(url, safe='')}")
    assert told in said(answer)


def test_what_staff_set_aside_is_told_as_such(editor: Browser) -> None:
    article = clip_of(editor, "festival")
    editor.post(f"{DESK}/kliping/{article}", {"isian": "about", "nilai": "no"})
    answer = editor.get(f"{DESK}/telusur?url={quote('https://kabar.test/budaya/festival-payung', safe='')}")
    assert "memenuhi pantauan, tetapi staf menandainya bukan tentang kami" in said(answer)


def test_a_missed_link_is_fetched_next(office: Office, editor: Browser) -> None:
    url = "https://kabar.test/terlewat"
    assert editor.post(f"{DESK}/ambil", {"url": url}).status == 303
    entry = Frontier(office.database).lookup(url)
    assert entry is not None
    assert (entry.outlet, entry.origin, entry.state) == ("kabar", "hand", "due")
    assert "menunggu diambil" in said(editor.get(f"{DESK}/telusur?url={quote(url, safe='')}"))
    chat = "24/11/26 07.15 - Bu Rina: https://kabar.test/satu, https://kabar.test/dua."
    assert editor.post(f"{DESK}/ambil", {"url": chat}).status == 303
    assert all(Frontier(office.database).lookup(f"https://kabar.test/{name}") for name in ("satu", "dua"))
    for bad in ("javascript:alert(1)", "", "ftp://kabar.test/x"):
        assert editor.post(f"{DESK}/ambil", {"url": bad}).status == 400


# --- the rest ----------------------------------------------------------------------------------------------------


def test_health_needs_no_login_and_no_store(office: Office, browser: Browser) -> None:
    newsroom.close(office)
    assert (browser.get("/sehat").status, browser.get("/sehat").body) == (200, b"sehat\n")


@pytest.mark.parametrize("path", ["/tidak/ada/di/sini", f"{DESK}/tidak-ada", "/favicon.ico", "/static/../app.py"])
def test_unknown_addresses_are_told_in_indonesian(editor: Browser, path: str) -> None:
    answer = editor.get(path)
    assert answer.status == 404
    assert "Halaman tidak ditemukan" in answer.text


def test_a_large_form_is_refused(editor: Browser) -> None:
    answer = editor.post(f"{DESK}/ambil", {"url": "https://kabar.test/" + "x" * 100_000})
    assert answer.status == 413


def test_a_store_that_does_not_answer_is_told_as_such(folder: Path, editor: Browser) -> None:
    for file in folder.glob("archive.db*"):
        file.resolve().write_bytes(b"no archive any more" * 1000)
    answer = editor.get(f"{DESK}/arsip")
    assert (answer.status, "Penyimpanan tidak menjawab" in said(answer)) == (503, True)


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(-5, 50), st.integers(-5, 50)), max_size=6))
def test_pieces_join_to_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    found = pieces(text, spans)
    assert "".join(piece.text for piece in found) == text
    marked = "".join(("x" if piece.marked else "o") * len(piece.text) for piece in found)
    assert marked == "".join("x" if any(s <= i < e for s, e in spans) else "o" for i in range(len(text)))
