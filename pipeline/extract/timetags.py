"""Times in markup: `<time datetime>`, microdata, RDFa and the microformat of blogs, of the story and of its changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, cast

from lxml import etree
from lxml.html import HtmlElement

from pipeline.extract.claims import Dated
from pipeline.extract.dateline import LIST_TAGS, LISTS
from pipeline.extract.outline import Outline, names_of
from pipeline.extract.statements import line

_ELEMENTS_AWAY = 80  # elements between headline and a <time> that nothing marks
_TEXT = 80  # characters of a marked element that states its time in words
_MOST = 300  # elements that are looked at: lists of more are no article's, and each has up to 2,048 boxes around it
_CANDIDATES = etree.XPath("//time|//abbr[@title]|//*[@itemprop or @property][not(self::meta)]")
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


def tagged_times(root: HtmlElement, page: Outline, headline: int | None) -> list[Tagged]:
    """All times in markup outside of lists, nearest to the headline first."""
    at = page.boxes[page.blocks[headline].box].element if headline is not None else None
    around = frozenset((at, *at.iterancestors())) if at is not None else frozenset()
    candidates = cast("list[HtmlElement]", _CANDIDATES(root))
    found = [(element, mark, text) for element in candidates[:_MOST] for mark, text in _stated(element)]
    kept = [each for each in found if not _is_listed(each[0], around)]
    places = _places(root, {at, *(element for element, _, _ in kept)}) if kept and at is not None else {}
    away = {element: abs(place - places[at]) for element, place in places.items()} if places else {}
    tagged = [Tagged(text, mark, away.get(element)) for element, mark, text in kept]
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


def _stated(element: HtmlElement) -> Iterator[tuple[Mark, str]]:
    mark = _mark(element)
    stated = element.get("datetime") or element.get("content") or (mark and element.get("title")) or ""
    if mark and not stated:
        stated = "".join(element.itertext())[:_TEXT]
    if (mark or element.tag == "time") and (text := line(stated)):
        yield mark, text


def _mark(element: HtmlElement) -> Mark:
    written = " ".join(filter(None, map(element.get, ("class", "itemprop", "property")))).lower()
    names = {name.rpartition(":")[2] for name in written.split()}
    if element.get("pubdate") is not None or not _PUBLISHED.isdisjoint(names):
        return "published"
    return "" if _CHANGED.isdisjoint(names) else "changed"


def _is_listed(element: HtmlElement, around: frozenset[HtmlElement]) -> bool:
    for box in (element, *element.iterancestors()):
        if box in around:
            return False
        if box.tag in LIST_TAGS or (around and not LISTS.isdisjoint(names_of(box))):
            return True
    return False


def _places(root: HtmlElement, wanted: set[HtmlElement]) -> dict[HtmlElement, int]:
    """Where elements stand in document order."""
    return {element: place for place, element in enumerate(root.iter()) if element in wanted}
