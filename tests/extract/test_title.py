"""The headline without the name of the site."""

import pytest

from kliping.article import Found
from pipeline.extract.sitenames import is_general
from tests.extract.pages import LEAD, STORY, TITLE, URL, html, paragraphs, read

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


BODY = paragraphs(*STORY)
NUMBERED = "https://kabarcontoh.example/berita/detail/123"
OTHER = "Resmikan Ruang Terbuka, Begini Pesan untuk Pengunjung"
SEPARATORS = (" - ", " | ", " – ", " — ", " • ", " » ", " / ", " « ", " < ", " > ", " * ", "|", " :: ", " ~ ", " · ")


def page(*body: str, title: str = "", og: str = "", site: str = "", linked: str = "") -> str:
    """A page whose headline, if it prints one, stands in `body`."""
    head = f"<title>{title}</title>" if title else ""
    head += f'<meta property="og:title" content="{og}">' if og else ""
    head += f'<meta property="og:site_name" content="{site}">' if site else ""
    item = f'{{"@type": "NewsArticle", "headline": "{linked}"}}'
    head += f'<script type="application/ld+json">{item}</script>' if linked else ""
    return f"<html><head>{head}</head><body>{''.join(body)}{BODY}</body></html>"


@pytest.mark.parametrize("separator", SEPARATORS)
def test_sites_behind_and_before_all_separators(separator: str) -> None:
    for stated in (f"{TITLE}{separator}Kabar Contoh", f"Kabar Contoh{separator}{TITLE}"):
        assert read(page(f"<h1>{TITLE}</h1>", title=stated)).title == TITLE
        assert read(page(title=stated, site="Kabar Contoh")).title == TITLE
        assert read(page(title=stated)).title == TITLE  # the domain tells the name


@pytest.mark.parametrize(
    "html_page",
    [
        page("<h1>Kabar Contoh</h1>", f"<h2>{TITLE}</h2>", og=TITLE, title=f"{TITLE} - Kabar Contoh"),
        page("<h1>Kabar Contoh Portal Terpercaya</h1>", f"<h2>{TITLE}</h2>", title=f"{TITLE} - Kabar Contoh"),
        page("<h1>Nasional</h1>", f"<h1>{TITLE}</h1>", "<h1>Banjir di Kota Lain Sudah Surut</h1>", og=TITLE),
        page("<h1>Kabar Contoh</h1>", f"<h1>{TITLE}</h1>", "<h1>Terpopuler</h1>", title=f"Kabar Contoh | {TITLE}"),
        page("<h3>Ruang Hijau</h3>", f"<h1>{TITLE}</h1>", "<h2>Warga diminta merawat bersama</h2>", og=TITLE),
        page(f'<ul><li><a href="/x">{TITLE}</a></li></ul>', f"<h1>{TITLE}</h1>", og=TITLE),
        page(f'<h1><a href="{URL}">{TITLE}</a></h1>', og=TITLE),
        page("<h1>Wali Kota Resmikan<br>Taman Kota Maju</h1>", og=TITLE),
        page(f"<h1>{TITLE} - Kabar Contoh</h1>", og=f"{TITLE} - Kabar Contoh", site="Kabar Contoh"),
        page(f'<div class="judul">{TITLE}</div>', og=TITLE),
        page("<nav><a href=/>Beranda</a></nav>", og=TITLE),
        page(og=f"{TITLE} Halaman all - Kabar Contoh", site="Kabar Contoh"),
        page(f"<h1>{TITLE}</h1>", og=f"{TITLE} Halaman 2"),
        page(f"<h1>{TITLE}</h1>", title=f"Kabar Contoh » Daerah » Maju » {TITLE}"),
        page(f"<h1>{TITLE}</h1>", title="Berita Terkini, Kabar Hari Ini, Indonesia | Kabar Contoh"),
        page(f"<h1>{TITLE}</h1>", title="Untitled Document"),
        page(f"<h1>{TITLE}</h1>"),
        page("<h1>Kabarcontoh</h1>", f"<h2>{TITLE}</h2>", "<h2>Berita Terkait</h2>"),
    ],
)
def test_logos_sections_lists_and_labels_are_not_the_headline(html_page: str) -> None:
    assert read(html_page).title == TITLE


@pytest.mark.parametrize("url", [URL, NUMBERED])
@pytest.mark.parametrize(
    "body",
    [
        f"<h1>Pemerintah Kota Depok</h1><h3>{TITLE}</h3>",
        f"<h2>{TITLE}</h2>",
        f"<h2>Pemerintah Kota Depok</h2><h2>{TITLE}</h2>",
        f"<h1>Berita</h1><h2>{TITLE}</h2>",
        f"<h1>Detail Berita</h1><h4>{TITLE}</h4>",
        f'<h1>Pemerintah Kota Depok</h1><div itemprop="headline">{TITLE}</div>',
    ],
)
def test_sites_of_governments_that_state_their_own_name(body: str, url: str) -> None:
    for stated in ("Pemerintah Kota Depok", "Detail Berita | Pemerintah Kota Depok", "Berita"):
        assert read(page(body, title=stated, og=stated), url=url).title == TITLE


@pytest.mark.parametrize("cut", ["Wali Kota Resmikan Taman...", "Wali Kota Resmikan Tam…", "Wali Kota Resmikan [...]"])
def test_a_stated_title_that_was_cut_is_completed_from_the_page(cut: str) -> None:
    for body in (f"<h1>{TITLE}</h1>", f"<h2>{TITLE}</h2>", f"<div>{TITLE}</div>"):
        assert read(page(body, og=cut, title=cut), url=NUMBERED).title == TITLE


