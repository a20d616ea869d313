"""Where the story lies: the box whose blocks speak most for it. Pure; linear in the size of the page."""

import re
from collections import Counter
from itertools import groupby

from pipeline.extract.asides import beside
from pipeline.extract.furniture import (
    NARROW,
    Numbered,
    said,
    section_list,
    unnumbered,
    without_deck,
    without_far,
    without_rest,
    without_sections,
)  # fmt: skip
from pipeline.extract.outline import HEADINGS, Block, Outline
from pipeline.extract.prose import LONG, is_linked, prose, weight
from pipeline.extract.wordlists import words

_ENDS = re.compile(r"[.!?…\"”’)]\s*$")
_SENTENCE = re.compile(r"[.!?…][\"”’]*$")
_NAMED_SHARE = 0.6  # of the best box's weight that a box named as the story needs to be preferred
_DATELINE = re.compile(r"^\w[^.!?]{1,59}\s*[-–—|]+\s*$")

_SCRAP = 3  # characters
_CELL = 80  # characters in a cell of a table of facts; longer ones are a page's layout
_IN_PLACE = ("p", "li", "tr")  # what goes on with a story without ending like a sentence
_PLAIN = frozenset(("p", "h2", "h3", "h4", "blockquote"))  # boxes that a plain story is made of
_LINKS = 2  # lines of links in it; three in boxes of their own make a list
_LINES_OF_LINKS = 6  # that are paragraphs: "Baca juga: …"
_QUOTED = 1 / 3  # of its prose; more is another box with most of the story
_FEWEST = 3  # paragraphs of it; fewer may be a caption


def story(page: Outline, headline: int | None = None) -> list[str]:
    """The texts of the story in order, without those that are mostly links; [] when there is no text at all.

    `headline` is the index of the block that prints the title, when there is one. On a page with nothing but
    pictures, their captions are the story.
    """
    found = _story(page, beside(page, headline), headline)
    return found or _story(page, beside(page, headline, captions=False), headline)


def plain_story(page: Outline, headline: int | None, beside: int) -> list[str] | None:
    """The texts of the box that a template names, where they are paragraphs and no more; None where there is a doubt.

    `beside`: characters of prose that may stand around the box. `story` gives the same, and looks at every box for it.
    """
    found = _inside(page, page.story) if page.story is not None else None
    if not found:
        return None
    told = [row for row in found if not is_linked(row[1])]
    links = [block for _, block in found if is_linked(block)]
    around = sum(map(prose, page.blocks)) - said(found)
    quoted = sum(prose(block) for _, block in told if block.tag == "blockquote")
    apart = any(
        page.boxes[box].tag == "div" for block in links for box in page.up(block.box) if box > (page.story or 0)
    )
    is_list = len(links) > (_LINKS if apart else _LINES_OF_LINKS) or any(section_list(block) for _, block in told)
    if is_list or around > beside + LONG or quoted > _QUOTED * said(told):
        return None
    return _trimmed(page, [block for _, block in _after(told, headline)])


def prose_around(page: Outline) -> int | None:
    """The characters of prose of a region outside of the story's box; None where that is no plain one."""
    found = _inside(page, page.story) if page.story is not None else None
    return round(sum(map(prose, page.blocks)) - said(found)) if found else None


def _inside(page: Outline, story: int) -> Numbered | None:
    """The blocks of the story's box; None where one of them may be something else, or too few to tell."""
    found = []
    pictured = any(page.pictures[story:])  # then any box but a paragraph may be a caption
    for index, block in enumerate(page.blocks):
        at, is_plain = block.box, True
        while at > story:
            box = page.boxes[at]
            is_known = box.tag in _PLAIN or (box.tag == "div" and not box.names)
            is_plain = is_plain and is_known and not box.aside and (box.tag == "p" or not pictured)
            at = box.parent
        if at == story and not is_plain:
            return None
        if at == story:
            found.append((index, block))
    return found if sum(prose(block) > 0 for _, block in found) >= _FEWEST else None


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
    found = without_sections(page, without_far(page, _after(found, headline)))
    found = without_deck(page, without_rest(page, found, headline))
    return _trimmed(page, _rows(page, [block for _, block in found]))


