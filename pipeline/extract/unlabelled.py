"""Who wrote a story where nothing says so: boxes named after writers, the line of the date, signatures, portraits."""

import re
from collections.abc import Iterator
from itertools import islice

from pipeline.extract.dateline import LIST_TAGS, LISTS, is_within
from pipeline.extract.outline import WRITER, Outline
from pipeline.extract.people import looks_like_people, people
from pipeline.extract.plain import plain
from pipeline.extract.prose import is_linked, prose

LONGEST_LINE = 160  # characters of a line with a byline
NEAR = 12  # blocks around the headline in which a byline may stand that is none by its label
_AWAY = 80  # elements between the headline and one that is marked as the writer's name
_MARKS = 20  # of those are looked at
_FEWEST = 3  # blocks of prose that stand together in a story
_NESTED = 3  # boxes around a name, of which one is the author's; blocks from it to the portrait
_END = 2  # of them, the last ones, of which one may end with the writer's name in brackets
_DATED = re.compile(
    r"\b(?:\d{1,2}[\s/.-]+(?:\d{1,2}|[A-Za-z]{3,9})[\s/.,-]+\d{2,4}|[A-Z][a-z]{2,8}\.?\s\d{1,2},\s\d{4})\b"
)
_LAST_WORD = re.compile(r"\s*[|•·–—-]\s|,?\s(?=\S+,$)")  # of a date line, the weekday's
_CLOCK = re.compile(  # and what stands between it and a name
    r"^(?:[\s,|•·–—-]|\b(?:pukul|jam|at|oleh|by|wib|wita|wit|[ap]m)\b|\d{1,2}[.:]\d{2}(?:[.:]\d{2})?)*", re.IGNORECASE
)
_SIGNED = re.compile(r"[.!?”\"]\s*\((?P<names>[^()]{4,60})\)\s*$")
_INITIALS = re.compile(r"[A-Z]+|[a-z]{1,4}|\w{1,3}")  # "(KPK)", "(fdl)", "(red)"
_PICTURE = frozenset(("figure", "figcaption", "caption", "photo", "foto", "image", "gambar", "img"))


def marked(page: Outline, lines: list[tuple[int, str]], headline: int) -> Iterator[str]:
    """Boxes near the headline that are named as the byline, then elements inside lines that are."""
    place = page.boxes[page.blocks[headline].box].place if page.blocks else 0
    around = frozenset(page.up(page.blocks[headline].box)) if page.blocks else frozenset[int]()
    for index, text in lines:
        box = page.blocks[index].box
        if abs(index - headline) <= NEAR and not WRITER.isdisjoint(page.boxes[box].names):
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


def beside_date(page: Outline, headline: int, sites: frozenset[str]) -> Iterator[str]:
    """Names that stand in the date line or the line before or behind it, without any label."""
    blocks = page.blocks[headline + 1 : headline + 1 + NEAR]
    menu = {plain(block.text) for block in page.blocks if is_linked(block)}
    for index, block in enumerate(blocks):
        date = _DATED.search(block.text) if len(block.text) <= LONGEST_LINE else None
        if date and not prose(block):
            beside = (*blocks[max(0, index - 1) : index], *blocks[index + 1 : index + 2])
            texts = [_LAST_WORD.split(block.text[: date.start()])[0]]
            texts.append(_CLOCK.sub("", block.text[date.end() :]))
            texts += [near.text for near in beside if not _is_picture(page, near.box)]
            found = (looks_like_people(text, sites) for text in texts if plain(text) not in menu)
            yield from next(filter(None, found), [])
            return


def signed(page: Outline, sites: frozenset[str]) -> Iterator[str]:
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


def portrayed(page: Outline, headline: int, sites: frozenset[str]) -> Iterator[str]:
    """The name above the portrait in a box of the author, wherever that stands: below the story mostly."""
    around = frozenset(page.up(page.blocks[headline].box)) if page.blocks else frozenset[int]()
    named = ((index, block) for index, block in enumerate(page.blocks) if index >= headline and not prose(block))
    authors = ((index, block, box) for index, block in named if (box := _author(page, block.box)) is not None)
    for index, block, author in islice(authors, _MARKS):
        portrait = (other for other in page.blocks[index + 1 : index + 1 + _NESTED] if prose(other))
        if not _is_beside(page, block.box, around) and any(author in page.up(other.box) for other in portrait):
            yield from looks_like_people(block.text, sites)
            return


def _author(page: Outline, box: int) -> int | None:
    """The box right around one, or it, that is named after a writer."""
    near = islice(page.up(box), _NESTED)
    return next((index for index in near if not WRITER.isdisjoint(page.boxes[index].names)), None)
