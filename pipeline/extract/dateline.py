"""Printed times near the headline: lines of text, `<time>` elements. Lists beside the story have their own dates."""

from collections.abc import Iterator

from lxml.html import HtmlElement

from pipeline.extract.outline import HEADINGS, Block, Outline
from pipeline.extract.prose import is_linked, prose
from pipeline.extract.published import Dated
from pipeline.extract.statements import line
from pipeline.extract.title import plain

LONGEST = 160  # characters of a date line; those seen with a byline in front have up to 110
_AFTER, _BEFORE = 15, 8  # blocks of furniture between headline and date line
_STORY = 2  # blocks of prose behind the headline that may be a summary and a caption; then the story runs
_LINK = 0.9  # of a line's characters inside links: a line that is one link dates another story
_ELEMENTS_AWAY = 80  # elements between headline and <time>
_BARS = frozenset("|•·")
_PUBLISHED = frozenset(("published", "entry-date", "datepublished", "post-date", "pubdate", "publish-date"))


def headline_index(page: Outline, title: str) -> int | None:
    """The index of the block that prints the headline, a heading before any other block."""
    key = plain(title)
    found = [index for index, block in enumerate(page.blocks) if key and plain(block.text) == key]
    headings = [index for index in found if page.blocks[index].tag in HEADINGS]
    return next((index for index in headings or found if headings or not is_linked(page.blocks[index])), None)


def printed_dates(page: Outline, headline: int | None) -> Iterator[Dated]:
    """Short lines that may hold a date: those after the headline, then those before it, nearest first.

    Lines that say little but a date come before lines that have one among other words.
    """
    lines = list(_lines(page.blocks, headline))
    yield from (Dated(text, "page") for text in lines)
    yield from (Dated(text, "page", among_words=True) for text in lines)


def _lines(blocks: tuple[Block, ...], headline: int | None) -> Iterator[str]:
    at = -1 if headline is None else headline
    running = 0
    for block in blocks[at + 1 : at + 1 + _AFTER]:
        running += prose(block) > 0
        if running > _STORY:
            break
        if _may_date(block) and (headline is not None or not is_linked(block)):
            yield block.text
    for block in reversed(blocks[max(0, at - _BEFORE) : max(0, at)]):
        if _may_date(block) and not is_linked(block):
            yield block.text


def _may_date(block: Block) -> bool:
    """A short line with a number; a sentence is none, for its dates are those of events, unless bars part it."""
    if len(block.text) > LONGEST or block.link_share >= _LINK or not any(char.isdecimal() for char in block.text):
        return False
    return not prose(block) or not _BARS.isdisjoint(block.text)


def tagged_times(root: HtmlElement, page: Outline, headline: int | None) -> Iterator[Dated]:
    """Times of `<time datetime>` and elements marked as publication time: marked ones first, then the nearest."""
    at = page.boxes[page.blocks[headline].box].element if headline is not None else None
    near: list[tuple[int, str]] = []
    place = None
    for index, element in enumerate(root.iter()):
        if element is at:
            place = index
        if isinstance(element.tag, str) and (stated := _stated(element)):
            if _is_marked(element):
                yield Dated(stated, "time")
            near.append((index, stated))
    if place is not None:
        near.sort(key=lambda found: (abs(found[0] - place), found[0]))
        yield from (Dated(stated, "time") for index, stated in near[:1] if abs(index - place) <= _ELEMENTS_AWAY)
    elif len(near) == 1:
        yield Dated(near[0][1], "time")


def _stated(element: HtmlElement) -> str:
    if element.tag == "time":
        return line(element.get("datetime"))
    if element.get("itemprop") == "datePublished" and element.tag != "meta":
        return line(element.get("datetime") or element.get("content") or element.get("title"))
    return ""


def _is_marked(element: HtmlElement) -> bool:
    names = (element.get("class") or "").lower().split()
    return (
        element.get("itemprop") == "datePublished"
        or element.get("pubdate") is not None
        or not _PUBLISHED.isdisjoint(names)
    )
