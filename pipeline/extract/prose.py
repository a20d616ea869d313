"""How much a block of text speaks for being part of a story."""

import re
from functools import lru_cache

from pipeline.extract.outline import HEADINGS, Block

_SENTENCE_END = re.compile(r"[.!?…:;\"”»’')。！？」]\s*$")
LONG = 80  # characters: a block of that length without links is prose; headlines of stories stay below
SHORT_SENTENCE = 40  # characters: so is a shorter one that ends like a sentence
_BLOCKS = 1024  # of a page, for its blocks are weighed some ten times each: 58 on the average of 31 real pages
MOSTLY = 0.5  # of a block's characters inside links: it leads elsewhere
_CELLS = frozenset(("td", "th", "tr", "li", "dt", "dd"))  # what may be short in a story
_AROUND_LINKS = 12  # characters outside its links that make a sentence of it; "Baca juga:" has 10
_FULL_STOP = re.compile(r"\.[\"”’')]*$")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+$")


@lru_cache(_BLOCKS)
def is_linked(block: Block) -> bool:
    """Whether the block is mostly a link, and no sentence around links nor an address that is told."""
    return block.link_share >= MOSTLY and not _says_itself(block)


def _says_itself(block: Block) -> bool:
    if len(block.text) - block.linked >= _AROUND_LINKS:
        return _FULL_STOP.search(block.text) is not None
    return _ADDRESS.match(block.text) is not None


@lru_cache(_BLOCKS)
def prose(block: Block) -> float:
    """Characters of running text that the block stands for; 0 for what may be anything else."""
    if block.tag in HEADINGS or is_linked(block):
        return 0.0
    return len(block.text) * (1 - block.link_share) if is_running(block.text) else 0.0


def is_running(text: str) -> bool:
    """Whether a text is long enough for running text, or ends like a sentence and is not much shorter."""
    return len(text) >= LONG or (len(text) >= SHORT_SENTENCE and _SENTENCE_END.search(text) is not None)


def weight(block: Block) -> float:
    """How much the block speaks for (above 0) or against (below 0) the box around it being the story.

    The prices of links, headings and scraps were set on 123 pages; results move little when they are halved or doubled.
    """
    if said := prose(block):
        return said
    if is_linked(block):
        return -(30 + len(block.text) / 2)
    if block.tag in _CELLS:
        return 0.0
    return -5.0 if block.tag in HEADINGS else -12.0
