"""The ways in besides feeds and listing pages, by the spiders as they ship, read from the server's own log."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from crawlers.sources import TURN
from tests.crawlers.outlet_site import html, outlet, reply, story
from tests.evil.site import Trap, Visit

NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def _ago(**time: float) -> str:
    return (datetime.now(UTC) - timedelta(**time)).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _stories(*numbers: int) -> dict[str, Trap]:
    return {story(number): reply(html(f"Warga menanam pohon {number}", "<p>Pohon.</p>")) for number in numbers}


def _urlset(*entries: str) -> str:
    return f'\n<?xml version="1.0"?><urlset {NS}>{"".join(entries)}</urlset>'


def _at(path: str, more: str) -> Trap:
    """A sitemap that names `path` of its own host."""

    def trap(visit: Visit) -> None:
        where = f"http://{visit.headers['host']}{path}"
        visit.answer(_urlset(f"<url><loc>{where}</loc>{more}</url>").encode(), Content_Type="application/xml")

    return trap


def test_a_sitemap_index_leads_to_what_is_fresh(tmp_path: Path) -> None:
    time, title = "<news:publication_date>{}</news:publication_date>", "<news:title>Warga &amp; pohon</news:title>"
    news = f"<news:news>{time}{title}</news:news>"

    def index(visit: Visit) -> None:
        base = f"http://{visit.headers['host']}"
        told = (("/news.xml.gz", _ago(hours=1)), ("/old.xml", _ago(days=90)), ("/deep.xml", _ago(hours=2)))
        body = "".join(f"<sitemap><loc>{base}{path}</loc><lastmod>{at}</lastmod></sitemap>" for path, at in told)
        visit.answer(f"<sitemapindex {NS}>{body}</sitemapindex>".encode(), Content_Type="text/xml", ETag='"same"')

    def packed(visit: Visit) -> None:
        base = f"http://{visit.headers['host']}"
        fresh = f"<url><loc>{base}{story(1)}</loc>{news.format(_ago(hours=1))}</url>"
        stale = f"<url><loc>{base}{story(2)}</loc>{news.format(_ago(days=30))}</url>"
        visit.answer(gzip.compress(_urlset(fresh, stale).encode()), Content_Type="application/x-gzip")

    pages = {
        "/sitemap.xml": index,
        "/news.xml.gz": packed,
        "/deep.xml": _at(story(3), f"<lastmod>{_ago(hours=3)}</lastmod>"),
        **_stories(1, 2, 3),
    }
    with outlet(tmp_path, pages, sitemaps="{base}/sitemap.xml") as kabar:
        kabar.crawl("sitemaps")
        found = {urlsplit(page.url).path: page.found for page in kabar.pages()}
        assert set(found) == {story(1), story(3)}
        assert (found[story(1)].way, found[story(1)].title) == ("sitemap", "Warga & pohon")
        assert "/old.xml" not in kabar.asked()
        assert kabar.entry(kabar.url("/sitemap.xml")).etag == ""  # a 304 of an index would hide its sitemaps


def test_a_wordpress_interface_is_paged_and_its_pages_are_read(tmp_path: Path) -> None:
    asked: list[dict[str, list[str]]] = []

    def posts(visit: Visit) -> None:
        query = parse_qs(urlsplit(visit.seen.path).query)
        asked.append(query)
        page, base = int(query["page"][0]), f"http://{visit.headers['host']}"
        numbers = range(1, 101) if page == 1 else range(101, 104)
        body = [
            {
                "link": f"{base}{story(number)}",
                "date_gmt": "2026-11-24T01:02:03",
                "title": {"rendered": f"Pohon &#8220;ke-{number}&#8221;"},
                "excerpt": {"rendered": "<p>Ringkas.</p>"},
            }
            for number in numbers
        ]
        visit.answer(json.dumps(body).encode(), Content_Type="application/json")

    pages = {"/wp-json": posts, **_stories(*range(1, 104))}
    with outlet(tmp_path, {"/wp-json": posts, **pages}, wordpress="{base}/wp-json/") as kabar:
        kabar.site._traps["/wp-json"] = posts
        kabar.crawl("wordpress")
        read = kabar.pages()
        assert len({page.url for page in read}) == 103
        assert [query["page"] for query in asked] == [["1"], ["2"]]
        assert asked[0]["after"][0].endswith("T00:00:00Z")
        one = next(page for page in read if page.url.endswith(story(7)))
        assert (one.found.title, one.found.published, one.found.summary) == (
            "Pohon “ke-7”",
            "2026-11-24T01:02:03Z",
            "Ringkas.",
        )


def _cut(number: int, last: int, link: str) -> str:
    further = f'<a href="{link}">Halaman selanjutnya</a>' if number < last else ""
    other = f'<a rel="next" href="{story(99)}">Berita berikutnya</a>'
    return html("Warga menanam pohon", f"<p>Bagian {number} dari cerita panjang.</p>{further}{other}")


@pytest.mark.parametrize(
    ("first", "part"),
    [("/berita/panjang", "/berita/panjang?page={}"), ("/berita/panjang", "/berita/panjang/{}")],
)
def test_further_parts_travel_with_the_first(tmp_path: Path, first: str, part: str) -> None:
    pages = {first: reply(_cut(1, 3, part.format(2)))}
    pages |= {part.format(number): reply(_cut(number, 3, part.format(number + 1))) for number in (2, 3)}
    with outlet(tmp_path, pages) as kabar:
        kabar.crawl("pages", "-a", f"url={kabar.url(first)}")
        (page,) = kabar.pages()
        assert kabar.asked() == [first, part.format(2), part.format(3)]
        assert len(page.parts) == 2
        with kabar.installation.parts() as parts:
            texts = [parts.pages.get(name).decode() for name in (page.body, *page.parts)]
        assert ["Bagian 1" in texts[0], "Bagian 2" in texts[1], "Bagian 3" in texts[2]] == [True] * 3


@pytest.mark.parametrize("broken", [lambda visit: visit.socket.close(), lambda visit: visit.answer(status=404)])
def test_an_article_whose_further_part_fails_is_what_came_before_and_is_asked_whole_again(
    tmp_path: Path, broken: Trap
) -> None:
    first, second = "/berita/panjang", "/berita/panjang/2"

    def known(visit: Visit) -> None:
        body = _cut(1, 3, second).encode()
        unchanged = visit.headers.get("if-none-match") == '"a"'
        visit.answer(b"" if unchanged else body, 304 if unchanged else 200, Content_Type="text/html", ETag='"a"')

    with outlet(tmp_path, {first: known}) as kabar:
        kabar.site._traps[f"kabar.test{second}"] = broken
        kabar.crawl("pages", "-a", f"url={kabar.url(first)}")
        (page,) = kabar.pages()
        assert (page.status, page.parts, page.incomplete) == (200, (), True)
        assert second in kabar.asked()
        assert kabar.entry(kabar.url(first)).etag == ""
        kabar.site._traps[f"kabar.test{second}"] = reply(_cut(2, 2, ""))
        kabar.crawl("pages", "-a", f"url={kabar.url(first)}")
        *_, page = kabar.pages()
        assert (len(page.parts), page.incomplete) == (1, False)
        assert kabar.entry(kabar.url(first)).etag == '"a"'


WHOLE = '<a href="?page=2">2</a><a href="?page=all">Tampilkan semua</a>'


@pytest.mark.parametrize(
    ("whole", "second", "parts"),
    [
        (html("Warga", "<p>Bagian satu.</p><p>Bagian dua.</p>"), "", 1),  # as it should be
        (html("Warga", f"<p>Bagian satu.</p>{WHOLE}"), html("Warga", "<p>Bagian dua.</p>"), 1),  # it is the first again
        (html("Warga", f"<p>Bagian satu.</p><p>Dua.</p>{WHOLE}"), html("Warga", "<p>Dua.</p>"), 1),  # with page numbers
        ("", html("Warga", "<p>Bagian dua.</p>"), 1),  # it is not there
    ],
)
def test_the_whole_article_is_asked_and_its_parts_where_that_fails(
    tmp_path: Path, whole: str, second: str, parts: int
) -> None:
    pages = {"/berita/utuh": reply(html("Warga", f"<p>Bagian satu.</p>{WHOLE}"))}
    pages |= {f"/berita/utuh?page={name}": reply(body) for name, body in (("all", whole), ("2", second)) if body}
    with outlet(tmp_path, pages) as kabar:
        kabar.crawl("pages", "-a", f"url={kabar.url('/berita/utuh')}")
        (page,) = kabar.pages()
        assert kabar.asked()[1] == "/berita/utuh?page=all"
        assert len(page.parts) == parts
        with kabar.installation.parts() as opened:
            texts = b"".join(opened.pages.get(name) for name in (page.body, *page.parts)).lower()
        assert b"dua." in texts
        assert not page.incomplete


def test_a_part_that_leads_back_to_the_first_ends_the_article(tmp_path: Path) -> None:
    def back(visit: Visit) -> None:
        visit.answer(status=302, Location=f"http://{visit.headers['host']}/berita/ulang")

    pages = {"/berita/ulang": reply(_cut(1, 9, "/berita/ulang?page=2")), "/berita/ulang?page=2": back}
    with outlet(tmp_path, pages) as kabar:
        kabar.crawl("pages", "-a", f"url={kabar.url('/berita/ulang')}")
        (page,) = kabar.pages()
        assert kabar.asked() == ["/berita/ulang", "/berita/ulang?page=2", "/berita/ulang"]
        assert (page.parts, page.incomplete) == ((), False)


def test_parts_are_bounded_and_stay_on_the_host(tmp_path: Path) -> None:
    def endless(visit: Visit) -> None:
        number = int(parse_qs(urlsplit(visit.seen.path).query).get("page", ["1"])[0])
        visit.answer(_cut(number, 999, f"/berita/lama?page={number + 1}").encode(), Content_Type="text/html")

    away = html("Warga menanam pohon", '<p>Satu.</p><a href="http://lain.test/berita/jauh?page=2">Halaman 2</a>')
    with outlet(tmp_path, {"/berita/jauh": reply(away), "/berita": endless}) as kabar:
        kabar.site._traps["/berita"] = endless
        kabar.crawl("pages", "-a", f"url={kabar.url('/berita/lama')}")
        assert len(kabar.asked()) == 10
        kabar.crawl("pages", "-a", f"url={kabar.url('/berita/jauh')}")
        assert len(kabar.asked()) == 11


def test_a_chat_export_is_submitted_at_once(tmp_path: Path) -> None:
    with outlet(tmp_path, _stories(1, 2), hosts=("kabar.test", "pendek.test")) as kabar:
        kabar.site._traps["pendek.test/x"] = lambda visit: visit.answer(status=301, Location=kabar.url(story(2)))
        chat = tmp_path / "chat.txt"
        chat.write_text(
            "24/11/26 07.12 - Pesan dan panggilan dienkripsi secara end-to-end.\n"
            f"24/11/26 07.15 - Bu Rina: tolong ini ({kabar.url(story(1))}).\n"
            f"24/11/26 07.16 - Pak Adi: {kabar.url(story(1))}?utm_source=wa\n"
            f"dan {kabar.url('/x', 'pendek.test')}, http://127.0.0.1:{kabar.site.port}/dalam\n",
            "utf-8",
        )
        kabar.crawl("pages", "-a", f"file={chat}")
        assert sorted(page.answered for page in kabar.pages()) == [kabar.url(story(1)), kabar.url(story(2))]
        assert {page.outlet for page in kabar.pages()} == {"kabar"}
        assert kabar.asked("127.0.0.1") == []


ARCHIVE = html(
    "Indeks", "".join(f'<h3><a href="{story(n)}">Warga kota menanam pohon ke {n}</a></h3>' for n in range(5))
)


def test_backfill_by_archive_pages_keeps_its_budget_and_goes_on(tmp_path: Path) -> None:
    pages = {f"/indeks/2026/10/0{day}": reply(ARCHIVE) for day in (1, 2)} | _stories(*range(5))
    with outlet(tmp_path, pages) as kabar:
        where = f"pattern={kabar.url('/indeks/{year}/{month}/{day}')}"
        arguments = ("backfill", "-a", "outlet=kabar", "-a", where, "-a", "since=2026-10-01", "-a", "until=2026-10-02")
        kabar.crawl(*arguments, "-a", "budget=4")
        assert set(kabar.asked()[:2]) == {"/indeks/2026/10/02", "/indeks/2026/10/01"}
        assert len(kabar.asked()) == 4
        kabar.crawl(*arguments)
        assert len(kabar.asked()) == 7
        assert {page.origin for page in kabar.pages()} == {"backfill"}
        assert len({page.url for page in kabar.pages()}) == 5
        kabar.crawl("feeds")
        assert len(kabar.asked()) == 7  # the day's work does not touch it, and nothing of it is read again


def test_backfill_by_sitemap_takes_the_range_only(tmp_path: Path) -> None:
    def months(visit: Visit) -> None:
        base = f"http://{visit.headers['host']}"
        body = "".join(f"<sitemap><loc>{base}/peta-{name}.xml</loc></sitemap>" for name in ("lama", "baru"))
        visit.answer(f"<sitemapindex {NS}>{body}</sitemapindex>".encode(), Content_Type="text/xml")

    pages = {
        "/sitemap.xml": months,
        "/peta-lama.xml": _at(story(1), "<lastmod>2026-10-10T10:00:00+07:00</lastmod>"),
        "/peta-baru.xml": _at(story(2), "<lastmod>2026-11-20T10:00:00+07:00</lastmod>"),
        **_stories(1, 2),
    }
    with outlet(tmp_path, pages) as kabar:
        past = ("backfill", "-a", "outlet=kabar", "-a", f"sitemap={kabar.url('/sitemap.xml')}")
        kabar.crawl(*past, "-a", "since=2026-10-01", "-a", "until=2026-10-31")
        assert [urlsplit(page.url).path for page in kabar.pages()] == [story(1)]


@pytest.mark.parametrize("packed", [False, True])
def test_backfill_from_a_warc_asks_nobody(tmp_path: Path, packed: bool) -> None:
    with outlet(tmp_path, {}) as kabar:
        http = (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
            + html("Warga", "<p>Lama.</p>").encode()
        )
        records = [_record(kabar.url(story(1)), http), _record(kabar.url(story(2)), b"HTTP/1.1 404 X\r\n\r\n")]
        file = tmp_path / "lama.warc"
        file.write_bytes(b"".join(gzip.compress(record) if packed else record for record in records))
        kabar.crawl("backfill", "-a", f"file={file}")
        (page,) = kabar.pages()
        assert (page.origin, page.outlet, page.fetched_at.year, page.found.way) == (
            "backfill",
            "kabar",
            2025,
            "backfill",
        )
        assert b"Lama." in kabar.body(page)
        assert kabar.asked() == []
        kabar.crawl("backfill", "-a", f"file={file}")
        assert len(kabar.pages()) == 1


def _record(url: str, http: bytes) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2025-03-01T02:03:04Z\r\n"
        f"Content-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def test_backfill_from_a_list(tmp_path: Path) -> None:
    with outlet(tmp_path, _stories(1)) as kabar:
        file = tmp_path / "lama.csv"
        file.write_text(f"title,url\nWarga,{kabar.url(story(1))}\nApa,javascript:x\n", "utf-8")
        kabar.crawl("backfill", "-a", f"file={file}")
        (page,) = kabar.pages()
        assert (page.origin, page.found.title, page.outlet) == ("backfill", "Warga", "kabar")


def test_sitemaps_that_lead_in_circles_end(tmp_path: Path) -> None:
    def maze(visit: Visit) -> None:
        base, number = f"http://{visit.headers['host']}", len(visit.site.log)
        body = "".join(f"<sitemap><loc>{base}/peta/{number}-{at}.xml</loc></sitemap>" for at in range(40))
        body += f"<sitemap><loc>{base}/peta/mula.xml</loc></sitemap>"
        visit.answer(f"<sitemapindex {NS}>{body}</sitemapindex>".encode(), Content_Type="text/xml")

    with outlet(tmp_path, {}, sitemaps="{base}/peta/mula.xml") as kabar:
        kabar.site._traps["/peta"] = maze
        kabar.crawl("sitemaps")
        assert len(kabar.asked()) <= TURN["sitemap"]
