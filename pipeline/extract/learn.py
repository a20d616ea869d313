"""Templates learned from pages of an outlet, each read whole: one for each design that enough of them come in. Pure.

The story's box is the innermost one around all that was read as the story. Pages whose boxes share a name are taken
for one design. The region reaches from the story's box up to the headline, and further until pages that are cut down
to it give what the whole pages gave. What is left out of the story on every page, and lines that recur, are
remembered. A template that does not stand this test on enough pages is none.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from statistics import mean
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from pipeline.extract.content import prose_around
from pipeline.extract.idle import idle_boxes
from pipeline.extract.naming import MOST, WHOLE_PAGE, box_named, named, names_around, outwards, selector_of
from pipeline.extract.opinion import Opinion, agreement
from pipeline.extract.reading import Reading, read_known
from pipeline.extract.sample import Located, Sample, located
from pipeline.extract.template import Template, line_key, one, prose_beside, views

FEWEST: Final = 3  # pages of a design, all of which then agree; learned from three or four, unseen real pages came out
# as they are read whole, and the first pages of a template are checked
SAME: Final = 0.9  # F1 of word 4-grams; below lies another text, above a caption or a credit more or less
_RECURS: Final = 3  # pages that print a line before it counts as the outlet's own
_SHARE: Final = 0.3  # of the pages, besides
_LINE: Final = (15, 300)  # characters of such a line: a short one may be a dateline, a long one is a story's


def learn(outlet: str, samples: Sequence[Sample], at: datetime) -> tuple[Template, ...]:
    """The templates of the designs that `samples` come in, the most common design first."""
    left = [page for sample in samples if (page := located(sample))]
    found = []
    for name, alike in _designs(left):
        pages = [page for page in left if page in alike]
        template = _learned(outlet, name, pages, left, at) if len(pages) >= FEWEST else None
        if template:
            found.append(template)
            left = [page for page in left if _gives(template, page) is not True]
    return tuple(found)


def fits(template: Template, reading: Reading, whole: Reading) -> bool:
    """Whether a cut-down page gave what the whole page gives but for the lines that recur."""
    text = tuple(paragraph for paragraph in whole.paragraphs if line_key(paragraph) not in template.lines)
    return (
        reading.title == whole.title
        and reading.published == whole.published
        and agreement(reading.paragraphs, Opinion(text, "whole")).f1 >= SAME
    )


def _designs(pages: Sequence[Located]) -> Iterator[tuple[str, Sequence[Located]]]:
    """A name, and the pages that have the story, or all around it, in a box of it; names of most story boxes first.

    A name that no other page has says nothing of the design: such a box is named by the next one around it.
    """
    around = [names_around(page) for page in pages]
    often = Counter(name for levels in around for name in frozenset().union(*levels))
    nearest = (next((found for level in levels if (found := _shared(level, often))), ()) for levels in around)
    own = Counter(name for names in nearest for name in names)
    tried = set()
    for name, _ in sorted(own.items(), key=lambda item: (-item[1], item[0])):
        members = tuple(index for index, levels in enumerate(around) if any(name in level for level in levels))
        if members not in tried:
            tried.add(members)
            yield name, [pages[index] for index in members]


def _shared(names: frozenset[str], often: Counter[str]) -> list[str]:
    return [name for name in names if often[name] > 1]


def _learned(
    outlet: str, name: str, pages: Sequence[Located], others: Sequence[Located], at: datetime
) -> Template | None:
    """The template that `pages` share, which have boxes of one `name`; None where none stands the test."""
    body = named(pages, [page.body for page in pages])
    if not body or body in WHOLE_PAGE:  # the boxes of some stories lie deeper in their design than those of others
        body = named(pages, [box_named(page, name) for page in pages]) or body
    if not body:
        return None
    skip, lines = _skipped(pages), _recurring(pages)
    sure = round(mean(page.sample.reading.confidence for page in pages), 2)
    for region in _regions(pages):
        template = Template(
            outlet=outlet, region=region, body=body, skip=skip, lines=lines, beside=_beside(pages, region),
            confidence=sure, pages=len(pages), learned_at=at,
        )  # fmt: skip
        if _stands(template, pages, others):
            return _plainer(_leaner(template, pages), pages)
    return None


def _leaner(template: Template, pages: Sequence[Located]) -> Template:
    """The template without the boxes of links around the story, where they tell nothing on any page."""
    leaner = replace(template, idle=idle_boxes(pages, template.region))
    return leaner if all(_facts(leaner, page) == _facts(template, page) for page in pages) else template


def _facts(template: Template, page: Located) -> Reading | None:
    small = read_known(page.sample.html, page.sample.asked, [template])
    return replace(small, removed=()) if small else None


def _plainer(template: Template, pages: Sequence[Located]) -> Template:
    """The template with `around`, where what stands in the body of all pages is the story and no more."""
    views_of = [view for page in pages for _, _, view in views(page.sample.html, [template])]
    around = max((size for view in views_of if (size := prose_around(view)) is not None), default=None)
    plainer = replace(template, around=around)
    alike = (_paragraphs(plainer, page) == _paragraphs(template, page) for page in pages)
    return plainer if all(alike) else template


def _paragraphs(template: Template, page: Located) -> tuple[str, ...] | None:
    small = read_known(page.sample.html, page.sample.asked, [template])
    return small.paragraphs if small else None


def _stands(template: Template, pages: Sequence[Located], others: Sequence[Located]) -> bool:
    """Whether enough of its own pages, cut down, give what they gave whole, and no more pages than may are misread."""
    good = sum(_gives(template, page) is True for page in pages)
    if good < max(FEWEST, MOST * len(pages)):
        return False
    taken = [gives for page in others if page not in pages and (gives := _gives(template, page)) is not None]
    return sum(taken) >= MOST * len(taken)


def _gives(template: Template, page: Located) -> bool | None:
    """Whether a page, cut down, gives what it gave whole; None where it does not fit."""
    small = read_known(page.sample.html, page.sample.asked, [template])
    return None if small is None else fits(template, small, page.sample.reading)


def _beside(pages: Sequence[Located], region: str) -> int:
    """The most characters of paragraphs that a page has outside of the region."""
    trees = [LexborHTMLParser(page.sample.html) for page in pages]
    return max((prose_beside(tree, box) for tree in trees if (box := one(tree.root, region))), default=0)


def _regions(pages: Sequence[Located]) -> Iterator[str]:
    """Names of the box around story and headline, and of those around it, from the inside out."""
    tried = dict.fromkeys(named(pages, boxes) for boxes in outwards(pages, [page.top for page in pages]))
    yield from filter(None, tried)


def _skipped(pages: Sequence[Located]) -> tuple[str, ...]:
    """Selectors of boxes in the story's box that hold text on several pages and never any of the story."""
    empty, full = Counter[str](), Counter[str]()
    for page in pages:
        names = _names_inside(page)
        told = page.outline.gather([float(box in page.said) for box in range(len(page.outline.boxes))])
        full.update({name for box, name in names.items() if told[box]})
        empty.update({name for box, name in names.items() if not told[box]})
    return tuple(sorted(name for name, often in empty.items() if often >= _RECURS and name not in full))


def _names_inside(page: Located) -> dict[int, str]:
    """Boxes with text inside the story's box that have a name of their own."""
    size = [0.0] * len(page.outline.boxes)
    for block in page.outline.blocks:
        size[block.box] += len(block.text)
    text = page.outline.gather(size)
    inside = page.outline.spread([box == page.body for box in range(len(size))])
    known = {
        box: selector_of([page.outline.boxes[box].element]) for box, here in enumerate(inside) if here and text[box]
    }
    return {box: name for box, name in known.items() if box != page.body and ("." in name or "#" in name)}


def _recurring(pages: Sequence[Located]) -> frozenset[str]:
    """Keys of lines that were read as part of the story on several pages: the outlet's own words."""
    least, most = _LINE
    counts = Counter(
        key
        for page in pages
        for key in {line_key(text) for text in page.sample.reading.paragraphs if least <= len(text) <= most}
    )
    return frozenset(key for key, often in counts.items() if often >= max(_RECURS, _SHARE * len(pages)))
