"""What a sitemap says: its addresses with their times, or the sitemaps that an index names. Pure.

sitemaps.org 0.9 and Google's news extension, packed or not, whatever state they are in. A sitemap names a site's whole
past, so what is taken is bounded by a window of time; an address without a time counts only where its own words carry a
date of the window, or, in a live crawl, at both ends of a list that has no times at all.
"""

import re
import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Final

from lxml import etree

from crawlers.feeds import MAX_ITEMS, MAX_PUBLISHED, absolute, from_the_start, refused_document
from kliping.article import MAX_TITLE
from kliping.text import clean_line
from kliping.urls import host_of

MAX_ENTRIES: Final = 50_000  # of one document (sitemaps.org); what stands behind them is not looked at
MAX_CHILDREN: Final = 500  # sitemaps of one index that are looked at; the format allows 50,000
FRESH: Final = timedelta(days=3)  # what a live crawl takes: a weekend's outage is caught up, the past is backfill
UNTIMED: Final = 50  # addresses taken from each end of a list without any times: sites append or prepend
UNTIMED_CHILDREN: Final = 2  # the same for an index
_GZIP: Final = b"\x1f\x8b"
_TIME: Final = re.compile(
    r"\s*(\d{4})-(\d\d)(?:-(\d\d))?(?:[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?)?\s*", re.IGNORECASE
)
_DAY_IN_URL: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?!\d)")
_MONTH_IN_URL: Final = re.compile(r"/((?:19|20)\d\d)/(0[1-9]|1[0-2])(?=/|$)")


