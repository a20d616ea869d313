"""Claims of when a story was published or changed, as the head of a page, its JSON-LD and its address make them.

Read, not yet believed: `published` decides.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.extract.linkeddata import Json
from pipeline.extract.statements import Statements, line

Source = Literal["json-ld", "meta", "time", "feed", "page", "url"]
# a date with a word or two beside it, a line with a date among its words, a line that names a time of change
Form = Literal["date", "line", "update"]

META_NAMES = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time", "datepublished",
    "content_publisheddate", "publishdate", "publish-date", "publish_date", "published_time", "pubdate",
    "publishdate_time", "parsely-pub-date", "sailthru.date", "originalpublicationdate", "cxenseparse:recs:publishtime",
    "dcterms.issued", "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.date", "dc.date", "date",
    "datecreated",
)  # fmt: skip
MODIFIED_NAMES = (
    "article:modified_time", "article:modified", "og:updated_time", "og:article:modified_time", "datemodified",
    "modified_time", "lastmod", "last-modified", "dcterms.modified", "dc.date.modified",
)  # fmt: skip
_META_ENDINGS = ("pubdate", "publishdate", "publish_date", "published_time", "publisheddate", "publishtime")
_PUBLISHED_KEYS = ("datePublished", "dateCreated", "uploadDate")
# /2026/11/24/, /2026-11-24/ and /20261124 with or without a clock behind it
_URL_DAY = re.compile(
    r"/((?:19|20)\d\d)(?:(?P<s>[/-])(0?[1-9]|1[0-2])(?P=s)(0?[1-9]|[12]\d|3[01])"
    r"|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:\d{4}|\d{6})?)(?=[/_.-]|$)"
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A text that may state when the story was published, and where it stood."""

    text: str
    source: Source
    form: Form = "date"
    page_head: bool = False  # stood apart from the story: today's date stands there too


def stated_dates(said: Statements) -> Iterator[Dated]:
    """Dates of JSON-LD and meta tags, most trusted first."""
    for item in (said.article, said.webpage):
        yield from _linked(item, _PUBLISHED_KEYS)
    endings = tuple(name for name in said.meta if name.endswith(_META_ENDINGS))
    yield from _meta(said, (*META_NAMES, *endings))


def stated_changes(said: Statements) -> Iterator[Dated]:
    """Times of the last change, from JSON-LD and meta tags, most trusted first."""
    for item in (said.article, said.webpage):
        yield from _linked(item, ("dateModified",))
    yield from _meta(said, MODIFIED_NAMES)


def url_date(url: str) -> Iterator[Dated]:
    """The day in a path such as /2026/11/24/."""
    if match := _URL_DAY.search(url):
        year, month, day = match[1], match[3] or match[5], match[4] or match[6]
        yield Dated(f"{year}-{int(month):02d}-{int(day):02d}", "url")


def _meta(said: Statements, names: tuple[str, ...]) -> Iterator[Dated]:
    return (Dated(text, "meta") for name in names for text in said.meta.get(name, ()))


def _linked(item: Json, keys: tuple[str, ...]) -> Iterator[Dated]:
    for key in keys:
        if text := _first(item.get(key)):
            yield Dated(text, "json-ld")


def _first(stated: object) -> str:
    """The text of a JSON-LD value: a string, a number of seconds, a typed value or a list of them."""
    match stated:
        case [first, *_]:
            return _first(first)
        case {"@value": value}:
            return line(value)
        case int() | float() if not isinstance(stated, bool):
            return str(int(stated)) if abs(stated) < 1e15 else ""
    return line(stated)
