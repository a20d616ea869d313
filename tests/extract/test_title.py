"""The headline without the name of the site."""

import pytest

from tests.extract.pages import TITLE, html, paragraphs, read

SITE = '<meta property="og:site_name" content="Kabar Contoh">'


@pytest.mark.parametrize(
    "stated",
    [
        f"{TITLE} - Kabar Contoh",
        f"{TITLE} | Kabar Contoh",
        f"Kabar Contoh: {TITLE}",
        f"{TITLE} - Nasional - Kabar Contoh",
        f"Berita | {TITLE} :: Kabar Contoh",
        TITLE,
    ],
)
def test_the_printed_part_of_a_stated_title_is_the_headline(stated: str) -> None:
    found = read(html(paragraphs("Isi."), title=stated))
    assert (found.title, found.sources["title"]) == (TITLE, "h1")


@pytest.mark.parametrize(
    "stated", [f"{TITLE} - Kabar Contoh", f"Kabar Contoh: {TITLE}", f"{TITLE} – kabarcontoh.example"]
)
def test_without_a_printed_headline_the_site_is_taken_off(stated: str) -> None:
    page = f"<html><head><title>{stated}</title>{SITE}</head><body><p>Isi.</p></body></html>"
    assert read(page).title == TITLE


def test_a_section_in_h1_is_not_the_headline() -> None:
    page = f"<title>{TITLE} - Kabar Contoh Nasional</title><h1>Nasional</h1><h2>{TITLE}</h2><p>Isi.</p>"
    assert read(page).title == TITLE


def test_the_sites_name_in_h1_is_not_the_headline() -> None:
    page = f"<title>{TITLE} | Kabar Contoh Maju</title>{SITE.replace('Contoh', 'Contoh Maju')}"
    assert read(f"{page}<h1>Kabar Contoh Maju</h1><h2>{TITLE}</h2><p>Isi.</p>").title == TITLE


def test_the_printed_wording_wins_over_another_in_the_head() -> None:
    page = (
        f'<meta property="og:title" content="Resmikan Taman Kota, Ini Kata Wali Kota Maju"><h1>{TITLE}</h1><p>Isi.</p>'
    )
    assert read(page).title == TITLE


def test_control_characters_and_reversals_are_taken_out() -> None:
    assert read(html("<p>Isi.</p>").replace(TITLE, "Wali\x01 Kota\u202e Resmikan\x1b Taman")).title == (
        "Wali Kota Resmikan Taman"
    )


def test_a_title_of_5000_characters_is_cut_at_a_word() -> None:
    long = "kata " * 1000
    title = read(f"<title>{long}</title><h1>{long}</h1><p>Isi.</p>").title
    assert 400 < len(title) <= 500
    assert title.endswith("kata…")


def test_entities_that_were_escaped_twice_are_read() -> None:
    page = '<meta property="og:title" content="Taman &amp;quot;Asri&amp;quot; Dibuka untuk Umum"><p>Isi.</p>'
    assert read(page).title == 'Taman "Asri" Dibuka untuk Umum'
