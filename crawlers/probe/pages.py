"""What a page says about its site: feeds and interfaces that it links, its name, its lists, its clock. Pure."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from lxml import etree

from crawlers.feeds import absolute
from crawlers.links import read_anchors
from kliping.text import clean_line
from kliping.urls import host_of, registrable_domain

MAX_NAME: Final = 60
_FEED_TYPES: Final = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_COMMENTS: Final = re.compile(r"comment|komentar", re.IGNORECASE)
_WORDPRESS: Final = re.compile(rb"/wp-(?:content|includes|json)/", re.IGNORECASE)
_INDEX: Final = re.compile(r"inde(?:ks|x)(?:[-_ ]?berita)?|terkini|terbaru|semua[-_ ]?berita|arsip", re.IGNORECASE)
_SECTION: Final = re.compile(r"berita|news|daerah|kategori|category|rubrik|kanal|kota|pemerintahan|regional|tag", re.I)
_ZONE: Final = re.compile(r"\d{1,2}[.:]\d{2}(?:[.:]\d{2})?\s*\(?(WIB|WITA|WIT)\b")
_GENERIC: Final = re.compile(
    r"(?:indeks|index|kumpulan)?\s*(?:berita|news)?\s*(?:terkini|terbaru|hari ini)?|home|beranda", re.I
)
_PARTS: Final = re.compile(r"\s+[-|–—:»•]\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One HTML page. URLs are absolute; `index` and `sections` are links of the same site, likely lists of news."""

    name: str = ""
    description: str = ""
    feeds: tuple[str, ...] = ()
    wordpress: str = ""  # root of its interface, '' where it names none
    wordpress_signs: bool = False
    index: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


def read_home(body: bytes, url: str) -> Page:
    """Read a page that was answered at `url`. Never raises."""
    root = _parsed(body)
    if root is None:
        return Page()
    index, sections = _lists(body, url)
    return Page(
        name=_name(root, url),
        description=_meta(root, "description", "og:description"),
        feeds=tuple(dict.fromkeys(_feeds(root, url))),
        wordpress=next((absolute(tag.get("href", ""), url) for tag in _links(root, "https://api.w.org/")), ""),
        wordpress_signs=_WORDPRESS.search(body) is not None,
        index=tuple(dict.fromkeys(index)),
        sections=tuple(dict.fromkeys(sections)),
    )


def zone_words(body: bytes) -> Counter[str]:
    """How often a page prints a time with WIB, WITA or WIT."""
    return Counter(_ZONE.findall(body.decode("utf-8", "replace")))


def _parsed(body: bytes) -> "etree._Element | None":
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root: etree._Element | None = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):  # nothing in it
        return None
    return root


def _links(root: "etree._Element", relation: str) -> Iterator["etree._Element"]:
    return (tag for tag in root.iter("link") if relation in tag.get("rel", "").split())


def _feeds(root: "etree._Element", url: str) -> Iterator[str]:
    """The feeds that the page names, those of comments left out."""
    for tag in _links(root, "alternate"):
        href = absolute(tag.get("href", ""), url)
        words = f"{tag.get('title', '')} {href}"
        if href and tag.get("type", "").lower() in _FEED_TYPES and not _COMMENTS.search(words):
            yield href


def _meta(root: "etree._Element", *names: str) -> str:
    for tag in root.iter("meta"):
        if tag.get("property", tag.get("name", "")).lower() in names and tag.get("content", "").strip():
            return clean_line(tag.get("content", ""), 300)
    return ""


def _name(root: "etree._Element", url: str) -> str:
    """The site's name: as it says itself, else the part of the title that its host has letters of, else the host."""
    own = _meta(root, "og:site_name", "application-name")
    if own:
        return clean_line(own, MAX_NAME)
    title = clean_line("".join(map(str, next((tag.itertext() for tag in root.iter("title")), iter(())))), 300)
    host = re.sub(r"[^a-z0-9]", "", registrable_domain(host_of(url)))
    parts = [part for part in _PARTS.split(title) if part and not _GENERIC.fullmatch(part)]
    alike = [part for part in parts if re.sub(r"[^a-z0-9]", "", part.lower()) in host]
    return clean_line(next(iter(sorted(alike, key=len, reverse=True)), "") or (parts[0] if parts else ""), MAX_NAME)


def _lists(body: bytes, url: str) -> tuple[list[str], list[str]]:
    """Links of the site that are likely the list of all news, and those of its sections."""
    index, sections = [], []
    own = host_of(url)
    for link in read_anchors(body, url):
        path = urlsplit(link.url).path.strip("/")
        if host_of(link.url) != own or not path or path.count("/") > 1 or len(link.text) > 40:
            continue
        if _INDEX.fullmatch(path.rpartition("/")[2]) or _INDEX.fullmatch(link.text):
            index.append(link.url)
        elif _SECTION.search(path) and len(link.text.split()) <= 3 and not re.search(r"\d{3}", path):
            sections.append(link.url)
    return index, sections
