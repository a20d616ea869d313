"""Whether only the beginning of a story is shown, for those who do not pay. Pure."""

from collections.abc import Iterator
from typing import Final

from pipeline.extract.linkeddata import Json
from pipeline.extract.outline import Outline
from pipeline.extract.prose import is_linked
from pipeline.extract.statements import Statements
from pipeline.extract.title import plain
from pipeline.extract.wordlists import entries

_STUB: Final = 1500  # characters of text that a stub shows at most; the usual teaser is one to three paragraphs
_STATED: Final = 3000  # the same where the page's head says that it is not free: a longer text is all of it
_LINE: Final = 200  # characters of the line that asks for money
_NOT_FREE: Final = (False, "False", "false", "http://schema.org/False", "https://schema.org/False")
_TIERS: Final = ("locked", "premium", "paid")  # what tags call what is not free; "metered" is for those who read much
_LINK: Final = 40  # characters of a link to another story
_LINKS: Final = 3  # of these are a list, and the story has ended; one or two stand inside stories
_SCROLL: Final = ("scroll ", "gulir ", "geser ")  # "… ke bawah untuk melanjutkan membaca" asks for no money


def is_stub(said: Statements, page: Outline, size: int, headline: int | None = None) -> bool:
    """Whether the page says that it is not free, in its head or in a line beside a short text.

    `size`: characters of the text; `headline`: index of the block that prints the title.
    """
    if size > _STATED:
        return False
    if _is_closed(said.article) or _is_closed(said.webpage):
        return True
    if size > _STUB:
        return False
    if said.first("article:content_tier", "content_tier", "content-tier").lower() in _TIERS:
        return True
    lines = "\n".join(_lines(page, headline))
    return any(entry in lines for entry in entries("paywall.txt"))


def _lines(page: Outline, headline: int | None) -> Iterator[str]:
    """Short lines from the headline on up to the first list of other stories: boxes beside sell subscriptions too."""
    links = 0
    for block in page.blocks[headline or 0 :]:
        if len(block.text) > _LINK and is_linked(block):
            links += 1
            if headline is not None and links == _LINKS:
                return
        line = plain(block.text) if len(block.text) <= _LINE else ""
        if not line.startswith(_SCROLL):
            yield line


def _is_closed(stated: Json) -> bool:
    """Whether JSON-LD says so, of the whole or of a part of it."""
    parts = stated.get("hasPart")
    listed = parts if isinstance(parts, list) else [parts]
    return any(isinstance(one, dict) and one.get("isAccessibleForFree") in _NOT_FREE for one in (stated, *listed))
