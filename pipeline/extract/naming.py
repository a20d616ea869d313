"""Boxes of several pages, named by what the pages share. Pure.

A name is the tag with an id or class that holds no digits, so that it does not change from page to page; a box without
any is named by its tag alone, where the tag says something.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from lxml.html import HtmlElement

from pipeline.extract.sample import Located

MOST: Final = 0.8  # of the pages must agree, on names and on what a cut-down page gives
HIGHEST: Final = 8  # boxes that a name may stand above the box it is meant for
_NAME = re.compile(r"-?[A-Za-z_][A-Za-z_-]*")
_CLASSES: Final = 3  # that name a box
WHOLE_PAGE: Final = frozenset(("body", "html"))
_SAYS_NOTHING: Final = WHOLE_PAGE | {"div"}


def names_around(page: Located) -> tuple[frozenset[str], ...]:
    """The names of the story's box and of those around it, from the inside out."""
    boxes = list(page.outline.up(page.body))[:HIGHEST]
    return tuple(frozenset(_names(page.outline.boxes[box].element)) for box in boxes)


def box_named(page: Located, name: str) -> int:
    """The innermost box around the story that has one of `names_around`; the story's own where none has."""
    level = next((level for level, names in enumerate(names_around(page)) if name in names), 0)
    return list(page.outline.up(page.body))[level]


def _names(element: HtmlElement) -> list[str]:
    names = [f"{element.tag}.{name}" for name in _classes(element)]
    if id_ := _id(element):
        names.append(f"{element.tag}#{id_}")
    return names or ([] if element.tag in _SAYS_NOTHING else [str(element.tag)])


def outwards(pages: Sequence[Located], boxes: Sequence[int]) -> Iterator[list[int]]:
    """`boxes`, one of each page, then the boxes around them."""
    lines = [list(page.outline.up(box)) for page, box in zip(pages, boxes, strict=True)]
    for level in range(HIGHEST):
        yield [line[min(level, len(line) - 1)] for line in lines]


def named(pages: Sequence[Located], boxes: Sequence[int]) -> str:
    """A selector that names `boxes`, or the nearest ones around them, and no other box of most pages; '' for none."""
    for level in outwards(pages, boxes):
        elements = [page.outline.boxes[box].element for page, box in zip(pages, level, strict=True)]
        selector = selector_of(elements)
        if selector and sum(_is_only(selector, element) for element in elements) >= MOST * len(pages):
            return selector
    return ""


def selector_of(elements: Sequence[HtmlElement]) -> str:
    """The tag with the id, or else the classes, that most of `elements` share; '' where the tag differs."""
    enough = MOST * len(elements)
    tag, count = Counter(str(element.tag) for element in elements).most_common(1)[0]
    if count < enough:
        return ""
    ids = Counter(name for element in elements if (name := _id(element)))
    if ids and ids.most_common(1)[0][1] >= enough:
        return f"{tag}#{ids.most_common(1)[0][0]}"
    classes = Counter(name for element in elements for name in set(_classes(element)))
    shared = sorted(name for name, often in classes.most_common(_CLASSES) if often >= enough)
    return "".join((tag, *(f".{name}" for name in shared)))


def _id(element: HtmlElement) -> str:
    name = element.get("id") or ""
    return name if _NAME.fullmatch(name) else ""


def _classes(element: HtmlElement) -> list[str]:
    return [name for name in (element.get("class") or "").split() if _NAME.fullmatch(name)]


def _is_only(selector: str, element: HtmlElement) -> bool:
    """Whether `selector` names `element` and nothing else of its page."""
    found = matched(selector, element)
    return len(found) == 1 and found[0] is element


def matched(selector: str, element: HtmlElement) -> list[HtmlElement]:
    """All elements that `selector` names on the page of `element`."""
    found: list[HtmlElement] = element.getroottree().getroot().cssselect(selector)
    return found
