"""Words and phrases that mean one thing in Indonesian news: wali kota, walikota, walkot."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Final, Literal

from kliping.indonesian.datafiles import rows
from kliping.indonesian.words import tokens

Phrase = tuple[str, ...]
"""A phrase as its tokens: ("wali", "kota")."""

Kind = Literal["equal", "near"]
_KINDS: Final[tuple[Kind, ...]] = ("equal", "near")


@cache
def _groups(kind: Kind) -> tuple[tuple[Phrase, ...], ...]:
    wanted = (row[1] for row in rows("synonyms.tsv") if row[0] == kind)
    return tuple(tuple(dict.fromkeys(tuple(tokens(phrase)) for phrase in group.split(";"))) for group in wanted)


@cache
def _others(kind: Kind) -> Mapping[Phrase, tuple[Phrase, ...]]:
    """Each phrase → the other phrases of its groups, in the order of the file."""
    found: dict[Phrase, dict[Phrase, None]] = defaultdict(dict)
    for group in _groups(kind):
        for phrase in group:
            found[phrase].update(dict.fromkeys(other for other in group if other != phrase))
    return {phrase: tuple(others) for phrase, others in found.items()}


def synonyms(phrase: Phrase, *, near: bool = False) -> tuple[Phrase, ...]:
    """The other phrases for `phrase` (tokens), not itself; with `near` also those that only search may join."""
    kinds = _KINDS if near else _KINDS[:1]
    return tuple(dict.fromkeys(other for kind in kinds for other in _others(kind).get(phrase, ())))


@cache
def longest_phrase() -> int:
    """How many tokens the longest phrase with synonyms has: the window in which a query must look for phrases."""
    return max(len(phrase) for kind in _KINDS for phrase in _others(kind))
