"""Every printed form of a region's name → the regions that it may mean."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from kliping.indonesian.datafiles import rows
from kliping.indonesian.regions import Region, regions
from kliping.indonesian.words import tokens

Name = tuple[str, ...]

_SHORTEST_REST: Final = 4  # letters of the second part when a one-word name is split (Batu Ceper)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a name may mean: `wide` codes are provinces, kabupaten and kota, `districts` are kecamatan.

    `joint`: the name means all its wide codes at once (Tangerang Raya).
    """

    wide: tuple[str, ...]
    districts: tuple[str, ...]
    joint: bool = False


@cache
def place_words(kind: str) -> frozenset[str]:
    """The words of one kind of `places.tsv`."""
    return frozenset(word for row_kind, words in rows("places.tsv") if row_kind == kind for word in words.split())


class Gazetteer:
    """All names, looked up by the longest match first."""

    def __init__(self, entries: dict[Name, Entry]) -> None:
        self._entries = entries
        self._longest: dict[str, int] = {}
        for name in entries:
            self._longest[name[0]] = max(len(name), self._longest.get(name[0], 0))

    def __len__(self) -> int:
        return len(self._entries)

    def at(self, words: Sequence[str], start: int, end: int) -> tuple[int, Entry] | None:
        """The longest name that begins at `words[start]` and ends before `end`: the number of its words, its entry."""
        for length in range(min(self._longest.get(words[start], 0), end - start), 0, -1):
            if entry := self._entries.get(tuple(words[start : start + length])):
                return length, entry
        return None

    def exactly(self, words: Sequence[str]) -> Entry | None:
        return self._entries.get(tuple(words))


@cache
def gazetteer() -> Gazetteer:
    """The table of names, built once (about 0.1 s)."""
    wide: dict[Name, dict[str, None]] = defaultdict(dict)
    districts: dict[Name, dict[str, None]] = defaultdict(dict)
    for region in regions():
        names = districts if region.kind == "kecamatan" else wide
        for name in _wide_names(region) if region.level < 2 else (tuple(tokens(region.short)),):
            names[name][region.code] = None
    joint = _add_short_forms(wide)
    _add_spellings(districts, {*districts, *wide})
    every = {*wide, *districts}
    return Gazetteer({n: Entry(tuple(wide.get(n, ())), tuple(districts.get(n, ())), n in joint) for n in every if n})


def _wide_names(region: Region) -> Iterator[Name]:
    name = tuple(tokens(region.short))
    yield name
    if region.name != region.short and region.kind == "provinsi":
        yield tuple(tokens(region.name))
    if name[0] == "sumatera":
        yield ("sumatra", *name[1:])
    if len(name) == 2 and region.level == 1 and len(name[1]) >= _SHORTEST_REST:
        yield ("".join(name),)


def _add_short_forms(wide: dict[Name, dict[str, None]]) -> set[Name]:
    """Add the forms of `region-words.tsv`; the joint ones are returned. A short form replaces other meanings."""
    joint = set()
    for word, codes, kind in rows("region-words.tsv"):
        name = tuple(tokens(word))
        wide[name] = dict.fromkeys(codes.split(","))
        if kind == "joint":
            joint.add(name)
    return joint


def _add_spellings(districts: dict[Name, dict[str, None]], official: set[Name]) -> None:
    """Pasarkemis for Pasar Kemis, Batu Ceper for Batuceper; never where that spelling is another place's own name."""
    for name, codes in list(districts.items()):
        for spelling in _spellings(name):
            if spelling not in official:
                districts[spelling].update(codes)


def _spellings(name: Name) -> Iterator[Name]:
    if len(name) == 2:
        yield ("".join(name),)
    if len(name) == 1:
        for part in place_words("parts"):
            rest = name[0].removeprefix(part)
            if rest != name[0] and len(rest) >= _SHORTEST_REST:
                yield part, rest
