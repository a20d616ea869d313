"""Place names in a text, each with what the words around it say: its level, or that it names no place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, Literal

from kliping.indonesian.gazetteer import Entry, gazetteer, place_words
from kliping.indonesian.regions import Kind, regions
from kliping.indonesian.words import token_spans, tokens

Where = Literal["title", "text", "url"]

LEVELS: Final[tuple[Kind, ...]] = ("kota", "kabupaten", "provinsi", "kecamatan")
_LESS: Final = {"police": 0.5, "destination": 0.4}  # share of the weight that is left to such a mention
_LIST: Final = 5  # names in one paragraph from which it is an enumeration, which only mentions
_IN_LIST: Final = 0.4
_BODY_REACH: Final = 3  # words: "Kanwil Kemenkumham Provinsi Banten"
_ABBREVIATED: Final = frozenset({"kab", "kec", "prov"})
_POLICE_REACH: Final = 2  # words: "Polres Metro Tangerang"


@dataclass(frozen=True, slots=True)
class Text:
    """One text of an article with its tokens and their places."""

    where: Where
    number: int
    text: str
    spans: Sequence[tuple[str, int, int]]
    words: Sequence[str]


def read_text(where: Where, number: int, text: str) -> Text:
    spans = token_spans(text)
    return Text(where, number, text, spans, [word for word, _, _ in spans])


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A name before its meaning is settled.

    `level`: the kind of region that the word before it points to. `share`: what is left of its weight, 0 to 1.
    `everyday`: the name is an ordinary word too.
    """

    entry: Entry
    level: Kind | None
    share: float
    everyday: bool
    where: Where
    number: int
    start: int
    end: int
    matched: str


def names_in(text: Text) -> list[PlaceName]:
    """All place names of `text` in order, the longest name first at each place."""
    found, index = [], 0
    while index < len(text.words):
        match = _longest_name(text, index)
        if match is None:
            index += 1
            continue
        length, entry = match
        if name := _read_name(text, index, length, entry):
            found.append(name)
        index += length
    return [replace(name, share=name.share * _IN_LIST) for name in found] if len(found) >= _LIST else found


def _longest_name(text: Text, index: int) -> tuple[int, Entry] | None:
    """The longest name at `index` whose words stand together: "Medan. Kota" are two."""
    match = gazetteer().at(text.words, index, len(text.words))
    while match and (broken := _break_after(text, index, match[0])):
        match = gazetteer().at(text.words, index, broken)
    return match


def _break_after(text: Text, index: int, length: int) -> int | None:
    """The index of the first word of a name that punctuation parts from the word before it."""
    for later in range(index + 1, index + length):
        if text.text[text.spans[later - 1][2] : text.spans[later][1]].strip(" \u00a0-"):
            return later
    return None


def names_in_path(path: str) -> Iterator[PlaceName]:
    """Folders of a URL path that are a place name as a whole ("/kota-tangerang/"); the last part is the headline's."""
    position = 0
    for folder in path.split("/")[:-1]:
        words = tokens(folder)
        level = _LEVEL_OF_FOLDER.get(words[0]) if words else None
        name = words[1:] if level else words
        entry = gazetteer().exactly(name)
        if entry and (level or not _is_everyday(name)):
            yield PlaceName(entry, level, 1.0, False, "url", 0, position, position + len(folder), folder)
        position += len(folder) + 1


_LEVEL_OF_FOLDER: Final[dict[str, Kind]] = {
    "kota": "kota", "kabupaten": "kabupaten", "kab": "kabupaten", "provinsi": "provinsi", "prov": "provinsi",
}  # fmt: skip


def _read_name(text: Text, index: int, length: int, entry: Entry) -> PlaceName | None:
    """The name at `index`, or None when what stands around it says that it names no place."""
    last = index + length - 1
    level = _level(text, index, last, entry)
    everyday = _is_everyday(text.words[index : last + 1])
    if not _is_capitalised(text, index, last) or (level is None and _names_something_else(text, index, last)):
        return None
    if everyday and level is None and not _is_plainly_a_place(text, index):
        return None
    start, end = _start(text, index, level), text.spans[last][2]
    share = _LESS.get(_reason_for_less(text, index), 1.0)
    return PlaceName(entry, level, share, everyday, text.where, text.number, start, end, text.text[start:end])


@cache
def _everyday() -> frozenset[str]:
    return place_words("strict") | place_words("soft")


def _is_everyday(name: Sequence[str]) -> bool:
    return len(name) == 1 and name[0] in _everyday()


def _is_capitalised(text: Text, first: int, last: int) -> bool:
    return all(text.text[start].isupper() for _, start, _ in text.spans[first : last + 1])


def _before(text: Text, index: int) -> str:
    return text.words[index - 1] if index else ""


def _after(text: Text, last: int) -> str:
    return text.words[last + 1] if last + 1 < len(text.words) else ""


def _level(text: Text, index: int, last: int, entry: Entry) -> Kind | None:
    """The level by the word before ("Bupati X") or behind ("Polres Metro X Kota")."""
    word_level = _level_of_word().get(_before(text, index))
    if word_level and _is_beside(text, index):
        return word_level
    has_city = any(regions()[code].kind == "kota" for code in entry.wide)
    return "kota" if has_city and _after(text, last) == "kota" and _is_police(text, index) else None


@cache
def _level_of_word() -> dict[str, Kind]:
    return {word: level for level in LEVELS for word in place_words(level)}


def _names_something_else(text: Text, index: int, last: int) -> bool:
    """A village, street, club or dish, or the seat of a body of the centre."""
    before = _before(text, index)
    street = before == "raya" and index > 1 and text.words[index - 2] in place_words("not-after")
    near = text.words[max(0, index - _BODY_REACH) : index]
    return (
        street
        or before in place_words("not-after")
        or _after(text, last) in place_words("not-before")
        or not place_words("body").isdisjoint(near)
    )


def _is_beside(text: Text, index: int) -> bool:
    """Whether the word before stands directly before the name; "Kab." and the like may have their point."""
    word, _, end = text.spans[index - 1]
    gap = text.text[end : text.spans[index][1]].strip()
    return not gap or (gap == "." and word in _ABBREVIATED)


def _is_plainly_a_place(text: Text, index: int) -> bool:
    """Whether the capital of an everyday word stands out: "warga Malang", not "Nasib Malang". Never for strict ones."""
    if index == 0 or text.words[index] in place_words("strict"):
        return False
    _, start, _ = text.spans[index - 1]
    _, own_start, own_end = text.spans[index]
    small = text.text[start].islower() and not text.text[own_start:own_end].isupper()
    return _is_beside(text, index) and (small or _before(text, index) in place_words("leads-to"))


def _start(text: Text, index: int, level: Kind | None) -> int:
    """Where the name begins, its type word ("Kota", "Kab.") included."""
    typed = level and _before(text, index) in place_words("type") and _is_beside(text, index)
    return text.spans[index - 1 if typed else index][1]


def _is_police(text: Text, index: int) -> bool:
    return not place_words("police").isdisjoint(text.words[max(0, index - _POLICE_REACH) : index])


def _reason_for_less(text: Text, index: int) -> str:
    if _is_police(text, index):
        return "police"
    return "destination" if _before(text, index) in place_words("destination") else ""