@pytest.mark.parametrize("url", [URL, NUMBERED])
def test_the_printed_headline_beats_one_for_search_engines(url: str) -> None:
    assert (
        read(page(f"<h1>{TITLE}</h1>", og=OTHER, title=f"{OTHER} - Kabar Contoh", linked=OTHER), url=url).title == TITLE
    )
    crumbs = f'<div class="breadcrumb">{OTHER}</div>'
    assert read(page(crumbs, f"<h1>{TITLE}</h1>", og=OTHER, title=OTHER), url=url).title == TITLE


@pytest.mark.parametrize(
    "headline",
    [
        "Bupati: Jalan Desa Tuntas Tahun Ini",
        "Persija vs Persib - Duel Klasik di GBK",
        "Banjir Lagi",
        "FOTO: Warga Padati Taman Kota",
        "Video: Detik-detik Banjir Bandang",
        "WALI KOTA RESMIKAN TAMAN KOTA",
        "Harga Cabai Rp 90.000 / Kg, Warga Mengeluh",
        "Pemerintah Kota Depok Buka Pendaftaran Lomba",
        "Wali Kota: “Rawat Taman Ini”",
    ],
)
def test_what_belongs_to_a_headline_stays(headline: str) -> None:
    assert (
        read(page(f"<h1>{headline}</h1>", og=headline, title=f"{headline} - Kabar Contoh"), url=NUMBERED).title
        == headline
    )
    assert read(page(f"<h1>{headline}</h1>", title=f"{headline} | Kabar Contoh"), url=NUMBERED).title == headline
    assert read(page(og=headline), url=NUMBERED).title == headline


def test_a_headline_that_links_to_itself_is_told_by_the_address() -> None:
    body = f'<h2><a href="{URL}">{TITLE}</a></h2>'
    comments = f"<h3>21 Komentar untuk {TITLE}</h3>"
    assert read(page(body, BODY, comments)).title == TITLE
    assert read(page(body.replace("h2", "h4"), BODY, comments)).title == TITLE


def test_entities_that_a_heading_escaped_twice_are_read() -> None:
    stated = "Taman &amp;quot;Asri&amp;quot; Dibuka untuk Umum"
    found = read(page(f"<h1>{stated}</h1>", "<p>24 November 2026 08:30 WIB</p>", og=stated))
    assert found.title == 'Taman "Asri" Dibuka untuk Umum'
    assert found.published is not None  # so the headline was found, with the date line below it


def test_the_feed_knows_the_headline_of_a_page_that_states_none() -> None:
    told = Found(way="feed", title=TITLE)
    body = f"<div>{TITLE}</div><h2>Berita Lain dari Kota Ini</h2>"
    assert read(page(body, title="Kabar Contoh"), url=NUMBERED, found=told).title == TITLE
    assert read("<p>Isi.</p>", url=NUMBERED, found=told).sources["title"] == "feed"


@pytest.mark.parametrize(
    ("title", "general"),
    [
        ("Pemerintah Kota Depok", True),
        ("Website Resmi Pemerintah Kabupaten Bandung Barat", True),
        ("Dinas Komunikasi dan Informatika Kota Bekasi", True),
        ("Berita Terkini", True),
        ("Pemerintah Kota Depok Buka Pendaftaran", False),
        ("Depok", False),
        ("Banjir di Kota Bekasi", False),
    ],
)
def test_names_of_offices_and_places_in_a_site(title: str, general: bool) -> None:
    assert is_general(title, frozenset()) is general


def test_of_headings_that_say_the_title_it_is_the_h1() -> None:
    found = read(f"<title>{TITLE}</title><h6><span>|</span>{TITLE}</h6><h1>{TITLE}</h1><p>Isi.</p>")
    assert (found.title, found.sources["title"]) == (TITLE, "h1")


@pytest.mark.parametrize("label", ["<span>Eksklusif</span> ", "<small>Kota Maju</small><br>"])
def test_a_label_in_the_heading_is_not_of_the_headline(label: str) -> None:
    assert read(f"<title>{TITLE} - Kabar Contoh</title><h1>{label}{TITLE}</h1><p>{LEAD}</p>").title == TITLE


def test_a_heading_that_says_more_than_is_stated_is_the_headline() -> None:
    longer = f"Setelah Lama Ditunggu, {TITLE}"
    assert read(f"<title>{TITLE} - Kabar Contoh</title><h1>{longer}</h1><p>{LEAD}</p>").title == longer


def test_a_line_that_says_what_the_address_says_is_the_headline_of_an_office() -> None:
    page = f"<title>Selamat Datang di Website Resmi Pemerintah Kota Bogor</title><b>{TITLE}</b><br><p>{LEAD}</p>"
    assert read(page, url=URL).title == TITLE


def test_an_office_whose_title_names_no_story_prints_one_below_its_welcome() -> None:
    welcome = "<p>Selasa, 24 November 2026 | Selamat datang di situs web resmi Pemerintah Kota Bogor, kota hujan</p>"
    page = f"<title>Website Resmi Pemerintah Kota Bogor</title>{welcome}<div><h2>{TITLE}</h2><p>{LEAD}</p></div>"
    assert read(page).title == TITLE
