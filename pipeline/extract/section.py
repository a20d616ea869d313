"""The section that the outlet filed a story under."""

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from kliping.text import clean_line
from pipeline.extract.outline import Element, Outline
from pipeline.extract.plain import plain
from pipeline.extract.sitenames import is_site
from pipeline.extract.statements import Statements, line

_LONGEST = 80  # characters
_LONGEST_STEP = 40  # characters of a step of a trail; longer ones are headlines
_META = ("article:section", "articlesection", "content_category", "cxenseparse:category", "parsely-section", "section")
_TRAIL = frozenset(("breadcrumb", "breadcrumbs"))  # class, id or itemprop, or a part of one
_HOME = frozenset(("home", "beranda", "halaman utama", "homepage", "indeks", "index"))


def read_section(said: Statements, page: Outline, title: str, sites: frozenset[str]) -> tuple[str, str]:
    """The section's name as written with its source ("json-ld", "meta", "page"); ('', '') when none is told.

    Of a trail of sections ("Beranda › Daerah › Depok") it is the first: that is how outlets name what they state.
    """
    for name, source in _stated(said):
        if name:
            return clean_line(name, _LONGEST), source
    for steps, source in ((map(line, said.crumbs), "json-ld"), (_printed(page), "page")):
        for step in steps:
            key = plain(step)
            if 0 < len(step) <= _LONGEST_STEP and key not in (*_HOME, plain(title)) and not is_site(step, sites):
                return step, source
    return "", ""


def _stated(said: Statements) -> Iterator[tuple[str, str]]:
    linked = said.article.get("articleSection")
    yield line(linked[0] if isinstance(linked, list) and linked else linked), "json-ld"
    yield said.first(*_META), "meta"


def _printed(page: Outline) -> Iterator[str]:
    """The links of the page's trail, or its lines; one of two boxes around a line is named so."""
    seen: set[int] = set()
    for block in page.blocks:
        box = page.boxes[block.box]
        around = page.boxes[box.parent].names if box.parent >= 0 else frozenset[str]()
        if block.linked and block.box not in seen and not (_TRAIL.isdisjoint(box.names) and _TRAIL.isdisjoint(around)):
            seen.add(block.box)
            yield from _links(box.element) or (block.text,)


def _links(element: Element) -> list[str]:
    """The texts of an element's links, in order: a trail may be one line."""
    if isinstance(element, LexborNode):
        return [line(link.text()) for link in element.css("a")]
    return [line("".join(map(str, link.itertext()))) for link in element.iter("a")]
