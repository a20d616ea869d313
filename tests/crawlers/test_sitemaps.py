"""Sitemaps in every state: a window of time is taken, bounds hold, nothing raises."""

import gzip
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.feeds import MAX_ITEMS
from crawlers.sitemaps import FRESH, UNTIMED, Sitemap, Window, instant, read_sitemap, unpacked

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
LIVE = Window(NOW - FRESH)
OCTOBER = Window(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 31, 23, 59, tzinfo=UTC))
URL = "https://a.test/sitemap.xml"
MEGA = 1024 * 1024


def urlset(*entries: tuple[str, str]) -> bytes:
    urls = "".join(f"<url><loc>{url}</loc>{more}</url>" for url, more in entries)
    return (
        f'<?xml version="1.0"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()
    )


def read(body: bytes, window: Window = LIVE) -> Sitemap:
    return read_sitemap(body, URL, window, 15 * MEGA)


def urls(sitemap: Sitemap) -> list[str]:
    return [page.url for page in sitemap.pages]


def lastmod(at: datetime) -> str:
    return f"<lastmod>{at.isoformat()}</lastmod>"


def test_only_the_window_is_taken_newest_first() -> None:
    ages = {"lama": timedelta(days=40), "kemarin": timedelta(days=1), "baru": timedelta(minutes=5)}
    body = urlset(*((f"https://a.test/{name}", lastmod(NOW - age)) for name, age in ages.items()))
    assert urls(read(body)) == ["https://a.test/baru", "https://a.test/kemarin"]
    assert urls(read(body, OCTOBER)) == ["https://a.test/lama"]


def test_the_day_in_an_address_knows_better_than_a_change() -> None:
    body = urlset(
        ("https://a.test/2024/05/06/lama", lastmod(NOW)),
        ("https://a.test/2026/11/23/baru", lastmod(NOW - timedelta(days=90))),
        ("https://a.test/2026/10/x", ""),
    )
    assert urls(read(body)) == ["https://a.test/2026/11/23/baru"]
    assert urls(read(body, OCTOBER)) == ["https://a.test/2026/10/x"]


def test_of_a_list_without_times_both_ends_are_taken() -> None:
    body = urlset(*((f"https://a.test/cerita-{number}", "") for number in range(1000)))
    found = urls(read(body))
    assert len(found) == 2 * UNTIMED
    assert {found[0], found[-1]} == {"https://a.test/cerita-0", "https://a.test/cerita-999"}
    assert urls(read(body, OCTOBER)) == []


def test_an_index_leads_to_the_same_host_only() -> None:
    places = ["https://a.test/1.xml", "https://b.test/2.xml", "javascript:x", URL]
    index = "".join(f"<sitemap><loc>{place}</loc>{lastmod(NOW)}</sitemap>" for place in places)
    assert read(f"<sitemapindex>{index}</sitemapindex>".encode()).sitemaps == ("https://a.test/1.xml",)


def test_a_text_list_and_a_packed_one_are_read() -> None:
    assert urls(read(b"\xef\xbb\xbfhttps://a.test/satu\nhttps://a.test/dua\n")) == [
        "https://a.test/satu",
        "https://a.test/dua",
    ]
    assert urls(read(gzip.compress(urlset(("https://a.test/1", lastmod(NOW)))))) == ["https://a.test/1"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "feed_empty"),
        (b"  \n", "feed_empty"),
        (b"<!doctype html><html><body>Maaf</body></html>", "feed_is_html"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><urlset><url><loc>&a;</loc></url></urlset>', "feed_doctype"),
        (b"<urlset></urlset>", "feed_empty"),
        (b"\x1f\x8bnonsense", "feed_empty"),
        (b"bukan peta", "feed_damaged"),
        (urlset(("https://a.test/1", lastmod(NOW)))[:-12], "feed_damaged"),
    ],
)
def test_what_is_wrong_is_named(body: bytes, problem: str) -> None:
    assert read(body).problem == problem


def test_a_cut_sitemap_gives_what_it_still_has() -> None:
    body = urlset(("https://a.test/1", lastmod(NOW)), ("https://a.test/2", lastmod(NOW)))
    assert urls(read(body[:-30])) == ["https://a.test/1"]


def test_a_bomb_is_cut_and_a_long_list_bounded() -> None:
    bomb = gzip.compress(bytes(64 * MEGA), 6)
    content, cut = unpacked(bomb, MEGA)
    assert (len(content), cut) == (MEGA, True)
    body = urlset(*((f"https://a.test/c/{number}", lastmod(NOW)) for number in range(60_000)))
    begin = time.process_time()
    assert len(read(body).pages) == MAX_ITEMS
    assert time.process_time() - begin < 30


@given(st.binary(max_size=300))
def test_any_bytes_are_read(body: bytes) -> None:
    read(body)
    read(b"<urlset>" + body)


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_none(text: str) -> None:
    assert instant(text) is None or instant(text).tzinfo is UTC  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-24", datetime(2026, 11, 24, tzinfo=UTC)),
        ("2026-11", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-24T06:00:00+07:00", datetime(2026, 11, 23, 23, tzinfo=UTC)),
        ("2026-11-24T06:00:00.123Z", datetime(2026, 11, 24, 6, tzinfo=UTC)),
        ("2026-11-24 06:00:00 +0700", datetime(2026, 11, 23, 23, tzinfo=UTC)),
        ("2026-13-01", None),
        ("kemarin", None),
    ],
)
def test_times(text: str, expected: datetime | None) -> None:
    assert instant(text) == expected
