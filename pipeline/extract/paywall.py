"""Whether only the beginning of a story is shown, for those who do not pay. Pure."""

from typing import Final

from pipeline.extract.outline import Outline
from pipeline.extract.statements import Statements
from pipeline.extract.title import plain
from pipeline.extract.wordlists import entries

_STUB: Final = 1500  # characters of text that a stub shows at most; the usual teaser is one to three paragraphs
_LINE: Final = 200  # characters of the line that asks for money


def is_stub(said: Statements, page: Outline, size: int) -> bool:
    """Whether the page says that it is not free, in its head or in a line beside a short text of `size` characters."""
    if said.article.get("isAccessibleForFree") in (False, "False", "false"):
        return True
    if size > _STUB:
        return False
    lines = "\n".join([plain(block.text) for block in page.blocks if len(block.text) <= _LINE])
    return any(plain(entry) in lines for entry in entries("paywall.txt"))
