"""The people who wrote a story: not its editors, not the desk, not the name of the site."""

import re
from collections.abc import Iterable, Iterator

from kliping.text import clean_line
from pipeline.extract.statements import Statements, line
from pipeline.extract.title import plain
from pipeline.extract.wordlists import words

MOST = 6  # names; longer lists are contributors of a network
_LONGEST_NAME = 60  # characters
_MOST_WORDS = 5  # of a person's name
_LABEL = re.compile(
    r"^\W*(?:penulis|pewarta|reporter|wartawan|jurnalis|kontributor|koresponden|peliput|oleh|ditulis oleh|by|written by"
    r"|laporan(?: wartawan| reporter| jurnalis| kontributor)?)\s*[:;/|]?\s+(?P<names>.{3,120})$",
    re.IGNORECASE,
)
_OTHER_ROLE = re.compile(r"\b(?:editor|redaktur|uploader|sumber|foto|fotografer)\b.*$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[;,/|&]|\bdan\b|\band\b)\s*")
_AFTER = re.compile(r"\s+(?:[-–—|•·]\s.*|\d.*|(?:senin|selasa|rabu|kamis|jum.?at|sabtu|minggu)\b.*)$", re.IGNORECASE)
_META = ("author", "content_author", "article:author", "article:author_name", "dc.creator", "creator", "parsely-author",
         "sailthru.author", "cxenseparse:author")  # fmt: skip


def read_byline(said: Statements, lines: Iterable[str], sites: frozenset[str]) -> tuple[tuple[str, ...], str]:
    """Names in the order of the page with their source: "json-ld", "meta", "page"; ((), "") without one."""
    metas = [text for name in _meta_names(said) for text in said.meta.get(name, ())]
    for source, names in (("json-ld", _linked(said.article.get("author"))), ("meta", metas), ("page", _printed(lines))):
        if people := tuple(dict.fromkeys(_people(names, sites)))[:MOST]:
            return people, source
    return (), ""


def _meta_names(said: Statements) -> tuple[str, ...]:
    return (*_META, *(name for name in said.meta if name.endswith((":author", "_author", "-author"))))


def _linked(author: object) -> Iterator[str]:
    for item in author if isinstance(author, list) else [author]:
        name = item.get("name") if isinstance(item, dict) else item
        for one in name if isinstance(name, list) else [name]:
            yield line(one)


def _printed(lines: Iterable[str]) -> Iterator[str]:
    for text in lines:
        if match := _LABEL.match(text):
            yield match["names"]


def _people(names: Iterable[str], sites: frozenset[str]) -> Iterator[str]:
    for written in names:
        if "://" in written:
            continue
        for name in _BETWEEN.split(_AFTER.sub("", _OTHER_ROLE.sub("", written))):
            person = clean_line(name).strip(" .:-–—()[]*@")
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
