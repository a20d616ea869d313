"""What the servers of the made-up press answer, as the crawler's own types: the HTTP layer of the simulation."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from benchmarks.coverage.press import Article, Outlet
from crawlers.answers import validators
from crawlers.discovery import Discovery
from crawlers.feeds import read_feed
from crawlers.schedule import Entry, Fetched
from kliping.article import Found, Way
from kliping.outlets import Outlet as Listed

START: Final = datetime.fromisoformat("2026-11-01T17:00:00+00:00")  # Monday, 2 November, 00:00 in Jakarta
SECONDS: Final = 0.8  # that a server takes
TIMEOUT: Final = 30.0
PAGES: Final = 3  # of a listing page that are read while most of one is news (crawlers.spider)
PARSED: Final = 300  # one feed in so many is written as XML and read by the project's own reader
FLAKY: Final = 0.005  # requests that end in a 500


@dataclass(frozen=True, slots=True)
class Reply:
    """What one entry's turn came to, and what it cost."""

    fetched: Fetched
    found: tuple[Discovery, ...] = ()
    requests: int = 1
    seconds: float = SECONDS


def listed(outlet: Outlet) -> Listed:
    """The outlet's line in the outlet list."""
    feeds = (f"http://{outlet.host}/feed",) if outlet.window else ()
    listings = (f"http://{outlet.host}/indeks",) if outlet.listing else ()
    name = f"media{outlet.number}"
    return Listed(id=name, name=name, domain=outlet.host, zone=outlet.zone, feeds=feeds, listings=listings)


class Servers:
    """Answers for all outlets. Faults that are drawn for each request come from `seed`."""

    def __init__(self, press: list[Outlet], seed: int) -> None:
        self.press = press
        self._chance = Random(seed + 1)
        self._asked = 0
        self.parsed = 0

    def ask(self, entry: Entry, passed: float) -> Reply:
        """The answer to a request for an entry, `passed` seconds after START."""
        outlet = self.press[int(entry.outlet.removeprefix("media"))]
        at = START + timedelta(seconds=passed + SECONDS)
        self._asked += 1
        if any(start <= passed < end for start, end in outlet.outages):
            late = START + timedelta(seconds=passed + TIMEOUT)
            return Reply(Fetched(at=late, reason="timeout"), seconds=TIMEOUT)
        for start, end in outlet.busy:
            if start <= passed < end:
                pause = min(end - passed, 1800.0)
                return Reply(Fetched(at=at, reason="http_503", status=503, pause=pause))
        if self._chance.random() < FLAKY:
            return Reply(Fetched(at=at, reason="http_500", status=500))
        if entry.kind == "article":
            return self._article(entry, outlet, at, passed)
        return self._source(entry, outlet, at, passed)

    def _article(self, entry: Entry, outlet: Outlet, at: datetime, passed: float) -> Reply:
        article = outlet.articles[_number(entry.url)]
        if article.gone:
            return Reply(Fetched(at=at, reason="http_404", status=404))
        etag = f'"{int(article.edited <= passed)}"'
        if validators(entry, at).get("If-None-Match") == etag.encode():
            return Reply(Fetched(at=at, reason="http_304", status=304))
        article.collected = min(article.collected, passed + SECONDS)
        return Reply(Fetched(at=at, status=200, etag=etag))

    def _source(self, entry: Entry, outlet: Outlet, at: datetime, passed: float) -> Reply:
        if entry.kind == "feed" and passed >= outlet.burnt:
            return Reply(Fetched(at=at, reason="http_410", status=410))
        moved = ""
        if entry.url.endswith("/feed") and passed >= outlet.moved:
            if passed >= outlet.moved_end:
                return Reply(Fetched(at=at, reason="http_404", status=404))
            moved = f"http://{outlet.host}/rss.xml"
        requests = 2 if moved else 1
        sent = validators(entry, at).get("If-None-Match", b"").decode()
        etag = self._etag(outlet, passed)
        if sent and (sent == etag or outlet.validators == "lying"):
            return Reply(Fetched(at=at, reason="http_304", status=304, moved=moved), requests=requests)
        fetched = Fetched(at=at, status=200, etag=etag, moved=moved)
        if entry.kind == "feed":
            shown = _feed(outlet, passed)
            return Reply(fetched, self._read(entry, outlet, shown), requests)
        return Reply(fetched, *self._pages(entry, outlet, passed))

    def _etag(self, outlet: Outlet, passed: float) -> str:
        if outlet.validators == "none":
            return ""
        if outlet.validators == "random":
            return f'"{self._asked}"'
        return f'"{bisect_right(outlet.visible, passed)}-{bisect_right(outlet.edits, passed)}"'

    def _pages(self, entry: Entry, outlet: Outlet, passed: float) -> tuple[tuple[Discovery, ...], int]:
        """As many pages of a listing as the spider would read: the next one while most of one was news."""
        found: list[Discovery] = []
        since = entry.succeeded_at or START
        for page in range(PAGES):
            shown = _listing(outlet, passed, page)
            found += (_discovery(entry, outlet, article) for article in shown)
            news = sum(START + timedelta(seconds=article.visible) > since for article in shown)
            if news * 2 < len(shown) or not shown:
                break
        return tuple(found), page + 1

    def _read(self, entry: Entry, outlet: Outlet, shown: list[Article]) -> tuple[Discovery, ...]:
        found = tuple(_discovery(entry, outlet, article) for article in shown)
        if self._asked % PARSED == 0:
            self.parsed += 1
            links = [item.link for item in read_feed(_xml(found), entry.url, "application/rss+xml").entries]
            if links != [one.url for one in found]:
                raise AssertionError(f"{entry.url}: the reader sees other entries than were written")
        return found


def _number(url: str) -> int:
    return int(url.rpartition("/")[2].partition("?")[0])


def _feed(outlet: Outlet, passed: float) -> list[Article]:
    """The newest first; where it is sorted by the printed time, an article that came late may lie below the window."""
    seen = bisect_right(outlet.visible, passed)
    if not outlet.by_printed:
        return outlet.articles[max(seen - outlet.window, 0) : seen][::-1]
    recent = outlet.articles[max(seen - 4 * outlet.window, 0) : seen]
    return sorted(recent, key=lambda article: -article.printed)[: outlet.window]


def _listing(outlet: Outlet, passed: float, page: int) -> list[Article]:
    seen = bisect_right(outlet.visible, passed) - page * outlet.listing
    return outlet.articles[max(seen - outlet.listing, 0) : max(seen, 0)][::-1]


def _discovery(entry: Entry, outlet: Outlet, article: Article) -> Discovery:
    """The feed names some articles by a twin of their address, as campaign links do."""
    way: Way = "feed" if entry.kind == "feed" else "listing"
    tail = "?utm_source=rss" if way == "feed" and article.number % 7 == 0 else ""
    url = f"http://{outlet.host}/berita/{article.number}{tail}"
    return Discovery(url=url, outlet=entry.outlet, found=Found(way=way, where=entry.url))


def _xml(found: tuple[Discovery, ...]) -> bytes:
    return "".join(_lines(found)).encode()


def _lines(found: tuple[Discovery, ...]) -> Iterator[str]:
    yield '<?xml version="1.0"?><rss version="2.0"><channel><title>Media</title>'
    for one in found:
        yield f"<item><title>Berita</title><link>{one.url}</link></item>"
    yield "</channel></rss>"
