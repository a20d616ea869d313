"""Lines of a page that may be its headline, and how one is chosen among them."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from kliping.article import MAX_TITLE
from kliping.urls import canonical_url
from pipeline.extract.outline import HEADINGS, Block, Outline
from pipeline.extract.plain import plain
from pipeline.extract.prose import is_linked, prose
from pipeline.extract.sitenames import SEPARATORS, is_general

_MOST_PARTS = 8  # of a document title; more are keywords, not names
_SHORTEST = 12  # characters: a shorter part of a document title is a site's or a section's name more often
_SHORTEST_HEADING = 6  # characters, when the part is printed as a first or second heading: "Banjir Lagi"
_FEWEST_WORDS = 3  # of an address or a heading that must speak for itself
_FEWEST_STATED, _LABEL = 5, 2  # words of a stated title that is believed to be all, and of a label before it
_ALONE = 4  # words of an only h1 that the page states otherwise
_COVERED = 0.6  # of an address's words: cut slugs and left out prepositions cost up to a third
_ALIKE = 0.7  # of all words of heading and address: a headline that links to itself
_FOREIGN = 0.34  # below, a headline has nothing to do with its address
_ABOVE = 15  # blocks between a headline and the story
_STUB = re.compile(r"\s*(?:\.{2,}|…|\[[.…]*\])\s*$")  # where a stated title was cut
_MARKS = frozenset(("headline", "title", "judul"))  # class, id or itemprop, or a part of one
_CRUMBS = frozenset(("breadcrumb", "breadcrumbs", "crumb", "crumbs"))
_ID = re.compile(r"\d+|[a-z0-9]*\d[a-z0-9]*|html?|php|aspx?")
_MAIN = ("h1", "h2")


def candidates(page: Outline, sites: frozenset[str], *, linked: bool = False) -> list[Block]:
    """Headings and lines that are named as the headline, in page order; no names of sites or offices, no links unless
    `linked`.
    """
    return [
        block
        for block in page.blocks
        if len(block.text) <= MAX_TITLE
        and (block.tag in HEADINGS or not _MARKS.isdisjoint(page.boxes[block.box].names))
        and (linked or not is_linked(block))
        and not is_general(block.text, sites)
    ]


def printed_part(stated: Sequence[str], page: Outline, sites: frozenset[str]) -> Block | None:
    """The block that is the longest part of a stated title; of equally long ones, an h1."""
    parts = {plain(part) for title in stated for part in _spans(title)}
    printed = _by_text(page, parts)
    found = [
        block
        for key in parts
        if (block := printed.get(key)) and len(key) >= _least(key, block) and not is_general(key, sites)
    ]
    return max(found, key=lambda block: (len(plain(block.text)), block.tag == "h1", block.text), default=None)


def completed(stated: Sequence[str], page: Outline) -> Block | None:
    """The line that begins as a stated title that was cut: "Wali Kota Resmikan…"."""
    stubs = [plain(_STUB.sub("", title)) for title in stated if _STUB.search(title)]
    found = [
        block
        for block in page.blocks
        if len(block.text) <= MAX_TITLE
        and any(len(stub) >= _SHORTEST and plain(block.text).startswith(stub) for stub in stubs)
    ]
    ranked = sorted(found, key=lambda block: (block.tag not in HEADINGS, prose(block) > 0))
    return next((block for block in ranked if not _STUB.search(block.text)), None)


def similar(stated: Sequence[str], headings: Sequence[Block]) -> Block | None:
    """The h1 that shares most words with a stated title: sites that print another headline than they state."""
    titles = [set(plain(title).split()) for title in stated]
    best, most = None, 0
    for block in headings:
        own = set(plain(block.text).split())
        shared = max((len(own & title) for title in titles), default=0)
        if block.tag == "h1" and len(own) >= _FEWEST_WORDS and 2 * shared >= len(own) and shared > most:
            best, most = block, shared
    return best


def addressed(page: Outline, sites: frozenset[str], url: str) -> Block | None:
    """The heading that says what the address says: "/wali-kota-resmikan-taman". One that is a link must say no more."""
    slug = slug_words(url)
    found = [block for block in candidates(page, sites, linked=True) if _share(slug, block.text) >= _COVERED]
    alike = {id(block): _likeness(slug, block.text) for block in found}
    found = [block for block in found if not is_linked(block) or alike[id(block)] >= _ALIKE]
    return max(found, key=lambda block: (alike[id(block)], block.tag == "h1", not is_linked(block)), default=None)


def named_line(page: Outline, url: str) -> Block | None:
    """The line, no heading, that says just what the address says."""
    slug = slug_words(url)
    lines = (block for block in page.blocks if len(block.text) <= MAX_TITLE and not is_linked(block))
    return next((block for block in lines if slug and _likeness(slug, block.text) >= _ALIKE), None)


def without_label(printed: str, stated: Sequence[str]) -> str:
    """A printed headline without a word or two before what is stated: "Eksklusif", "Lingkungan"."""
    words = plain(printed).split()
    for title in stated:
        own = plain(title).split()
        if len(own) >= _FEWEST_STATED and 0 < len(words) - len(own) <= _LABEL and words[-len(own) :] == own:
            return title
    return printed


def is_foreign(text: str, url: str) -> bool:
    """Whether `text` has nothing to do with what the address says."""
    slug = slug_words(url)
    return bool(slug) and _share(slug, text) < _FOREIGN


def alone(headings: Sequence[Block]) -> Block | None:
    """The only h1, when it says enough."""
    found = [block for block in headings if block.tag == "h1"]
    return found[0] if len(found) == 1 and len(plain(found[0].text).split()) >= _ALONE else None


def above_story(headings: Sequence[Block], page: Outline) -> Block | None:
    """The heading nearest above the first text of some length that has one above."""
    ids = {id(block) for block in headings}
    top = next((index for index, block in enumerate(page.blocks) if id(block) in ids), 0)
    first = next((index for index in range(top, len(page.blocks)) if prose(page.blocks[index])), len(page.blocks))
    near = {id(block) for block in page.blocks[max(0, first - _ABOVE) : first]}
    said = [block for block in headings if id(block) in near and len(plain(block.text).split()) >= _FEWEST_WORDS]
    main = [block for block in said if block.tag in HEADINGS]
    return next(reversed(main or said), None)


def slug_words(url: str) -> frozenset[str]:
    """The words of the address's last part that has some; none when it has fewer than three."""
    path = canonical_url(url).partition("://")[2].partition("?")[0].partition("/")[2]
    for segment in reversed(path.split("/")):
        if len(found := _spelled(unquote(segment))) >= _FEWEST_WORDS:
            return found
    return frozenset()


