"""The people who wrote a story: not its editors, not the desk, not the name of the site."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from kliping.text import clean_line
from pipeline.extract.outline import Block, Outline
from pipeline.extract.statements import Statements, line
from pipeline.extract.title import plain
from pipeline.extract.wordlists import words

MOST = 6  # names; longer lists are contributors of a network
_LONGEST_NAME = 60  # characters
_MOST_WORDS = 5  # of a person's name
_LONGEST_LINE = 160  # characters of a line with a byline
_NEAR = 12  # blocks around the headline in which an unlabelled byline may stand
_WRITERS = r"penulis|pewarta|reporter|wartawan|jurnalis|kontributor|koresponden|peliput"
_LABEL = re.compile(rf"^\W*(?:laporan\s+)?(?:{_WRITERS})\s*[:;/|]\s*(?P<names>.{{3,120}})$", re.IGNORECASE)
_BY = re.compile(r"^\W*(?:oleh|ditulis oleh|by|written by|laporan)\s*[:;/|]?\s+(?P<names>.{3,120})$", re.IGNORECASE)
_LABEL_ALONE = re.compile(rf"^\W*(?:{_WRITERS}|oleh|by|editor|redaktur)\s*:?$", re.IGNORECASE)
_EDITOR = re.compile(r"\b(?:editor|redaktur|uploader)\s*[:;/|]\s*(?P<names>[^|/]{3,80})", re.IGNORECASE)
_ROLES_AFTER = re.compile(r"\b(?:editor|redaktur|uploader|sumber|foto|fotografer)\s*[:;].*$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[;,/|&•]|\bdan\b|\band\b)\s*")
_AFTER = re.compile(r"\s+(?:[-–—|•·]\s.*|\d.*|(?:senin|selasa|rabu|kamis|jum.?at|sabtu|minggu)\b.*)$", re.IGNORECASE)
_BEFORE = re.compile(r"^(?:oleh|by)\s*:?\s+", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\)")
_NAMED = frozenset(("author", "byline", "penulis", "reporter", "writer", "pewarta"))  # class or id, or a part of one
_META = (
    "author", "content_author", "article:author", "article:author_name", "dc.creator", "creator", "parsely-author",
    "sailthru.author", "cxenseparse:author",
)  # fmt: skip


def read_byline(
    said: Statements, page: Outline, headline: int | None, sites: frozenset[str]
) -> tuple[tuple[str, ...], str]:
    """Names in the order of the page with their source: "json-ld", "meta", "page"; ((), "") without one.

    Whom the page itself calls editor is no writer, whatever JSON-LD says.
    """
    lines = list(_lines(page.blocks))
    editors = {plain(name) for name in _people(_editors(page.blocks, lines), sites)}
    metas = (text for name in _meta_names(said) for text in said.meta.get(name, ()))
    stated = (
        ("json-ld", _linked(said.article.get("author"))),
        ("meta", metas),
        ("page", _printed(page, lines, headline)),
    )
    for source, names in stated:
        people = [person for person in _people(names, sites) if plain(person) not in editors]
        if people:
            return tuple(dict.fromkeys(people))[:MOST], source
    return (), ""


def _meta_names(said: Statements) -> tuple[str, ...]:
    return (*_META, *(name for name in said.meta if name.endswith((":author", "_author", "-author"))))


def _linked(author: object) -> Iterator[str]:
    for item in author if isinstance(author, list) else [author]:
        name = item.get("name") if isinstance(item, dict) else item
        for one in name if isinstance(name, list) else [name]:
            yield line(one)


def _lines(blocks: tuple[Block, ...]) -> Iterator[tuple[int, str]]:
    """Short blocks with their index; "Penulis" and ": Nama" in two blocks are one line."""
    for index, (block, behind) in enumerate(pairwise((*blocks, Block("", 0, 0, "")))):
        if len(block.text) <= _LONGEST_LINE:
            parted = block.text.endswith(":") != behind.text.startswith(":") and len(behind.text) <= _LONGEST_LINE
            joined = parted and _LABEL_ALONE.match(block.text)
            yield index, f"{block.text.rstrip(' :')} : {behind.text.lstrip(' :')}" if joined else block.text


def _printed(page: Outline, lines: list[tuple[int, str]], headline: int | None) -> Iterator[str]:
    """Labelled names anywhere; near the headline also "Oleh …" and boxes that are named as the byline."""
    near = range((headline or 0) - _NEAR, (headline or 0) + _NEAR)
    for index, text in lines:
        if match := _LABEL.match(text) or (index in near and _BY.match(text)):
            yield match["names"]
    for index, text in lines:
        if index in near and not _NAMED.isdisjoint(page.boxes[page.blocks[index].box].names):
            yield text


def _editors(blocks: tuple[Block, ...], lines: list[tuple[int, str]]) -> Iterator[str]:
    for index, text in lines:
        if match := _EDITOR.search(text):
            yield match["names"]
        elif index and plain(text) in ("editor", "redaktur"):  # the role stands under the name
            yield blocks[index - 1].text


def _people(names: Iterable[str], sites: frozenset[str]) -> Iterator[str]:
    for written in names:
        if "://" in written:
            continue
        for name in _BETWEEN.split(_AFTER.sub("", _ROLES_AFTER.sub("", written))):
            person = _BEFORE.sub("", clean_line(_BRACKETS.sub("", name)).strip(" .:-–—()[]*@"))
            if is_person(person, sites):
                yield person


def is_person(name: str, sites: frozenset[str]) -> bool:
    """Whether `name` can be a person's: letters, a few words, none of which is a desk's or the site's."""
    parts = plain(name).split()
    return (
        2 < len(name) <= _LONGEST_NAME
        and 0 < len(parts) <= _MOST_WORDS
        and not any(char.isdigit() for char in name)
        and words("desks.txt").isdisjoint(parts)
        and plain(name) not in sites
        and not any(part in site.split() for part in parts for site in sites if len(part) > 3)
    )