def _best_box(page: Outline, aside: list[bool]) -> int:
    """The innermost box of the highest weight; one that is named as the story wins over a wider one around it."""
    own = [0.0] * len(page.boxes)
    blocks = [0.0] * len(page.boxes)
    for block in page.blocks:
        if not aside[block.box]:
            own[block.box] += weight(block)
            blocks[block.box] += 1
    sums = page.gather(own)
    wide = [index for index, box in enumerate(page.boxes) if box.tag not in NARROW or blocks[index] > 1]
    best = max(wide, key=lambda index: (sums[index], index), default=0)
    inner = page.spread([index == best for index in range(len(sums))])
    named = {
        index: (box.tag, unnumbered(box.names))
        for index, box in enumerate(page.boxes)
        if inner[index] and not aside[index] and sums[index] > 0 and not words("story.txt").isdisjoint(box.names)
    }
    alike = Counter(named.values())  # of a story in several boxes none is all of it
    enough = [index for index in named if sums[index] >= _NAMED_SHARE * sums[best] and alike[named[index]] == 1]
    return max(enough, key=lambda index: (sums[index], index), default=best)


def _after(found: Numbered, headline: int | None) -> Numbered:
    """The blocks behind the headline, unless most of the prose stands before it (then it is another one's)."""
    behind = [(index, block) for index, block in found if headline is None or index > headline]
    return behind if 2 * said(behind) >= said(found) else found


def _rows(page: Outline, blocks: list[Block]) -> list[Block]:
    """Blocks with the cells of a row made one."""
    rows: list[Block] = []
    for row, cells in groupby(blocks, lambda block: page.boxes[block.box].parent if block.tag in ("td", "th") else -1):
        held = list(cells)
        one_each = len({cell.box for cell in held}) == len(held) > 1
        if row >= 0 and one_each and all(len(cell.text) <= _CELL for cell in held):
            held = [Block(" ".join(cell.text for cell in held), sum(cell.linked for cell in held), row, "tr")]
        rows += held
    return rows


def _trimmed(page: Outline, blocks: list[Block]) -> list[str]:
    """Without the furniture at both ends: lines before the first prose and lines without an end after the last.

    A dateline that stands alone before the first paragraph belongs to it.
    """
    running = [index for index, block in enumerate(blocks) if prose(block)]
    if not running:
        return []
    first, last = running[0], running[-1]
    while first and _leads(page, blocks[first - 1], blocks[first]):
        first -= 1
    lead = [f"{block.text} " for block in blocks[:first] if _DATELINE.match(block.text)][-1:]
    tail = [block.text for block in blocks[last + 1 :] if _is_text(page, block, blocks[last])]
    body = [block.text for block in blocks[first : last + 1]]
    return ["".join(lead) + body[0], *body[1:], *tail]


def _leads(page: Outline, block: Block, first: Block) -> bool:
    """Whether a line before the first prose is a short paragraph beside it, or a sentence that is set as a heading."""
    beside = page.boxes[block.box].parent == page.boxes[first.box].parent
    is_lead = block.tag in HEADINGS and len(block.text) >= LONG
    return beside and first.tag == "p" and (block.tag == "p" or is_lead) and _SENTENCE.search(block.text) is not None


def _is_text(page: Outline, block: Block, last: Block) -> bool:
    """Whether a line behind the last prose goes on with it: it ends like a sentence, or stands beside it."""
    if block.tag in HEADINGS or len(block.text) <= _SCRAP:
        return False
    beside = page.boxes[block.box].parent == page.boxes[last.box].parent and block.tag in _IN_PLACE
    return block.tag in ("li", "tr") or beside or _ENDS.search(block.text) is not None