def _share(slug: frozenset[str], text: str) -> float:
    return len(slug.intersection(plain(text).split())) / len(slug) if slug else 0.0


def _likeness(slug: frozenset[str], text: str) -> float:
    """Words in both by words in either."""
    own = _spelled(text)
    return len(slug & own) / (len(slug | own) or 1)


def _spelled(text: str) -> frozenset[str]:
    """The words of a text or a part of an address, without numbers and file endings."""
    return frozenset(word for word in plain(text).split() if not _ID.fullmatch(word))


def _least(key: str, block: Block) -> int:
    return _SHORTEST_HEADING if block.tag in _MAIN and " " in key else _SHORTEST


def _by_text(page: Outline, wanted: set[str]) -> dict[str, Block]:
    """The first block of each wording that is wanted, an h1, then a heading before others; not those of breadcrumbs."""
    printed: dict[str, Block] = {}
    for block in page.blocks:
        if len(block.text) > 2 * MAX_TITLE or (key := plain(block.text)) not in wanted or _is_crumb(page, block):
            continue
        if key not in printed or _rank(block) > _rank(printed[key]):
            printed[key] = block
    return printed


def _rank(block: Block) -> int:
    return (block.tag in HEADINGS) + (block.tag == "h1")


def _is_crumb(page: Outline, block: Block) -> bool:
    box = page.boxes[block.box]
    around = page.boxes[box.parent].names if box.parent >= 0 else _CRUMBS
    return block.tag not in HEADINGS and not (_CRUMBS.isdisjoint(box.names) and _CRUMBS.isdisjoint(around))


def _spans(title: str) -> Iterator[str]:
    """A title and every run of its parts: "A - B | C" gives A - B | C, A - B, B | C, A, B, C."""
    separators = [match.span() for match in SEPARATORS.finditer(title[: 2 * MAX_TITLE])]
    cuts = [(0, 0), *separators[: _MOST_PARTS - 1], (len(title), 0)]
    for first in range(len(cuts) - 1):
        for last in range(first + 1, len(cuts)):
            yield title[cuts[first][1] : cuts[last][0]]
