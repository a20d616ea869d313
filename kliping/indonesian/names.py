"""Words that are names, which no word family may touch: Pemalang is no "malang", Bekasi no "bekas"."""

from functools import cache
from itertools import chain

from kliping.indonesian.datafiles import rows
from kliping.indonesian.words import tokens

_TYPES = frozenset({"kabupaten", "kota", "provinsi"})


@cache
def _names() -> frozenset[str]:
    """One-word names of provinces, regencies and cities, and all one-word short forms of regions and agencies."""
    official = (tokens(name) for code, name in rows("regions.tsv") if code.count(".") < 2)
    plain = ([word for word in name if word not in _TYPES] for name in official)
    short = (tokens(row[0]) for row in rows("region-words.tsv"))
    agency = (tokens(form) for row in rows("agencies.tsv") if len(row) > 3 for form in row[3].split(";"))
    return frozenset(words[0] for words in chain(plain, short, agency) if len(words) == 1)


@cache
def _districts() -> frozenset[str]:
    names = (tokens(name) for code, name in rows("regions.tsv") if code.count(".") == 2)
    return frozenset(words[0] for words in names if len(words) == 1)


def is_name(word: str) -> bool:
    """Whether `word` (a token) is the name of a province, regency or city, or a short form of a region or an agency."""
    return word in _names()


def names_district(word: str) -> bool:
    """Whether `word` (a token) is the name of a kecamatan; many of those are everyday words too."""
    return word in _districts()
