"""From characters of the whole text to the paragraph that they stand in, and the words themselves."""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import Literal

from kliping.article import Article, Evidence

MAX_EVIDENCE = 8  # kept of one tag: what a person reads before they open the article, and a bound on the message
MAX_WORDS = 200  # characters; longer is a phrase over a broken page


class Passages:
    """The title and text of one article, cited by position."""

    def __init__(self, article: Article) -> None:
        self._title = article.title
        self._paragraphs = article.paragraphs
        lengths = (len(paragraph) + 1 for paragraph in article.paragraphs)  # + 1: the line feed of `Article.text`
        self._starts = list(accumulate(lengths, initial=0))[:-1]

    def cite(self, where: Literal["title", "text"], start: int, end: int) -> Evidence:
        """Characters `start` to `end` (exclusive) of the title or of `Article.text`.

        What runs over the end of a paragraph (words are sought in the whole text) is cited up to that end.
        """
        if where == "title":
            return quoted("title", 0, start, end, self._title)
        index = bisect_right(self._starts, start) - 1
        begin = self._starts[index]
        return quoted("text", index, start - begin, end - begin, self._paragraphs[index])


def quoted(where: Literal["title", "text", "url"], paragraph: int, start: int, end: int, text: str) -> Evidence:
    """Characters of `text` as evidence; an end beyond it is its end."""
    end = min(end, len(text), start + MAX_WORDS)
    return Evidence(where=where, paragraph=paragraph, start=start, end=end, words=text[start:end])


def first_of(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The first MAX_EVIDENCE different ones, in the order of reading: title, text, address."""
    rank = {"title": 0, "text": 1, "url": 2}
    ordered = sorted(set(evidence), key=lambda e: (rank[e.where], e.paragraph, e.start, e.end))
    return tuple(ordered[:MAX_EVIDENCE])
