"""Where the story lies: the box whose blocks speak most for it. Pure; linear in the size of the page."""

import re

from pipeline.extract.outline import HEADINGS, Block, Outline

_SENTENCE_END = re.compile(r"[.!?…:;\"”»’')]\s*$")
LONG = 80  # characters: a block of that length without links is prose
_NEVER_ASIDE = frozenset(("html", "body", "main", "article"))
SHORT_SENTENCE = 40  # characters: so is a shorter one that ends like a sentence


def prose(block: Block) -> float:
    """Characters of running text that the block stands for; 0 for what may be anything else."""
    if block.tag in HEADINGS or block.link_share > 0.5:
        return 0.0
    size = len(block.text)
    if size >= LONG or (size >= SHORT_SENTENCE and _SENTENCE_END.search(block.text)):
        return size * (1 - block.link_share)
    return 0.0


def weight(block: Block) -> float:
    """How much the block speaks for (above 0) or against (below 0) the box around it being the story."""
    if said := prose(block):
        return said
    if block.link_share > 0.5:
        return -(30 + len(block.text) / 2)
    return -5.0 if block.tag in HEADINGS else -12.0


def story(page: Outline) -> list[Block]:
    """The blocks of the story in order, without those that are mostly links; [] when there is no text at all."""
    if not page.blocks:
        return []
    aside = believed_asides(page)
    own = [0.0] * len(page.boxes)
    for block in page.blocks:
        if not aside[block.box]:
            own[block.box] += weight(block)
    sums = page.gather(own)
    best = max(range(len(sums)), key=lambda index: (sums[index], index))
    inside = page.spread([index == best for index in range(len(sums))])
    return [block for block in page.blocks if inside[block.box] and not aside[block.box] and block.link_share < 0.5]


def believed_asides(page: Outline) -> list[bool]:
    """For each box, whether it lies in something named as other than the story.

    A name is not believed of a box that holds most of the page's prose: themes call wrappers `share-box` too.
    """
    own = [0.0] * len(page.boxes)
    for block in page.blocks:
        own[block.box] += prose(block)
    sums = page.gather(own)
    most = sums[0] / 2
    named = [
        box.aside and size <= most and box.tag not in _NEVER_ASIDE for box, size in zip(page.boxes, sums, strict=True)
    ]
    return page.spread(named)
