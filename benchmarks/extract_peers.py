"""The extractors that are measured side by side: a page's bytes and address in, its text and title and time out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from zoneinfo import ZoneInfo

import lxml.html
import readability
from lxml import etree
from trafilatura import bare_extraction
from trafilatura.settings import Document

from kliping.article import Found
from pipeline.extract import read_page

FETCHED_AT = datetime(2026, 1, 20, 3, 0, tzinfo=UTC)  # after every page of the sets; nothing may depend on the real day
ZONE = "Asia/Jakarta"  # all pages of pages-id are of outlets that write WIB
_NO_URL = "http://page.invalid/story"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an extractor read. `published` is ISO 8601 in the zone that it was read in, a day, or ''."""

    text: str = ""
    title: str = ""
    published: str = ""
    byline: tuple[str, ...] = ()


Extractor = Callable[[bytes, str], Answer]


def kliping(body: bytes, url: str) -> Answer:
    """Our reader, without any help of a feed."""
    address = url or _NO_URL
    read = read_page(body, url=address, answered=address, zone=ZONE, fetched_at=FETCHED_AT, found=Found(way="hand"))
    published = ""
    if read.published is not None:
        local = read.published.instant.astimezone(ZoneInfo(read.published.zone))
        published = local.date().isoformat() if read.published.precision == "day" else local.isoformat()
    return Answer("\n".join(read.paragraphs), read.title, published, read.byline)


def trafilatura(body: bytes, url: str) -> Answer:
    """trafilatura with its defaults, with metadata, comments left out as the truth does."""
    found = bare_extraction(body, url=url or None, include_comments=False, with_metadata=True)
    if not isinstance(found, Document):
        return Answer()
    authors = tuple(name.strip() for name in (found.author or "").split(";") if name.strip())
    return Answer(found.text or "", found.title or "", found.date or "", authors)


def readability_lxml(body: bytes, _url: str) -> Answer:
    """readability-lxml; blocks of its summary joined by line ends. It reads no dates and no bylines."""
    try:
        found = readability.Document(body.decode("utf-8", "replace"))
        summary = lxml.html.fromstring(found.summary(html_partial=True))
        return Answer("\n".join(map(str, summary.itertext())), unescape(found.short_title() or ""))
    except (readability.readability.Unparseable, etree.ParserError):
        return Answer()


EXTRACTORS: dict[str, Extractor] = {
    "kliping": kliping,
    "trafilatura": trafilatura,
    "readability-lxml": readability_lxml,
}
