"""What a feed says: RSS, Atom or JSON Feed from bytes, whatever state they are in. Pure; nothing here asks the network.

feedparser gets bytes only (given a string it would open files and URLs), and its dates are not used: it reads WIB as
UTC. What a feed says is untrusted: titles are cleaned to one line of text, links must be http or https.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any, Final
from urllib.parse import urljoin

import feedparser
import msgspec

from crawlers.discovery import cleaned, refusal
from kliping.article import MAX_TITLE
from kliping.text import clean_line

MAX_ITEMS: Final = 2000  # bar C13, Media Cloud's limit
MAX_SUMMARY: Final = 600  # characters: two to four sentences; more is the article, which is read from its page
MAX_PUBLISHED: Final = 100  # characters of a printed time
HEAD: Final = 4096  # bytes in which a DOCTYPE or the root element of an honest document begins
_TAG: Final = re.compile(r"<[^<>]{0,2000}>")
_SKIPPED: Final = re.compile(rb"\s+|<\?.{0,1000}?\?>|<!--.{0,3000}?-->", re.DOTALL)
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE\s+([A-Za-z:]+)?[^>\[]{0,1000}(\[)?", re.IGNORECASE)
_BOM: Final = b"\xef\xbb\xbf"
_HARMLESS: Final = (feedparser.NonXMLContentType, feedparser.CharacterEncodingOverride)  # headers only, not the feed
_WIDE: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a feed. Everything but `link` may be ''; `published` is as printed."""

    link: str
    title: str = ""
    published: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The entries of a feed, first in the document first, and what is wrong with it.

    problem: '' (none), `feed_empty` (nothing in it), `feed_is_html`, `feed_doctype` (declares entities of its own),
    `feed_damaged` (broken or cut, the entries are what could be read), `feed_too_long` (more than MAX_ITEMS).
    """

    entries: tuple[Item, ...] = ()
    problem: str = ""


def read_feed(body: bytes, url: str, content_type: str = "") -> Feed:
    """Read a feed. `url`: where it was answered, for relative links. Never raises on any bytes."""
    body = from_the_start(body)
    if not body:
        return Feed(problem="feed_empty")
    if body[:1] == b"{":
        return _read_json(body, url)
    problem = refused_document(body)
    return Feed(problem=problem) if problem else _read_xml(body, url, content_type)


def from_the_start(body: bytes) -> bytes:
    """Without the blank lines before the XML declaration, which are common and which strict parsers refuse."""
    mark = _BOM if body.startswith(_BOM) else b""
    rest = body[len(mark) :].lstrip()
    return mark + rest if rest else b""


def refused_document(body: bytes) -> str:
    """Why an XML document is not even parsed: `feed_doctype`, `feed_is_html`, or ''."""
    head = _ascii(body)
    at = 0
    while skipped := _SKIPPED.match(head, at):
        at = skipped.end()
    doctype = _DOCTYPE.match(head, at)
    if doctype and doctype[2]:
        return "feed_doctype"
    root = head[at : at + 9].lower()
    if (doctype and (doctype[1] or b"").lower() == b"html") or root.startswith((b"<html", b"<head", b"<body")):
        return "feed_is_html"
    return "feed_doctype" if b"<!ENTITY" in head.upper() else ""


def _ascii(body: bytes) -> bytes:
    """The beginning of a document as ASCII-like bytes, whichever Unicode encoding it is in."""
    encoding = _WIDE.get(body[:2])
    if encoding:
        return body[: 2 * HEAD].decode(encoding, "ignore").encode("ascii", "ignore")
    return body[:HEAD].removeprefix(_BOM)


def _read_xml(body: bytes, url: str, content_type: str) -> Feed:
    headers = {"content-type": content_type or "application/xml", "content-location": url}
    parsed = feedparser.parse(_Bytes(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    if not parsed.version and not parsed.entries:
        return Feed(problem="feed_is_html" if b"<html" in body[:HEAD].lower() else "feed_damaged")
    items = tuple(_unique(_items(parsed.entries[: MAX_ITEMS + 1], url)))
    return Feed(entries=items[:MAX_ITEMS], problem=_problem(items, len(parsed.entries), _is_damaged(parsed)))


def _is_damaged(parsed: Any) -> bool:
    return bool(parsed.bozo) and not isinstance(parsed.get("bozo_exception"), _HARMLESS)


class _Bytes:
    """Bytes as a file: feedparser reads it and cannot take it for a name or an address."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def read(self) -> bytes:
        return self._body


def _problem(items: tuple[Item, ...], entries: int, damaged: bool) -> str:
    if entries > MAX_ITEMS:
        return "feed_too_long"
    if damaged:
        return "feed_damaged"
    return "" if items else "feed_empty"


def _items(entries: Iterable[Mapping[str, Any]], base: str) -> Iterator[Item]:
    for entry in entries:
        link = absolute(_link(entry), base)
        if link:
            yield Item(
                link=link,
                title=text_of(str(entry.get("title", "")), MAX_TITLE),
                published=clean_line(str(entry.get("published") or entry.get("updated") or ""), MAX_PUBLISHED),
                summary=text_of(str(entry.get("summary", "")), MAX_SUMMARY),
            )


def _link(entry: Mapping[str, Any]) -> str:
    """The page of an entry: its link, or an id that is an address."""
    identity = str(entry.get("id", ""))
    return str(entry.get("link") or (identity if identity.startswith(("http://", "https://")) else ""))


def absolute(link: str, base: str) -> str:
    """A link as an absolute http(s) URL that may be asked, '' when it is none."""
    try:
        joined = urljoin(base, cleaned(link)) if link.strip() else ""
    except ValueError:
        return ""
    return joined if joined and not refusal(joined) else ""


def text_of(markup: str, limit: int) -> str:
    """The words of a piece of HTML (escaped once or twice) as one clean line."""
    plain = _TAG.sub(" ", unescape(_TAG.sub(" ", markup[: 20 * limit])))
    return clean_line(unescape(plain), limit)


def _unique(items: Iterable[Item]) -> Iterator[Item]:
    """Entries with different links."""
    seen: set[str] = set()
    for item in items:
        if item.link not in seen:
            seen.add(item.link)
            yield item


class _JsonItem(msgspec.Struct):
    url: str = ""
    external_url: str = ""
    title: str = ""
    date_published: str = ""
    summary: str = ""
    content_text: str = ""


class _JsonFeed(msgspec.Struct):
    items: list[msgspec.Raw] = []


_json_feeds: Final = msgspec.json.Decoder(_JsonFeed)
_json_items: Final = msgspec.json.Decoder(_JsonItem, strict=False)


def _read_json(body: bytes, url: str) -> Feed:
    """JSON Feed 1.1. An item that is not what the format says is passed over."""
    try:
        raw = _json_feeds.decode(body).items
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Feed(problem="feed_damaged")
    read = [item for item in map(_json_item, raw[:MAX_ITEMS]) if item is not None]
    entries = (
        {
            "link": i.url or i.external_url,
            "title": i.title,
            "published": i.date_published,
            "summary": i.summary or i.content_text,
        }
        for i in read
    )
    items = tuple(_unique(_items(entries, url)))
    return Feed(entries=items, problem=_problem(items, len(raw), len(read) < min(len(raw), MAX_ITEMS)))


def _json_item(raw: msgspec.Raw) -> _JsonItem | None:
    try:
        return _json_items.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
