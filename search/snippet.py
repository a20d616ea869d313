"""The part of a text around its first match, with the matched words as spans: plain text, never HTML."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kliping.indonesian.words import token_spans
from search.match import Leaf, Phrases

BEFORE: Final = 80  # characters kept before the first match: about a line on a phone
LENGTH: Final = 280  # characters of a snippet: four lines
ELLIPSIS: Final = "…"

Marks = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Snippet:
    """Plain text and the spans in it (characters, end exclusive) that were searched for."""

    text: str
    marks: Marks = ()


class Highlighter:
    """Finds the words of one query again in the texts that it matched."""

    def __init__(self, leaves: Iterable[Leaf]) -> None:
        self._phrases = Phrases(leaves)

    def marks(self, text: str) -> Marks:
        """The matched spans of a whole text, in order, overlapping ones joined."""
        return tuple(_merged((start, end) for _, start, end in self._phrases.occurrences(token_spans(text))))

    def snippet(self, text: str) -> Snippet:
        """About LENGTH characters round the first match; the beginning where nothing matches."""
        first = self._first(text)
        start = _word_start(text, first - BEFORE) if first > BEFORE else 0
        end = _word_end(text, start + LENGTH)
        return self._framed(text[start:end].replace("\n", " "), cut_before=start > 0, cut_after=end < len(text))

    def _framed(self, body: str, *, cut_before: bool, cut_after: bool) -> Snippet:
        text = (ELLIPSIS if cut_before else "") + body + (ELLIPSIS if cut_after else "")
        return Snippet(text, self.marks(text))

    def _first(self, text: str) -> int:
        """Where the first match begins; paragraph by paragraph, so that most texts are read only to their lead."""
        offset = 0
        for paragraph in text.split("\n"):
            for _, start, _ in self._phrases.occurrences(token_spans(paragraph)):
                return offset + start
            offset += len(paragraph) + 1
        return 0


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    current: tuple[int, int] | None = None
    for start, end in sorted(spans):
        if current and start < current[1]:
            current = (current[0], max(current[1], end))
            continue
        if current:
            yield current
        current = (start, end)
    if current:
        yield current


def _word_start(text: str, wanted: int) -> int:
    """`wanted`, moved on to the next beginning of a word where one is near."""
    blank = max(text.find(" ", wanted, wanted + 30), text.find("\n", wanted, wanted + 30))
    return blank + 1 if blank >= 0 else wanted


def _word_end(text: str, wanted: int) -> int:
    """`wanted`, moved back to the last end of a word where one is near."""
    if wanted >= len(text):
        return len(text)
    blank = max(text.rfind(" ", wanted - 30, wanted + 1), text.rfind("\n", wanted - 30, wanted + 1))
    return blank if blank >= 0 else wanted
