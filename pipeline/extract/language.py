"""The language of a story, by its function words: good enough to mark, not to translate.

Malay and Indonesian share most of them; the few that differ decide. In a tie the page's own statement does, then
Indonesian, since that is what the outlets write.
"""

import re
from collections import Counter
from functools import cache

from pipeline.extract.wordlists import entries

_LOOKED_AT = 4000  # characters; function words make a third of any text, so a few hundred words decide
_MOST = 3  # times that a word counts: a story about "cukai" is no Malay one
_OWN = 2  # weight of a word that only one of the languages has
_FEWEST = 2  # of weights, all words together: a headline has as many
_SHARE = 0.08  # of the words, in weights: 99 of 100 Indonesian stories have .16 and more, Portuguese and Italian .03
_MARKS = '.,;:!?()"“”…'
_KNOWN = ("id", "en", "ms", "su", "jv")


def language_of(text: str, stated: str) -> tuple[str, str]:
    """The language's code with its source: ("id", "text"), ("en", "stated"), ("", "")."""
    codes, markers = _markers()
    words = _words(text[:_LOOKED_AT].lower())
    scores = dict.fromkeys(codes, 0)
    for word, often in Counter([word for word in words if word in markers]).items():
        for code, weight in markers[word]:
            scores[code] += min(often, _MOST) * weight
    told = re.split(r"[-_]", stated)[0]
    best = max(scores, key=lambda code: (scores[code], code == told))
    if scores[best] >= max(_FEWEST, _SHARE * len(words)):
        return best, "text"
    return (told, "stated") if told in _KNOWN else ("", "")


def _words(text: str) -> list[str]:
    for mark in _MARKS:  # a quarter of the time that translating takes
        text = text.replace(mark, " ")
    return text.split()


@cache
def _markers() -> tuple[tuple[str, ...], dict[str, list[tuple[str, int]]]]:
    """The languages, Indonesian first, so that it wins a tie; and each function word with those that have it, with its
    weight."""
    lines: dict[str, set[str]] = {}
    for code, *words in (entry.split() for entry in entries("functionwords.txt")):
        lines.setdefault(code, set()).update(words)
    often = Counter(word for words in lines.values() for word in words)
    weighed: dict[str, list[tuple[str, int]]] = {}
    for code, own in lines.items():
        for word in own:
            weighed.setdefault(word, []).append((code, _OWN if often[word] == 1 else 1))
    return tuple(lines), weighed
