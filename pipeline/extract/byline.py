"""The people who wrote a story: not its editors, not the desk, not the name of the site."""

import re
from collections.abc import Iterable, Iterator

from pipeline.extract.dateline import LIST_TAGS, LISTS, is_within
from pipeline.extract.outline import Block, Outline
from pipeline.extract.people import EDITORS, WRITERS, looks_like_people, people
from pipeline.extract.plain import plain
from pipeline.extract.statements import Statements, line
from pipeline.extract.unlabelled import LONGEST_LINE, NEAR, beside_date, marked, portrayed, signed

MOST = 6  # names; longer lists are contributors of a network
_LONGEST_ROLE = 20  # characters of a line that is only a role
_LABEL = re.compile(
    rf"^\W*(?:laporan\s+|nama\s+)?(?:{WRITERS}|teks|naskah|liputan)(?:\s*[/&]\s*(?:{EDITORS}|foto\w*))?\s*(?:[:;|]|,(?=\s(?-i:[A-Z])))\s*(?P<names>.{{3,120}})$",
    re.IGNORECASE,
)
_REPORT = re.compile(
    r"^\W*laporan\s+(?:wartawan|jurnalis|reporter|kontributor)\b[^,:]*,\s*(?P<names>.{3,80})$", re.IGNORECASE
)
_BY = re.compile(  # with a capital behind it: "Oleh karena itu" is no byline
    r"^\W*(?:(?:di(?:tulis|posting|publikasikan|terbitkan|unggah) )?oleh|(?:written |posted |published )?by|laporan)"
    r"\s*[:;/|]?\s+(?P<names>(?-i:[A-Z]).{2,119})$",
    re.IGNORECASE,
)
_REP = re.compile(r"^\W*rep\s*:\s*(?P<names>.{3,60}?)\s*(?:[/|]\s*red\s*:.*)?$", re.IGNORECASE)
_LABEL_ALONE = re.compile(rf"^\W*(?:{WRITERS}|oleh|by|{EDITORS})\s*:?$", re.IGNORECASE)
_BOTH_ROLES = re.compile(
    rf"\b(?:(?:{WRITERS})\s*[/&]\s*(?:{EDITORS})|(?:{EDITORS})\s*[/&]\s*(?:{WRITERS}))\b", re.IGNORECASE
)
_EDITOR = re.compile(rf"\b(?:{EDITORS})\s*[:;|]\s*(?P<names>[^|/]{{3,80}})", re.IGNORECASE)
_META = (
    "author", "content_author", "article:author", "article:author_name", "dc.creator", "dcterms.creator", "creator",
    "parsely-author", "sailthru.author", "cxenseparse:author",
)  # fmt: skip
_OTHERS = LISTS - {"footer"}  # a story's own footer ends it with its writer
_OTHER_TAGS = LIST_TAGS - {"footer"}
_BODIES = ("organization", "newsmediaorganization", "corporation", "governmentorganization", "website")  # schema.org


def read_byline(
    said: Statements, page: Outline, headline: int | None, sites: frozenset[str]
) -> tuple[tuple[str, ...], str]:
    """Names in the order of the page with their source: "json-ld", "meta", "page"; ((), "") without one.

    What the page prints as "Penulis: …" is believed first. Whom it calls editor is no writer, whatever JSON-LD says.
    """
    lines = list(_lines(page.blocks, sites))
    labelled = list(people(_labelled(page, lines, headline or 0), sites))
    credited = list(people(_credited(lines, headline or 0), sites))
    editors = {plain(name) for name in people(_editors(lines), sites)}.difference(map(plain, (*labelled, *credited)))
    metas = (text for name in _meta_names(said) for text in said.meta.get(name, ()))
    stated: tuple[tuple[str, Iterable[str]], ...] = (
        ("page", labelled),
        ("json-ld", people(_linked(said.article.get("author")), sites)),
        ("meta", people(metas, sites)),
        ("page", credited),
        ("page", people(marked(page, lines, headline or 0), sites)),
        ("page", beside_date(page, headline or 0, sites)),
        ("page", signed(page, sites)),
        ("page", portrayed(page, headline or 0, sites)),
    )
    for source, names in stated:
        writers = [name for name in names if plain(name) not in editors]
        if writers:
            return tuple(dict.fromkeys(writers))[:MOST], source
    return (), ""


def _meta_names(said: Statements) -> tuple[str, ...]:
    return (*_META, *(name for name in said.meta if name.endswith((":author", "_author", "-author"))))


def _linked(author: object) -> Iterator[str]:
    for item in author if isinstance(author, list) else [author]:
        if isinstance(item, dict) and str(item.get("@type", "")).lower() in _BODIES:
            continue
        name = item.get("name") if isinstance(item, dict) else item
        for one in name if isinstance(name, list) else [name]:
            yield line(one)


def _lines(blocks: tuple[Block, ...], sites: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Short blocks with their index; "Penulis" and ": Nama" in two blocks, or "Penulis" under a name, are one line."""
    none = Block("", 0, 0, "")
    names_above: bool | None = None  # the first role without a colon tells where the page puts the names of all
    for index, (before, block, behind) in enumerate(zip((none, *blocks), blocks, (*blocks[1:], none), strict=False)):
        if len(block.text) > LONGEST_LINE:
            continue
        text = block.text
        if len(text) <= _LONGEST_ROLE and _LABEL_ALONE.match(text):
            if names_above is None and ":" not in text and ":" not in behind.text[:2]:
                names_above = bool(looks_like_people(before.text, sites))
            name = before.text if names_above else behind.text
            if ":" in name.strip(" :") or name.endswith(":"):
                continue  # another labelled line
            text = f"{text.rstrip(' :')} : {name[:LONGEST_LINE].lstrip(' :')}"
        yield index, _BOTH_ROLES.sub("Penulis", text) if "/" in text or "&" in text else text


def _labelled(page: Outline, lines: list[tuple[int, str]], headline: int) -> Iterator[str]:
    """What stands behind "Penulis:" and its like, anywhere on the page but in lists of other stories and comments."""
    around = frozenset(page.up(page.blocks[headline].box)) if page.blocks else frozenset[int]()
    for index, text in lines:
        match = (_LABEL.match(text) if _has_mark(text) or "," in text else None) or _REPORT.match(text)
        if match and not is_within(page, page.blocks[index].box, around, _OTHER_TAGS, _OTHERS):
            yield match["names"]


def _credited(lines: list[tuple[int, str]], headline: int) -> Iterator[str]:
    """What stands near the headline behind "Oleh" and its like, or "Rep", beside which "Red" is the desk."""
    near = (text for index, text in lines if abs(index - headline) <= NEAR)
    return (match["names"] for text in near if (match := _BY.match(text) or _REP.match(text)))


def _editors(lines: list[tuple[int, str]]) -> Iterator[str]:
    return (match["names"] for _, text in lines if _has_mark(text) and (match := _EDITOR.search(text)))


def _has_mark(text: str) -> bool:
    """Whether a role may end in `text`: most lines are told off by that in a tenth of the time."""
    return ":" in text or "|" in text or ";" in text
