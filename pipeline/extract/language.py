"""The language of a story, by its commonest words: good enough to mark, not to translate.

Malay and Indonesian share most of them; the few that differ decide, and one that Indonesian knows too is no proof of
Malay. In a short text endings help ("-keun", "-ake"). In a tie the page's own statement decides, then Indonesian, since
that is what the outlets write.
"""

import re
from collections import Counter
from collections.abc import Container
from functools import cache
from typing import Final

from pipeline.extract.wordlists import entries

_LOOKED_AT: Final = 3000  # characters; half of any text are such words, so a few hundred words decide
_MOST: Final = 3  # times that a word counts: a story about "cukai" is no Malay one
_HAS, _KNOWS = 2, 1  # weight of a word for a language that has it, and for one that knows it but seldom uses it
_SHORT: Final = 60  # words of a text in which endings are looked at too
_FEWEST: Final = 2  # of weights, all words together: a headline has as many
_SHARE: Final = 0.16  # of the words, in weights
_LEAD: Final = 2  # of Malay over Indonesian, in weights
_ENDINGS: Final = (4, 3)  # letters
_MARKS: Final = '.,;:!?()"“”…'
_KNOWN: Final = ("id", "en", "ms", "su", "jv")


def language_of(text: str, stated: str) -> tuple[str, str]:
    """The language's code with its source: ("id", "text"), ("en", "stated"), ("", "")."""
    told = re.split(r"[-_]", stated)[0]
    words = _words(text[:_LOOKED_AT].lower())
    scores = _scores(words)
    best = max(scores, key=lambda code: (scores[code], code == told))
    if best == "ms" != told and scores["ms"] - scores["id"] < _LEAD:
        best = "id"
    if scores[best] >= max(_FEWEST, _SHARE * len(words)):
        return best, "text"
    return (told, "stated") if told in _KNOWN else ("", "")


def _scores(words: list[str]) -> dict[str, int]:
    """How much speaks for each language, Indonesian first, so that it wins a tie."""
    owners = _owners()
    if len(words) <= _SHORT:
        words = [word if word in owners else _ending(word, owners) for word in words]
    hits: dict[str, int] = {}
    for word, often in Counter([word for word in words if word in owners]).items():
        owner = owners[word]
        hits[owner] = hits.get(owner, 0) + (often if often < _MOST else _MOST)
    scores = dict.fromkeys(_KNOWN, 0)
    for owner, number in hits.items():
        for code, weight in _weights(owner):
            scores[code] += weight * number
    return scores


def _ending(word: str, owners: Container[str]) -> str:
    """The longest ending of a word that tells; the word itself without one."""
    for size in _ENDINGS:
        if len(word) > size + 1 and (ending := "-" + word[-size:]) in owners:
            return ending
    return word


def _words(text: str) -> list[str]:
    for mark in _MARKS:  # a quarter of the time that translating takes
        text = text.replace(mark, " ")
    return text.split()


@cache
def _owners() -> dict[str, str]:
    """Each word with the languages that have it: "id,ms", "ms>id"."""
    lines = (entry.split() for entry in entries("functionwords.txt"))
    return {word: owner for owner, *words in lines for word in words}


@cache
def _weights(owner: str) -> tuple[tuple[str, int], ...]:
    have, _, know = owner.partition(">")
    return *((code, _HAS) for code in have.split(",")), *((code, _KNOWS) for code in know.split(",") if code)
