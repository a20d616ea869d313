"""What a page says about itself in its head: meta tags, title, canonical link, JSON-LD. Read, not yet believed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from lxml.html import HtmlElement

from kliping.text import clean_line

LONGEST = 2000  # characters of one statement; only addresses come near
_LONGEST_SCRIPT = 500_000  # characters of one JSON-LD script; those with a whole article body stay below 100,000
_DEEPEST = 12  # levels of JSON-LD that are searched for an article
# schema.org, Article and its kinds, with the looser types that some CMSs use for a story
_ARTICLES = """
article newsarticle reportagenewsarticle analysisnewsarticle opinionnewsarticle backgroundnewsarticle reviewnewsarticle
blogposting liveblogposting socialmediaposting report
"""
ARTICLE_TYPES = frozenset(_ARTICLES.split())
PAGE_TYPES = frozenset(("webpage", "itempage", "videoobject", "imagegallery", "mediagallery"))

Json = dict[str, Any]


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
    meta: dict[str, list[str]] = {}
    title = canonical = ""
    linked: list[Json] = []
    for element in root.iter("meta", "title", "link", "script"):
        match element.tag:
            case "meta":
                _take_meta(element, meta)
            case "title" if not title:
                title = line(element.text)
            case "link" if not canonical and "canonical" in (element.get("rel") or "").lower().split():
                canonical = line(element.get("href"))
            case "script" if "ld+json" in (element.get("type") or "").lower():
                linked += _objects(element.text or "")
    language = line(root.get("lang") or root.get("xml:lang")).lower()
    names = {name: tuple(values) for name, values in meta.items()}
    types = frozenset(name for item in linked for name in _types(item))
    return Statements(title, canonical, language, names, _pick(linked, ARTICLE_TYPES), _pick(linked, PAGE_TYPES), types)


def line(text: object) -> str:
    """One clean line of a statement; entities that were escaped twice are decoded. '' for what is no text."""
    if not isinstance(text, str):
        return ""
    text = text[:LONGEST]
    return clean_line(unescape(text) if "&" in text else text)


def _take_meta(element: HtmlElement, meta: dict[str, list[str]]) -> None:
    content = line(element.get("content"))
    if content:
        for attribute in ("property", "name", "itemprop"):
            if name := element.get(attribute):
                meta.setdefault(name.strip().lower(), []).append(content)


def _pick(objects: list[Json], types: frozenset[str]) -> Json:
    """The first object of one of `types`; with several, the one that says most about a time and a headline."""
    fitting = [item for item in objects if types.intersection(_types(item))]
    return max(fitting, key=lambda item: ("datePublished" in item) + ("headline" in item), default={})


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
