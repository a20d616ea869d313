"""The story without what an outlet puts around it."""

import pytest

from pipeline.extract.clean import clean
from pipeline.extract.phrases import rules
from pipeline.extract.wordlists import entries
from tests.extract.pages import LEAD, QUOTE, SECOND, STORY, TITLE, html, paragraphs, read

BODY = paragraphs(*STORY)
TEASER = "Ringkasan berita nomor {0} yang cukup panjang untuk dikira sebagai isi berita."
CARD = f'<li><a href="/{{0}}"><h3>Judul berita lain nomor {{0}} tentang jalan</h3></a><p>{TEASER}</p></li>'
CARDS = "<ul>" + "".join(CARD.format(number) for number in range(5)) + "</ul>"
NAV = '<nav><a href="/">Beranda</a> <a href="/b">Berita</a></nav>'
LIST = paragraphs("Pemkot memperbaiki jalan rusak di tiga kelurahan sejak pekan lalu.")
PHOTO = '<div><img src="/1.jpg"><div>Wali kota memotong pita di taman kota yang baru, Selasa pagi.</div></div>'
COMMENT = paragraphs("Taman yang bagus sekali, semoga dirawat oleh semua warga kota.")
RELATED = '<p>Baca juga: <a href="/lain">Pemkot Maju Bangun Lima Taman Baru di Pinggir Sungai</a></p>'


@pytest.mark.parametrize(
    "page",
    [
        html(BODY),
        html("<div>", "<br><br>".join(STORY), "</div>"),
        html("<div>", "".join(f"<div>{text}</div>" for text in STORY), "</div>"),
        html(f"<form>{BODY}</form>"),
        html(paragraphs(LEAD, SECOND), paragraphs(QUOTE)),
        html(f'<div class="share-box content">{BODY}</div>'),
        html(NAV, BODY, "<footer>Hak cipta Kabar Contoh</footer>"),
        html("<p>Selasa, 24 November 2026 08:30 WIB | 1.999 Views</p>", BODY),
        html("<p>Foto: Taman kota. (dok. humas)</p>", BODY, "<p>Editor: Budi Umpama</p>"),
        html(paragraphs(LEAD, SECOND, f"{RELATED}", QUOTE)),
        html(BODY, CARDS),
        html(BODY, "<div><h4>Berita Terkait</h4>", LIST, "</div>"),
        html(PHOTO, BODY),
        html(BODY, '<div class="comments">', COMMENT, "</div>"),
        html(paragraphs(LEAD, SECOND, QUOTE, LEAD)),
        html(paragraphs(TITLE, *STORY)),
        html(paragraphs(*STORY, "(abc/def)")),
        html(paragraphs(*STORY, "Ikuti berita kami di Google News dan saluran WhatsApp Kabar Contoh")),
        html(f'<p style="display: none">{SECOND} Ini tersembunyi.</p>', BODY),
        html(f"<script>var x = '{SECOND}';</script>", BODY),
    ],
)  # fmt: skip
def test_the_same_story_is_read_in_every_dress(page: str) -> None:
    assert read(page).paragraphs == STORY


def test_a_dateline_in_its_own_node_is_joined_to_the_lead() -> None:
    page = html(f"<div><strong>Kota Maju</strong> - <p>{LEAD}</p><p>{SECOND}</p><p>{QUOTE}</p></div>")
    assert read(page).paragraphs == (f"Kota Maju - {LEAD}", SECOND, QUOTE)


def test_a_box_named_as_the_story_leaves_the_box_around_it() -> None:
    page = html(
        f'<div><div class="entry-content">{BODY}</div>', paragraphs(f"Situs ini memakai kuki. {SECOND}"), "</div>"
    )
    assert read(page).paragraphs == STORY


def test_captions_are_the_story_of_a_page_of_pictures() -> None:
    captions = [
        f"Wali kota menanam pohon nomor {number} di taman kota yang baru dibuka hari ini." for number in range(3)
    ]
    figures = "".join(
        f'<figure><img src="/{c}.jpg"><figcaption>{text}</figcaption></figure>' for c, text in enumerate(captions)
    )
    assert read(html(figures)).paragraphs == tuple(captions)


def test_subheads_and_lists_stay_in_order() -> None:
    page = html(
        f"<div><p>{LEAD}</p><h2>Isi Taman</h2><p>{SECOND}</p><ul><li>Lapangan futsal</li></ul><p>{QUOTE}</p></div>"
    )
    assert read(page).paragraphs == (LEAD, "Isi Taman", SECOND, "Lapangan futsal", QUOTE)


def test_removed_lines_are_told_with_their_rule() -> None:
    removed = read(html(paragraphs(*STORY, "Artikel ini telah tayang di Kabar Contoh"))).removed
    assert [(gone.reason, gone.text) for gone in removed] == [("B016", "Artikel ini telah tayang di Kabar Contoh")]


def test_a_placed_story_is_flagged() -> None:
    assert "paid_placement" in read(html(paragraphs(*STORY, "(Adv)"))).flags
    assert "paid_placement" not in read(html(BODY)).flags


def test_what_ends_the_story_is_looked_for_behind_each_line_that_goes() -> None:
    assert clean([LEAD, f"{SECOND} (SC/P-2)", "(SC)"], TITLE).paragraphs == (LEAD, SECOND)
    assert clean(["(SC)", "(SC)"], TITLE).paragraphs == ()


def test_questions_of_an_interview_are_no_repetition() -> None:
    question = "Apa yang paling sulit dari pekerjaan ini?"
    texts = [line for number in range(5) for line in (question, f"Jawaban nomor {number} dari narasumber itu panjang.")]
    assert list(clean(texts, TITLE).paragraphs) == texts


def test_a_phrase_at_the_end_is_an_ordinary_word_in_the_middle() -> None:
    texts = ["Sumber: air tanah, kata dia, sudah kering.", *(f"{SECOND} {number}" for number in range(8))]
    assert list(clean(texts, TITLE).paragraphs) == texts


def test_brackets_with_meaning_stay() -> None:
    assert clean([LEAD, "Rapat digelar bersama dewan (DPRD)"], TITLE).paragraphs[-1].endswith("(DPRD)")


def test_the_catalogue_compiles_and_every_scope_is_used() -> None:
    scopes = {scope: rules(scope) for scope in ("cut", "inline", "line", "head", "tail", "last")}
    assert all(scopes.values())
    names = [rule.name for found in scopes.values() for rule in found]
    assert len(names) == len(set(names)) == len(entries("phrases.txt"))
