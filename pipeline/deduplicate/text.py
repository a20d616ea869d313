"""An article's words and what is derived from them, each once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from kliping.article import Article
from kliping.indonesian.words import tokens
from pipeline.deduplicate.sketch import Sketch, exact_digest, sketch

RUN: Final = 5  # words: shorter common runs are the language's own
TRIPLE: Final = 3  # words
LONGEST: Final = 5000  # words that are compared; of 22,136 real articles the longest has fewer, a pasted table may not
REPEATS: Final = 8  # places of one run that are tried; a table of zeros has it everywhere
_QUOTE: Final = re.compile(r'["“”]([^"“”]{20,1000})["“”]')  # 20 characters: shorter ones are names and scare quotes


@dataclass(frozen=True)
class Text:
    """One wording of one article, ready to be compared."""

    article: Article

    @cached_property
    def all_words(self) -> list[str]:
        return tokens(self.article.text)

    @cached_property
    def words(self) -> list[str]:
        """The words that are compared."""
        return self.all_words[:LONGEST]

    @cached_property
    def title(self) -> list[str]:
        return tokens(self.article.title)

    @cached_property
    def exact(self) -> str:
        return exact_digest(self.title, self.all_words)

    @cached_property
    def sketch(self) -> Sketch:
        return sketch(self.exact, self.words)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Different words with a digit: amounts, dates, scores."""
        return _with_digits(self.words)

    @cached_property
    def title_numbers(self) -> frozenset[str]:
        return _with_digits(self.title)

    @cached_property
    def quotes(self) -> list[str]:
        """The words inside quotation marks."""
        return [word for quote in _QUOTE.findall(self.article.text) for word in tokens(quote)]

    @cached_property
    def triples(self) -> frozenset[tuple[str, ...]]:
        return frozenset(_grams(self.words, TRIPLE))

    @cached_property
    def places(self) -> dict[tuple[str, ...], list[int]]:
        """Where each run of RUN words begins, the first REPEATS times."""
        found: dict[tuple[str, ...], list[int]] = {}
        for start, gram in enumerate(_grams(self.words, RUN)):
            if len(starts := found.setdefault(gram, [])) < REPEATS:
                starts.append(start)
        return found

    def found(self, words: Sequence[str], other: "Text") -> list[bool]:
        """For each of `words`, whether it lies in a triple that the other text has."""
        marks = [False] * len(words)
        for start, gram in enumerate(_grams(words, TRIPLE)):
            if gram in other.triples:
                marks[start : start + TRIPLE] = [True] * TRIPLE
        return marks

    def shared_with(self, other: "Text", first: int | None = None) -> float:
        """The share of this text (of its first words) that lies in triples that the other text has, 0 to 1."""
        words = self.words[:first]
        return sum(self.found(words, other)) / len(words)


def _with_digits(words: Sequence[str]) -> frozenset[str]:
    return frozenset(word for word in words if any(char.isdigit() for char in word))


def _grams(words: Sequence[str], size: int) -> "zip[tuple[str, ...]]":
    return zip(*(words[start:] for start in range(size)), strict=False)
