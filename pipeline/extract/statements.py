"""What a page says about itself in its head: meta tags, title, canonical link, JSON-LD. Read, not yet believed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import unescape
from itertools import islice

from lxml.html import HtmlElement
from selectolax.lexbor import LexborHTMLParser

from kliping.text import clean_line
from pipeline.extract.linkeddata import ARTICLE_TYPES, PAGE_TYPES, Json, crumbs, objects, pick, types_of, with_author

LONGEST = 2000  # characters of one statement; only addresses come near
_MOST = 1000  # elements that are looked at; the fullest of 133 real pages has 220

Get = Callable[[str], str | None]  # an attribute of an element by its name
Tag = tuple[str, Get, Callable[[], str]]  # an element of the head: name, attributes, text
_STATING = "meta, title, link[rel~=canonical i], script[type*='ld+json' i]"


@dataclass(frozen=True, slots=True)
class Statements:
    """`meta` by lower-case name (property, name, itemprop) in page order; `article` is the JSON-LD of the story.

    `types` are the schema.org types of all JSON-LD objects in lower case, `crumbs` the names of its breadcrumb list.
    """

    title: str = ""
    canonical: str = ""
    language: str = ""
    meta: dict[str, tuple[str, ...]] = field(default_factory=dict)
    article: Json = field(default_factory=dict)
    webpage: Json = field(default_factory=dict)
    types: frozenset[str] = frozenset()
    crumbs: tuple[str, ...] = ()

    def first(self, *names: str) -> str:
        """The first meta content that is not empty, in the order of `names`."""
        return next((text for name in names for text in self.meta.get(name, ())), "")


def statements(root: HtmlElement) -> Statements:
    """All statements of the page at `root`. Never raises."""
    elements = islice(root.iter("meta", "title", "link", "script"), _MOST)
    tags = ((str(element.tag), element.get, lambda element=element: element.text or "") for element in elements)
    return _statements(tags, root.get("lang") or root.get("xml:lang"))


def lexbor_statements(tree: LexborHTMLParser) -> Statements:
    """The same of a page that lexbor parsed."""
    nodes = tree.css(_STATING)[:_MOST]
    tags = ((node.tag or "", node.attributes.get, node.text) for node in nodes)
    return _statements(tags, tree.root.attributes.get("lang") if tree.root is not None else None)


def _statements(tags: Iterable[Tag], language: str | None) -> Statements:
    meta: dict[str, list[str]] = {}
    title = canonical = ""
    linked: list[Json] = []
    for tag, get, text in tags:
        match tag:
            case "meta":
                _take_meta(get, meta)
            case "title" if not title:
                title = line(text())
            case "link" if not canonical and "canonical" in (get("rel") or "").lower().split():
                canonical = line(get("href"))
            case "script" if "ld+json" in (get("type") or "").lower():
                linked += objects(text())
    names = {name: tuple(values) for name, values in meta.items()}
    types = frozenset(name for item in linked for name in types_of(item))
    article, webpage = with_author(pick(linked, ARTICLE_TYPES), linked), pick(linked, PAGE_TYPES)
    return Statements(title, canonical, line(language).lower(), names, article, webpage, types, crumbs(linked))


def line(text: object) -> str:
    """One clean line of a statement; entities that were escaped twice are decoded. '' for what is no text."""
    if not isinstance(text, str):
        return ""
    text = text[:LONGEST]
    return clean_line(unescape(text) if "&" in text else text)


def _take_meta(get: Get, meta: dict[str, list[str]]) -> None:
    content = line(get("content"))
    if content:
        for attribute in ("property", "name", "itemprop"):
            if name := get(attribute):
                meta.setdefault(name.strip().lower(), []).append(content)
