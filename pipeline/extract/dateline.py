"""Printed times near the headline, as lines of text. Lists beside the story have their own dates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise, takewhile

from kliping.indonesian.dates import names_update
from pipeline.extract.claims import Dated
from pipeline.extract.outline import HEADINGS, Block, Outline
from pipeline.extract.plain import plain
from pipeline.extract.prose import is_linked, prose
from pipeline.extract.statements import line

LONGEST = 160  # characters of a date line; those seen with a byline in front have up to 110
_AFTER, _BEFORE = 15, 8  # blocks of furniture between headline and date line
_STORY = 2  # blocks of prose behind the headline that may be a summary and a caption; then the story runs
_LINK = 0.9  # of a line's characters inside links: a line that is one link dates another story
_WITHOUT_DIGITS = 25  # characters of a line that tells a time ("Baru saja") or what the next one dates ("Diperbarui")
_NEAREST = 3  # boxes around the headline
_SURE = 12  # characters of a headline that is looked for inside longer headings
_HALF = 40  # characters of each of two lines of which one has the day and one the clock
_BARS = frozenset("|•·")
_SAYS_PUBLISHED = re.compile(
    r"^\W*(?:(?:di)?(?:terbit|tayang|publikasi|publis|posting|post|unggah|rilis|muat)|published|tanggal)", re.IGNORECASE
)
# Names of boxes whose dates are those of other stories, of comments or of nothing at all: general habits of themes
_LISTS = """
comment comments commentlist komentar disqus respond related relatedposts terkait lainnya sidebar footer widget
terpopuler populer popular trending rekomendasi recommended recommendation latest terbaru ticker
"""
LISTS = frozenset(_LISTS.split())
LIST_TAGS = frozenset(("aside", "footer", "nav"))
_HEAD_TAGS = frozenset(("header", "nav"))
_HEAD_NAMES = frozenset(("topbar", "masthead", "navbar", "menu"))


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that may date the story: near the headline (those after it first), labelled ones anywhere, those above it
    but apart, where pages show their visitor's date too, and those between headline and story that are links.
    """

    near: tuple[str, ...] = ()
    labelled: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()


def headline_index(page: Outline, title: str) -> int | None:
    """The index of the block that prints the headline, a heading before any other block.

    A heading that says a little more (the site's name, a label) or writes entities twice is found too.
    """
    key = plain(title)
    found = [index for index, block in enumerate(page.blocks) if key and plain(block.text) == key]
    headings = [index for index in found if page.blocks[index].tag in HEADINGS]
    exact = next((index for index in headings or found if headings or not is_linked(page.blocks[index])), None)
    return exact if exact is not None or len(key) < _SURE else _containing(page, key)


def _containing(page: Outline, key: str) -> int | None:
    headings = ((index, block) for index, block in enumerate(page.blocks) if block.tag in HEADINGS)
    return next((index for index, block in headings if key in plain(line(block.text))), None)


def date_lines(page: Outline, headline: int | None) -> Lines:
    """The short lines of a page that may hold a date, nearest to the headline first."""
    near, head = _before(page, headline or 0)
    labelled = (block.text for block in page.blocks if _SAYS_PUBLISHED.match(block.text) and _may_date(block))
    linked = _linked(page, headline) if headline is not None else ()
    return Lines((*_after(page, headline), *near), tuple(labelled), tuple(head), tuple(linked))


def printed_dates(lines: Lines) -> Iterator[Dated]:
    """Dates of the lines near the headline, then of labelled ones.

    Lines that say little but a date come before lines that have one among other words; a day and a clock that stand in
    two lines come last, for they only make the day finer.
    """
    texts = (*lines.near, *lines.labelled)
    yield from (Dated(text, "page") for text in texts)
    yield from (Dated(text, "page", "line") for text in texts)
    for text, behind in pairwise(filter(_has_digit, lines.near)):
        if max(len(text), len(behind)) <= _HALF:
            yield Dated(f"{text} | {behind}", "page")


