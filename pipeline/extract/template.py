"""What is known of an outlet's pages, and a page seen through it.

A template says in which box of the page the headline, its facts and the story stand, which boxes inside the story
never hold any of it, and which lines the outlet prints on many pages. An outlet has one for each design of its pages.
Of a page that fits only the head and that box are looked at, by the same reader as any other: less to look at, so
faster, and without the side columns that can be taken for the story. One that does not fit is read whole. Pure.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.extract.document import within_limits
from pipeline.extract.outline import Outline
from pipeline.extract.statements import Statements, lexbor_statements
from pipeline.extract.title import plain
from pipeline.extract.walk import region_outline

_MORE: Final = 250  # characters of paragraphs: a teaser or comment more; the shortest stories of 123 pages have 300
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The pages of one design of an outlet.

    `region`, `body`, `skip` and `idle` are CSS selectors, `lines` are keys as of `line_key`.
    """

    outlet: str
    region: str  # the box with headline, date, byline and story
    body: str  # the box of the story
    skip: tuple[str, ...] = ()  # boxes inside the body that are never part of the story
    idle: tuple[str, ...] = ()  # boxes in the region that hold nothing but links
    lines: frozenset[str] = frozenset()  # that recur over pages
    beside: int | None = None  # characters of paragraphs outside the region, at most; None: not known
    around: int | None = (
        None  # of prose in the region around a body that is nothing but the story; None: it may be more
    )
    confidence: float = 1.0  # that readings of its pages deserve
    pages: int  # that it was learned from
    learned_at: datetime


def views(html: str, templates: Sequence[Template]) -> Iterator[tuple[int, Statements, Outline]]:
    """By each of the templates that the page fits: its index, what the page states, and the outline of the region.

    The page is parsed once.
    """
    tree = LexborHTMLParser(within_limits(html)[0])
    said: Statements | None = None
    for index, template in enumerate(templates):
        if page := region_of(tree, template):
            said = said or lexbor_statements(tree)
            yield index, said, page


def region_of(tree: LexborHTMLParser, template: Template) -> Outline | None:
    """The outline of the region without what is to be skipped; None where the page does not fit."""
    region = one(tree.root, template.region)
    body = one(region, template.body)
    if region is None or body is None:
        return None
    if template.beside is not None and prose_beside(tree, region) > template.beside + _MORE:
        return None  # a part of the story may have moved away
    skipped = _nodes(body, template.skip) | _nodes(region, template.idle)
    return region_outline(region, body, skipped)


def _nodes(node: LexborNode, selectors: Sequence[str]) -> set[int]:
    return {found.mem_id for found in node.css(", ".join(selectors))} if selectors else set()


def one(node: LexborNode | None, selector: str) -> LexborNode | None:
    """The only element below `node` that `selector` names; None where there is none or another one too."""
    found = node.css(selector) if node is not None else []
    return found[0] if len(found) == 1 else None


def prose_beside(tree: LexborHTMLParser, region: LexborNode) -> int:
    """The characters of paragraphs of a page that stand outside of a box."""
    return sum(len(one.text()) for one in tree.css("p")) - sum(len(one.text()) for one in region.css("p"))


def line_key(text: str) -> str:
    """A line as it is compared with lines of other pages: numbers count as the same."""
    return _DIGITS.sub("0", plain(text))
