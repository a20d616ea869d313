"""From characters of the whole text to the paragraph that they stand in, and the words themselves."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from kliping.article import Article, Evidence

LONGEST = 200  # characters of one piece of evidence; longer is a phrase over a broken page
_READING = {"title": 0, "text": 1, "url": 2}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one clip keeps, so that a message stays below 1 MiB however many desks an article concerns."""

    tags: int  # regions, and as many agencies
    evidence: int  # of one tag


USUAL = Limits(tags=12, evidence=4)  # what a person reads before they open the article
NARROW = Limits(tags=2, evidence=1)
MANY_DESKS = 20  # from here on NARROW: a list of all 514 minimum wages concerns every desk of the country


def limits_for(desks: int) -> Limits:
    """Measured on an article that names all 514 kabupaten and kota: 20 desks 0.1 MB, 514 desks 0.4 MB of message."""
    return USUAL if desks <= MANY_DESKS else NARROW


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
    end = min(end, len(text), start + LONGEST)
    return Evidence(where=where, paragraph=paragraph, start=start, end=end, words=text[start:end])


def first_of(evidence: Iterable[Evidence], limit: int) -> tuple[Evidence, ...]:
    """The first `limit` different ones, in the order of reading: title, text, address."""
    ordered = sorted(set(evidence), key=lambda e: (_READING[e.where], e.paragraph, e.start, e.end))
    return tuple(ordered[:limit])
