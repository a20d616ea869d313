"""Text cut into plain and marked pieces, so that a template can mark words without any HTML in our hands. Pure."""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

Span = tuple[int, int]
MAX_WORDS: Final = 4_000  # of one side of a comparison: the time grows with their product


class Piece(NamedTuple):
    """A stretch of text; `marked` for evidence and search hits."""

    text: str
    marked: bool


class Change(NamedTuple):
    """A stretch of two wordings."""

    text: str
    kind: Literal["same", "gone", "new"]


def pieces(text: str, spans: Iterable[Span]) -> list[Piece]:
    """`text` cut at `spans`; joined they give the text again. Spans may overlap or lie outside."""
    marked = bytearray(len(text))
    for start, end in spans:
        start, end = max(start, 0), min(end, len(text))
        if start < end:
            marked[start:end] = b"\x01" * (end - start)
    found: list[Piece] = []
    at = 0
    while at < len(text):
        end = marked.find(1 - marked[at], at)
        end = len(text) if end < 0 else end
        found.append(Piece(text[at:end], bool(marked[at])))
        at = end
    return found


def changes(before: Sequence[str], after: Sequence[str]) -> list[list[Change]]:
    """Paragraphs of `after` with what went and what came, word by word; only those that changed."""
    found = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for code, a, b, c, d in matcher.get_opcodes():
        if code != "equal":
            found.append(_words("\n".join(before[a:b]), "\n".join(after[c:d])))
    return found


def _words(before: str, after: str) -> list[Change]:
    old, new = before.split(), after.split()
    if max(len(old), len(new)) > MAX_WORDS:
        return [Change(before, "gone"), Change(after, "new")]
    found: list[Change] = []
    for code, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if code == "equal":
            found.append(Change(" ".join(old[a:b]), "same"))
        else:
            found += [Change(" ".join(old[a:b]), "gone")] if b > a else []
            found += [Change(" ".join(new[c:d]), "new")] if d > c else []
    return found
