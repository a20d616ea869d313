"""The few sentences that stand for an article. Pure."""

from collections.abc import Iterable
from typing import Final

from kliping.indonesian.sentences import sentences
from kliping.text import clean_line

LONGEST: Final = 300  # characters: bar D11
SHORTEST: Final = 40  # a first sentence below this (a dateline, "Baca juga") says too little alone


def excerpt(paragraphs: Iterable[str], chosen: str = "", limit: int = LONGEST) -> str:
    """What staff chose, else the first whole sentences that fit; a first sentence that is too long is cut."""
    if line := clean_line(chosen):
        return clean_line(line, limit)
    taken = ""
    for sentence in _sentences(paragraphs):
        longer = f"{taken} {sentence}".strip()
        if len(longer) > limit:
            return taken if len(taken) >= SHORTEST else clean_line(longer, limit)
        taken = longer
    return taken


def _sentences(paragraphs: Iterable[str]) -> Iterable[str]:
    for paragraph in paragraphs:
        yield from sentences(clean_line(paragraph[: 4 * LONGEST]))
