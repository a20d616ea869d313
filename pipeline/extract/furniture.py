"""What stands inside or behind a story and is none of it: lists under a telling line, and the rest of the page.

Pure; every step takes numbered blocks, index and block, and gives fewer.
"""

import re
from functools import cache, lru_cache
from itertools import pairwise, takewhile

from pipeline.extract.outline import Block, Box, Outline
from pipeline.extract.prose import prose
from pipeline.extract.title import plain
from pipeline.extract.wordlists import entries, words

_CORE_SHARE = 0.65  # of the prose
_HEADED_SHARE = 0.4  # of the prose; a deck beside the headline has less
_INSERTED = 0.3  # of the prose that an insert has at most
_MORE_WORDS = 2  # that may stand behind the opening of a section
_FAR = 12  # blocks of links and asides in a row; boxes of related stories inside of stories have up to ten
_NEAR_SHARE = 0.5  # of the prose
_NEARLY_ALL = 0.9  # of it
_SECTIONS = 20  # openings that are looked at: each costs a walk over the boxes
_LONGEST_OPENING = 120  # characters; the longest listed opening has 30, and few words may follow
NARROW = frozenset(("p", "li", "td", "th", "blockquote", "span"))  # of one block: a paragraph, never a whole story

_DECK = 250  # characters of one; those seen have up to 200
_STORY_SHARE = 0.8  # of the prose that the box behind a deck has at least

_NUMBERS = re.compile(r"^\d+\s+|\s+\d+$")
_DIGIT = re.compile(r"\d")

Numbered = list[tuple[int, Block]]


def without_sections(page: Outline, found: Numbered) -> Numbered:
    """Without what follows a line such as "Berita terkait", as far as the box reaches that holds line and list.

    In the first half of the prose only a box of its own is believed to be one, or a list below a line that says so.
    """
    total, before, looks = said(found), 0.0, _SECTIONS
    closed: set[int] = set()
    for position, (index, block) in enumerate(found):
        before += prose(block)
        late = 2 * before > total
        if not looks or index in closed or not (opens := section_list(block)):
            continue
        looks -= 1
        section = _listed(page, found[position:]) if opens == "inserts.txt" else set()
        section = section or _section(page, found[position:])
        if late and opens == "sections.txt":
            return [row for row in found if row[0] not in closed | section]
        if _is_apart(page, found[:position], found[position:], section, total):
            closed |= section
    return [row for row in found if row[0] not in closed]


def _is_apart(page: Outline, before: Numbered, rest: Numbered, section: set[int], total: float) -> bool:
    """Whether a section is a small box with nothing of the story before it, or a list."""
    small = said([row for row in rest if row[0] in section]) <= _INSERTED * total
    if not small or len(rest) < 2 or all(block.tag == "li" for index, block in rest[1:] if index in section):
        return small
    box = _inside(page, page.around(rest[0][1].box, rest[1][1].box))
    return not any(box[block.box] and prose(block) for _, block in before)


def _listed(page: Outline, rest: Numbered) -> set[int]:
    """The indices of the first block of `rest` and of the items of the list right below it."""
    items = list(takewhile(lambda row: row[1].tag == "li", rest[1:]))
    if not items:
        return set()
    around = page.boxes[items[0][1].box].parent
    return {rest[0][0], *(index for index, block in items if page.boxes[block.box].parent == around)}


def _section(page: Outline, rest: Numbered) -> set[int]:
    """The indices of the first block of `rest` and of those behind it in the smallest box with one of them."""
    boxes = [block.box for _, block in rest[:2]]
    inside = _inside(page, page.around(boxes[0], boxes[-1]) if len(boxes) > 1 else boxes[0])
    return {index for index, block in rest if inside[block.box]}


def section_list(block: Block) -> str:
    """The list that has the opening to which a line adds little: "Berita Terkait:", "About the author: Jo"; or ""."""
    key = plain(block.text) if len(block.text) <= _LONGEST_OPENING else ""
    for name in ("sections.txt", "inserts.txt") if key else ():
        openings, wholes = _openings(name)
        if _NUMBERS.sub("", key) in wholes:
            return name
        if not f"{key} ".startswith(openings):
            continue
        opening = next(opening for opening in openings if f"{key} ".startswith(opening))
        if len(key.split()) <= len(opening.split()) + _MORE_WORDS:
            return name
    return ""


