"""Which agencies an article names: long names and short forms, each with its field of government (urusan).

A short form of several agencies (DKP: food security or fisheries) counts for the one whose long name stands in the same
article ("Dinas Kelautan dan Perikanan (DKP)"); else it stays ambiguous.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from kliping.indonesian.datafiles import rows
from kliping.indonesian.placenames import Text, Where, read_text
from kliping.indonesian.words import tokens

Owner = Literal["daerah", "pusat", "lain"]
Level = Literal["kota", "kabupaten", "provinsi"]

_OWNERS: Final[dict[str, Owner]] = {"daerah": "daerah", "pusat": "pusat", "lain": "lain"}
_LEVEL_BEHIND: Final[dict[str, Level]] = {
    "kota": "kota", "kabupaten": "kabupaten", "kab": "kabupaten", "provinsi": "provinsi", "prov": "provinsi",
    "propinsi": "provinsi",
}  # fmt: skip
_OWN_LEVEL: Final[dict[str, Level]] = {
    "pemkot": "kota", "pemko": "kota", "pemkab": "kabupaten", "pemprov": "provinsi", "sekdaprov": "provinsi",
    "sekdakot": "kota", "sekdakab": "kabupaten", "setdaprov": "provinsi", "setdakab": "kabupaten",
    "pemerintah kota": "kota", "pemerintah kabupaten": "kabupaten", "pemerintah provinsi": "provinsi",
    "humas pemkot": "kota", "humas pemkab": "kabupaten", "humas pemprov": "provinsi",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Agency:
    """One line of the table. `urusan`: "2.16"; "0" for bodies without one. `name` is the usual one; regions differ."""

    urusan: str
    owner: Owner
    name: str


@dataclass(frozen=True, slots=True)
class AgencyMention:
    """An agency's name in an article.

    `agency` is None while a short form stays ambiguous; then `candidates` has what it may mean. `level` is the region's
    kind where the words say it ("Dinkes Kota …", "Pemkab"). `start` and `end` are characters into the title or into
    paragraph number `paragraph`.
    """

    agency: Agency | None
    level: Level | None
    where: Where
    paragraph: int
    start: int
    end: int
    matched: str
    candidates: tuple[Agency, ...] = ()


@dataclass(frozen=True, slots=True)
class _Form:
    """One printed form: of one agency, or a short form of several that each need their long name beside it."""

    agencies: tuple[Agency, ...]
    sure: bool
    capitals: bool  # an acronym of up to four letters must be printed as one: "ORI", not "Ori"


_SHORT_ACRONYM: Final = 4  # letters; longer ones are printed as Dpmptsp too and are no words


@cache
def agencies() -> tuple[Agency, ...]:
    """All agencies of the table."""
    return tuple(Agency(row[0], _OWNERS[row[1]], row[2]) for row in rows("agencies.tsv"))


@cache
def _forms() -> tuple[dict[tuple[str, ...], _Form], dict[str, int]]:
    """Each printed form as tokens → what it means; and the length of the longest form by its first token."""
    meant: dict[tuple[str, ...], list[tuple[Agency, str]]] = defaultdict(list)
    for agency, row in zip(agencies(), rows("agencies.tsv"), strict=True):
        for written in [row[2], *(form.strip() for form in (row[3] if len(row) > 3 else "").split(";"))]:
            if name := tuple(tokens(written)):
                meant[name].append((agency, written))
    longest: dict[str, int] = {}
    for name in meant:
        longest[name[0]] = max(len(name), longest.get(name[0], 0))
    return {name: _form(meanings) for name, meanings in meant.items()}, longest


def _form(meanings: list[tuple[Agency, str]]) -> _Form:
    written = meanings[0][1].lstrip("?")
    sure = not meanings[0][1].startswith("?")
    chosen = meanings[:1] if sure else meanings
    capitals = written.isupper() and written.isalpha() and len(written) <= _SHORT_ACRONYM
    return _Form(tuple(agency for agency, _ in chosen), sure, capitals)


def find_agencies(title: str, paragraphs: Sequence[str]) -> list[AgencyMention]:
    """All agencies that an article names, in order, the longest name first at each place."""
    texts = [read_text("title", 0, title)]
    texts += [read_text("text", number, paragraph) for number, paragraph in enumerate(paragraphs)]
    found = [match for text in texts for match in _matches(text)]
    named = {form.agencies[0] for _, _, _, form in found if form.sure}
    return [_mention(text, first, last, form, named) for text, first, last, form in found]


def _matches(text: Text) -> Iterator[tuple[Text, int, int, _Form]]:
    forms, longest = _forms()
    index = 0
    while index < len(text.words):
        length = min(longest.get(text.words[index], 0), len(text.words) - index)
        while length and not _fits(text, index, forms.get(tuple(text.words[index : index + length]))):
            length -= 1
        if length:
            yield text, index, index + length - 1, forms[tuple(text.words[index : index + length])]
        index += length or 1


def _fits(text: Text, index: int, form: _Form | None) -> bool:
    if form is None:
        return False
    _, start, end = text.spans[index]
    printed = text.text[start:end]
    return printed.isupper() if form.capitals else printed[0].isupper()


def _mention(text: Text, first: int, last: int, form: _Form, named: Iterable[Agency]) -> AgencyMention:
    start, end = text.spans[first][1], text.spans[last][2]
    meant = [agency for agency in form.agencies if form.sure or agency in named]
    agency = meant[0] if len(meant) == 1 else None
    candidates = () if agency else tuple(form.agencies)
    level = _level(text, first, last)
    return AgencyMention(agency, level, text.where, text.number, start, end, text.text[start:end], candidates)


def _level(text: Text, first: int, last: int) -> Level | None:
    own = _OWN_LEVEL.get(" ".join(text.words[first : last + 1]))
    behind = text.words[last + 1] if last + 1 < len(text.words) else ""
    return own or _LEVEL_BEHIND.get(behind)
