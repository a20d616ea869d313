"""The story's text: our own reader of the page's outline, held against second opinions.

Where the own reader finds little, trafilatura is asked, and the data that a browser would make the page of. Where the
outlet itself states a whole text and ours has less than half of it, ours was read from the wrong place and the stated
one is taken. How far the best opinion agrees with what is taken is the confidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document

from pipeline.extract.asides import listed
from pipeline.extract.clean import Cleaned, clean
from pipeline.extract.content import plain_story, story
from pipeline.extract.embedded import embedded_story
from pipeline.extract.opinion import MISSED, Opinion, agreement, read_again
from pipeline.extract.outline import Outline
from pipeline.extract.plain import plain
from pipeline.extract.prose import is_running
from pipeline.extract.template import Template

# Characters of text below which the own reader's find is doubted: the shortest story bodies of 123 real pages have
# about 300, and a page without any gives a few lines of furniture.
ENOUGH = 250
# Of our text's size, what a stated one has at least: shorter ones tell the story in other words. A crawler keeps of a
# feed's some hundred characters, so that is nearly always an abstract
_WHOLE = {"json-ld": 0.5, "feed": 1.0}
_CLEARLY_MORE = 2  # times: below that the own find is a short story, and the other one has its furniture too
_DEEPEST = 250  # elements within elements; trafilatura recurses by level and gives nothing above some 300 (measured)
_is_deep = etree.XPath(f"boolean({'/*' * (_DEEPEST + 1)})")  # step by step in C, over before it begins on real pages
_LARGEST = 5_000  # elements; 100,000 links cost it 8 s and 500 MB (measured), no real page of 123 has half as many
_LONGEST = 2_000_000  # characters for a second reading; the largest of 123 real pages has 1.5 million


@dataclass(frozen=True, slots=True)
class Body:
    """Cleaned paragraphs, who found them ("outline", "template", "trafilatura", "script", "json-ld", "feed", "" for
    none), and how far a second opinion agrees, 0 to 1."""

    cleaned: Cleaned
    source: str
    confidence: float = 0.0


def _is_askable(root: HtmlElement, page: Outline) -> bool:
    """Whether others can be asked without a risk to time and memory. The outline does not know of empty boxes."""
    return page.elements <= _LARGEST and not _is_deep(root)


def read_body(
    root: HtmlElement, page: Outline, html: str, title: str, headline: int | None, stated: Sequence[Opinion]
) -> Body:
    """The paragraphs of the story; `stated` are the texts that the outlet gives itself. Never raises."""
    opinions = list(stated)
    body = _checked(_found(root, page, title, headline), opinions, title)
    if _is_askable(root, page) and len(html) <= _LONGEST:
        opinions.append(read_again(html))
    paragraphs = body.cleaned.paragraphs
    confidence = max((agreement(paragraphs, opinion).f1 for opinion in opinions), default=0.0)
    return replace(body, confidence=round(confidence, 2))


def read_known_body(
    page: Outline, template: Template, title: str, headline: int | None, stated: Sequence[Opinion]
) -> Body:
    """The paragraphs of a page that was cut down by its outlet's template."""
    texts = plain_story(page, headline, template.around) if template.around is not None else None
    texts = story(page, headline) if texts is None else texts
    body = Body(clean(texts, title, template.lines), "template", template.confidence)
    agreed = max((agreement(body.cleaned.paragraphs, opinion).f1 for opinion in stated), default=template.confidence)
    return replace(_checked(body, stated, title), confidence=round(agreed, 2))


def _checked(body: Body, stated: Sequence[Opinion], title: str) -> Body:
    """`body`, or the first stated text of which it misses most; not one that is so short that it is an abstract."""
    for opinion in stated:
        is_whole = sum(map(len, opinion.paragraphs)) >= _WHOLE[opinion.source] * _size(body.cleaned)
        if is_whole and agreement(body.cleaned.paragraphs, opinion).recall < MISSED:
            return Body(clean(opinion.paragraphs, title), opinion.source)
    return body


def _found(root: HtmlElement, page: Outline, title: str, headline: int | None) -> Body:
    own = clean(story(page, headline), title)
    if _size(own) >= ENOUGH:
        return Body(own, "outline")
    other = clean(_without_links(page, by_trafilatura(root)) if _is_askable(root, page) else (), title)
    best = Body(other, "trafilatura") if _told(other) > _CLEARLY_MORE * _told(own) else Body(own, "outline")
    hidden = clean(embedded_story(root, title), title)
    if _told(hidden) > _CLEARLY_MORE * _told(best.cleaned):
        return Body(hidden, "script")
    return best if best.cleaned.paragraphs else replace(best, source="")


def _without_links(page: Outline, texts: list[str]) -> list[str]:
    """Without the lines that are cards or lists of links to others."""
    others = listed(page)
    told = {plain(block.text) for block in page.blocks if others[block.box]}
    return [text for text in texts if plain(text) not in told]


def by_trafilatura(root: HtmlElement) -> list[str]:
    """The lines that trafilatura's default mode takes for the story; none when it finds nothing."""
    try:
        found = bare_extraction(root, include_comments=False, with_metadata=False)
    except RecursionError:
        return []
    text = found.text if isinstance(found, Document) else None
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _size(cleaned: Cleaned) -> int:
    return sum(map(len, cleaned.paragraphs))


def _told(cleaned: Cleaned) -> int:
    """Characters of running text: the headlines of other stories count for nothing."""
    return sum(len(text) for text in cleaned.paragraphs if is_running(text))
