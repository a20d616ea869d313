"""Pages that print several stories in full, and stories below which others stand in full: none of these may be lost."""

from collections.abc import Callable

import pytest

from tests.extract.pages import read

BLOG = "http://kabarmaju.blogspot.com"
STORY = (
    "Wali Kota Maju meresmikan taman kota yang dibangun dengan dana daerah pada tahun ini, Selasa pagi. "
    "Taman itu dilengkapi lapangan, tempat bermain anak, dan kolam penampung air hujan bagi warga sekitar. "
    "Peresmian itu dihadiri camat, lurah, dan puluhan warga yang datang sejak pagi hari. "
    "Wali kota meminta warga merawat taman itu bersama, karena taman itu dibangun dengan uang warga."
)
TITLES = ("Taman Kota Diresmikan", "Pasar Baru Dibuka", "Jembatan Desa Selesai")


def address(number: int) -> str:
    return f"{BLOG}/2016/05/{TITLES[number].lower().replace(' ', '-')}.html"


def blogger(number: int, title: str) -> str:
    return (
        f'<div class="date-outer"><h2 class="date-header">Senin, {number + 1} Mei 2016</h2><div class="post hentry">'
        f'<h3 class="post-title entry-title">{title}</h3><div class="post-body"><div>{STORY}<br><br>{STORY}</div></div>'
        f'<div class="post-footer">Diposkan oleh Admin di <a class="timestamp-link" href="{address(number)}" '
        f'rel="bookmark"><abbr class="published">20.00</abbr></a></div></div></div>'
    )


def linked(number: int) -> str:
    return blogger(number, f'<a href="{address(number)}">{TITLES[number]}</a>')


def plain(number: int) -> str:
    return blogger(number, TITLES[number])


def wordpress(number: int) -> str:
    return (
        f'<article class="post type-post"><header><h2 class="entry-title"><a href="{address(number)}" rel="bookmark">'
        f"{TITLES[number]}</a></h2><span>1 Mei 2016</span></header><div><p>{STORY}</p><p>{STORY}</p></div></article>"
    )


def around(number: int) -> str:
    return f'<div><a href="{address(number)}"><h2>{TITLES[number]}</h2></a><p>{STORY}</p></div>'


def kind(*body: str, path: str, head: str = "", title: str = "Kabar Maju") -> str:
    page = (
        f"<html><head><title>{title}</title>{head}</head><body><div id='header'><h1 class='title'><a href='{BLOG}/'>"
        f"Kabar Maju</a></h1><p>Kabar warga kota dan desa sejak 2010.</p></div><div class='widget Blog'>"
        f"{''.join(body)}</div><div class='sidebar'><h2>Arsip</h2><a href='/2016/04/'>April</a></div></body></html>"
    )
    return read(page, url=BLOG + path).kind


SHAPES = (linked, plain, wordpress, around)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("path", ["/", "/2016/05/", "/search/label/Berita?max-results=5", "/page/2", "/?paged=2"])
def test_pages_of_whole_stories_are_lists(shape: Callable[[int], str], path: str) -> None:
    stories = [shape(number) for number in range(3)]
    assert kind(*stories, path=path) == "list"
    assert kind(*stories, path=path, head='<meta property="og:type" content="article">') == "list"


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("asked", ["", "?m=1", "?utm_source=x"])
@pytest.mark.parametrize("own", range(3))
def test_the_page_of_one_of_them_is_its(shape: Callable[[int], str], asked: str, own: int) -> None:
    """The next stories are loaded below it."""
    stories = [shape((own + number) % 3) for number in range(3)]
    assert (
        kind(*stories, path=address(own).removeprefix(BLOG) + asked, title=f"{TITLES[own]} - Kabar Maju") == "article"
    )


HEADLINE = "<h1>Jalan Diperbaiki</h1>"


@pytest.mark.parametrize("shape", SHAPES)
def test_stories_below_others_in_full_are_kept(shape: Callable[[int], str]) -> None:
    """A box of the newest ones, with all their text, stands above the story."""
    others = [shape(number) for number in range(3)]
    assert kind(*others, f"{HEADLINE}<p>{STORY}</p>", path="/berita/77", title="Jalan Diperbaiki") == "article"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (f"{HEADLINE}<p>{STORY}</p>", "/?p=77"),  # related stories in full below one whose headline is no link
        (f"{HEADLINE}<p>{STORY[:150]}.</p>", "/berita/77"),
        ("", "/2016/05/tiga-kabar-warga-yang-dibaca-banyak-orang.html"),  # a round-up: its address is a story's
    ],
)
@pytest.mark.parametrize("shape", SHAPES)
def test_stories_with_others_in_full_are_kept(shape: Callable[[int], str], body: str, path: str) -> None:
    assert kind(body, *(shape(number) for number in range(3)), path=path, title="Jalan Diperbaiki") == "article"


@pytest.mark.parametrize(("asked", "found"), [("?id=9", "list"), ("?id=1", "article")])
def test_a_script_is_asked_for_a_story(asked: str, found: str) -> None:
    stories = (f'<h2><a href="/baca.php?id={n}">{TITLES[n]}</a></h2><p>{STORY}</p>' for n in range(3))
    assert kind(*stories, path=f"/baca.php{asked}") == found


def test_a_page_that_says_when_it_was_published_is_a_story() -> None:
    head = '<meta property="article:published_time" content="2016-05-01T20:00:00+07:00">'
    assert kind(*(wordpress(number) for number in range(3)), path="/?p=77", head=head) == "article"


def test_entries_of_a_running_story_lead_to_itself() -> None:
    entries = "".join(f'<h3><a href="#jam-{n}">Banjir Surut di Kampung {n}</a></h3><p>{STORY}</p>' for n in range(5))
    assert kind(entries, path="/berita/77") == "article"


def test_long_comments_are_no_stories() -> None:
    comments = "".join(
        f'<article class="comment"><h4>Warga {n}</h4><a rel="bookmark" href="/berita/{n}">1 Mei</a>'
        f"<p>{STORY}</p></article>"
        for n in range(4)
    )
    assert kind(f"{HEADLINE}<img src='x.jpg'>", comments, path="/berita/77") == "article"


def test_a_broken_address_of_the_page_itself_tells_nothing() -> None:
    assert kind(linked(0), linked(1), path="/", head="<link rel=canonical href='http://['>") == "list"
