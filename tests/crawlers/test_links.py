"""Listing pages: the articles, and little else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.discovery import refusal
from crawlers.links import MAX_LINKS, article_links, read_listing
from tests.measured import first_links

BASE = "https://www.kabar.co.id/indeks"
HEADLINE = "Warga Kelurahan Cipta Keluhkan Jalan Berlubang"


def page(*links: tuple[str, str]) -> str:
    anchors = "".join(f'<li><a href="{href}">{text}</a></li>' for href, text in links)
    return f"<!doctype html><html><body><ul>{anchors}</ul></body></html>"


def urls(html: str | bytes, base: str = BASE) -> list[str]:
    return [link.url for link in article_links(html, base)]


@pytest.mark.parametrize(
    "path",
    [
        "/berita/2026/11/24/jalan-berlubang-dikeluhkan-warga-cipta",
        "/2026/11/jalan-berlubang-dikeluhkan-warga.html",
        "/read/123456/jalan-berlubang",
        "/jalan-berlubang-dikeluhkan-warga-cipta/",
        "/berita-kota/d-7654321/jalan-berlubang-dikeluhkan",
        "/baca-1234-jalan-berlubang",
        "/read.php?id=12345",
        "/?p=12345",
        "/read/xml/2026/11/24/14514861/Jalan.Berlubang.Dikeluhkan.Warga",
        "/index.php/berita/jalan-berlubang-dikeluhkan-warga-cipta",
        "//daerah.kabar.co.id/read/7/jalan_berlubang_dikeluhkan_warga",
    ],
)
def test_addresses_of_articles_are_found(path: str) -> None:
    assert len(urls(page((path, HEADLINE)))) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/", "Beranda"),
        ("/indeks", "Indeks Berita Terbaru Hari Ini"),
        ("/indeks?page=2", "2"),
        ("/nasional/politik-dan-hukum", "Politik dan Hukum"),
        ("/tag/jalan-berlubang-di-kota", "jalan berlubang di kota"),
        ("/topik/123456/pilkada-serentak-kota", "Pilkada Serentak Kota Sukaraya"),
        ("/kategori/gaya-hidup-dan-kesehatan", "Gaya Hidup dan Kesehatan"),
        ("/author/dian-prameswara-putri-lestari", "Dian Prameswara Putri Lestari"),
        ("/search?q=jalan+berlubang+dikeluhkan", "Cari jalan berlubang dikeluhkan warga"),
        ("/pedoman-media-siber", "Pedoman Pemberitaan Media Siber"),
        ("/tentang-kami-dan-redaksi-kabar", "Tentang Kami dan Redaksi Kabar"),
        ("/page/2", "Berita sebelumnya dari halaman ini"),
        ("/2026/11/24", "Berita tanggal 24 November 2026"),
        ("/kalender/2026/11/24/agenda-kegiatan-hari-ini", "Agenda kegiatan hari ini"),
        ("/wp-content/uploads/2026/11/foto-jalan-berlubang-cipta.jpg", HEADLINE),
        ("/unduh/2026/laporan-keuangan-pemerintah-kota.pdf", "Laporan Keuangan Pemerintah Kota"),
        ("https://www.lain.co.id/read/123456/jalan-berlubang-dikeluhkan", HEADLINE),
        ("https://facebook.com/sharer.php?u=123456", "Bagikan berita ini ke Facebook"),
        ("javascript:void(0)", HEADLINE),
        ("#komentar", HEADLINE),
        ("http://a.test/" + "x" * 3000, HEADLINE),
    ],
)
def test_everything_else_is_left(path: str, text: str) -> None:
    assert urls(page(*[(path, text)] * 5)) == []


def test_twins_are_one_link_with_the_longest_words() -> None:
    own = "/read/123456/jalan-berlubang-dikeluhkan"
    links = article_links(page((own, ""), (f"{own}?utm_source=home", HEADLINE), (f"{own}#foto", "Baca")), BASE)
    assert [(link.url, link.text) for link in links] == [(f"https://www.kabar.co.id{own}", HEADLINE)]


def test_a_card_gives_its_heading() -> None:
    card = '<a href="/read/123456/x-y"><span>Kota</span><h3>Jalan Rusak di Cipta</h3><p>Selasa, 24 November</p></a>'
    assert [link.text for link in article_links(card, BASE)] == ["Jalan Rusak di Cipta"]


def test_an_infinite_calendar_does_not_flood() -> None:
    days = [
        (f"/agenda/{year}/{month:02}/{day:02}", f"Agenda tanggal {day}")
        for year in range(2000, 2030)
        for month in range(1, 13)
        for day in range(1, 29)
    ]
    assert urls(page(*days)) == []
    months = [
        (f"/arsip-berita?bulan={month}&tahun={year}", f"Arsip {month} {year}")
        for year in range(2000, 2030)
        for month in range(1, 13)
    ]
    assert urls(page(*months)) == []


def test_a_page_of_thousands_of_articles_is_cut() -> None:
    links = [(f"/read/{at}/jalan-berlubang-dikeluhkan-warga", HEADLINE) for at in range(10_000, 12_000)]
    listing = read_listing(page(*links), BASE)
    assert (len(listing.links), listing.cut) == (MAX_LINKS, True)
    assert not read_listing(page(*links[:MAX_LINKS]), BASE).cut


@pytest.mark.parametrize(
    "link",
    [
        '<a href="?page=2" rel="next">2</a>',
        '<link rel="next" href="/indeks?page=2">',
        '<a href="/indeks?page=2">Lebih lama &raquo;</a>',
        '<a href="/indeks?page=2">Selanjutnya</a>',
        "<a class='blog-pager-older-link' href='/indeks?page=2'>Postingan Lama</a>",
        '<a href="/indeks?page=2">›</a>',
        '<a href="/indeks?page=2">Next</a>',
    ],
)
def test_the_next_page_is_found(link: str) -> None:
    newer = (
        '<a href="/indeks?page=0">&laquo; Lebih baru</a><a href="/indeks?page=0">‹</a><a href="/indeks?page=0">Prev</a>'
    )
    assert (
        read_listing(f"<html><body>{newer}{link}</body></html>", BASE).more == "https://www.kabar.co.id/indeks?page=2"
    )


@pytest.mark.parametrize(
    "link", ['<a href="http://lain.test/x">Next</a>', '<a href="/indeks">Next</a>', '<a href="/x">Lama</a>']
)
def test_no_other_link_is_taken_for_it(link: str) -> None:
    assert read_listing(f"<html><body>{link}</body></html>", BASE).more == ""


def test_a_base_address_is_used() -> None:
    html = (
        '<html><head><base href="https://www.kabar.co.id/kota/"></head><a href="jalan-berlubang-dikeluhkan-warga">x</a>'
    )
    assert urls(html + page(("2-jalan-rusak-dikeluhkan-warga", HEADLINE))) == [
        "https://www.kabar.co.id/kota/2-jalan-rusak-dikeluhkan-warga"
    ]


@given(st.one_of(st.text(max_size=300), st.binary(max_size=300)))
def test_any_page_is_read(html: str | bytes) -> None:
    assert all(not refusal(link.url) for link in article_links(html, BASE))


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40)), max_size=5), st.text(max_size=30))
def test_any_links_are_read(links: list[tuple[str, str]], base: str) -> None:
    assert all(not refusal(link.url) for link in article_links(page(*links), base))


@pytest.mark.timeout(30)  # takes about a second
def test_a_page_made_to_hurt_does_no_harm() -> None:
    article = page(("/read/123456/jalan-berlubang-dikeluhkan", HEADLINE))
    assert urls(article + "<div>" * 200_000 + page(*[("/a" * 500, "x " * 500)] * 2000)) != []


def test_real_section_pages_give_their_first_links() -> None:
    """All first links are found, and what is taken looks alike: no menu, tag or page of pages among it."""
    pages = first_links("index")
    assert pages
    for site, body, links in pages:
        found = urls(body, links[0].partition("/read")[0] + "/")
        assert set(links) <= set(found), site
        assert len(found) <= 120, site
        with_number = [
            url for url in found if any(part.isdigit() for part in url.replace("-", "/").replace(",", "/").split("/"))
        ]
        assert len(with_number) >= 0.9 * len(found), (site, sorted(set(found) - set(with_number)))
