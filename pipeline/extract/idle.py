"""Boxes beside a story that lead elsewhere on every page of a design: related stories, tags, buttons to share. Pure.

A page that is cut down to the region of its template is walked over box by box, and its blocks are weighed many times.
A box of links tells nothing of the story, so what the pages of a design show to be one need not be walked over.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from pipeline.extract.naming import matched, selector_of
from pipeline.extract.outline import WRITER
from pipeline.extract.sample import Located
from pipeline.extract.walk import TIMES

_SEEN: Final = 2  # pages that have such a box; on no page is a box of its name anything else
_LABEL: Final = 40  # characters outside of links: "Berita Terkait", "Bagikan:"
_MOST: Final = 12  # of such boxes: looking for them takes time too
_FACTS: Final = WRITER | {"date", "published", "modified"}  # of the microdata in cards of other stories none says so
_CRUMBS: Final = frozenset(("breadcrumb", "breadcrumbs"))  # which name the section of pages that state none
_TAGS: Final = frozenset(("aside", "div", "footer", "form", "nav", "ol", "section", "ul"))


def idle_boxes(pages: Sequence[Located], region: str) -> tuple[str, ...]:
    """Selectors of boxes of links in the region of pages of one design, those around most other boxes first."""
    often, size = Counter[str](), Counter[str]()
    idle = [_idle(page) for page in pages]
    for page, held in zip(pages, idle, strict=True):
        names = {box: name for box, name in _named_boxes(page, region).items() if box in held}
        outer = [box for box in names if names.keys() & set(page.outline.up(box)) == {box}]
        often.update({names[box] for box in outer})
        for box in outer:
            size[names[box]] += held[box]
    found = sorted((name for name in often if often[name] >= _SEEN), key=lambda name: (-size[name], name))
    both = list(zip(pages, idle, strict=True))
    return tuple(name for name in found[:_MOST] if not any(_says_more(page, held, name) for page, held in both))


def _says_more(page: Located, idle: Mapping[int, int], selector: str) -> bool:
    """Whether `selector` names a box that is not idle too."""
    boxes = page.outline.boxes
    named = set(matched(selector, boxes[0].element))
    return any(box.element in named and index not in idle for index, box in enumerate(boxes))


def _idle(page: Located) -> Mapping[int, int]:
    """The boxes that hold links and at most a label beside them, no headline, time, writer or story, each with the
    number of boxes inside it."""
    boxes = page.outline.boxes
    linked, loose, facts = ([0.0] * len(boxes) for _ in range(3))
    for block in page.outline.blocks:
        linked[block.box] += block.linked
        loose[block.box] += len(block.text) - block.linked
    marks = (mark.box for mark in page.outline.times if mark.tag in TIMES or not mark.names.isdisjoint(_FACTS))
    for holding in (*page.said, *marks, *(mark.box for mark in page.outline.writers)):
        facts[holding] += 1
    for index, box in enumerate(boxes):
        facts[index] += box.tag == "h1" or index == page.headline or not _CRUMBS.isdisjoint(box.names)
    linked, loose, facts = (page.outline.gather(own) for own in (linked, loose, facts))
    inside = page.outline.gather([1.0] * len(boxes))
    return {
        index: round(inside[index])
        for index, box in enumerate(boxes)
        if box.tag in _TAGS and linked[index] and loose[index] <= _LABEL and not facts[index]
    }


def _named_boxes(page: Located, region: str) -> dict[int, str]:
    """The boxes in the region with a name of their own."""
    boxes = page.outline.boxes
    around = matched(region, boxes[0].element)
    inside = page.outline.spread([box.element in around for box in boxes])
    named = {index: selector_of([boxes[index].element]) for index, here in enumerate(inside) if here}
    return {index: name for index, name in named.items() if "." in name or "#" in name}
