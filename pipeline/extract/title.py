"""The headline as it is printed, without the name of the site."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kliping.article import MAX_TITLE
from kliping.text import clean_line
from kliping.urls import host_of, registrable_domain
from pipeline.extract.outline import HEADINGS, Block
from pipeline.extract.statements import Statements, line

_SEPARATORS = re.compile(r"\s+[-–—|•·»›~]{1,2}\s+|\s*::\s*|\s*\|\s*|:\s+")
_MOST_PARTS = 8  # of a document title; more are keywords, not names
_SHORTEST = 12  # characters: a shorter part of a document title is a site's or a section's name more often
_NOT_WORD = re.compile(r"[\W_]+")
_PLAIN_ASCII = bytes(ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else 32 for code in range(256))


@dataclass(frozen=True, slots=True)
class Title:
    """A headline and where it was read: "h1" … "h6", "text", "json-ld", "meta", "title", "feed" or ''."""

    text: str = ""
    source: str = ""


def read_title(said: Statements, blocks: tuple[Block, ...], *, url: str, feed_title: str) -> Title:
    """The headline: the longest part of a stated title that the page prints, else a statement without site names."""
    sites = site_names(said, url)
    found = (
        _printed(said, blocks, sites)
        or _first_heading(said, blocks, sites)
        or _stated(said, sites)
        or _only_heading(blocks, sites)
        or Title(line(feed_title), "feed")
    )
    text = clean_line(found.text, MAX_TITLE)
    return Title(text, found.source) if text else Title()


@lru_cache(maxsize=4096)  # a page asks for the same lines again and again; 4,096 lines are some MB
def plain(text: str) -> str:
    """`text` for comparing: letters and digits in lower case, parted by single blanks."""
    if text.isascii():  # nine lines of ten, in a third of the time
        return " ".join(text.encode().translate(_PLAIN_ASCII).decode().split())
    return _NOT_WORD.sub(" ", text).strip().lower()


def site_names(said: Statements, url: str) -> frozenset[str]:
    """What the site calls itself, in plain form."""
    publisher = said.article.get("publisher")
    name = publisher.get("name") if isinstance(publisher, dict) else publisher
    host = host_of(url)
    domain = registrable_domain(host) if host else ""
    names = (said.first("og:site_name"), line(name), host, domain, domain.partition(".")[0])
    return frozenset(filter(None, map(plain, names)))


def _stated_titles(said: Statements) -> Iterator[Title]:
    yield Title(line(said.article.get("headline")), "json-ld")
    for name in ("og:title", "twitter:title", "title"):
        for content in said.meta.get(name, ()):
            yield Title(content, "meta")
    yield Title(said.title, "title")


def _printed(said: Statements, blocks: tuple[Block, ...], sites: frozenset[str]) -> Title | None:
    """The block that is the longest part of a stated title; of equally long ones, an h1."""
    printed = _by_text(blocks)
    parts = {plain(part) for stated in _stated_titles(said) for part in _spans(stated.text)}
    found = [printed[key] for key in parts if key in printed and len(key) >= _SHORTEST and key not in sites]
    if not found:
        return None
    block = max(found, key=lambda block: (len(block.text), block.tag == "h1", block.text))
    return Title(block.text, block.tag if block.tag in HEADINGS else "text")


def _by_text(blocks: tuple[Block, ...]) -> dict[str, Block]:
    """The first block of each wording, a heading before others."""
    printed: dict[str, Block] = {}
    for block in blocks:
        if len(block.text) <= 2 * MAX_TITLE:
            key = plain(block.text)
            if key not in printed or (block.tag in HEADINGS and printed[key].tag not in HEADINGS):
                printed[key] = block
    return printed


def _spans(title: str) -> Iterator[str]:
    """A title and every run of its parts: "A - B | C" gives A - B | C, A - B, B | C, A, B, C."""
    separators = [match.span() for match in _SEPARATORS.finditer(title[: 2 * MAX_TITLE])]
    cuts = [(0, 0), *separators[: _MOST_PARTS - 1], (len(title), 0)]
    for first in range(len(cuts) - 1):
        for last in range(first + 1, len(cuts)):
            yield title[cuts[first][1] : cuts[last][0]]


def _first_heading(said: Statements, blocks: tuple[Block, ...], sites: frozenset[str]) -> Title | None:
    """The h1 that shares most words with a stated title: sites that print another headline than they state."""
    stated = set(plain(next((t.text for t in _stated_titles(said) if t.text), "")).split())
    for block in blocks:
        words = set(plain(block.text).split())
        if (
            block.tag == "h1"
            and len(words) >= 3
            and 2 * len(words & stated) >= len(words)
            and plain(block.text) not in sites
        ):
            return Title(block.text, "h1")
    return None


def _stated(said: Statements, sites: frozenset[str]) -> Title | None:
    stated = next((title for title in _stated_titles(said) if title.text), None)
    if stated is None:
        return None
    text = without_site(stated.text, sites)
    return Title(text, stated.source) if text else None


def without_site(title: str, sites: frozenset[str]) -> str:
    """`title` without parts at its ends that name the site: "Kota Maju - Radar Contoh" gives "Kota Maju"."""
    while True:
        cuts = list(_SEPARATORS.finditer(title))
        if cuts and _names_site(title[cuts[-1].end() :], sites):
            title = title[: cuts[-1].start()]
        elif cuts and _names_site(title[: cuts[0].start()], sites):
            title = title[cuts[0].end() :]
        else:
            return "" if plain(title) in sites else title.strip()


def _names_site(part: str, sites: frozenset[str]) -> bool:
    key = plain(part)
    return (
        not key
        or key in sites
        or any(len(site) > 3 and site in key and len(key) < 2 * len(site) + 12 for site in sites)
    )


def _only_heading(blocks: tuple[Block, ...], sites: frozenset[str]) -> Title | None:
    for tag in ("h1", "h2"):
        found = [block for block in blocks if block.tag == tag and plain(block.text) not in sites]
        if len(found) == 1 or (found and tag == "h1"):
            return Title(found[0].text, tag)
    return None
