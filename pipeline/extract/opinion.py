"""Second opinions on a story's text, and how far they agree with ours: the confidence that travels with an article.

Opinions: `articleBody` of JSON-LD, the whole text that some feeds carry, and resiliparse's main content, which reads
pages by other rules than ours. Agreement is the F1 of word 4-grams, the measure of the published extraction benchmark
(scrapinghub/article-extraction-benchmark), so it says what share of the two texts is the same.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import lxml.html
from lxml import etree
from resiliparse.extract.html2text import extract_plain_text

from kliping.article import Found
from pipeline.extract.statements import Statements
from pipeline.extract.title import plain

_SHORTEST: Final = 400  # characters of an opinion that may be a whole story: shorter ones are leads (libraries.md, 1d)
_GRAM: Final = 4
_LONGEST: Final = 60_000  # characters that are compared: a longer text is known well enough by its beginning
MISSED: Final = 0.5  # of an opinion's 4-grams that our text must have, or it is another text


@dataclass(frozen=True, slots=True)
class Opinion:
    """A text that may be the story's, as paragraphs, and whose it is: "json-ld", "feed" or "resiliparse"."""

    paragraphs: tuple[str, ...]
    source: str


def stated(said: Statements, found: Found) -> Iterator[Opinion]:
    """Texts that the outlet itself gives as the story's, where they are long enough to be whole."""
    for text, source in ((said.article.get("articleBody"), "json-ld"), (found.summary, "feed")):
        if isinstance(text, str) and len(text) >= _SHORTEST:
            paragraphs = lines_of(text)
            if sum(map(len, paragraphs)) >= _SHORTEST:
                yield Opinion(paragraphs, source)


def read_again(html: str) -> Opinion:
    """The page as resiliparse reads it."""
    text = extract_plain_text(html, main_content=True, alt_texts=False, list_bullets=False)
    return Opinion(tuple(filter(None, map(str.strip, text.splitlines()))), "resiliparse")


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two texts are the same: `f1` of their 4-grams, and the share of the other's that ours has."""

    f1: float
    recall: float


def agreement(ours: tuple[str, ...], other: Opinion) -> Agreement:
    """Our paragraphs against an opinion's; nothing agrees with an empty text."""
    mine, theirs = _grams(ours), _grams(other.paragraphs)
    shared = sum((mine & theirs).values())
    if not shared:
        return Agreement(0.0, 0.0)
    return Agreement(2 * shared / (mine.total() + theirs.total()), shared / theirs.total())


def _grams(paragraphs: tuple[str, ...]) -> Counter[tuple[str, ...]]:
    words = plain(" ".join(paragraphs)[:_LONGEST]).split()
    size = min(_GRAM, max(len(words), 1))
    return Counter(zip(*(words[start:] for start in range(size)), strict=False))


def lines_of(text: str) -> tuple[str, ...]:
    """Lines of a stated text; markup in it is taken out."""
    if "<" in text:
        try:
            root = lxml.html.fragment_fromstring(text, create_parent="div")
        except (etree.ParserError, ValueError):
            return ()
        for element in root.iter("p", "br", "div", "li", "h2", "h3", "h4", "blockquote"):
            element.tail = f"\n{element.tail or ''}"
        text = str(root.text_content())
    return tuple(filter(None, (" ".join(line.split()) for line in text.splitlines())))
