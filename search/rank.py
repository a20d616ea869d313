"""Relevance: bm25 in which all variants of a word count as that one word.

Plain bm25 takes each variant for a word of its own, and the rarest form (an odd spelling, a far cousin of the family)
then weighs most: nDCG@10 falls from .80 to .77 when a query is widened. Here a choice of words has one frequency in the
document and one in the archive. Pure; a backend counts, this weighs.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from search.match import Leaf
from search.query import All, And, Choice, Not, Or, Phrase, Query, Word

K1: Final = 1.2  # saturation and length, the values of Robertson's BM25 and of every engine since
B: Final = 0.75
# Round values; benchmarks/search.py hardly notices others (nDCG@10 within .01 for 1.5 to 5 and for 0.4 to 1).
TITLE_WEIGHT: Final = 3.0  # a word in the title counts as three in the text
VARIANT_WEIGHT: Final = 0.7  # of a form that was not typed

Frequencies = Mapping[Leaf, float]  # what occurs in a document: leaf -> weighted count


def things(query: Query) -> Iterator[Query]:
    """The words, phrases and choices whose rarity `scorer` wants to know; excluded ones are left out."""
    match query:
        case Word() | Phrase() | Choice():
            yield query
        case And(parts) | Or(parts):
            for part in parts:
                yield from things(part)
        case _:
            pass


def rarity(documents: int, containing: int) -> float:
    """Inverse document frequency, never negative."""
    return math.log1p((max(documents, containing) - containing + 0.5) / (containing + 0.5))


def scorer(query: Query, rarities: Mapping[Query, float]) -> Callable[[Frequencies, float], float]:
    """A function of a document's frequencies and its length relative to the average: how well it fits, from 0 up."""

    def score(node: Query, frequencies: Frequencies, norm: float) -> float:
        match node:
            case Word(tokens) | Phrase(tokens):
                return rarities[node] * _saturated(frequencies.get(tokens, 0.0), norm)
            case Choice(forms):
                return rarities[node] * _saturated(_pooled(forms, frequencies), norm)
            case And(parts):
                return sum(score(part, frequencies, norm) for part in parts)
            case Or(parts):
                return max(score(part, frequencies, norm) for part in parts)
            case Not() | All():
                return 0.0

    return lambda frequencies, length: score(query, frequencies, K1 * (1 - B + B * length))


def _pooled(forms: tuple[Leaf, ...], frequencies: Frequencies) -> float:
    typed, *variants = (frequencies.get(form, 0.0) for form in forms)
    return typed + VARIANT_WEIGHT * sum(variants)


def _saturated(frequency: float, norm: float) -> float:
    return frequency * (K1 + 1) / (frequency + norm)
