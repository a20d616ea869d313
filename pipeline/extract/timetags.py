"""Times in markup: `<time datetime>`, microdata, RDFa and the microformat of blogs, of the story and of its changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.extract.claims import Dated
from pipeline.extract.dateline import LIST_TAGS, LISTS
from pipeline.extract.outline import Marked, Outline
from pipeline.extract.statements import Get, line

_ELEMENTS_AWAY = 80  # elements between headline and a <time> that nothing marks
_TEXT = 80  # characters of a marked element that states its time in words
_MOST = 300  # elements that are looked at: lists of more are no article's, and each has up to 2,048 boxes around it
_PUBLISHED = frozenset(
    ("published", "entry-date", "datepublished", "post-date", "pubdate", "publish-date", "datecreated")
)
_CHANGED = frozenset(("updated", "modified", "datemodified", "entry-updated", "last-updated"))

Mark = Literal["published", "changed", ""]


@dataclass(frozen=True, slots=True)
class Tagged:
    """A time in markup, what its element says that it is, and how far from the headline it stands (elements)."""

    text: str
    mark: Mark
    away: int | None


def tagged_times(page: Outline, headline: int | None) -> list[Tagged]:
    """All times in markup outside of lists, nearest to the headline first."""
    at = page.blocks[headline].box if headline is not None else None
    around = frozenset(page.up(at)) if at is not None else frozenset()
    tagged = [
        Tagged(text, mark, abs(tag.place - page.boxes[at].place) if at is not None else None)
        for tag in page.times[:_MOST]
        for mark, text in _stated(tag)
        if not _is_listed(page, tag, around)
    ]
    return sorted(tagged, key=lambda each: each.away or 0)


def published_times(tagged: list[Tagged]) -> Iterator[Dated]:
    """Times of publication: marked ones first, then the nearest; without a headline one that stands alone."""
    yield from (Dated(each.text, "time") for each in tagged if each.mark == "published")
    bare = [each for each in tagged if not each.mark]
    if bare and (bare[0].away <= _ELEMENTS_AWAY if bare[0].away is not None else len(bare) == 1):
        yield Dated(bare[0].text, "time")


def changed_times(tagged: list[Tagged]) -> Iterator[Dated]:
    """Times that are marked as those of a change."""
    return (Dated(each.text, "time") for each in tagged if each.mark == "changed")


def _stated(tag: Marked) -> Iterator[tuple[Mark, str]]:
    mark = _mark(tag.get)
    stated = tag.get("datetime") or tag.get("content") or (mark and tag.get("title")) or ""
    if mark and not stated:
        stated = tag.text[:_TEXT]
    if (mark or tag.tag == "time") and (text := line(stated)):
        yield mark, text


def _mark(get: Get) -> Mark:
    written = " ".join(filter(None, map(get, ("class", "itemprop", "property")))).lower()
    names = {name.rpartition(":")[2] for name in written.split()}
    if get("pubdate") is not None or not _PUBLISHED.isdisjoint(names):
        return "published"
    return "" if _CHANGED.isdisjoint(names) else "changed"


def _is_listed(page: Outline, tag: Marked, around: frozenset[int]) -> bool:
    """Whether the element, or a box on the way up to one around the headline, is a list of other stories."""
    if around and tag.box not in around and not LISTS.isdisjoint(tag.names):
        return True
    for index in page.up(tag.box):
        if index in around:
            return False
        box = page.boxes[index]
        if box.tag in LIST_TAGS or (around and not LISTS.isdisjoint(box.names)):
            return True
    return False
