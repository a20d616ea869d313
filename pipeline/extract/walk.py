"""From a page to its outline: one walk over the tree, linear in its size.

The tree is lxml's, or lexbor's where only a region of it is looked at: parsing is then a third of the work.
"""

import re
import sys
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import pairwise

from lxml import etree
from lxml.html import HtmlElement
from selectolax.lexbor import LexborNode

from kliping.text import folded
from pipeline.extract.outline import HEADINGS, WRITER, Block, Box, Element, Marked, Outline
from pipeline.extract.statements import Get
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
_INLINE = frozenset(("a", "span", "b", "strong"))  # in which a line may name its writer
TIMES = frozenset(("time", "abbr"))
PICTURES = frozenset(("img", "amp-img"))
FILMS = frozenset(("picture", "video", "iframe", "object", "embed"))
BEHIND = 15  # blocks; names of writers and editors stand there, and links; no date line is looked for further away
MAX_DEPTH = 2048  # boxes and other elements around one another; libxml2 stops there too
MAX_ELEMENTS = 50_000  # that are looked at; the largest of 123 real pages has 2,018 outside scripts and forms
_ALSO = re.compile(r"\b(?:baca|simak|lihat|tonton)\s+juga\s*:?\s*$", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HIDDEN = re.compile(r"(display:none|visibility:hidden)")
_ON_SOME = re.compile(r"(?:xs|sm|md|lg|[2-5]?xl):(?:hidden|block|flex|grid|table|inline)")
_PARTS = re.compile(r"[-_:]+")
_LONGEST_NAME = 400  # characters of class and id that are looked at


_BREAKS, _VOID, _PICTURE, _LINK, _ASIDE = 1, 2, 4, 8, 16
_KINDS: dict[str, int] = {"a": _LINK}  # what a tag means to the walk, in one look
for _kind, _tags in ((_BREAKS, BREAKING), (_VOID, VOID), (_PICTURE, PICTURES), (_ASIDE, ASIDE)):
    for _tag in _tags:
        _KINDS[_tag] = _KINDS.get(_tag, 0) | _kind


def outline(root: HtmlElement) -> Outline:
    """The boxes and blocks below `root`."""
    walk = _Walk()
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        if walk.elements > MAX_ELEMENTS:
            break
        if event == "end":
            walk.end()
            if element is not root:
                walk.text(element.tail)
        elif isinstance(tag := element.tag, str) and not (tag in NEVER_TEXT or _is_hidden(element.get)):
            walk.start(tag, element.get, element)
            walk.text(element.text)
        else:
            walk.skip(tag, element.get, element)
            events.skip_subtree()
    return walk.outline()


def region_outline(region: LexborNode, body: LexborNode, skipped: Collection[int] = ()) -> Outline:
    """The boxes and blocks of a part of a page, up to BEHIND blocks behind the end of its `body`.

    Nodes whose `mem_id` is one of `skipped` are left out.
    """
    walk = _Walk()
    around: list[LexborNode] = []
    node, last = region, body.mem_id
    while walk.elements <= MAX_ELEMENTS and len(around) <= MAX_DEPTH and not walk.is_full:
        if node.is_text_node:
            walk.text(node.text_content)
        elif below := _entered(walk, node, skipped):
            around.append(node)
            node = below
            continue
        while around:
            if (behind := node.next) is not None:
                node = behind
                break
            node = around.pop()
            walk.end()
            if node.mem_id == last:
                walk.stop_after(BEHIND)
        else:
            break
    return walk.outline(last)


def _entered(walk: "_Walk", node: LexborNode, skipped: Collection[int]) -> LexborNode | None:
    """Take an element; its first child where there is one to be read."""
    tag = node.tag or "-"
    if tag[0] == "-" or (skipped and node.mem_id in skipped):
        return None
    attributes = node.attributes
    get = attributes.get
    if tag in NEVER_TEXT or (("style" in attributes or "hidden" in attributes) and _is_hidden(get)):
        walk.skip(tag, get, node)
        walk.end()
        return None
    if attributes or tag in TIMES:
        walk.start(tag, get, node)
    else:
        walk.begin(tag, node)
    if below := node.first_child:
        return below
    walk.end()
    return None


def _is_hidden(get: Get) -> bool:
    if get("hidden") is not None:
        return True
    style = get("style")
    return style is not None and _HIDDEN.search(style.replace(" ", "").lower()) is not None


class _Walk:
    """What the walk knows where it stands."""

    def __init__(self) -> None:
        self.elements = 0
        self.is_full = False
        self._most = sys.maxsize  # blocks
        self._boxes: list[Box] = []
        self._blocks: list[Block] = []
        self._pictures: list[float] = []
        self._open: list[int] = []  # boxes around this place
        self._ends: list[int] = []  # for each element around it, what ends with it
        self._parts: list[str] = []
        self._linked = 0
        self._links = 0
        self._times: list[Marked] = []
        self._writers: list[Marked] = []
        self._held = -1  # the box in which the last block, time or writer was found

    def stop_after(self, blocks: int) -> None:
        self._most = len(self._blocks) + blocks

    def outline(self, story: int = 0) -> Outline:
        """What was seen; `story` is the `mem_id` of the node that a template names as the story's box."""
        self._flush()
        boxes, blocks, pictures = tuple(self._boxes), tuple(self._blocks), tuple(self._pictures)
        at = next((index for index, box in enumerate(boxes) if box.element.mem_id == story), None) if story else None
        return Outline(boxes, blocks, pictures, self.elements, tuple(self._times), tuple(self._writers), at)

    def start(self, tag: str, get: Get, element: Element) -> None:
        itemprop = get("itemprop")
        names, aside = _named(get("class"), get("id"), itemprop)
        if aside and tag == "a" and self._open and self._boxes[self._open[-1]].tag == "p":
            aside = False  # a link in a paragraph is part of its line, whatever it is called
        self.begin(tag, element, names, aside=aside)
        if tag in _INLINE and (not names.isdisjoint(WRITER) or (tag == "a" and get("rel") == "author")):
            self._writers.append(self._marked(tag, get, element, names))
        if (itemprop or tag in TIMES or get("property")) and tag != "meta":  # those are the head's business
            self._times.append(self._marked(tag, get, element, names))

    def begin(self, tag: str, element: Element, names: frozenset[str] = frozenset(), *, aside: bool = False) -> None:
        """Take what no attribute but its names says of an element."""
        self.elements += 1
        kind = _KINDS.get(tag, 0)
        ends = kind & _LINK
        if kind & _VOID:
            self._turn()
        elif kind & (_BREAKS | _ASIDE) or aside or not self._open:
            self._flush()
            around = self._open[-1] if self._open else -1
            self._open.append(len(self._boxes))
            self._boxes.append(Box(around, tag, names, aside or kind & _ASIDE > 0, element, self.elements))
            self._pictures.append(0.0)
            ends |= _BREAKS
        elif kind & _PICTURE:
            self._pictures[self._open[-1]] += 1
        if ends & _LINK:
            self._links += 1
            if self._parts and _ALSO.search("".join(self._parts[-2:])):
                ends |= _VOID  # what is said behind "Baca juga: <a>…</a>" is the story again
        self._ends.append(ends)

    def _marked(self, tag: str, get: Get, element: Element, names: frozenset[str]) -> Marked:
        self._held = self._open[-1]
        return Marked(element, get, tag, names, self._held, self.elements)

    def skip(self, tag: object, get: Get, element: Element) -> None:
        """Pass an element by, but remember that there was a picture, a film or a time."""
        if self._open and tag in FILMS:
            self._pictures[self._open[-1]] += 1
        elif self._open and tag == "time":
            self._times.append(self._marked("time", get, element, names_of(get)))
        self._ends.append(_VOID if tag in BREAKING else 0)

    def end(self) -> None:
        """The end of the element that was started or skipped last."""
        ends = self._ends.pop()
        if not ends:
            return
        if ends & _LINK:
            self._links -= 1
        if ends & (_BREAKS | _VOID):
            self._flush()
        if ends & _BREAKS:
            box = self._open.pop()
            # nothing was found in it: places for advertisements and the like are a third of all boxes
            if self._held < box == len(self._boxes) - 1 > 0 == self._pictures[box]:
                self._boxes.pop()
                self._pictures.pop()

    def text(self, text: str | None) -> None:
        if text and (self._parts or not text.isspace()):
            self._parts.append(text)
            if self._links:
                self._linked += len(text.strip())

    def _turn(self) -> None:
        """A line break ends a block, but not a heading: it is one line, however it is set."""
        if self._open and self._boxes[self._open[-1]].tag in HEADINGS:
            self._parts.append(" ")
        else:
            self._flush()

    def _flush(self) -> None:
        """End the block that is being read."""
        if not self._parts:
            return
        text = folded("".join(self._parts))
        if text and self._open:
            box = self._held = self._open[-1]
            self._blocks.append(Block(text, self._linked, box, self._boxes[box].tag))
            self.is_full = len(self._blocks) >= self._most
        self._parts.clear()
        self._linked = 0


def names_of(get: Get) -> frozenset[str]:
    """Class names, id and itemprop in lower case, whole, in their parts and in pairs of these: entry-content-single,
    entry, content, single, entry-content, content-single."""
    return _named(get("class"), get("id"), get("itemprop"))[0]


@lru_cache(maxsize=4096)  # an outlet names its boxes alike on every page
def _named(*written: str | None) -> tuple[frozenset[str], bool]:
    """The names of an element, and whether they say that it holds something other than the story."""
    names = _CAMEL.sub("-", " ".join(filter(None, written))[:_LONGEST_NAME]).lower().split()
    if any(_ON_SOME.match(name) for name in names):  # "hidden md:block", "md:hidden": seen on one screen or another
        names = [name for name in names if name != "hidden" and not _ON_SOME.match(name)]
    found = frozenset(part for name in names for part in _spelt(name))
    return found, not found.isdisjoint(words("aside.txt"))


def _spelt(name: str) -> Iterator[str]:
    yield name
    yield from _PARTS.split(name)
    own = name.rpartition("__")[2].partition("--")[0]  # block__element--modifier: a block's name is not its elements'
    yield from map("-".join, pairwise(_PARTS.split(own)))
