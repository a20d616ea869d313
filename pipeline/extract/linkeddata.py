"""JSON-LD of a page: its objects, and those that speak of the story. Never raises; broken scripts are read in parts."""

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from html import unescape
from typing import Any

Json = dict[str, Any]

_LONGEST_SCRIPT = 500_000  # characters of one JSON-LD script; those with a whole article body stay below 100,000
_MOST_AUTHORS = 100  # that are looked at: real articles name fewer than ten, and 30,000 cost .2 s (measured)
_DEEPEST = 12  # levels of JSON-LD that are searched for an article
# schema.org, Article and its kinds, with the looser types that some CMSs use for a story
_ARTICLES = """
article newsarticle reportagenewsarticle analysisnewsarticle opinionnewsarticle backgroundnewsarticle reviewnewsarticle
blogposting liveblogposting socialmediaposting report
"""
ARTICLE_TYPES = frozenset(_ARTICLES.split())
PAGE_TYPES = frozenset(("webpage", "itempage", "videoobject", "imagegallery", "mediagallery"))
_LAST_COMMA = re.compile(r",(?=\s*[}\]])")
_MENDS: tuple[Callable[[str], str], ...] = (str, partial(_LAST_COMMA.sub, ""), unescape)
# What survives in a script that is no JSON, mostly for a quotation mark in a headline: short values without quotes.
_TYPE = re.compile(r'"@type"\s*:\s*"(\w{4,40})"')
_PLAIN = re.compile(r'"(datePublished|dateCreated|dateModified|articleSection)"\s*:\s*"([^"\\]{1,80})"')
_AUTHOR = re.compile(r'"author"\s*:\s*[\[{\s]*(?:"@type"\s*:\s*"(\w+)"\s*,\s*)?"name"\s*:\s*"([^"\\]{1,80})"')


def objects(script: str) -> list[Json]:
    """The objects of one JSON-LD script: its top level, lists and `@graph`; item lists name other stories."""
    if len(script) > _LONGEST_SCRIPT:
        return []
    text = script.strip().removeprefix("<!--").removesuffix("-->").removeprefix("//<![CDATA[").removesuffix("//]]>")
    text = text.strip().rstrip(";")
    for mend in _MENDS:
        try:
            return list(_walk(json.loads(mend(text), strict=False), 0))
        except (ValueError, RecursionError):
            continue
    return _salvaged(text)


def pick(found: list[Json], types: frozenset[str]) -> Json:
    """The first object of one of `types`; with several, the one that says most about a time and a headline."""
    fitting = [item for item in found if types.intersection(types_of(item))]
    return max(fitting, key=lambda item: ("datePublished" in item) + ("headline" in item), default={})


def with_author(article: Json, found: list[Json]) -> Json:
    """The article with its authors' names, where it only refers to them by `@id`, as WordPress plugins do."""
    author = article.get("author")
    wanted = author[:_MOST_AUTHORS] if isinstance(author, list) else [author]
    if isinstance(author, list) and len(author) > len(wanted):
        article = article | {"author": wanted}
    if not any(isinstance(item, dict) and "name" not in item and "@id" in item for item in wanted):
        return article
    known = {item["@id"]: item for item in found if isinstance(item.get("@id"), str) and "name" in item}
    named = [known.get(str(item.get("@id")), item) if isinstance(item, dict) else item for item in wanted]
    return article | {"author": named}


def crumbs(found: list[Json]) -> tuple[str, ...]:
    """The names of the first breadcrumb list, from the home page down."""
    trail = pick(found, frozenset(("breadcrumblist",))).get("itemListElement")
    steps = [step for step in trail if isinstance(step, dict)] if isinstance(trail, list) else []
    items = [step["item"] if isinstance(step.get("item"), dict) else step for step in steps]
    names = (step.get("name") or item.get("name") for step, item in zip(steps, items, strict=True))
    return tuple(name for name in names if isinstance(name, str))


def types_of(item: Json) -> Iterator[str]:
    """The schema.org types of an object in lower case."""
    written = item.get("@type")
    for name in written if isinstance(written, list) else [written]:
        if isinstance(name, str):
            yield name.rpartition("/")[2].lower()


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


def _salvaged(text: str) -> list[Json]:
    """One article of what can still be told from a broken script about times, section and author."""
    kinds = [kind for kind in _TYPE.findall(text) if kind.lower() in ARTICLE_TYPES]
    if not kinds:
        return []
    item: Json = {"@type": kinds[0]}
    for key, value in _PLAIN.findall(text):
        item.setdefault(key, value)
    if author := _AUTHOR.search(text):
        item["author"] = {"@type": author[1] or "Person", "name": author[2]}
    return [item]
