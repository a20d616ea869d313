"""A page as blocks of text and the boxes that hold them.

A block is the text between two block-level tags or line breaks. A box is a block-level element, or any element whose
names call it something other than the story. Boxes stand in document order, so a box's parent comes before it and
sums over boxes need no recursion, however deep the page is nested. `walk` makes it of a page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from lxml.html import HtmlElement
from msgspec import Struct
from selectolax.lexbor import LexborNode

from pipeline.extract.statements import Get

WRITER = frozenset(("author", "byline", "penulis", "reporter", "writer", "pewarta"))  # class or id, or a part of one
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))

Element: TypeAlias = "HtmlElement | LexborNode"


class Box(Struct, frozen=True, gc=False):  # a page has hundreds, and a dataclass is five times as slow to make
    """A place in the page. `parent` is the index of the box around it, -1 for the outermost."""

    parent: int
    tag: str
    names: frozenset[str]
    aside: bool  # tag, class or id say: not the story
    element: Element
    place: int  # that many elements begin before it


class Marked(Struct, frozen=True, gc=False):
    """An element that may state a time (`<time>`, `<abbr>`, one with microdata or RDFa) or names the writer.

    `box`: around it, or it.
    """

    element: Element
    get: Get
    tag: str
    names: frozenset[str]
    box: int
    place: int

    @property
    def text(self) -> str:
        element = self.element
        return element.text() if isinstance(element, LexborNode) else "".join(map(str, element.itertext()))


class Block(Struct, frozen=True, gc=False):
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
    times: tuple[Marked, ...] = ()
    writers: tuple[Marked, ...] = ()  # links and spans inside a line
    story: int | None = None  # the box that a template names as the story's

    def gather(self, own: list[float]) -> list[float]:
        """For each box the sum of `own` over itself and the boxes inside it."""
        sums = list(own)
        for index in range(len(sums) - 1, 0, -1):
            sums[self.boxes[index].parent] += sums[index]
        return sums

    def up(self, box: int) -> Iterator[int]:
        """A box and those around it, from the inside out."""
        while box >= 0:
            yield box
            box = self.boxes[box].parent

    def around(self, one: int, other: int) -> int:
        """The smallest box that two boxes lie in. A box has a higher index than those around it."""
        while one != other:
            one, other = (self.boxes[one].parent, other) if one > other else (one, self.boxes[other].parent)
        return one

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
