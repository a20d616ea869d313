"""A page as blocks of text and the boxes that hold them: one walk over the tree, linear in its size.

A block is the text between two block-level tags or line breaks. A box is a block-level element, or any element whose
names call it something other than the story. Boxes stand in document order, so a box's parent comes before it and
sums over boxes need no recursion, however deep the page is nested.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from lxml import etree
from lxml.html import HtmlElement

from pipeline.extract.wordlists import words

_BREAKING = """
address article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure footer form
h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody td tfoot th thead tr ul
"""
_NEVER_TEXT = """
audio button canvas dialog embed head iframe input label map math noscript object option picture script select style
svg template textarea video
"""
BREAKING = frozenset(_BREAKING.split())
VOID = frozenset(("br", "hr"))
NEVER_TEXT = frozenset(_NEVER_TEXT.split())  # what no reader of the story reads; not `form`: whole pages lie in one
ASIDE = frozenset(("aside", "figcaption", "footer", "nav"))
PICTURES = frozenset(("img", "amp-img"))
FILMS = frozenset(("picture", "video", "iframe", "object", "embed"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
MAX_ELEMENTS = 50_000  # that are looked at; the largest of 123 real pages has 2,018 outside scripts and forms
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HIDDEN = re.compile(r"(display:none|visibility:hidden)")
_NAMELESS: frozenset[str] = frozenset()
_LONGEST_NAME = 400  # characters of class and id that are looked at


@dataclass(frozen=True, slots=True)
class Box:
    """A place in the page. `parent` is the index of the box around it, -1 for the outermost."""

    parent: int
    tag: str
    names: frozenset[str]
    aside: bool  # tag, class or id say: not the story
    element: HtmlElement


@dataclass(frozen=True, slots=True)
class Block:
    """Text without a break in it. `linked` counts its characters inside links."""

    text: str
    linked: int
    box: int
    tag: str  # of the nearest block-level element

    @property
    def link_share(self) -> float:
        return min(1.0, self.linked / len(self.text))


@dataclass(frozen=True)
class Outline:
    """All boxes and blocks of a page, in document order."""

    boxes: tuple[Box, ...]
    blocks: tuple[Block, ...]
    pictures: tuple[float, ...] = ()  # for each box, how many pictures it holds itself
    elements: int = 0  # that were walked over

    def gather(self, own: list[float]) -> list[float]:
        """For each box the sum of `own` over itself and the boxes inside it."""
        sums = list(own)
        for index in range(len(sums) - 1, 0, -1):
            sums[self.boxes[index].parent] += sums[index]
        return sums

    def spread(self, marked: list[bool]) -> list[bool]:
        """For each box, whether it or a box around it is marked."""
        spread = list(marked)
        for index in range(1, len(spread)):
            spread[index] = spread[index] or spread[self.boxes[index].parent]
        return spread

    @cached_property
    def depth(self) -> int:
        """The number of boxes around the innermost block."""
        depths = [0] * len(self.boxes)
        for index in range(1, len(depths)):
            depths[index] = depths[self.boxes[index].parent] + 1
        return max(depths, default=0)


def outline(root: HtmlElement) -> Outline:
    """The boxes and blocks below `root`."""
    walk = _Walk()
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        if walk.elements > MAX_ELEMENTS:
            break
        if event == "end":
            walk.end(element, element is root)
        elif isinstance(element.tag, str) and _is_text(element):
            walk.start(element)
        else:
            walk.skip(element)
            events.skip_subtree()
    walk.flush()
    return Outline(tuple(walk.boxes), tuple(walk.blocks), tuple(walk.pictures), walk.elements)


def _is_text(element: HtmlElement) -> bool:
    style = element.get("style")
    hidden = element.get("hidden") is not None or (style and _HIDDEN.search(style.replace(" ", "").lower()))
    return element.tag not in NEVER_TEXT and not hidden


class _Walk:
    """What the walk knows where it stands."""

    def __init__(self) -> None:
        self.boxes: list[Box] = []
        self.blocks: list[Block] = []
        self.pictures: list[float] = []
        self.elements = 0
        self._open: list[int] = []
        self._parts: list[str] = []
        self._linked = 0
        self._links: list[HtmlElement] = []

    def start(self, element: HtmlElement) -> None:
        self.elements += 1
        tag = str(element.tag)
        names = names_of(element)
        aside = tag in ASIDE or is_aside(names)
        if tag in VOID:
            self.flush()
        elif tag in BREAKING or aside or not self._open:
            self.flush()
            self.boxes.append(Box(self._open[-1] if self._open else -1, tag, names, aside, element))
            self.pictures.append(0.0)
            self._open.append(len(self.boxes) - 1)
        elif tag in PICTURES:
            self.pictures[self._open[-1]] += 1
        if tag == "a":
            self._links.append(element)
        self._take(element.text)

    def skip(self, element: HtmlElement) -> None:
        """Pass an element by, but remember that there was a picture or a film."""
        if element.tag in FILMS and self._open:
            self.pictures[self._open[-1]] += 1

    def end(self, element: HtmlElement, last: bool) -> None:
        if self._open and self.boxes[self._open[-1]].element is element:
            self.flush()
            self._open.pop()
        elif element.tag in BREAKING:
            self.flush()
        if self._links and self._links[-1] is element:
            self._links.pop()
        if not last:
            self._take(element.tail)

    def _take(self, text: str | None) -> None:
        if text:
            self._parts.append(text)
            if self._links:
                self._linked += len(text.strip())

    def flush(self) -> None:
        """End the block that is being read."""
        text = " ".join("".join(self._parts).split())
        if text and self._open:
            box = self._open[-1]
            self.blocks.append(Block(text, self._linked, box, self.boxes[box].tag))
        self._parts.clear()
        self._linked = 0


def names_of(element: HtmlElement) -> frozenset[str]:
    """Class names, id and itemprop in lower case, whole and in their parts: entry-content, entry, content."""
    written = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
    return _NAMELESS if written == "  " else _split(written[:_LONGEST_NAME])


@lru_cache(maxsize=4096)  # an outlet names its boxes alike on every page
def _split(written: str) -> frozenset[str]:
    return frozenset(_parts(_CAMEL.sub("-", written).lower().split()))


def _parts(names: list[str]) -> Iterator[str]:
    for name in names:
        yield name
        yield from re.split(r"[-_:]+", name)


@lru_cache(maxsize=4096)
def is_aside(names: frozenset[str]) -> bool:
    """True when a class or id says that the element holds something other than the story."""
    return not names.isdisjoint(words("aside.txt"))
