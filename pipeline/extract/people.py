"""From what stands in a byline to the names of people: without roles, desks, sites, degrees, places and addresses."""

import re
from collections.abc import Iterable, Iterator

from kliping.indonesian.names import is_name
from kliping.text import clean_line
from pipeline.extract.plain import plain
from pipeline.extract.sitenames import is_general
from pipeline.extract.wordlists import words

WRITERS = r"penulis|pewarta|reporter|wartawan|jurnalis|kontributor|koresponden|peliput|author|writer"
EDITORS = r"editor|redaktur|penyunting|uploader"
_LONGEST_TEXT = 400  # characters with names in them: a byline of six with their degrees
_LONGEST_NAME = 60  # characters
_MOST_WORDS = 5  # of a person's name
_BETWEEN = re.compile(r"\s*(?:[;,/|&•·]|\bdan\b|\band\b)\s*", re.IGNORECASE)
_AFTER = re.compile(
    r"\s+(?:[-–—|•·]\s.*|\d.*|(?:on|in|pada|tanggal|senin|selasa|rabu|kamis|jum.?at|sabtu|minggu|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|di(?:terbitkan|publikasikan|unggah|perbarui|posting)|published|updated)\b.*)$",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"[a-z]{2,4}")
_DATE_WORDS = """
published updated posted on in at pada tanggal januari februari maret april mei juni juli agustus september
oktober november desember january february march may june july august october december
"""
_WHEN = frozenset(_DATE_WORDS.split())  # a name that is made of nothing else is a date
_OTHER_ROLES = re.compile(rf"\b(?:{EDITORS}|sumber|foto|fotografer)\s*[:;].*$", re.IGNORECASE)
_BEFORE = re.compile(
    rf"^(?:oleh|(?:posted |written |published )?by|di(?:tulis|posting|terbitkan) oleh|laporan|{WRITERS})"
    r"(?:\s*:\s*|\s+)(?=\S)",
    re.IGNORECASE,
)
_BEHIND = re.compile(rf"\s+[-–,·(]*\s*(?:{WRITERS})\)?$", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_ADDRESS = re.compile(r"\S*@\S+|\bwww\.\S+", re.IGNORECASE)
_FIELDS = r"Sos|Pd|Si|Kom|IP|Ag|Hum|Psi|Kep|Kes|AP|Sc|Farm|Pt|Par|Ak|Ked|Kn|Th|Ap|[EHTMPSA]"  # of Indonesian degrees
_DEGREE = re.compile(
    rf"(?:[SM]\.?\s?(?:I\.?\s?)?(?:{_FIELDS})\.?\s?I?|A\.?\s?Md\.?.*|MBA|Lc|Ph\.?\s?D|Drs?|Dra|Ir|Hj?|Prof)\.?"
)
_NAME = re.compile(
    r"(?:(?:[A-Z][a-z]?|Dr|Drs|Dra|Hj|Prof|Ir)\.|[A-Z][^\W\d_]*(?:['’-][A-Z]?[^\W\d_]+)*|bin|binti|al|el|van|de)"
)


def people(written: Iterable[str], sites: frozenset[str]) -> Iterator[str]:
    """The people named in `written`, in order."""
    for text in written:
        if len(text) <= _LONGEST_TEXT and "://" not in text:
            yield from _split(_OTHER_ROLES.sub("", _ADDRESS.sub("", text)), sites)


def is_person(name: str, sites: frozenset[str]) -> bool:
    """Whether `name` can be a person's: letters, a few words, none of which is a desk's or the site's."""
    parts = plain(name).split()
    return (
        2 < len(name) <= _LONGEST_NAME
        and 0 < len(parts) <= _MOST_WORDS
        and not any(char.isdigit() for char in name)
        and words("desks.txt").isdisjoint(parts)
        and not _WHEN.issuperset(parts)
        and not _INITIALS.fullmatch(name)
        and not is_general(name, sites)
        and not any(part in site.split() for part in parts for site in sites if len(part) > 3)
    )


def looks_like_people(text: str, sites: frozenset[str]) -> list[str]:
    """The people of a line that nothing calls a byline; none unless it is all names: "Siti Contoh, Budi (Depok)"."""
    bare = _BRACKETS.sub("", _ADDRESS.sub("", text)).strip()
    names = list(_split(bare, sites))
    first = plain(names[0]).split() if names else []
    is_rubric = not words("rubrics.txt").isdisjoint(plain(bare).split()) or _is_where(first)
    spelled = all(
        _NAME.fullmatch(word) or _DEGREE.fullmatch(word) for word in re.sub(r"[,/&]|\bdan\b", " ", bare).split()
    )
    return names if spelled and len(first) > 1 and not is_rubric else []


def _is_where(parts: list[str]) -> bool:
    """Whether words name a place or an office, together or each of them."""
    together = is_name(" ".join(parts)) or is_name("".join(parts))
    return together or all(is_name(part) or part in words("institutions.txt") for part in parts)


def _split(text: str, sites: frozenset[str]) -> Iterator[str]:
    """The people of one text; of one that a dash parts, those before it, else those behind it ("Site - Name")."""
    before = list(_persons(_AFTER.sub("", text), sites))
    dash = re.search(r"\s[-–—]\s", text)
    yield from before or (_persons(_AFTER.sub("", text[dash.end() :]), sites) if dash else ())


def _persons(text: str, sites: frozenset[str]) -> Iterator[str]:
    parts = [_stripped(part) for part in _BETWEEN.split(_BRACKETS.sub("", text))]
    for part in parts:
        is_where = len(parts) > 1 and is_name(plain(part))  # "Siti Contoh, Depok"
        if not is_where and not _DEGREE.fullmatch(part) and is_person(part, sites):
            yield part


def _stripped(part: str) -> str:
    bare = _BEHIND.sub("", _BEFORE.sub("", clean_line(part).strip(" .:-–—()[]*_"))) if part else ""
    return bare.strip(" :*")