def page_head_dates(lines: Lines) -> Iterator[Dated]:
    """Dates above the headline, but apart from it."""
    return (Dated(text, "page", page_head=True) for text in lines.head)


def linked_dates(lines: Lines) -> Iterator[Dated]:
    """Dates that lead to the day's archive, or nowhere."""
    return (Dated(text, "page") for text in lines.linked)


def printed_changes(lines: Lines) -> Iterator[Dated]:
    """Lines near the headline that name a time of change."""
    return (Dated(text, "page", "update") for text in lines.near if names_update(text))


def _after(page: Outline, headline: int | None) -> Iterator[str]:
    at = -1 if headline is None else headline
    around = frozenset() if headline is None else frozenset(page.up(page.blocks[headline].box))
    running = 0
    for index in range(at + 1, min(at + 1 + _AFTER, len(page.blocks))):
        block = page.blocks[index]
        running += prose(block) > 0
        if running > _STORY:
            break
        listed = around and is_within(page, block.box, around, LIST_TAGS, LISTS)
        listed = listed or (running > 0 and _names_another(page.blocks[index - 1]))
        if _may_date(block) and not listed and (around or not is_linked(block)):
            yield _with_label(page.blocks, index)


def _linked(page: Outline, headline: int) -> Iterator[str]:
    """Short lines between the headline and the first prose that are links and no list of other stories."""
    around = frozenset(page.up(page.blocks[headline].box))
    between = takewhile(lambda block: not prose(block), page.blocks[headline + 1 : headline + 1 + _AFTER])
    for block in between:
        is_date = block.link_share >= _LINK and len(block.text) <= _HALF and _has_digit(block.text)
        if is_date and not is_within(page, block.box, around, LIST_TAGS, LISTS):
            yield block.text


def _names_another(block: Block) -> bool:
    """Whether a line is another story's linked headline: what stands right behind it dates that one."""
    return len(block.text) >= _WITHOUT_DIGITS and is_linked(block)


def _before(page: Outline, headline: int) -> tuple[list[str], list[str]]:
    """Lines above the headline, nearest first: those beside it, and those that links part from it."""
    around = frozenset(page.up(page.blocks[headline].box)) if page.blocks else frozenset()
    near: list[str] = []
    head: list[str] = []
    apart = False
    for index in range(headline - 1, max(0, headline - _BEFORE) - 1, -1):
        block = page.blocks[index]
        apart = apart or is_linked(block) or is_within(page, block.box, around, _HEAD_TAGS, _HEAD_NAMES)
        if _may_date(block) and not is_linked(block):
            (head if apart else near).append(_with_label(page.blocks, index))
    return near, head


def _with_label(blocks: tuple[Block, ...], index: int) -> str:
    """A line behind the one that says what it dates, where that is a change: "Diperbarui", "24 November 2026"."""
    before = blocks[index - 1].text if index else ""
    is_label = 0 < len(before) <= _WITHOUT_DIGITS and not _has_digit(before) and names_update(before)
    return f"{before} {blocks[index].text}" if is_label else blocks[index].text


def _may_date(block: Block) -> bool:
    """A short line with a number; a sentence is none, for its dates are those of events, unless bars part it."""
    size = len(block.text)
    if size > LONGEST or block.link_share >= _LINK or not (size <= _WITHOUT_DIGITS or _has_digit(block.text)):
        return False
    return not prose(block) or not _BARS.isdisjoint(block.text)


def _has_digit(text: str) -> bool:
    return any(map(str.isdecimal, text))


def is_within(page: Outline, box: int, around: frozenset[int], tags: frozenset[str], names: frozenset[str]) -> bool:
    """Whether a box on the way up to one around the headline has one of `tags` or `names`.

    A name that the boxes right around the headline have too tells nothing: page builders call all of them widgets.
    """
    for index in page.up(box):
        if index in around:
            return False
        if page.boxes[index].tag in tags:
            return True
        if found := names & page.boxes[index].names:
            nearest = (page.boxes[one].names for one in nlargest(_NEAREST, around))
            if not found <= frozenset().union(*nearest):
                return True
    return False
