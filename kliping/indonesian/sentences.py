"""Sentences of a paragraph, aware of the abbreviations, names and numbers that Indonesian news writes with points."""

import re
from functools import cache
from itertools import pairwise
from typing import Final

from kliping.indonesian.datafiles import lines

_END: Final = re.compile(r"""[.!?…]{1,4}["'”’»)\]]{0,3}""")
_WORD_BEFORE: Final = re.compile(r"[\w.]{1,20}\Z")
_OPENERS: Final = "\"'“‘«([-–—"
_LONGEST_WORD: Final = 20  # characters looked at before a point; the longest abbreviation has 6


@cache
def abbreviations() -> frozenset[str]:
    """Abbreviations that end with a point inside a sentence, lower case, without their last point."""
    return frozenset(word for line in lines("points.txt") for word in line.lower().split())


def sentences(text: str) -> list[str]:
    """The sentences of `text`, in order, without outer blanks, none empty."""
    return [text[start:end] for start, end in sentence_spans(text)]


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end (exclusive) of each sentence in `text`. A line break always ends one."""
    cuts = [match.end() for match in _END.finditer(text) if _ends_sentence(text, match)]
    cuts += [index for index, char in enumerate(text) if char == "\n"]
    edges = [0, *sorted(set(cuts)), len(text)]
    trimmed = (_trim(text, start, end) for start, end in pairwise(edges))
    return [(start, end) for start, end in trimmed if start < end]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    """Whether the marks at `match` close a sentence, judged by the word before and the letter after."""
    rest = text[match.end() : match.end() + 3]
    if not rest.strip():
        return not rest or "\n" in rest or match.end() + 3 >= len(text)
    blank = rest[0].isspace()
    first = rest.lstrip()[0]
    if match[0][0] in "!?" or len(match[0]) > 1:
        # "Hore!" kata …: what follows in small letters is still the same sentence.
        return (blank or match[0][-1] not in ".!?…") and _may_open(first)
    return _may_open(first) and _is_full_stop(text[max(0, match.start() - _LONGEST_WORD) : match.start()], blank=blank)


def _may_open(first: str) -> bool:
    return first.isupper() or first.isdigit() or first in _OPENERS


def _is_full_stop(before: str, *, blank: bool) -> bool:
    found = _WORD_BEFORE.search(before)
    word = found[0] if found else ""
    if blank:
        return not _is_short(word)
    # No blank after the point: "selesai.Wali Kota" ends, "14.35", "S.Sos", "Kompas.com" do not.
    return len(word) > 2 and word.islower() and "." not in word and word not in abbreviations()


def _is_short(word: str) -> bool:
    """Whether `word` is an initial ("H", "M.A") or a known abbreviation ("Drs", "S.Sos")."""
    last = word.rpartition(".")[2]
    initial = len(last) == 1 and last.isupper()
    return initial or word.lower() in abbreviations() or last.lower() in abbreviations()
