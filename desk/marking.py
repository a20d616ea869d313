"""Text cut into plain and marked pieces, so that a template can mark words without any HTML in our hands. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

Span = tuple[int, int]


class Piece(NamedTuple):
    """A stretch of text; `marked` for evidence and search hits."""

    text: str
    marked: bool


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
