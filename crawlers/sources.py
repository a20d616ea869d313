"""What a source's answer says, by the kind of the source: the articles that it names and where it goes on.

| kind | one turn reads | goes on |
| --- | --- | --- |
| feed | the document | no further |
| listing | up to 3 pages | while half of a page was unknown |
| sitemap | up to 12 documents, 3 deep | to the sitemaps of an index that may hold something new |
| wordpress | up to 10 answers of 100 posts | while half of an answer was unknown |

Backfill reads up to 30 documents of a source and goes on also over what is known; the sitemaps that an index of the
past names become sources of their own, so that a long range is no long turn. Pure; parsing may take a second, so
the spiders call it in a thread.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from scrapy.http import HtmlResponse, Response

from crawlers import wordpress
from crawlers.answers import header
from crawlers.discovery import Discovery
from crawlers.feeds import Item, read_feed
from crawlers.links import NOTHING_LEARNED, may_be_article, read_listing
from crawlers.patterns import Patterns
from crawlers.schedule import Entry, Kind
from crawlers.sitemaps import FRESH, Address, Window, read_sitemap
from kliping.article import Found, Way

SOURCES: Final[tuple[Kind, ...]] = ("feed", "listing", "sitemap", "wordpress")
DOCUMENTS: Final[tuple[Kind, ...]] = ("feed", "sitemap", "wordpress")  # what may be as long as FEED_MAXSIZE
TURN: Final[Mapping[Kind, int]] = {"feed": 1, "listing": 3, "sitemap": 12, "wordpress": 10}  # documents; bar C16
BACKFILL_TURN: Final = 30  # documents of one source of the past
MAX_DEPTH: Final = 3  # of sitemap indexes in sitemap indexes


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What one document says. `more`: addresses to be read in the same turn, in this order.

    news_only: they are worth it only while half of what this one named was unknown. whole: False for a document whose
    validators say nothing about what it leads to, so that it is never asked conditionally.
    """

    found: tuple[Discovery, ...] = ()
    problem: str = ""
    more: tuple[str, ...] = ()
    news_only: bool = True
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader must know besides the answer. `at`: now. `window`: the time that backfill wants."""

    entry: Entry
    at: datetime
    patterns: Patterns = NOTHING_LEARNED
    window: Window | None = None
    max_size: int = 15 * 1024 * 1024  # bytes of an unpacked document
    depth: int = 1

    @property
    def wanted(self) -> Window:
        return self.window or Window(self.at - FRESH)


def turn(entry: Entry) -> int:
    """How many documents of a source are read in a row."""
    return BACKFILL_TURN if entry.origin == "backfill" else TURN[entry.kind]


def asked(entry: Entry, at: datetime) -> str:
    """The address to ask for a source: its own, but a WordPress interface is asked for what is new."""
    if entry.kind != "wordpress" or entry.origin == "backfill":
        return entry.url
    return wordpress.posts_url(entry.url, wordpress.since_last(entry.succeeded_at, at))


def read(response: Response, reading: Reading) -> Findings:
    """What the answer of a source says. Never raises for anything that it holds."""
    return _READERS[reading.entry.kind](response, reading)


def _feed(response: Response, reading: Reading) -> Findings:
    feed = read_feed(response.body, response.url, header(response, "Content-Type"))
    return Findings(found=tuple(_item(item, reading) for item in feed.entries), problem=feed.problem)


def _listing(response: Response, reading: Reading) -> Findings:
    if not isinstance(response, HtmlResponse):
        return Findings(problem="not_html")
    listing = read_listing(response.text, response.url, reading.patterns)
    found = tuple(_discovery(link.url, reading, "listing", title=link.text) for link in listing.links)
    more = (listing.more,) if listing.more else ()
    problem = "listing_too_long" if listing.cut else "" if found else "listing_empty"
    return Findings(found=found, problem=problem, more=more)


def _sitemap(response: Response, reading: Reading) -> Findings:
    sitemap = read_sitemap(response.body, response.url, reading.wanted, reading.max_size)
    if sitemap.problem == "feed_empty":
        feed = _feed(response, reading)  # sitemaps.org allows RSS and Atom as a sitemap
        return feed if feed.found else Findings(problem="feed_empty")
    pages = (page for page in sitemap.pages if _is_article(page, reading.patterns))
    found = tuple(
        _discovery(page.url, reading, "sitemap", title=page.title, published=page.published) for page in pages
    )
    more = sitemap.sitemaps if reading.depth < MAX_DEPTH else ()
    return Findings(found=found, problem=sitemap.problem, more=more, news_only=False, whole=not sitemap.sitemaps)


def _is_article(page: Address, patterns: Patterns) -> bool:
    learned = patterns.is_article(page.url)
    return may_be_article(page.url) if learned is None else learned


def _wordpress(response: Response, reading: Reading) -> Findings:
    posts = wordpress.read_posts(response.body, response.url)
    more = (wordpress.next_page(response.url),) if posts.full else ()
    return Findings(found=tuple(_item(item, reading) for item in posts.items), problem=posts.problem, more=more)


_READERS: Final[Mapping[Kind, Callable[[Response, Reading], Findings]]] = {
    "feed": _feed,
    "listing": _listing,
    "sitemap": _sitemap,
    "wordpress": _wordpress,
}


def _item(item: Item, reading: Reading) -> Discovery:
    return _discovery(item.link, reading, "feed", item.title, item.published, item.summary)


def _discovery(
    url: str, reading: Reading, way: Way, title: str = "", published: str = "", summary: str = ""
) -> Discovery:
    entry = reading.entry
    way = "backfill" if entry.origin == "backfill" else way
    found = Found(way=way, where=entry.url, title=title, published=published, summary=summary)
    return Discovery(url=url, outlet=entry.outlet, found=found, origin=entry.origin)
