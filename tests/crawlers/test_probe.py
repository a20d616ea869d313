"""`scrapy probe`: what it finds on the sample press, what it asks there, and that it meets traps unharmed."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.probe.findings import Way
from crawlers.probe.line import line_for
from crawlers.probe.pages import read_home, zone_words
from crawlers.probe.place import disagreement, region_of, zone_for
from kliping.outlets import Outlet, outlet_of_line
from tests.evil.site import EvilSite
from tests.evil.traps import TRAPS
from tests.installation import Installation
from tests.press.press import Press

# --- against the sample press, over HTTP ---


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with Press(delay=0) as running:
        yield running


def installation(folder: Path, allow: list[str], more: str = "") -> Installation:
    hosts = "\n".join(f'"{place.partition(":")[0]}" = "127.0.0.1"' for place in allow)
    settings = f"[crawl]\ngap = 0\n{more}allow = {json.dumps(allow)}\n[crawl.hosts]\n{hosts}\n"
    place = Installation(folder)
    place.configure(settings, "id,name,domain\nx,X,x.test\n", {})
    return place


def probed(place: Installation, url: str, check: tuple[int, ...] = (0,)) -> dict[str, Any]:
    answer = place.scrapy("probe", url, "--json", check=check)
    assert "Traceback" not in answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    assert len(answer.stderr.splitlines()) == len(found["asked"])  # the operator saw every request
    return found


def outlet(found: dict[str, Any]) -> Outlet:
    return outlet_of_line(found["line"], "probe")


def test_a_site_with_a_feed_that_nothing_links(press: Press, tmp_path: Path) -> None:
    port = press.port
    found = probed(installation(tmp_path, press.allow), f"http://kabarraya.test:{port}/")
    listed = outlet(found)
    assert (listed.id, listed.name, listed.domain) == ("kabarraya", "Kabar Raya", f"kabarraya.test:{port}")
    assert listed.feeds == (f"http://kabarraya.test:{port}/atom.xml",)
    feed = next(way for way in found["ways"] if way["kind"] == "feed")
    assert (feed["named"], feed["validators"], feed["problem"]) == ("guessed", "304", "")
    assert len(feed["sample"]) == 5
    assert feed["newest"]
    assert len(found["asked"]) <= 25
    asked = [entry for entry in press.log.entries("kabarraya.test") if entry.status]
    assert len(asked) <= 27  # those, and robots.txt for the guard


def test_a_news_sitemap_and_a_paper_without_a_feed(press: Press, tmp_path: Path) -> None:
    place = installation(tmp_path, press.allow)
    nusa = probed(place, f"http://sukaraya.lintasnusa.test:{press.port}/")
    sitemap = next(way for way in nusa["ways"] if way["kind"] == "sitemap")
    assert sitemap["news"]
    assert sitemap["items"] > 0
    office = probed(place, f"http://berita.sukarayakota.test:{press.port}")
    assert outlet(office).listings == (f"http://berita.sukarayakota.test:{press.port}/berita",)
    assert outlet(office).feeds == ()


# --- against traps, over HTTP ---


@pytest.fixture(scope="module")
def evil() -> Iterator[EvilSite]:
    with EvilSite(TRAPS) as site:
        yield site


@pytest.mark.parametrize(
    ("host", "path", "said"),
    [
        ("forbid.test", "/", ""),
        ("r503.test", "/", "http_503"),
        ("good.test", "/to-file", ""),
        ("good.test", "/drip", ""),
    ],
)
def test_traps_give_a_report_and_no_line(evil: EvilSite, tmp_path: Path, host: str, path: str, said: str) -> None:
    place = installation(tmp_path, [f"{host}:{evil.port}"], "timeout = 2.0\n")
    found = probed(place, f"http://{host}:{evil.port}{path}", check=(1,))
    assert found["line"] == ""
    assert found["robots"]["problem"] == said
    if host != "good.test":
        assert evil.pages(host) == []


def test_what_is_no_address(tmp_path: Path) -> None:
    place = installation(tmp_path, [])
    assert "expected one http(s) address" in place.scrapy("probe", "ftp://a.test/", check=(2,)).stderr


# --- pure ---

HOME: Final = b"""<html><head><title>Berita Terkini - Kabar Serpong</title>
<link rel="alternate" type="application/rss+xml" href="/feed/">
<link rel="alternate" type="application/rss+xml" title="Komentar" href="/comments/feed/">
<link rel="alternate" type="application/atom+xml" href="javascript:alert(1)">
<link rel="https://api.w.org/" href="https://kabarserpong.test/wp-json/"></head>
<body><a href="/indeks">Indeks</a><a href="/kategori/kota">Kota</a><a href="https://lain.test/berita">Berita</a>
<p>Selasa, 24 November 2026 10.15 WITA</p></body></html>"""


def test_what_a_front_page_says() -> None:
    page = read_home(HOME, "https://kabarserpong.test/")
    assert page.name == "Kabar Serpong"
    assert page.feeds == ("https://kabarserpong.test/feed/",)
    assert page.wordpress == "https://kabarserpong.test/wp-json/"
    assert page.index == ("https://kabarserpong.test/indeks",)
    assert page.sections == ("https://kabarserpong.test/kategori/kota",)
    assert zone_words(HOME) == {"WITA": 1}


@given(st.binary(max_size=400))
def test_any_bytes_are_a_page(body: bytes) -> None:
    page = read_home(body, "https://a.test/")
    assert len(page.name) <= 60


@pytest.mark.parametrize(
    ("host", "name", "titles", "region"),
    [
        ("tangerangkota.go.id", "", (), "36.71"),
        ("tangerangkab.go.id", "", (), "36.03"),
        ("mmc.kalteng.go.id", "MMC", (), "62"),
        ("kabarmakassar.com", "", (), "73.71"),
        ("tugumalang.id", "", (), "35"),  # the city or the regency: their province
        ("warta.test", "Warta Bangka Belitung", (), "19"),
        ("warta.test", "Warta", ("Bupati Pinrang Resmikan Pasar",) * 3, "73"),
        ("warta.test", "Warta", ("Bupati Pinrang Resmikan Pasar", "Wali Kota Bogor Turun Tangan"), ""),
        ("tempo.co", "Tempo", (), ""),
    ],
)
def test_where_an_outlet_is_at_home(host: str, name: str, titles: tuple[str, ...], region: str) -> None:
    assert region_of(host, name, titles) == region


def test_the_clock() -> None:
    printed = Counter({"WIT": 3, "WIB": 1})
    assert zone_for("36", printed) == ("Asia/Jakarta", "region")
    assert zone_for("", printed) == ("Asia/Jayapura", "pages")
    assert zone_for("", Counter()) == ("Asia/Jakarta", "default")
    assert "print WIT" in disagreement("Asia/Jakarta", printed)
    assert disagreement("Asia/Jayapura", printed) == ""


def way(kind: Any, path: str, **facts: Any) -> Way:
    return Way(kind=kind, url=f"https://a.test/{path}", named="linked", **({"items": 20, "rate": 8.0} | facts))


@pytest.mark.parametrize(
    ("ways", "chosen"),
    [
        ([way("feed", "f"), way("sitemap", "s"), way("wordpress", "w"), way("listing", "l")], ["f"]),
        ([way("feed", "f", rate=150.0), way("sitemap", "s")], ["f", "s"]),  # three hours of news
        ([way("feed", "f", problem="feed_empty"), way("wordpress", "w"), way("listing", "l")], ["w"]),
        ([way("sitemap", "s", news=False), way("listing", "", items=9), way("listing", "l", items=9)], ["l"]),
        ([way("feed", "f", items=0)], []),
    ],
)
def test_which_ways_stand_in_the_line(ways: list[Way], chosen: list[str]) -> None:
    urls, line = line_for("a.test", "A", "36", "Asia/Jakarta", ways)
    assert list(urls) == [f"https://a.test/{path}" for path in chosen]
    assert bool(line) == bool(chosen)
