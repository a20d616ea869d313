"""What is said about a picture: the line in its box, or the paragraph that is set apart behind it. Pure."""

from itertools import islice
from typing import Final

from selectolax.lexbor import LexborNode

from pipeline.extract.outline import Outline

_LONGEST: Final = 600  # characters; longer text below a picture is the story
_SHARE: Final = 1 / 3  # of the page's prose, or a brief with a picture would be a caption
_LONGEST_APART: Final = 300  # characters of a paragraph that nothing but its looks calls a caption
_MOST: Final = 30  # boxes with pictures that are looked at: each may cost a walk over the boxes
_LINES: Final = frozenset(("p", "div", "center"))
_CENTRED: Final = frozenset(("center", "aligncenter", "text-center", "align-center"))  # class, or a part of one


def in_box(page: Outline, said: list[float], runs: list[float], stories: list[bool]) -> list[bool]:
    """Boxes, other than paragraphs, that hold a picture and few words: one prose block at most.

    For each box, `said` are its characters of prose, `runs` its blocks of prose, `stories` whether it is named so.
    """
    pictures = page.gather(list(page.pictures))
    most = min(_LONGEST, _SHARE * said[0])
    return [
        bool(seen) and count == 1 and size <= most and box.tag != "p" and not story
        for box, seen, count, size, story in zip(page.boxes, pictures, runs, said, stories, strict=True)
    ]


def set_apart(page: Outline) -> list[bool]:
    """Short paragraphs that are centred with a picture or right behind one, where the next one is not.

    Italics alone say less: words of others are set so, behind pictures too.
    """
    marks = [False] * len(page.boxes)
    pictured = (index for index, seen in enumerate(page.pictures) if seen)
    for index in islice(pictured, _MOST):
        for line in (index, _next(page, index)):
            if line and _is_centred(page, line) and not _is_centred(page, _next(page, line)):
                marks[line] = _is_short(page, line) and (line == index or not _texts(page, index))
    return marks


def _is_short(page: Outline, box: int) -> bool:
    texts = _texts(page, box)
    return page.boxes[box].tag in _LINES and len(texts) == 1 and len(texts[0]) <= _LONGEST_APART


def _texts(page: Outline, box: int) -> list[str]:
    return [block.text for block in page.blocks if block.box == box]


def _next(page: Outline, box: int) -> int:
    """The box behind one in the same box, 0 for none."""
    around = page.boxes[box].parent
    for index in range(box + 1, len(page.boxes)):
        if page.boxes[index].parent <= around:
            return index if page.boxes[index].parent == around else 0
    return 0


def _is_centred(page: Outline, index: int) -> bool:
    """Whether a box says so in its style, its names or its tag; the outermost one is none."""
    box, element = page.boxes[index], page.boxes[index].element
    if not index:
        return False
    style = element.attributes.get("style") if isinstance(element, LexborNode) else element.get("style")
    centred = style is not None and "text-align:center" in style.replace(" ", "").lower()
    return centred or box.tag == "center" or not _CENTRED.isdisjoint(box.names)