@dataclass(frozen=True, slots=True)
class Window:
    """The time that is wanted, both ends included. `until` None: up to now and beyond."""

    since: datetime
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at <= self.until)

    def holds_day(self, day: date) -> bool:
        """True when the day touches the window; a day of margin for the clocks of the world."""
        first = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=14)
        return self.since <= first + timedelta(hours=52) and (self.until is None or first <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One `<url>` or `<sitemap>`. `at`: its news time, else when it was changed last; None where it says neither."""

    url: str
    at: datetime | None = None
    title: str = ""
    published: str = ""  # as printed; '' where only a change is named


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """What a window leaves of a document, newest first. problem: a code of `crawlers.feeds.Feed`, '' for none."""

    pages: tuple[Address, ...] = ()
    sitemaps: tuple[str, ...] = ()
    problem: str = ""


def read_sitemap(body: bytes, url: str, window: Window, max_size: int) -> Sitemap:
    """Read a sitemap that was answered at `url`; unpacked it may have `max_size` bytes. Never raises on any bytes."""
    body, cut = unpacked(body, max_size)
    body = from_the_start(body)
    if not body:
        return Sitemap(problem="feed_empty")
    if not body.lstrip(b"\xef\xbb\xbf").startswith(b"<") and b"\x00" not in body[:4]:
        return _plain(body, url, window)
    problem = refused_document(body)
    if problem:
        return Sitemap(problem=problem)
    pages, sitemaps, damaged = _entries(body, url)
    problem = "feed_damaged" if cut or damaged else "" if pages or sitemaps else "feed_empty"
    return Sitemap(pages=_pages(pages, window), sitemaps=_children(sitemaps, url, window), problem=problem)


def unpacked(body: bytes, limit: int) -> tuple[bytes, bool]:
    """The content of a gzip file, at most `limit` bytes, and whether anything was cut or broken; others as they are."""
    if not body.startswith(_GZIP):
        return body, False
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        content = unpacker.decompress(body, limit)
    except zlib.error:
        return b"", True
    return content, not unpacker.eof


def _plain(body: bytes, url: str, window: Window) -> Sitemap:
    """The text form: an address a line."""
    lines = body[: MAX_ENTRIES * 200].decode("utf-8-sig", "replace").splitlines()[:MAX_ENTRIES]
    pages = [Address(url=link) for line in lines if line.startswith("http") and (link := absolute(line, url))]
    return Sitemap(pages=_pages(pages, window), problem="" if pages else "feed_damaged")


def _entries(body: bytes, base: str) -> tuple[list[Address], list[Address], bool]:
    """Pages, sitemaps, and whether the document broke; each element is forgotten once it was read."""
    pages: list[Address] = []
    sitemaps: list[Address] = []
    events = etree.iterparse(
        BytesIO(body), events=("end",), tag=("{*}url", "{*}sitemap"), recover=True, no_network=True,
        resolve_entities=False, load_dtd=False, huge_tree=False, remove_comments=True,
    )  # fmt: skip
    try:
        for _, element in events:
            address = _address(element, base)
            if address is not None:
                (pages if element.tag.endswith("}url") or element.tag == "url" else sitemaps).append(address)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
            if len(pages) + len(sitemaps) >= MAX_ENTRIES:
                break
    except etree.XMLSyntaxError:
        return pages, sitemaps, True
    return pages, sitemaps, bool(events.error_log)


def _address(element: "etree._Element", base: str) -> Address | None:
    told: dict[str, str] = {}
    for child in element.iter():
        if isinstance(child.tag, str) and child.text:
            told.setdefault(child.tag.rpartition("}")[2], child.text)
    link = absolute(told.get("loc", ""), base)
    if not link:
        return None
    published = clean_line(told.get("publication_date", ""), MAX_PUBLISHED)
    return Address(
        url=link,
        at=instant(published) or instant(told.get("lastmod", "")),
        title=clean_line(told.get("title", ""), MAX_TITLE),
        published=published,
    )


def instant(text: str) -> datetime | None:
    """A W3C date and time; without a zone it is taken as UTC, without a day as the month's first."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    try:
        at = datetime(
            int(year), int(month), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC
        )
        return at - _offset(zone)
    except (ValueError, OverflowError):
        return None


def _offset(zone: str | None) -> timedelta:
    if not zone or zone in "Zz":
        return timedelta()
    size = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return -size if zone[0] == "-" else size


def _pages(pages: list[Address], window: Window) -> tuple[Address, ...]:
    """What the window holds, at most MAX_ITEMS, newest first."""
    timed = [page for page in pages if page.at is not None and _is_wanted(page, page.at, window)]
    untimed = [page for page in pages if page.at is None and _url_is_wanted(page.url, window)]
    if not timed and not untimed and window.until is None and all(page.at is None for page in pages):
        untimed = [page for page in _ends(pages, UNTIMED) if not _says_a_day(page.url)]
    timed.sort(key=_age, reverse=True)
    return tuple(timed + untimed)[:MAX_ITEMS]


def _is_wanted(page: Address, at: datetime, window: Window) -> bool:
    """By its own time; of a page that only says when it was changed, the day in its address knows better."""
    if not page.published and _says_a_day(page.url):
        return _url_is_wanted(page.url, window)
    return window.holds(at)


def _says_a_day(url: str) -> bool:
    return bool(_DAY_IN_URL.search(url) or _MONTH_IN_URL.search(url))


def _url_is_wanted(url: str, window: Window) -> bool:
    """True when the address carries a day or a month of the window."""
    day = _DAY_IN_URL.search(url)
    if day:
        try:
            return window.holds_day(date(int(day[1]), int(day[2]), int(day[3])))
        except ValueError:
            return False
    month = _MONTH_IN_URL.search(url)
    return month is not None and _month_is_wanted(int(month[1]), int(month[2]), window)


def _month_is_wanted(year: int, month: int, window: Window) -> bool:
    first = datetime(year, month, 1, tzinfo=UTC) - timedelta(days=1)
    return window.since <= first + timedelta(days=33) and (window.until is None or first <= window.until)


def _children(sitemaps: list[Address], url: str, window: Window) -> tuple[str, ...]:
    """The sitemaps that may hold something of the window: changed since it began; newest first, of the leased host."""
    mine = [one for one in sitemaps[-MAX_CHILDREN:] if host_of(one.url) == host_of(url) and one.url != url]
    timed = sorted((one for one in mine if one.at is not None and one.at >= window.since), key=_age, reverse=True)
    untimed = [one for one in mine if one.at is None]
    if window.until is None:
        untimed = _ends(untimed, UNTIMED_CHILDREN)
    return tuple(dict.fromkeys(one.url for one in [*timed, *untimed]))


def _ends(addresses: list[Address], number: int) -> list[Address]:
    if len(addresses) <= 2 * number:
        return addresses
    return addresses[:number] + addresses[-number:]


def _age(address: Address) -> datetime:
    return address.at or datetime.min.replace(tzinfo=UTC)
