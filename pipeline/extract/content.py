"""Where the story lies: the box whose blocks speak most for it. Pure; linear in the size of the page."""

import re

from pipeline.extract.asides import beside
from pipeline.extract.outline import HEADINGS, Block, Outline
from pipeline.extract.prose import is_linked, prose, weight
from pipeline.extract.title import plain
from pipeline.extract.wordlists import entries, words

_ENDS = re.compile(r"[.!?…\"”’)]\s*$")
_NAMED_SHARE = 0.6  # of the best box's weight that a box named as the story needs to be preferred
_DATELINE = re.compile(r"^[^.!?]{2,60}\s*[-–—|]+\s*$")
_MORE_WORDS = 2  # that may stand behind the opening of a section

_LONGEST_OPENING = 120  # characters; the longest listed opening has 30, and few words may follow
_SCRAP = 3  # characters

Numbered = list[tuple[int, Block]]


def story(page: Outline, headline: int | None = None) -> list[str]:
    """The texts of the story in order, without those that are mostly links; [] when there is no text at all.

    `headline` is the index of the block that prints the title, when there is one. On a page with nothing but
    pictures, their captions are the story.
    """
    return _story(page, beside(page), headline) or _story(page, beside(page, captions=False), headline)


def _story(page: Outline, aside: list[bool], headline: int | None) -> list[str]:
    if not page.blocks:
        return []
    best = _best_box(page, aside)
    inside = page.spread([index == best for index in range(len(page.boxes))])
    found = [
        (index, block)
        for index, block in enumerate(page.blocks)
        if inside[block.box] and not aside[block.box] and not is_linked(block)
    ]
    return _trimmed(page, [block for _, block in _without_sections(page, _after(found, headline))])


def _best_box(page: Outline, aside: list[bool]) -> int:
    """The innermost box of the highest weight; one that is named as the story wins over a wider one around it."""
    own = [0.0] * len(page.boxes)
    for block in page.blocks:
        if not aside[block.box]:
            own[block.box] += weight(block)
    sums = page.gather(own)
    best = max(range(len(sums)), key=lambda index: (sums[index], index))
    inner = page.spread([index == best for index in range(len(sums))])
    enough = _NAMED_SHARE * sums[best]
    named = [
        index
        for index, box in enumerate(page.boxes)
        if inner[index] and not aside[index] and sums[index] >= enough and not words("story.txt").isdisjoint(box.names)
    ]
    return max(named, key=lambda index: (sums[index], index), default=best)


def _after(found: Numbered, headline: int | None) -> Numbered:
    """The blocks behind the headline, unless most of the prose stands before it (then it is another one's)."""
    behind = [(index, block) for index, block in found if headline is None or index > headline]
    return behind if 2 * _said(behind) >= _said(found) else found


def _without_sections(page: Outline, found: Numbered) -> Numbered:
    """Without what follows a line such as "Berita terkait", as far as the box reaches that holds line and list."""
    total, before = _said(found), 0.0
    for position, (_, block) in enumerate(found):
        before += prose(block)
        if 2 * before > total and _opens_section(block):
            closed = _section(page, found[position:])
            return [(index, kept) for index, kept in found if index not in closed]
    return found


def _section(page: Outline, rest: Numbered) -> set[int]:
    """The indices of the first block of `rest` and of those behind it in the smallest box with one of them."""
    around = rest[0][1].box
    closed = {rest[0][0]}
    while len(closed) < min(2, len(rest)) and page.boxes[around].parent >= 0:
        around = page.boxes[around].parent
        inside = page.spread([index == around for index in range(len(page.boxes))])
        closed = {index for index, block in rest if inside[block.box]}
    return closed


def _opens_section(block: Block) -> bool:
    """Whether a line says little more than one of the listed openings: "Berita Terkait:", "About the author: Jo"."""
    key = plain(block.text) if len(block.text) <= _LONGEST_OPENING else ""
    opening = next((entry for entry in entries("sections.txt") if key and f"{key} ".startswith(f"{entry} ")), "")
    return bool(opening) and len(key.split()) <= len(opening.split()) + _MORE_WORDS


def _said(found: Numbered) -> float:
    return sum(prose(block) for _, block in found)


def _trimmed(page: Outline, blocks: list[Block]) -> list[str]:
    """Without the furniture at both ends: lines before the first prose and lines without an end after the last.

    A dateline that stands alone before the first paragraph belongs to it.
    """
    running = [index for index, block in enumerate(blocks) if prose(block)]
    if not running:
        return []
    first, last = running[0], running[-1]
    lead = [f"{block.text} " for block in blocks[:first] if _DATELINE.match(block.text)][-1:]
    tail = [block.text for block in blocks[last + 1 :] if _is_text(page, block, blocks[last])]
    body = [block.text for block in blocks[first : last + 1]]
    return ["".join(lead) + body[0], *body[1:], *tail]


def _is_text(page: Outline, block: Block, last: Block) -> bool:
    """Whether a line behind the last prose goes on with it: it ends like a sentence, or stands beside it."""
    if block.tag in HEADINGS or len(block.text) <= _SCRAP:
        return False
    beside = page.boxes[block.box].parent == page.boxes[last.box].parent and block.tag in ("p", "li")
    return block.tag == "li" or beside or _ENDS.search(block.text) is not None
