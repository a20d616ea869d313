"""A found document with the words that were sought in it; the same for both backends."""

from search.archive.base import Document, Hit
from search.snippet import Highlighter


def hit(document: Document, score: float, highlighter: Highlighter) -> Hit:
    """A hit with its snippet and marks."""
    snippet = highlighter.snippet(document.text)
    title_marks = highlighter.marks(document.title)
    return Hit(document=document, score=score, snippet=snippet.text, marks=snippet.marks, title_marks=title_marks)
