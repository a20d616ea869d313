"""Every form: its caps, its links, that what strangers wrote stays text, and what a reader must find in it."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from digests import changed_words, words
from digests.edition import Change, Edition, Item
from digests.excerpt import LONGEST
from digests.rank import LONGEST_NAME, LONGEST_NOTE, LONGEST_TITLE
from digests.render import FORMS, render
from digests.render.chat import LONGEST as LONGEST_PIECE
from digests.render.chat import PIECES, chat_pieces, render_chat
from digests.render.fit import fitted
from digests.render.html import LARGEST, render_html
from digests.render.links import ANYONE, personal, unsubscribe_url
from digests.render.pdf import render_pdf
from digests.render.pdf_clips import runs
from digests.render.text import LARGEST as LARGEST_TEXT
from digests.render.text import render_text
from kliping.text import clean_line
from tests.digests.made import CLOSED, URL, change, edition, item, usual, withdrawal

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style><style>*{display:none}</style>",
    "{{ 7*7 }} {% raw %} &lt;b&gt; &#x3c;i&#x3e;",
    "judul\r\nBcc: orang@lain.test\r\n\r\nisi",
    "nol\x00 bidi\u202e\u2066 baris\u2028lagi \ufeff",
    "*tebal* _miring_ ~coret~ `kode`",
    "كليبينغ 新闻 🙂 Ḍiyāʾ",
    "javascript:alert(1)",
    "x" * 5_000,
)


def tree(text: str) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(text)


def poppler(program: str, *arguments: str) -> str:
    """What one of poppler's programs prints. Skips where poppler-utils is not installed; in CI that is a failure."""
    if shutil.which(program) is None:
        assert "KLIPING_REQUIRE_ALL" not in os.environ, "install poppler-utils"
        pytest.skip("install poppler-utils")
    return subprocess.run([program, *arguments], capture_output=True, check=True).stdout.decode()


def pdf_text(pdf: bytes, tmp_path: Path) -> str:
    (tmp_path / "sheet.pdf").write_bytes(pdf)
    return poppler("pdftotext", "-layout", str(tmp_path / "sheet.pdf"), "-")


def hostile(number: int, text: str) -> Item:
    """An item whose every word is `text`, cleaned as the ranking cleans it."""
    name = clean_line(text, LONGEST_NAME)
    return item(
        number,
        title=clean_line(text, LONGEST_TITLE),
        excerpt=clean_line(text, LONGEST),
        note=clean_line(text, LONGEST_NOTE),
        outlet=name,
        agencies=(name,),
        outlets=(name, "Kabar Raya"),
    )


def test_items_link_to_the_original_and_to_the_clip() -> None:
    made = usual()
    links = {link.get("href") for link in tree(render_html(made)).iter("a")}
    text, chat = render_text(made), render_chat(made)
    for one in made.items:
        assert {one.url, made.clip_url(one.article)} <= links
        assert one.url in text
        assert made.clip_url(one.article) in text
        assert one.url in chat
    assert made.url in links
    assert made.url in chat


def test_every_item_has_outlet_title_time_with_zone_and_excerpt() -> None:
    made = usual()
    for form in (render_html(made), render_text(made)):
        plain = tree(form).text_content() if form.startswith("<!doctype") else form
        for one in made.items:
            for part in (one.title, one.outlet, one.excerpt, words.when(made, one)):
                assert part in plain
            assert "WIB" in words.when(made, one)


def test_the_mail_loads_nothing_and_stands_on_tables_and_inline_style() -> None:
    page = tree(render_html(usual()))
    tags = {element.tag for element in page.iter() if isinstance(element.tag, str)}
    assert not tags & {"img", "script", "form", "link", "iframe", "object", "svg", "base", "input"}
    assert "url(" not in render_html(usual())
    assert all(element.get("style") for element in page.iter("h3", "h2", "h1"))
    assert all(table.get("role") == "presentation" for table in page.iter("table"))
    assert not any(name.startswith("on") for element in page.iter() for name in element.attrib)


def test_unsubscribing_stands_at_the_top_and_at_the_end() -> None:
    form = render_html(usual())
    link = unsubscribe_url(URL)
    assert form.encode().index(link.encode()) < 4_096
    assert form.rindex(link) > len(form) - 1_000
    assert render_text(usual()).count(link) == 2


def test_tone_is_told_without_colour_and_the_bar_has_its_words() -> None:
    made = usual()
    page = tree(render_html(made))
    bar = [
        (cell.get("class"), int(cell.get("width", "0").rstrip("%")))
        for cell in page.iter("td")
        if "bar" in (cell.get("class") or "")
    ]
    assert sum(width for _, width in bar) == 100
    assert len(bar) == 4
    for tone, said in words.tallies(made):
        assert said in page.text_content().replace("\u00a0", " ")
        assert words.tone_words(tone) in page.text_content()


