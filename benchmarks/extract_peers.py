"""The extractors that are measured side by side: a page's bytes and address in, its text and facts out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import lxml.html
import readability
from lxml import etree
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree
from trafilatura import bare_extraction
from trafilatura.settings import Document

from kliping.article import Found, Published
from kliping.outlets import Outlet, outlet_of
from kliping.outlets_files import load_outlets
from pipeline.extract import Reading
from pipeline.extract.job import Job

FETCHED_AT = datetime(
    2026, 11, 28, 3, 0, tzinfo=UTC
)  # after every page of the sets; nothing may depend on the real day
ZONE = "Asia/Jakarta"  # of outlets that the starter list does not know
_LIST = Path(__file__).resolve().parents[1] / "config" / "outlets"
_NO_URL = "http://page.invalid/story"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an extractor read. `published` is ISO 8601 in the zone that it was read in, a day, or ''."""

    text: str = ""
    title: str = ""
    published: str = ""
    byline: tuple[str, ...] = ()
    kind: str = ""
    seconds: float | None = None  # CPU time, of extractors that run in a process of their own


Extractor = Callable[[bytes, str], Answer]


def kliping(body: bytes, url: str) -> Answer:
    """Our reader as for an unknown outlet: without a template, without any help of a feed."""
    return answer_of(reading_of(body, url))


def reading_of(body: bytes, url: str) -> Reading:
    """What our reader says of a page."""
    return job_of(body, url).read()


def job_of(body: bytes, url: str) -> Job:
    """The reading of a page, as it is handed to our reader."""
    address = url or _NO_URL
    return Job(
        body=body, url=address, answered=address, zone=zone_of(url), fetched_at=FETCHED_AT, content_type="",
        found=Found(way="hand"),
    )  # fmt: skip


def answer_of(read: Reading) -> Answer:
    """A reading as an answer."""
    return Answer("\n".join(read.paragraphs), read.title, _iso(read.published), read.byline, read.kind)


def _iso(published: Published | None) -> str:
    if published is None:
        return ""
    local = published.instant.astimezone(ZoneInfo(published.zone))
    return local.date().isoformat() if published.precision == "day" else local.isoformat()


@lru_cache(maxsize=10_000)  # looking it up is no part of reading
def zone_of(url: str) -> str:
    """The clock of the outlet, as the starter list knows it: what a newsroom would run with."""
    outlet = outlet_of(url, _outlets().values())
    return outlet.zone if outlet else ZONE


@cache
def _outlets() -> Mapping[str, Outlet]:
    return load_outlets(_LIST)


def trafilatura(body: bytes, url: str) -> Answer:
    """trafilatura with its defaults, but for comments, which the truth leaves out. The defaults read no facts."""
    found = bare_extraction(body, url=url or None, include_comments=False)
    return Answer(found.text or "") if isinstance(found, Document) else Answer()


def trafilatura_facts(body: bytes, url: str) -> Answer:
    """The same with title, date and authors."""
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


def resiliparse(body: bytes, _url: str) -> Answer:
    """resiliparse's main content, and the page's <title>."""
    tree = HTMLTree.parse_from_bytes(body)
    text = extract_plain_text(tree, main_content=True, alt_texts=False, list_bullets=False)
    return Answer(text, tree.title or "")


@dataclass(frozen=True, slots=True)
class Peer:
    """An extractor, and which facts it reads beside the text."""

    read: Extractor
    facts: tuple[str, ...]


KLIPING = "kliping"
_PAGE_FACTS = ("title", "day", "published", "byline")
HERE: Mapping[str, Peer] = {
    KLIPING: Peer(kliping, (*_PAGE_FACTS, "kind")),
    "trafilatura": Peer(trafilatura, ()),
    "trafilatura+facts": Peer(trafilatura_facts, _PAGE_FACTS),
    "readability-lxml": Peer(readability_lxml, ("title",)),
    "resiliparse": Peer(resiliparse, ("title",)),
}  # those that run in this process; ours comes first
