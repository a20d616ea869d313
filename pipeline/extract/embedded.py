"""The story of a page that a browser puts together: its text lies in JSON of a script, and nowhere in the markup. Pure.

Frameworks write what a page was made of into it (`<script type="application/json" id="__NEXT_DATA__">`, Nuxt, Inertia,
`window.__STATE__ = {…}`). The story's object is known by the title, which is one of its strings. Its text is one string
of HTML or lines, or a list of blocks, as editors of blocks keep it.
"""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any, Final

from lxml.html import HtmlElement

from pipeline.extract.opinion import lines_of
from pipeline.extract.plain import plain
from pipeline.extract.prose import is_running

_LONGEST: Final = 500_000  # characters of a script: .2 s at worst (measured); as for JSON-LD
_MOST: Final = 3  # pieces of data that are looked at, the longest ones: settings of widgets are short
_DEEPEST: Final = 15  # levels of objects and lists: blocks of an editor lie about ten deep
_LONGEST_TITLE: Final = 500  # characters of a string that is compared with the title
_ASSIGNED: Final = re.compile(r"(?:window|self|globalThis)\b[^={]{0,80}=\s*(?=[{\[])")
_TITLES: Final = ("title", "headline", "judul", "name")  # keys by which an object inside is known as another story's
_TEXTS: Final = ("text", "content", "value", "html", "body")  # keys of a block's own words, not of its picture's
_WITHIN: Final = ("children", "nodes", "leaves", "content", "data", "attrs")  # keys behind which a block keeps them


def embedded_story(root: HtmlElement, title: str) -> list[str]:
    """The paragraphs of the story with this title in the scripts of a page; [] where none is told there."""
    key = plain(title)
    stories = (story for data in _data(root) for story in _objects(data, key, 0)) if key else ()
    texts = (text for story in stories for text in _texts(story, key, 0) if _size(text))
    return max(texts, key=_size, default=[])


def _data(root: HtmlElement) -> Iterator[Any]:
    """The data of a page: JSON of its scripts, and what Inertia keeps in an attribute."""
    short = (text for text in _written(root) if len(text) <= _LONGEST)
    for text in sorted(short, key=len, reverse=True)[:_MOST]:
        try:
            yield json.JSONDecoder(strict=False).raw_decode(text)[0]
        except (ValueError, RecursionError):
            continue


def _written(root: HtmlElement) -> Iterator[str]:
    for element in root.iter():
        text, kind = element.text or "", (element.get("type") or "").lower()
        if page := element.get("data-page"):
            yield page
        elif element.tag != "script" or "ld+json" in kind:
            continue
        elif "json" in kind:
            yield text.strip()
        elif assigned := _ASSIGNED.search(text):
            yield text[assigned.end() :]


def _objects(node: Any, key: str, depth: int) -> Iterator[dict[str, Any]]:
    """The innermost objects that have the title among their own strings."""
    if depth > _DEEPEST or not isinstance(node, dict | list):
        return
    inside = [item for child in _children(node) for item in _objects(child, key, depth + 1)]
    if inside:
        yield from inside
    elif isinstance(node, dict) and any(_is_title(value, key) for value in node.values()):
        yield node


def _is_title(value: Any, key: str) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_TITLE and plain(unescape(value)) == key


def _children(node: dict[str, Any] | list[Any]) -> Iterator[Any]:
    yield from node.values() if isinstance(node, dict) else node


def _texts(node: Any, key: str, depth: int) -> Iterator[list[str]]:
    """Each text that may be the story's: that of a string of its object, or of a list of blocks."""
    if depth > _DEEPEST or (isinstance(node, dict) and _is_other(node, key)):
        return
    if isinstance(node, str):
        yield list(lines_of(node))
    elif isinstance(node, list):
        blocks = (item for item in node if not (isinstance(item, dict) and _is_other(item, key)))
        yield [line for block in blocks for line in lines_of(_words(block, 0))]
    if isinstance(node, dict | list):
        for child in _children(node):
            yield from _texts(child, key, depth + 1)


def _is_other(node: dict[str, Any], key: str) -> bool:
    """Whether an object is another story's, by its title."""
    titles = [value for name in _TITLES if isinstance(value := node.get(name), str)]
    return bool(titles) and not any(_is_title(value, key) for value in titles)


def _words(block: Any, depth: int) -> str:
    """What a block says: its own words and those of the parts inside it, run together."""
    if isinstance(block, str):
        return block
    if depth > _DEEPEST or not isinstance(block, dict | list):
        return ""
    if isinstance(block, list):
        return "".join(_words(item, depth + 1) for item in block)
    own = "".join(value for name in _TEXTS if isinstance(value := block.get(name), str))
    return own or "".join(
        _words(value, depth + 1) for name in _WITHIN if isinstance(value := block.get(name), dict | list)
    )


def _size(lines: list[str]) -> int:
    return sum(len(line) for line in lines if is_running(line))