def test_the_preheader_names_the_first_thing_that_needs_attention() -> None:
    made = usual()
    hidden = next(element for element in tree(render_html(made)).iter("div") if element.get("class") == "pre")
    assert hidden.text_content().startswith("8 perlu perhatian: Warga Keluhkan Jalan Berlubang")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_strangers_wrote_stays_text_in_the_html(text: str) -> None:
    calm, attacked = (tree(render_html(edition(hostile(1, words)))) for words in ("biasa", text))
    assert [element.tag for element in attacked.iter()] == [element.tag for element in calm.iter()]
    assert not any(name.startswith("on") for element in attacked.iter() for name in element.attrib)
    assert all(link.get("href", "").startswith("https://") for link in attacked.iter("a"))
    assert clean_line(text, LONGEST_TITLE) in " ".join(attacked.text_content().split())


@given(st.text(max_size=300))
def test_any_title_comes_out_of_the_html_as_it_went_in(title: str) -> None:
    clean = " ".join("".join(char for char in title if char.isprintable()).split())
    page = tree(render_html(edition(item(1, title=clean))))
    headline = " ".join(next(page.iter("h3")).text_content().split())
    assert headline == f"1. {clean}".strip()


def crowded(many: int) -> Edition:
    """A day with far too many items, with long titles."""
    return edition(
        *(item(number, title=f"{number} " + "judul panjang " * 11, note="catatan") for number in range(many))
    )


def test_five_hundred_items_fit_and_the_rest_is_counted() -> None:
    html, text, chat = render_html(crowded(500)), render_text(crowded(500)), render_chat(crowded(500))
    page = tree(html)
    shown = len(list(page.iter("h3")))
    assert 80_000 < len(html.encode()) <= LARGEST == 90_000
    assert f"{500 - shown} berita lain" in page.text_content()
    assert len(text.encode()) <= LARGEST_TEXT == 60_000
    assert "berita lain: https://" in text
    assert unsubscribe_url(URL) in html[-1_000:]
    pieces = chat_pieces(chat)
    assert len(pieces) <= PIECES
    assert all(len(piece.encode("utf-16-le")) // 2 <= LONGEST_PIECE for piece in pieces)


def test_the_sheet_has_every_item(tmp_path: Path) -> None:
    assert "149 judul panjang" in pdf_text(render_pdf(crowded(150), None), tmp_path)


def test_no_update_list_bursts_a_form() -> None:
    update = usual().updates[0]
    many = edition(item(1), updates=tuple([update] * 3_000))
    forms = render(many)
    assert len(forms["html"]) <= LARGEST
    assert len(forms["text"]) <= LARGEST_TEXT
    assert all(len(piece) <= LONGEST_PIECE for piece in chat_pieces(forms["chat"].decode()))


def test_chat_pieces_are_numbered_and_keep_the_order() -> None:
    pieces = chat_pieces(render_chat(edition(*map(item, range(1, 120)))))
    assert [piece[-len(f"({n}/{len(pieces)})") :] for n, piece in enumerate(pieces, 1)] == [
        f"({n}/{len(pieces)})" for n in range(1, len(pieces) + 1)
    ]
    numbers = [int(found) for piece in pieces for found in re.findall(r"^(\d+)\. ", piece, re.MULTILINE)]
    assert sorted(numbers) == list(range(1, 120))
    assert "(1/1)" not in render_chat(edition(item(1)))


def test_titles_bring_no_markup_into_the_chat() -> None:
    said = render_chat(edition(item(1, title="*bebas* _dan_ ~lain~ `kode`", outlet="Su_ara")))
    line = next(line for line in said.splitlines() if line.startswith("1. "))
    assert line.count("*") == 2
    assert not set("~`_") & set(line)


def test_the_sheet_has_letterhead_columns_and_feet(tmp_path: Path) -> None:
    text = pdf_text(render_pdf(usual(), None), tmp_path)
    for part in (
        "PEMERINTAH KOTA SUKARAYA",
        "DINAS KOMUNIKASI DAN INFORMATIKA",
        "KLIPING BERITA",
        "Nomor 214",
        "(WIB)",
    ):
        assert part in text
    for column in ("No", "Tanggal/Jam", "Media", "Judul", "Ringkasan", "Nada", "Jumlah", "Tautan"):
        assert column in text
    feet = re.findall(r"halaman (\d+) dari (\d+)", text)
    assert [int(number) for number, _ in feet] == list(range(1, len(feet) + 1))
    assert {total for _, total in feet} == {str(len(feet))}
    assert text.count("sidik ") == text.count("Petugas: Ratna Puspitasari") == len(feet)


def test_the_sheet_repeats_its_head_on_every_page_of_the_table(tmp_path: Path) -> None:
    text = pdf_text(render_pdf(edition(*map(item, range(1, 60))), None), tmp_path)
    table_pages = [page for page in text.split("\f") if "Ringkasan" in page]
    assert len(table_pages) >= 4
    assert all("Tautan" in page for page in table_pages)


def test_the_sheet_is_the_same_every_time() -> None:
    assert render_pdf(usual(), None) == render_pdf(usual(), None)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_the_sheet_takes_any_text(text: str) -> None:
    assert render_pdf(edition(hostile(1, text)), None).startswith(b"%PDF")


def test_the_sheet_embeds_its_typefaces(tmp_path: Path) -> None:
    (tmp_path / "sheet.pdf").write_bytes(render_pdf(usual(), None))
    listed = poppler("pdffonts", str(tmp_path / "sheet.pdf"))
    fonts = listed.splitlines()[2:]
    assert fonts
    assert all("Source" in line and " yes yes yes " in line for line in fonts)


@given(st.lists(st.booleans(), max_size=60))
def test_runs_cover_the_dark_modules_and_nothing_else(row: list[bool]) -> None:
    found = list(runs(row))
    assert [x for start, length in found for x in range(start, start + length)] == [
        x for x, dark in enumerate(row) if dark
    ]
    assert all(start + length < following for (start, length), (following, _) in pairwise(found))


def test_an_unsafe_address_is_no_link() -> None:
    page = tree(render_html(edition(item(1, url=""))))
    assert {link.get("href", "").partition(":")[0] for link in page.iter("a")} == {"https"}


def test_a_personal_link_replaces_the_placeholder_everywhere() -> None:
    made = usual()
    mine = personal(render_html(made).encode(), made, "a" * 32)
    assert ANYONE.encode() not in mine
    assert mine.count(b"a" * 32) == 2


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(minutes=15), "05.45 WIB"),
        (timedelta(hours=8), "kemarin 22.00 WIB"),
        (timedelta(days=3), "20 November 2026 06.00 WIB"),
    ],
)
def test_an_item_carries_its_own_time(ago: timedelta, said: str) -> None:
    one = item(1, published=CLOSED.replace(second=0) - ago)
    assert words.when(edition(), one) == said


