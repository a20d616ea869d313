"""Regions of one name: what is only about another one can be left to it, where a watch asks for that.

26 names are both a kabupaten and a kota (Tangerang, Bogor, Serang …), and the press writes the bare name for either.
Others lie inside a longer one (Tangerang in Tangerang Selatan, Papua in Papua Barat), so words that ask for the short
one meet the long one too. The rule is one that can be told to who asks: *an article is left to the others when it names
one of them, or a place in it, and neither our region nor a place in ours*. It holds for watches with
`same_name = "leave"` only.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from kliping.indonesian.regions import Region, lies_in, regions
from kliping.indonesian.words import tokens


@cache
def namesakes(code: str) -> tuple[str, ...]:
    """The codes of other provinces, kabupaten and kota that have the name of region `code`, alone or in a longer one.

    Not those inside of it, and not the one around it when the names are equal (Kota Bengkulu, Provinsi Bengkulu): there
    the bare name means both.
    """
    ours = regions().get(code)
    if ours is None or ours.level > 1:
        return ()
    return tuple(other.code for other in regions() if other.level < 2 and _is_namesake(other, ours))


def is_about_namesake(code: str, named: Iterable[str]) -> bool:
    """Whether an article that names the regions `named` is only about namesakes of region `code`."""
    named, others = tuple(named), namesakes(code)
    if not others or any(lies_in(one, code) for one in named):
        return False
    return any(lies_in(one, other) for one in named for other in others)


def _is_namesake(other: Region, ours: Region) -> bool:
    if lies_in(other.code, ours.code):
        return False
    name, longer = _name(ours.short), _name(other.short)
    around_us = lies_in(ours.code, other.code) and name == longer
    return _holds(longer, name) and not around_us


@cache
def _name(short: str) -> tuple[str, ...]:
    return tuple(tokens(short))


def _holds(longer: Sequence[str], name: Sequence[str]) -> bool:
    size = len(name)
    return any(longer[start : start + size] == name for start in range(len(longer) - size + 1))
