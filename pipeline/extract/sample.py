"""A page that teaches: where on it the story stands that was read from all of it. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.extract.dateline import headline_index
from pipeline.extract.document import parse
from pipeline.extract.outline import Outline
from pipeline.extract.prose import prose
from pipeline.extract.reading import Asked, Reading
from pipeline.extract.title import plain
from pipeline.extract.walk import outline

_NEARLY: Final = 0.9  # of a story's characters: a first or last paragraph may stand in a box of its own
_DEEPEST: Final = 100  # boxes within boxes; learning goes up through them for every line. Real pages have 30
_LARGEST: Final = 20_000  # elements; no real page of 123 has half as many, and learning has no limit of time


@dataclass(frozen=True, slots=True)
class Sample:
    """A page, and what was read from all of it."""

    html: str
    asked: Asked
    reading: Reading


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """A sample with where its story stands. Each is equal to itself only: comparing pages would compare their trees."""

    sample: Sample
    outline: Outline
    headline: int  # the headline's box, -1 where it is not printed
    body: int  # the story's box
    said: frozenset[int]  # boxes that hold text of the story themselves

    @property
    def top(self) -> int:
        """The innermost box around story and headline."""
        return self.body if self.headline < 0 else self.outline.around(self.body, self.headline)


def located(sample: Sample) -> Located | None:
    """Where the story of a sample stands; None where it is no plain article, or a page too large to teach."""
    root = parse(sample.html)
    if root is None or sample.reading.kind != "article":
        return None
    page = outline(root)
    said = _said(page, sample.reading) if page.depth <= _DEEPEST and page.elements <= _LARGEST else {}
    body = _story_box(page, said)
    if body is None:
        return None
    title = headline_index(page, sample.reading.title)
    headline = page.blocks[title].box if title is not None else -1
    holding = (box for boxes in said.values() for box in boxes if body in page.up(box))
    return Located(sample, page, headline, body, frozenset(holding))


def _said(page: Outline, reading: Reading) -> dict[str, set[int]]:
    """Each prose paragraph of the story with the boxes that print it: lists beside the story may repeat its lead."""
    text = {plain(paragraph) for paragraph in reading.paragraphs}
    found: dict[str, set[int]] = {}
    for block in page.blocks:
        if prose(block) and (key := plain(block.text)) in text:
            found.setdefault(key, set()).add(block.box)
    return found


def _story_box(page: Outline, said: Mapping[str, set[int]]) -> int | None:
    """The innermost box with nearly all of the story in it."""
    holds = Counter[int]()
    for key, boxes in said.items():
        holds.update(dict.fromkeys((around for box in boxes for around in page.up(box)), len(key)))
    enough = _NEARLY * sum(map(len, said))
    return max((box for box, size in holds.items() if size >= enough), default=None) if said else None
