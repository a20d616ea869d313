"""Whether a page prints several stories in full, each under its own link: the front page or a month of a blog. Pure.

A story's own page may print others in full, so the address decides: where one of the links leads to the page itself,
or where text stands before the first of them or under a headline that is no link, the page is a story's.
"""

import re
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from kliping.article import MAX_TITLE
from kliping.urls import canonical_url, host_of, registrable_domain
from pipeline.extract.headings import slug_words
from pipeline.extract.links import is_home
from pipeline.extract.outline import HEADINGS, Block, Box, Outline
from pipeline.extract.prose import is_linked, prose
from pipeline.extract.statements import Statements

FULL: Final = 300  # characters of prose: more than a teaser, less than the shortest of 123 stories
FEWEST: Final = 2  # such stories
_OWN: Final = 100  # characters of prose that are no other story's: what the site calls itself has less
_NAMED: Final = 5  # words of an address that is a story's
_APART: Final = frozenset(
    ("aside", "footer", "nav", "sidebar", "comment", "comments", "commentlist", "komentar", "respond")
)
_SCRIPT: Final = re.compile(r"^/$|\.(?:php|aspx?|jsp|cfm)$")  # places where what is asked names the story
_HEADLINES: Final = frozenset(("title", "headline", "judul", "entry-title", "post-title"))


def has_several(said: Statements, page: Outline, *, url: str, headline: int | None) -> bool:
    """Whether the page at `url` is of several stories and of none of them. `headline`: the block of its title."""
    if not url or len(slug_words(url)) >= _NAMED or said.first("article:published_time"):
        return False
    told = _told(page, url, headline)
    one = told.pop("") >= _OWN or not told.keys().isdisjoint((_place(url), _place(said.canonical)))
    if one and not is_home(url):
        return False
    return sum(size >= FULL for size in told.values()) >= FEWEST


def _told(page: Outline, url: str, headline: int | None) -> dict[str, float]:
    """By the place that a headline leads to, how much prose follows it; by '' what stands above the first one, or below
    the page's own headline."""
    apart = page.spread([box.tag in _APART or not _APART.isdisjoint(box.names) for box in page.boxes])
    place, told = "", {"": 0.0}
    for index, block in enumerate(page.blocks):
        if apart[block.box]:
            continue
        if _is_headline(page, block) and (link := _link(page, block, url)):
            place = _place(link)
        elif index == headline:
            place = ""
        told[place] = told.get(place, 0.0) + prose(block)
    return told


def _is_headline(page: Outline, block: Block) -> bool:
    named = block.tag in HEADINGS or not _HEADLINES.isdisjoint(page.boxes[block.box].names)
    return named and len(block.text) <= MAX_TITLE


def _link(page: Outline, block: Block, url: str) -> str:
    """Where a headline leads on the same site; '' where it leads nowhere, to its root or elsewhere."""
    element = page.boxes[block.box].element
    if not isinstance(element, HtmlElement):
        return ""
    found = _own(element) if is_linked(block) else _permanent(page, block)
    try:
        link = urljoin(url, (found or "").strip())
    except ValueError:
        return ""
    same = registrable_domain(host_of(link)) == registrable_domain(host_of(url))
    return link if found and same and _place(link) != "/" else ""


def _own(element: HtmlElement) -> str | None:
    around = (one for one in (element, *element.iterancestors()) if one.tag == "a")
    return next((one.get("href") for one in (*element.iter("a"), *around)), None)


def _permanent(page: Outline, block: Block) -> str | None:
    """The link of the post around a headline that is none itself."""
    posts = (box for index in page.up(block.box) if _is_post(box := page.boxes[index]))
    elements = (box.element for box in posts if isinstance(box.element, HtmlElement))
    links = (link for element in elements for link in element.iter("a"))
    return next((link.get("href") for link in links if "bookmark" in (link.get("rel") or "")), None)


def _is_post(box: Box) -> bool:
    return box.tag == "article" or "hentry" in box.names


def _place(url: str) -> str:
    """An address without its host and, where its path says enough, without what is asked; a broken one as it is."""
    try:
        parts = urlsplit(canonical_url(url))
    except ValueError:
        return url
    path = parts.path.rstrip("/") or "/"
    return f"{path}?{parts.query}" if parts.query and _SCRIPT.search(path) else path
