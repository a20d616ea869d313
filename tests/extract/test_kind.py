"""Stories, live pages, galleries, films, lists and stubs: told apart by what pages say, never by an outlet's name."""

from datetime import UTC, datetime

import pytest

from kliping.article import Found
from pipeline.extract import Reading, read_page

PARAGRAPH = "Pemerintah kota memperbaiki jalan lingkungan sepanjang dua kilometer yang rusak sejak musim hujan lalu. "
STORY = "".join(f"<p>{PARAGRAPH}{number}</p>" for number in range(20))
LONG = "".join(f"<p>{PARAGRAPH}{number}</p>" for number in range(40))
SHORT = f"<p>{PARAGRAPH}</p>"
LINKS = "".join(f'<li><a href="/berita/{n}">Warga bersihkan sungai di kampung nomor {n}</a></li>' for n in range(20))
PART = (
    '<script type="application/ld+json">'
    '{"@type": "NewsArticle", "hasPart": {"@type": "WebPageElement", "isAccessibleForFree": "False"}}</script>'
)
PHOTOS = "".join(
    f'<figure><img src="/{n}.jpg"><figcaption>Petugas menambal jalan di kampung nomor {n}.</figcaption></figure>'
    for n in range(8)
)
LIVE = "".join(f"<p>{hour:02d}.15 WIB</p><p>{PARAGRAPH}</p>" for hour in range(8, 14))


def read(body: str, *, head: str = "", title: str = "Jalan Lingkungan Diperbaiki", url: str = "") -> Reading:
    page = f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1><div>{body}</div></body></html>"
    address = url or "https://kabar.example/berita/12/jalan-lingkungan-diperbaiki"
    return read_page(
        page.encode(), url=address, answered=address, zone="Asia/Jakarta", found=Found(way="hand"),
        fetched_at=datetime(2026, 11, 24, 3, tzinfo=UTC),
    )  # fmt: skip


def linked(kind: str, **more: object) -> str:
    facts = "".join(f', "{key}": {str(value).lower()}' for key, value in more.items())
    return f'<script type="application/ld+json">{{"@type": "{kind}", "headline": "Jalan"{facts}}}</script>'


@pytest.mark.parametrize(
    ("kind", "reading"),
    [
        ("article", read(STORY)),
        ("article", read(STORY, url="https://kabar.example/foto/jalan-rusak")),
        ("article", read(STORY, head=linked("NewsArticle") + linked("VideoObject"))),
        ("article", read(LINKS + STORY, url="https://kabar.example/tag/jalan/berita-jalan")),
        ("article", read(STORY, title="Video Viral Jalan Rusak, Ini Kata Wali Kota")),
        ("live", read(STORY, head=linked("LiveBlogPosting"))),
        ("live", read(LIVE, title="Live Report: Debat Calon Wali Kota")),
        ("gallery", read(SHORT, head=linked("ImageGallery"))),
        ("gallery", read(SHORT, title="FOTO: Jalan Rusak di Kampung Baru")),
        ("gallery", read(SHORT, url="https://foto.kabar.example/2026/jalan-rusak")),
        ("video", read(SHORT, head=linked("VideoObject"))),
        ("video", read(SHORT, title="[VIDEO] Jalan Rusak di Kampung Baru")),
        ("video", read(SHORT, head='<meta property="og:type" content="video.other">')),
        ("live", read(LIVE, title="Live Update Debat Calon Wali Kota Malam Ini")),
        ("article", read(STORY, title="Live Update Debat Calon Wali Kota Malam Ini")),
        ("gallery", read(SHORT + PHOTOS)),
        ("gallery", read(SHORT, title="Potret Foto Jalan Rusak di Kampung Baru")),
        ("article", read(STORY + PHOTOS)),
        ("article", read(SHORT + PHOTOS[: len(PHOTOS) // 4])),
        ("article", read(SHORT + "<table><tr>" + '<td><img src="/suka.png"></td>' * 8 + "</tr></table>")),
        ("video", read(SHORT, head='<meta property="og:video" content="https://kabar.example/1.mp4">')),
        ("article", read(STORY, head='<meta property="og:video" content="https://kabar.example/1.mp4">')),
        ("list", read(LINKS, url="https://kabar.example/tag/banjir", title="Berita Banjir Hari Ini")),
        ("list", read(LINKS, head=linked("CollectionPage"), title="Kumpulan Berita")),
    ],
)
def test_kinds(kind: str, reading: Reading) -> None:
    assert reading.kind == kind


def test_a_stub_says_so_in_its_head_or_beside_its_text() -> None:
    assert "paywall" in read(SHORT, head=linked("NewsArticle", isAccessibleForFree=False)).flags
    assert "paywall" in read(SHORT + "<p>Silakan berlangganan untuk membaca selengkapnya.</p>").flags
    assert "paywall" not in read(STORY + "<p>Silakan berlangganan untuk membaca selengkapnya.</p>").flags


@pytest.mark.parametrize(
    ("stub", "reading"),
    [
        (True, read(SHORT + "<h3>Artikel ini khusus untuk pelanggan</h3>")),
        (True, read(SHORT + "<p>Langganan untuk melanjutkan membaca.</p>" + LINKS)),
        (True, read(SHORT, head='<meta property="article:content_tier" content="locked">')),
        (True, read(SHORT, head=PART)),
        (False, read(SHORT + LINKS + "<p>Berlangganan untuk membaca koran digital.</p>")),
        (False, read(SHORT + "<p>Scroll ke bawah untuk melanjutkan membaca</p>")),
        (False, read(SHORT + "<p>Konten Premium</p>" + LINKS)),
        (False, read(LONG, head=linked("NewsArticle", isAccessibleForFree=False))),
        (False, read(SHORT, head=linked("NewsArticle", isAccessibleForFree=True))),
    ],
)
def test_a_box_that_sells_subscriptions_makes_no_stub(stub: bool, reading: Reading) -> None:
    assert ("paywall" in reading.flags) == stub


def test_a_change_is_told_beside_the_publication() -> None:
    head = (
        '<meta property="article:published_time" content="2026-11-23T08:00:00+07:00">'
        '<meta property="article:modified_time" content="2026-11-23T19:30:00+07:00">'
    )
    reading = read(STORY, head=head)
    assert reading.published is not None
    assert reading.modified is not None
    assert reading.modified.instant == datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
    assert reading.published.instant < reading.modified.instant


def test_a_line_of_facts_before_the_story_is_not_the_story() -> None:
    facts = "Senin, 23 November 2026 08:00 WIB | Dibaca: 375 kali | Penulis: Rina Wati | Editor: Budi Utama Sentosa"
    reading = read(f"<p>{facts}</p>{STORY}")
    assert reading.paragraphs[0].startswith("Pemerintah kota")
    assert "B096" in {gone.reason for gone in reading.removed}
