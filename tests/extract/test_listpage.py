"""Pages that list others, and stories that look as if they did: none of these may be lost."""

import pytest

from benchmarks.data import read_bytes
from benchmarks.extract_truth import labelled
from kliping.clock import now
from tests.extract.designs import prints
from tests.extract.pages import read
from tests.measured import data
from tests.press.articles import compose
from tests.press.generate import generated
from tests.press.loading import load
from tests.press.newsroom import Newsroom
from tests.press.press import FOLDER
from tests.press.site import Request, Site

HOST = "https://www.kabarcontoh.example"
BRIEF = "Satu rumah warga di Kampung Baru terbakar pada Selasa dini hari. Tidak ada korban jiwa dalam kejadian itu."
TEASER = "Warga kampung itu bergotong royong sejak pagi bersama petugas dinas, dan selesai menjelang sore hari."
THEMES = ("blog", "pemkot", "portal", "ruang", "tabloid", "wordpress")


def cards(count: int, teaser: str = "", tag: str = "h3") -> str:
    """Headlines of other stories, each with a teaser."""
    return "".join(
        f'<div class="card"><{tag}><a href="/berita/{n}">Warga Kampung Nomor {n} Bersihkan Sungai Jernih</a></{tag}>'
        f"<p>{teaser}</p></div>"
        for n in range(count)
    )


def kind(
    body: str, path: str = "/berita/101/rumah-warga-terbakar-dini-hari-tadi", *, head: str = "", **more: str
) -> str:
    """The kind of a page; `title` is its document's, `classes` are its body's."""
    title, classes = more.get("title", "Rumah Warga Terbakar - Kabar Contoh"), more.get("classes", "")
    page = f'<html><head><title>{title}</title>{head}</head><body class="{classes}"><main>{body}</main></body></html>'
    return read(page, url=HOST + path).kind


@pytest.mark.parametrize(
    "found",
    [
        kind(cards(30), "/", title="Kabar Contoh"),
        kind(cards(12, TEASER), "/", title="Kabar Contoh - Portal Berita Daerah"),
        kind(f"<h1>Banjir</h1>{cards(4)}", "/tag/banjir", title="Banjir - Kabar Contoh"),
        kind(f"<h1>Daerah</h1>{cards(9, TEASER)}", "/kategori/daerah/page/3", title="Daerah - Kabar Contoh"),
        kind(f"<h1>Hasil Pencarian: sungai</h1>{cards(9)}", "/?s=sungai", title="sungai - Kabar Contoh"),
        kind(f"<h1>Kabar</h1><p>{TEASER}</p>{cards(9, TEASER)}", "/kabar-warga", classes="archive category"),
        kind(f"<h1>Berita</h1>{cards(9, TEASER)}", "/berita?page=2", title="Berita - Pemerintah Kota Maju"),
        kind(f"<h1>Indeks Berita</h1>{cards(9)}", "/x", head='<meta property="og:type" content="article">',
             title="Indeks Berita - Kabar Contoh"),
        kind(f"<h1>Daerah</h1>{cards(5, TEASER * 4)}", "/kabar/daerah", classes="archive category"),
        kind(cards(25), "/beranda-baru", title="Kabar Contoh :: Portal Berita"),
        kind(
            "".join(
                f"<div><h5>Warga Nomor {n} Bersihkan Sungai</h5><p>{TEASER}</p><a href='/{n}'>Selengkapnya</a></div>"
                for n in range(6)
            ),
            "/berita",
            title="Berita - Pemerintah Kota Maju",
        ),
    ],
)  # fmt: skip
def test_lists(found: str) -> None:
    assert found == "list"


HEADLINE = "<h1>Rumah Warga Terbakar</h1>"


@pytest.mark.parametrize(
    "found",
    [
        kind(f"{HEADLINE}<p>{BRIEF}</p>{cards(40, TEASER)}"),
        kind(f"{HEADLINE}<p>{BRIEF}</p>{cards(40)}", "/kategori/kebakaran/rumah-warga"),
        kind(f"{HEADLINE}<p>{BRIEF}</p>{cards(40)}", "/tag/1", title="Rumah Warga Terbakar | Berita Terbaru Hari Ini"),
        kind(f"{cards(40)}{HEADLINE}<p>{BRIEF}</p>", classes="blog home"),
        kind(f"{HEADLINE}<img src='infografis.jpg'>{cards(40)}", head='<meta property="og:type" content="website">'),
        kind(f"<img src='infografis.jpg'>{cards(12)}", "/info/77", title="Pemerintah Kota Maju"),
        kind(
            f"<nav>{cards(60)}</nav><h4>Rilis Wali Kota Kita</h4><p>{BRIEF}</p>", "/x/7", title="Pemerintah Kota Maju"
        ),
        kind(f"<p>{BRIEF * 4}</p>{cards(40)}", "/", title="Kabar Contoh"),
        kind(f"{HEADLINE}<p>{BRIEF * 4}</p>{cards(9)}", classes="archive"),
        kind(f"{HEADLINE}{cards(2)}<p>{BRIEF * 4}</p>{cards(9)}", "/tag/kebakaran"),
        kind(cards(40), head='<script type="application/ld+json">{"@type": "NewsArticle"}</script>'),
    ],
)
def test_stories_amid_lists_are_kept(found: str) -> None:
    assert found == "article"


def test_home_pages_are_known_by_what_they_hold_and_no_story_is_taken_for_one() -> None:
    for name in ("pages-id", "pages-en"):
        for page in labelled(data(name)).pages:
            assert (read(read_bytes(page.path), url=page.url).kind == "list") == (not page.is_article), page.name


def test_stories_of_the_press_are_none_and_its_listings_are_lists() -> None:
    assert all(read(one.html, url=one.story.url).kind == "article" for one in prints(range(24), *THEMES))
    scenario = load(FOLDER / "sukaraya.toml")
    items = compose(scenario, (*scenario.stories, *generated(scenario)), now())
    site = Site(scenario, Newsroom(items, now()), 80, "127.0.0.1:1")
    for outlet in scenario.outlets:
        url = site.catalogue.url(outlet, "/")
        host = url.split("/")[2].partition(":")[0]
        assert read(site.answer(Request(host=host, path="/")).body, url=url).kind == "list", url
