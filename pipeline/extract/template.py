"""What is known of an outlet's pages, and a page cut down to it.

A template says in which box of the page the headline, its facts and the story stand, which boxes inside the story
never hold any of it, and which lines the outlet prints on many pages. An outlet has one for each design of its pages.
A page that fits is cut down to its head and
that box, and goes through the same reader as any other: less to look at, so faster, and without the side columns that
can be taken for the story. One that does not fit is read whole. Pure.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.extract.document import MAX_HTML
from pipeline.extract.title import plain

HEAD: Final = "meta, title, link[rel=canonical], script[type='application/ld+json']"
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The pages of one design of an outlet.

    `region`, `body` and `skip` are CSS selectors, `lines` are keys as of `line_key`.
    """

    outlet: str
    region: str  # the box with headline, date, byline and story
    body: str  # the box of the story
    skip: tuple[str, ...] = ()  # boxes inside the body that are never part of the story
    lines: frozenset[str] = frozenset()  # that recur over pages
    confidence: float = 1.0  # that readings of its pages deserve
    pages: int  # that it was learned from
    learned_at: datetime


def cuts(html: str, templates: Sequence[Template]) -> Iterator[tuple[int, str]]:
    """The page cut down by each of the templates that it fits, with the template's index. It is parsed once."""
    tree = LexborHTMLParser(html[:MAX_HTML])
    for index, template in enumerate(templates):
        if small := cut_down(tree, template):
            yield index, small


def cut_down(tree: LexborHTMLParser, template: Template) -> str | None:
    """The page with nothing but its head and the region; None where the page does not fit."""
    region = one(tree.root, template.region)
    body = one(region, template.body) if region is not None else None
    if region is None or body is None:
        return None
    for selector in template.skip:
        for node in body.css(selector):
            node.decompose()
    language = (tree.root.attributes.get("lang") or "") if tree.root is not None else ""
    head = "".join(node.html or "" for node in tree.css(HEAD))
    return f'<html lang="{language[:12]}"><head>{head}</head><body>{region.html}</body></html>'


def one(node: LexborNode | None, selector: str) -> LexborNode | None:
    """The only element below `node` that `selector` names; None where there is none or another one too."""
    found = node.css(selector) if node is not None else []
    return found[0] if len(found) == 1 else None


def line_key(text: str) -> str:
    """A line as it is compared with lines of other pages: numbers count as the same."""
    return _DIGITS.sub("0", plain(text))
