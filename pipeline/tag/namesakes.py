"""Kota and Kabupaten of one name: what is only about the other one can be left to it, where a watch asks for that.

26 names are both a kabupaten and a kota (Tangerang, Bogor, Serang …), and the press writes the bare name for either.
The rule is one that can be told to who asks: *an article is left to the namesake when it names the namesake, or a
place in it, and neither our region nor a place in ours*. It holds for watches with `same_name = "leave"` only.
"""

from collections.abc import Iterable
from functools import cache

from kliping.indonesian.regions import lies_in, regions


@cache
def namesake(code: str) -> str:
    """The code of the kabupaten or kota that has the name of `code` at the other level; '' when there is none."""
    ours = regions().get(code)
    if ours is None or ours.level != 1:
        return ""
    same = (other.code for other in regions() if other.level == 1 and other.short == ours.short)
    return next((other for other in same if other != code), "")


def is_about_namesake(code: str, named: Iterable[str]) -> bool:
    """Whether an article that names the regions `named` is only about the namesake of region `code`."""
    named, other = tuple(named), namesake(code)
    if not other or any(lies_in(one, code) for one in named):
        return False
    return any(lies_in(one, other) for one in named)
