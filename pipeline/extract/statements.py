"""What a page says about itself in its head: meta tags, title, canonical link, JSON-LD. Read, not yet believed."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import islice
from typing import Any

from lxml.html import HtmlElement
from selectolax.lexbor import LexborHTMLParser

from kliping.text import clean_line

LONGEST = 2000  # characters of one statement; only addresses come near
_LONGEST_SCRIPT = 500_000  # characters of one JSON-LD script; those with a whole article body stay below 100,000
_MOST = 1000  # elements that are looked at; the fullest of 133 real pages has 220
_DEEPEST = 12  # levels of JSON-LD that are searched for an article
# schema.org, Article and its kinds, with the looser types that some CMSs use for a story
_ARTICLES = """
article newsarticle reportagenewsarticle analysisnewsarticle opinionnewsarticle backgroundnewsarticle reviewnewsarticle
blogposting liveblogposting socialmediaposting report
"""
ARTICLE_TYPES = frozenset(_ARTICLES.split())
PAGE_TYPES = frozenset(("webpage", "itempage", "videoobject", "imagegallery", "mediagallery"))

Json = dict[str, Any]
Get = Callable[[str], str | None]  # an attribute of an element by its name
Tag = tuple[str, Get, Callable[[], str]]  # an element of the head: name, attributes, text
_STATING = "meta, title, link[rel~=canonical i], script[type*='ld+json' i]"


@dataclass(frozen=True, slots=True)
class Statements:
    """`meta` by lower-case name (property, name, itemprop) in page order; `article` is the JSON-LD of the story.

    `types` are the schema.org types of all JSON-LD objects in lower case.
    """

    title: str = ""
    canonical: str = ""
    language: str = ""
    meta: dict[str, tuple[str, ...]] = field(default_factory=dict)
    article: Json = field(default_factory=dict)
    webpage: Json = field(default_factory=dict)
    types: frozenset[str] = frozenset()

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
                linked += _objects(text())
    names = {name: tuple(values) for name, values in meta.items()}
    types = frozenset(name for item in linked for name in _types(item))
    article, webpage = _with_author(_pick(linked, ARTICLE_TYPES), linked), _pick(linked, PAGE_TYPES)
    return Statements(title, canonical, line(language).lower(), names, article, webpage, types)


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


def _pick(objects: list[Json], types: frozenset[str]) -> Json:
    """The first object of one of `types`; with several, the one that says most about a time and a headline."""
    fitting = [item for item in objects if types.intersection(_types(item))]
    return max(fitting, key=lambda item: ("datePublished" in item) + ("headline" in item), default={})


def _with_author(article: Json, objects: list[Json]) -> Json:
    """The article with its authors' names, where it only refers to them by `@id`, as WordPress plugins do."""
    author = article.get("author")
    wanted = author if isinstance(author, list) else [author]
    if not any(isinstance(item, dict) and "name" not in item and "@id" in item for item in wanted):
        return article
    known = {item["@id"]: item for item in objects if isinstance(item.get("@id"), str) and "name" in item}
    found = [known.get(str(item.get("@id")), item) if isinstance(item, dict) else item for item in wanted]
    return article | {"author": found}


def _types(item: Json) -> Iterator[str]:
    written = item.get("@type")
    for name in written if isinstance(written, list) else [written]:
        if isinstance(name, str):
            yield name.rpartition("/")[2].lower()


def _objects(script: str) -> list[Json]:
    """The objects of one JSON-LD script: its top level, lists and `@graph`; item lists name other stories."""
    if len(script) > _LONGEST_SCRIPT:
        return []
    text = script.strip().removeprefix("<!--").removesuffix("-->").removeprefix("//<![CDATA[").removesuffix("//]]>")
    try:
        parsed = json.loads(text.strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        return []
    return list(_walk(parsed, 0))


def _walk(node: object, depth: int) -> Iterator[Json]:
    if depth > _DEEPEST:
        return
    if isinstance(node, list):
        for item in node:
            yield from _walk(item, depth + 1)
    elif isinstance(node, dict):
        yield node
        for key in ("@graph", "mainEntity"):
            if key in node:
                yield from _walk(node[key], depth + 1)