@cache
def _openings(name: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The openings of a list, each with the blank behind its last word, and the lines to which only a number may come:
    "Rekomendasi" opens a list, "Rekomendasi Dewan" a part of the story."""
    wholes = frozenset(entry.removeprefix("=") for entry in entries(name) if entry.startswith("="))
    return tuple(f"{entry} " for entry in entries(name) if not entry.startswith("=")), wholes


def without_far(page: Outline, found: Numbered) -> Numbered:
    """Without what stands far behind most of the prose, with nothing but links and asides between: what lies outside
    the core, and in it the little that is no neighbour of what stands before."""
    core = _inside(page, _core(page, found))
    total, before = said(found), 0.0
    for position, ((index, block), (following, other)) in enumerate(pairwise(found), 1):
        before += prose(block)
        if following - index > _FAR and before >= _NEAR_SHARE * total:
            beside = page.boxes[block.box].parent == page.boxes[other.box].parent
            if not core[other.box] or (not beside and before >= _NEARLY_ALL * total):
                return found[:position]
    return found


def without_rest(page: Outline, found: Numbered, headline: int | None) -> Numbered:
    """Without what stands behind the core of the story, unless the story goes on there in boxes like it.

    With nothing that has most of the prose, the core is the box that the headline shares with much of it.
    """
    core = max(_core(page, found), _headed(page, found, headline))
    inside = _inside(page, core)
    tags = {block.tag for _, block in found if inside[block.box] and prose(block)}
    headed = headline is not None and inside[page.blocks[headline].box]
    like = page.spread(
        [index > core and _goes_on(box, page.boxes[core], headed) for index, box in enumerate(page.boxes)]
    )
    goes_on = [index for index, block in found if inside[block.box] or (like[block.box] and block.tag in tags)]
    last = max(goes_on, default=-1)
    return [(index, block) for index, block in found if index <= last]


def without_deck(page: Outline, found: Numbered) -> Numbered:
    """Without a summary that stands before the core and apart from it: captions, dates or the like are in between.

    What is named as the story is its lead.
    """
    core = _inside(page, _core(page, found))
    before = list(takewhile(lambda row: not core[row[1].box], found))
    rest = found[len(before) :]
    match [row for row in before if prose(row[1])]:
        case [(index, summary)] if len(summary.text) <= _DECK and said(rest) >= _STORY_SHARE * said(found):
            named = any(not words("story.txt").isdisjoint(page.boxes[box].names) for box in page.up(summary.box))
            return found if named or rest[0][0] == index + 1 else rest
    return found


def _inside(page: Outline, box: int) -> list[bool]:
    """For each box, whether it is `box` or lies in it."""
    return page.spread([index == box for index in range(len(page.boxes))])


def _goes_on(box: Box, core: Box, headed: bool) -> bool:
    """Whether a box is a paragraph beside the core, or named like it and beside it or as the story.

    A core with the headline in it is a whole story: no second one like it goes on with it.
    """
    if (box.tag, unnumbered(box.names)) == (core.tag, unnumbered(core.names)) and not headed:
        return box.parent == core.parent or not words("story.txt").isdisjoint(box.names)
    return box.parent == core.parent and box.tag == "p"


@lru_cache(maxsize=4096)
def unnumbered(names: frozenset[str]) -> frozenset[str]:
    """A box's names without those that count: part-1 and part-2 are alike."""
    return frozenset(name for name in names if not _DIGIT.search(name))


def _headed(page: Outline, found: Numbered, headline: int | None) -> int:
    """The smallest box around the headline with much of the prose of `found`; 0 when no headline is known."""
    if headline is None:
        return 0
    sums = _prose_inside(page, found)
    box = page.blocks[headline].box
    while box > 0 and sums[box] < _HEADED_SHARE * sums[0]:
        box = page.boxes[box].parent
    return max(box, 0)


def _core(page: Outline, found: Numbered) -> int:
    """The innermost box with most of the prose of `found`; not deeper than a box that is named as the story."""
    sums = _prose_inside(page, found)
    enough = _CORE_SHARE * sums[0]
    most = [index for index, box in enumerate(page.boxes) if sums[index] >= enough and box.tag not in NARROW]
    return next((index for index in most[::-1] if not words("story.txt").isdisjoint(page.boxes[index].names)), most[-1])


def _prose_inside(page: Outline, found: Numbered) -> list[float]:
    own = [0.0] * len(page.boxes)
    for _, block in found:
        own[block.box] += prose(block)
    return page.gather(own)


def said(found: Numbered) -> float:
    return sum(prose(block) for _, block in found)
