"""The people who wrote a story: not its editors, not the desk, not the name of the site."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from pipeline.extract.dateline import LIST_TAGS, LISTS, is_within
from pipeline.extract.outline import WRITER, Block, Outline
from pipeline.extract.people import EDITORS, WRITERS, looks_like_people, people
from pipeline.extract.plain import plain
from pipeline.extract.prose import is_linked, prose
from pipeline.extract.statements import Statements, line

MOST = 6  # names; longer lists are contributors of a network
_LONGEST_LINE = 160  # characters of a line with a byline
_LONGEST_ROLE = 20  # characters of a line that is only a role
_NEAR = 12  # blocks around the headline in which an unlabelled byline may stand
_AWAY = 80  # elements between the headline and one that is marked as the writer's name
_MARKS = 20  # of those are looked at
_FEWEST = 3  # blocks of prose that stand together in a story
_NESTED = 3  # boxes around a name, of which one is the author's; blocks from it to the portrait
_END = 2  # of them, the last ones, of which one may end with the writer's name in brackets
_LABEL = re.compile(
    rf"^\W*(?:laporan\s+|nama\s+)?(?:{WRITERS}|teks|naskah|liputan)(?:\s*[/&]\s*(?:{EDITORS}|foto\w*))?\s*(?:[:;|]|,(?=\s(?-i:[A-Z])))\s*(?P<names>.{{3,120}})$",
    re.IGNORECASE,
)
_REPORT = re.compile(
    r"^\W*laporan\s+(?:wartawan|jurnalis|reporter|kontributor)\b[^,:]*,\s*(?P<names>.{3,80})$", re.IGNORECASE
)
_BY = re.compile(  # with a capital behind it: "Oleh karena itu" is no byline
    r"^\W*(?:(?:di(?:tulis|posting|publikasikan|terbitkan|unggah) )?oleh|(?:written |posted )?by|laporan)\s*[:;/|]?\s+"
    r"(?P<names>(?-i:[A-Z]).{2,119})$",
    re.IGNORECASE,
)
_LABEL_ALONE = re.compile(rf"^\W*(?:{WRITERS}|oleh|by|{EDITORS})\s*:?$", re.IGNORECASE)
_BOTH_ROLES = re.compile(
    rf"\b(?:(?:{WRITERS})\s*[/&]\s*(?:{EDITORS})|(?:{EDITORS})\s*[/&]\s*(?:{WRITERS}))\b", re.IGNORECASE
)
_EDITOR = re.compile(rf"\b(?:{EDITORS})\s*[:;|]\s*(?P<names>[^|/]{{3,80}})", re.IGNORECASE)
_DATED = re.compile(
    r"\b(?:\d{1,2}[\s/.-]+(?:\d{1,2}|[A-Za-z]{3,9})[\s/.,-]+\d{2,4}|[A-Z][a-z]{2,8}\.?\s\d{1,2},\s\d{4})\b"
)
_LAST_WORD = re.compile(r"\s*[|•·–—-]\s|,?\s(?=\S+,$)")  # of a date line, the weekday's
_SIGNED = re.compile(r"[.!?”\"]\s*\((?P<names>[^()]{4,60})\)\s*$")
_INITIALS = re.compile(r"[A-Z]+|[a-z]{1,4}|\w{1,3}")  # "(KPK)", "(fdl)", "(red)"
_META = (
    "author", "content_author", "article:author", "article:author_name", "dc.creator", "dcterms.creator", "creator",
    "parsely-author", "sailthru.author", "cxenseparse:author",
)  # fmt: skip
_OTHERS = LISTS - {"footer"}  # a story's own footer ends it with its writer
_OTHER_TAGS = LIST_TAGS - {"footer"}
_PICTURE = frozenset(("figure", "figcaption", "caption", "photo", "foto", "image", "gambar", "img"))
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
        ("page", people(_marked(page, lines, headline or 0), sites)),
        ("page", _beside_date(page, headline or 0, sites)),
        ("page", _signed(page, sites)),
        ("page", _portrayed(page, headline or 0, sites)),
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
        if len(block.text) > _LONGEST_LINE:
            continue
        text = block.text
        if len(text) <= _LONGEST_ROLE and _LABEL_ALONE.match(text):
            if names_above is None and ":" not in text and ":" not in behind.text[:2]:
                names_above = bool(looks_like_people(before.text, sites))
            name = before.text if names_above else behind.text
            if ":" in name.strip(" :") or name.endswith(":"):
                continue  # another labelled line
            text = f"{text.rstrip(' :')} : {name[:_LONGEST_LINE].lstrip(' :')}"
        yield index, _BOTH_ROLES.sub("Penulis", text) if "/" in text or "&" in text else text


def _labelled(page: Outline, lines: list[tuple[int, str]], headline: int) -> Iterator[str]:
    """What stands behind "Penulis:" and its like, anywhere on the page but in lists of other stories and comments."""
    around = frozenset(page.up(page.blocks[headline].box)) if page.blocks else frozenset[int]()
    for index, text in lines:
        match = (_LABEL.match(text) if _has_mark(text) or "," in text else None) or _REPORT.match(text)
        if match and not is_within(page, page.blocks[index].box, around, _OTHER_TAGS, _OTHERS):
            yield match["names"]


def _credited(lines: list[tuple[int, str]], headline: int) -> Iterator[str]:
    """What stands near the headline behind "Oleh" and its like."""
    return (match["names"] for index, text in lines if abs(index - headline) <= _NEAR and (match := _BY.match(text)))


def _marked(page: Outline, lines: list[tuple[int, str]], headline: int) -> Iterator[str]:
    """Boxes near the headline that are named as the byline, then elements inside lines that are."""
    place = page.boxes[page.blocks[headline].box].place if page.blocks else 0
    around = frozenset(page.up(page.blocks[headline].box)) if page.blocks else frozenset[int]()
    for index, text in lines:
        box = page.blocks[index].box
        if abs(index - headline) <= _NEAR and not WRITER.isdisjoint(page.boxes[box].names):
            yield "" if _is_beside(page, box, around) else text
    for tag in page.writers[:_MARKS]:
        if abs(tag.place - place) <= _AWAY and not _is_beside(page, tag.box, around):
            yield tag.text


def _is_beside(page: Outline, box: int, around: frozenset[int]) -> bool:
    """Whether who is named there took a picture, or wrote a comment or another story."""
    return _is_picture(page, box) or is_within(page, box, around, LIST_TAGS, LISTS)


def _is_picture(page: Outline, box: int) -> bool:
    """Whether a box says by its tag or names that it belongs to a picture: who is named there took it."""
    return any(
        page.boxes[index].tag in _PICTURE or not _PICTURE.isdisjoint(page.boxes[index].names)
        for index in (box, max(0, page.boxes[box].parent))
    )


def _beside_date(page: Outline, headline: int, sites: frozenset[str]) -> Iterator[str]:
    """Names that stand in the date line or the line before or behind it, without any label."""
    blocks = page.blocks[headline + 1 : headline + 1 + _NEAR]
    menu = {plain(block.text) for block in page.blocks if is_linked(block)}
    for index, block in enumerate(blocks):
        date = _DATED.search(block.text) if len(block.text) <= _LONGEST_LINE else None
        if date and not prose(block):
            beside = (*blocks[max(0, index - 1) : index], *blocks[index + 1 : index + 2])
            texts = [_LAST_WORD.split(block.text[: date.start()])[0]]
            texts += [near.text for near in beside if not _is_picture(page, near.box)]
            found = (looks_like_people(text, sites) for text in texts if plain(text) not in menu)
            yield from next(filter(None, found), [])
            return


def _signed(page: Outline, sites: frozenset[str]) -> Iterator[str]:
    """Names in brackets behind the last sentence of a story: "… tutup dia. (Siti)". Initials name nobody."""
    told: dict[int, list[str]] = {}
    for block in page.blocks:
        if prose(block) and not _is_picture(page, block.box):
            told.setdefault(page.boxes[block.box].parent if block.tag == "p" else block.box, []).append(block.text)
    for texts in told.values():
        for text in reversed(texts[-_END:] if len(texts) >= _FEWEST else []):
            if match := _SIGNED.search(text):
                parts = (part.strip() for part in re.split(r"[/,&]", match["names"]))
                yield from people((part for part in parts if part and not _INITIALS.fullmatch(part)), sites)


def _portrayed(page: Outline, headline: int, sites: frozenset[str]) -> Iterator[str]:
    """The name above the portrait in a box of the author, wherever that stands: below the story mostly."""
    around = frozenset(page.up(page.blocks[headline].box)) if page.blocks else frozenset[int]()
    for index, block in enumerate(page.blocks[headline:], headline):
        near = islice(page.up(block.box), _NESTED)
        author = next((box for box in near if not WRITER.isdisjoint(page.boxes[box].names)), None)
        if author is None or prose(block) or _is_beside(page, block.box, around):
            continue
        portrait = (other for other in page.blocks[index + 1 : index + 1 + _NESTED] if prose(other))
        if any(author in page.up(other.box) for other in portrait):
            yield from looks_like_people(block.text, sites)
            return


def _editors(lines: list[tuple[int, str]]) -> Iterator[str]:
    return (match["names"] for _, text in lines if _has_mark(text) and (match := _EDITOR.search(text)))


def _has_mark(text: str) -> bool:
    """Whether a role may end in `text`: most lines are told off by that in a tenth of the time."""
    return ":" in text or "|" in text or ";" in text