def test_an_item_without_a_time_says_when_it_was_found() -> None:
    assert words.when(edition(), item(1, published=None, first_seen=CLOSED)) == "ditemukan 06.00 WIB"
    assert words.when(edition(), item(1, published=CLOSED - timedelta(days=1), day_only=True)) == "kemarin"


def test_the_subject_carries_nothing_that_the_press_wrote() -> None:
    assert words.subject(usual()) == (
        "Kliping Pemerintah Kota Sukaraya edisi 214, 23 November 2026: 24 berita, 8 media, 8 perlu perhatian"
    )
    assert "tidak ada berita" in words.subject(edition())


@given(st.integers(0, 60), st.integers(1, 400))
def test_fitting_shows_as_many_as_can_be(many: int, limit: int) -> None:
    made = edition(*map(item, range(1, many + 1)))

    def bars(_: Edition, shown: int) -> str:
        return "." * (7 * shown)

    found = len(fitted(made, bars, limit, len))
    assert found == 7 * min(many, limit // 7)


def test_forms_are_named_once() -> None:
    made: Sequence[str] = list(render(edition()))
    assert tuple(made) == FORMS


def test_an_outlet_that_fell_silent_is_named_in_every_form(tmp_path: Path) -> None:
    told = "Diam: Pena Raya (berita terakhir 21 November 2026 07.00 WIB, biasanya 8 berita sehari)."
    shown = usual()
    assert words.quiet(shown) == told
    assert told in " ".join(tree(render_html(shown)).text_content().split())
    assert told in " ".join(render_text(shown).split())
    assert told in " ".join(pdf_text(render_pdf(shown, None), tmp_path).split())
    assert told in render_chat(shown)


def forms_of(made: Edition, tmp_path: Path) -> dict[str, str]:
    """What a reader sees of every form, blanks folded; in the sheet, without those inside of words cut by a line."""
    pdf = poppler_text(render_pdf(made, None), tmp_path)
    told = {"html": str(tree(render_html(made)).text_content()), "text": render_text(made), "pdf": pdf}
    return {name: " ".join(form.split()) for name, form in {**told, "chat": render_chat(made)}.items()}


def poppler_text(pdf: bytes, tmp_path: Path) -> str:
    (tmp_path / "sheet.pdf").write_bytes(pdf)
    return poppler("pdftotext", str(tmp_path / "sheet.pdf"), "-")


def test_every_form_tells_what_happened_to_stories_that_were_sent(tmp_path: Path) -> None:
    made = usual()
    gone, retitled = made.changes
    for name, said in forms_of(made, tmp_path).items():
        assert changed_words.HEADING.casefold() in said.casefold(), name
        plain = said.replace("*", "")
        assert f"Ditarik media (kemarin 21.06 WIB): {gone.before}" in plain
        assert f"Judul berubah (kemarin 21.06 WIB): {retitled.before} → {retitled.title}" in plain
        assert f"{gone.outlet}, dikirim dalam edisi 213, 22 November 2026" in plain
    links = {link.get("href") for link in tree(render_html(made)).iter("a")}
    for one in made.changes:
        assert made.history_url(one.article) in links
        assert all(made.history_url(one.article) in form for form in (render_text(made), render_chat(made)))


def test_where_nothing_changed_nothing_is_said_of_it(tmp_path: Path) -> None:
    for said in forms_of(edition(item(1)), tmp_path).values():
        assert changed_words.HEADING.casefold() not in said.casefold()
        assert "→" not in said


def test_changes_stand_between_what_needs_attention_and_the_rest(tmp_path: Path) -> None:
    for name, said in forms_of(usual(), tmp_path).items():
        places = [
            said.casefold().find(part.casefold()) for part in ("Perlu perhatian", changed_words.HEADING, "Tentang Pem")
        ]
        assert -1 not in places
        assert name == "pdf" or places == sorted(places)
    calm = render_html(edition(item(3), changes=(change(),)))
    assert calm.index(changed_words.HEADING) < calm.index("Tentang Pem")


def test_of_many_changes_the_first_are_told_and_the_rest_is_counted(tmp_path: Path) -> None:
    many = edition(item(1), changes=tuple(change(number, before=f"Judul ke-{number}") for number in range(12)))
    for said in forms_of(many, tmp_path).values():
        assert "Judul ke-4" in said
        assert "Judul ke-5" not in said
        assert "dan 7 lainnya" in said
    assert f"dan 7 lainnya: {many.changes_url}" in render_text(many)
    assert many.changes_url in {link.get("href") for link in tree(render_html(many)).iter("a")}


def test_an_empty_day_with_changes_says_so_first() -> None:
    assert words.preheader(edition(changes=(change(), withdrawal()))) == (
        "Tidak ada berita baru. 2 berita yang sudah dikirim berubah."
    )


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (change(text="corrected"), "Judul berubah, isi diralat"),
        (change(title="A", before="A", text="rewritten"), "Isi banyak berubah"),
        (change(what="returned"), "Dimuat kembali, judul berubah"),
        (withdrawal(what="returned"), "Dimuat kembali"),
        (withdrawal(), "Ditarik media"),
    ],
)
def test_what_an_outlet_did_in_words(told: Change, said: str) -> None:
    (line,) = changed_words.lines(edition(changes=(told,)))
    assert line.what == f"{said} (kemarin 21.06 WIB)"
    assert bool(line.after) == (told.title != told.before)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_changed_titles_stay_text_and_fit(text: str) -> None:
    title = clean_line(text, LONGEST_TITLE)
    mean = [change(n, before=f"a{title}", title=title, outlet=clean_line(text, LONGEST_NAME)) for n in range(9)]
    made = edition(item(1), changes=tuple(mean))
    attacked, calm = (tree(render_html(one)) for one in (made, edition(item(1), changes=tuple(map(change, range(9))))))
    assert [element.tag for element in attacked.iter()] == [element.tag for element in calm.iter()]
    assert render_pdf(made, None).startswith(b"%PDF")
    pieces = chat_pieces(render_chat(made))
    assert all(len(piece.encode("utf-16-le")) // 2 <= LONGEST_PIECE for piece in pieces)
    told = [line for line in "\n".join(pieces).splitlines() if line.startswith("- ")]
    assert len(told) == changed_words.SHOWN
    assert all(line.count("*") == 2 for line in told)


def test_the_longest_changes_leave_the_mail_its_items() -> None:
    long = change(before="\N{WHITE SMILING FACE}<" * 100, title='"&' * 100, outlet="&" * LONGEST_NAME)
    forms = render(edition(*map(item, range(1, 40)), changes=(long,) * 300))
    assert len(forms["html"]) <= LARGEST
    assert forms["html"].decode().count("<h3") == 39
    assert len(forms["text"]) <= LARGEST_TEXT
