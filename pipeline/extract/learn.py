"""A template learned from several pages of an outlet, each read whole. Pure.

The story's box is the innermost one around all that was read as the story; it is named by the id and the classes that
the pages share. The region reaches up to the headline, and further until pages that are cut down to it give what the
whole pages gave. What is left out of the story on every page, and lines that recur, are remembered. A template that
does not stand this test on enough pages is none.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import mean
from typing import Final

from lxml.html import HtmlElement

from pipeline.extract.dateline import headline_index
from pipeline.extract.document import parse
from pipeline.extract.opinion import Opinion, agreement
from pipeline.extract.outline import Outline, outline
from pipeline.extract.prose import prose
from pipeline.extract.reading import Asked, Reading, read_known
from pipeline.extract.template import Template, line_key
from pipeline.extract.title import plain

FEWEST: Final = 5  # pages; fewer agree by chance
MOST: Final = 0.8  # of the pages must agree, on names and on what a cut-down page gives
SAME: Final = 0.9  # F1 of word 4-grams; below lies another text, above a caption or a credit more or less
_RECURS: Final = 3  # pages that print a line before it counts as the outlet's own
_SHARE: Final = 0.3  # of the pages, besides
_LINE: Final = (15, 300)  # characters of such a line: a short one may be a dateline, a long one is a story's
_NEARLY: Final = 0.9  # of a story's characters: a first or last paragraph may stand in a box of its own
_HIGHEST: Final = 8  # boxes that the region may reach above the story's
_NAME = re.compile(r"-?[A-Za-z_][A-Za-z_-]*")  # of a class or id that does not change from page to page: no digits
_CLASSES: Final = 3  # that name a box


@dataclass(frozen=True, slots=True)
class Sample:
    """A page, and what was read from all of it."""

    html: str
    asked: Asked
    reading: Reading


@dataclass(frozen=True, slots=True)
class _Page:
    """A sample with where its story stands."""

    sample: Sample
    outline: Outline
    headline: int  # the headline's box, -1 where it is not printed
    body: int  # the story's box
    said: frozenset[int]  # boxes that hold text of the story themselves


def learn(outlet: str, samples: Sequence[Sample], at: datetime) -> Template | None:
    """The template that `samples` share; None where they share none that stands the test."""
    pages = [page for sample in samples if (page := _page(sample))]
    body = _named(pages, [page.body for page in pages]) if len(pages) >= FEWEST else ""
    if not body:
        return None
    skip, lines = _skipped(pages), _recurring(pages)
    sure = round(mean(page.sample.reading.confidence for page in pages), 2)
    for region in _regions(pages):
        template = Template(
            outlet=outlet, region=region, body=body, skip=skip, lines=lines, confidence=sure, pages=len(pages),
            learned_at=at,
        )  # fmt: skip
        if _stands(template, pages):
            return template
    return None


def fits(template: Template, reading: Reading, whole: Reading) -> bool:
    """Whether a cut-down page gave what the whole page gives but for the lines that recur."""
    text = tuple(paragraph for paragraph in whole.paragraphs if line_key(paragraph) not in template.lines)
    return (
        reading.title == whole.title
        and reading.published == whole.published
        and agreement(reading.paragraphs, Opinion(text, "whole")).f1 >= SAME
    )


def _stands(template: Template, pages: Sequence[_Page]) -> bool:
    """Whether enough pages, cut down, give what they gave whole."""
    good = 0
    for page in pages:
        small = read_known(page.sample.html, page.sample.asked, [template])
        good += small is not None and fits(template, small, page.sample.reading)
    return good >= max(FEWEST, MOST * len(pages))


def _page(sample: Sample) -> _Page | None:
    root = parse(sample.html)
    if root is None or sample.reading.kind != "article":
        return None
    page = outline(root)
    said = _said(page, sample.reading)
    body = _story_box(page, said)
    if body is None:
        return None
    title = headline_index(page, sample.reading.title)
    headline = page.blocks[title].box if title is not None else -1
    holding = (box for boxes in said.values() for box in boxes if body in _up(page, box))
    return _Page(sample, page, headline, body, frozenset(holding))


def _said(page: Outline, reading: Reading) -> dict[str, set[int]]:
    """Each prose paragraph of the story with the boxes that print it: lists beside the story may repeat its lead."""
    text = {plain(paragraph) for paragraph in reading.paragraphs}
    found: dict[str, set[int]] = {}
    for block in page.blocks:
        if prose(block) and (key := plain(block.text)) in text:
            found.setdefault(key, set()).add(block.box)
    return found


def _story_box(page: Outline, said: Mapping[str, set[int]]) -> int | None:
    """The innermost box with nearly all of the story in it."""
    holds = Counter[int]()
    for key, boxes in said.items():
        holds.update(dict.fromkeys((around for box in boxes for around in _up(page, box)), len(key)))
    enough = _NEARLY * sum(map(len, said))
    return max((box for box, size in holds.items() if size >= enough), default=None) if said else None


def _common(page: Outline, one: int, other: int) -> int:
    """The innermost box around two boxes: boxes stand in document order, so of those shared the last one."""
    return max(set(_up(page, one)).intersection(_up(page, other)))


def _up(page: Outline, box: int) -> Iterator[int]:
    """A box and those around it."""
    while box >= 0:
        yield box
        box = page.boxes[box].parent


def _regions(pages: Sequence[_Page]) -> Iterator[str]:
    """Names of the box around story and headline, and of those around it, from the inside out."""
    starts = [page.body if page.headline < 0 else _common(page.outline, page.body, page.headline) for page in pages]
    tried = dict.fromkeys(_named(pages, boxes) for boxes in _outwards(pages, starts))
    yield from filter(None, tried)


def _outwards(pages: Sequence[_Page], boxes: Sequence[int]) -> Iterator[list[int]]:
    """`boxes`, one of each page, then the boxes around them."""
    lines = [list(_up(page.outline, box)) for page, box in zip(pages, boxes, strict=True)]
    for level in range(_HIGHEST):
        yield [line[min(level, len(line) - 1)] for line in lines]


def _named(pages: Sequence[_Page], boxes: Sequence[int]) -> str:
    """A selector that names `boxes`, or the nearest ones around them, and no other box of most pages; '' for none."""
    for level in _outwards(pages, boxes):
        elements = [page.outline.boxes[box].element for page, box in zip(pages, level, strict=True)]
        selector = _selector(elements)
        if selector and sum(_is_only(selector, element) for element in elements) >= MOST * len(pages):
            return selector
    return ""


def _selector(elements: Sequence[HtmlElement]) -> str:
    """The tag with the id, or else the classes, that most of `elements` share; '' where the tag differs."""
    enough = MOST * len(elements)
    tag, count = Counter(str(element.tag) for element in elements).most_common(1)[0]
    if count < enough:
        return ""
    ids = Counter(name for element in elements if _NAME.fullmatch(name := element.get("id") or ""))
    if ids and ids.most_common(1)[0][1] >= enough:
        return f"{tag}#{ids.most_common(1)[0][0]}"
    classes = Counter(name for element in elements for name in set(_classes(element)))
    shared = sorted(name for name, often in classes.most_common(_CLASSES) if often >= enough)
    return "".join((tag, *(f".{name}" for name in shared)))


def _classes(element: HtmlElement) -> list[str]:
    return [name for name in (element.get("class") or "").split() if _NAME.fullmatch(name)]


def _is_only(selector: str, element: HtmlElement) -> bool:
    """Whether `selector` names `element` and nothing else of its page."""
    found = element.getroottree().getroot().cssselect(selector)
    return len(found) == 1 and found[0] is element


def _skipped(pages: Sequence[_Page]) -> tuple[str, ...]:
    """Selectors of boxes in the story's box that hold text on several pages and never any of the story."""
    empty, full = Counter[str](), Counter[str]()
    for page in pages:
        names = _names_inside(page)
        told = page.outline.gather([float(box in page.said) for box in range(len(page.outline.boxes))])
        full.update({name for box, name in names.items() if told[box]})
        empty.update({name for box, name in names.items() if not told[box]})
    return tuple(sorted(name for name, often in empty.items() if often >= _RECURS and name not in full))


def _names_inside(page: _Page) -> dict[int, str]:
    """Boxes with text inside the story's box that have a name of their own."""
    size = [0.0] * len(page.outline.boxes)
    for block in page.outline.blocks:
        size[block.box] += len(block.text)
    text = page.outline.gather(size)
    inside = page.outline.spread([box == page.body for box in range(len(size))])
    named = {box: _selector([page.outline.boxes[box].element]) for box, here in enumerate(inside) if here and text[box]}
    return {box: name for box, name in named.items() if box != page.body and ("." in name or "#" in name)}


def _recurring(pages: Sequence[_Page]) -> frozenset[str]:
    """Keys of lines that were read as part of the story on several pages: the outlet's own words."""
    least, most = _LINE
    counts = Counter(
        key
        for page in pages
        for key in {line_key(text) for text in page.sample.reading.paragraphs if least <= len(text) <= most}
    )
    return frozenset(key for key, often in counts.items() if often >= max(_RECURS, _SHARE * len(pages)))
