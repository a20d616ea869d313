"""Word families: the forms of a base that Indonesian news uses, so that one finds the others.

A hand-made list of bases says which affixes a sense takes (bangun: membangun, pembangunan; not bangunan). A word that
the list does not know gets a small family by rule alone when its affixes leave no doubt (mengkarantinakan:
dikarantinakan, pengkarantinaan). Names of regions and agencies and acronyms are never changed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Final

from kliping.indonesian.affixes import NOMINAL, forms, possible_roots
from kliping.indonesian.datafiles import rows
from kliping.indonesian.names import is_name, names_district
from kliping.indonesian.words import stop_words

LARGEST: Final = 24  # forms; more would make a query slow and its visible note unreadable
_CLITICS: Final = re.compile(r"(?<=\w\w\w)(?:nya|lah|kah|pun|ku|mu)\Z")
_SHORTEST_ROOT: Final = 4  # letters of a root that no list vouches for


@dataclass(frozen=True, slots=True)
class Base:
    """One sense of a base word, as the data file has it. `alone`: the bare base belongs to the family."""

    word: str
    codes: str
    alone: bool
    further: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()


@cache
def bases() -> tuple[Base, ...]:
    """All senses of the data file, in its order."""
    return tuple(_base(*row) for row in rows("bases.tsv"))


def _base(word: str, codes: str = "", further: str = "", without: str = "", _note: str = "") -> Base:
    return Base(word.lstrip("~"), codes, not word.startswith("~"), tuple(further.split()), frozenset(without.split()))


def members(base: Base) -> tuple[str, ...]:
    """The family of one sense, the likeliest forms first, at most LARGEST; names are left out."""
    plain = [base.word] if base.alone else []
    nouns = [form for code in base.codes if code in NOMINAL for form in forms(base.word, code)]
    with_nya = [noun + "nya" for noun in plain + nouns]
    every = dict.fromkeys(chain(plain, forms(base.word, base.codes), base.further, with_nya))
    return tuple(form for form in every if form not in base.without and not is_name(form))[:LARGEST]


@cache
def _families() -> dict[str, tuple[str, ...]]:
    """Each form → its family. A form of two senses belongs to the first."""
    known: dict[str, tuple[str, ...]] = {}
    for base in bases():
        family = members(base)
        for form in family:
            known.setdefault(form, family)
    return known


def family(word: str) -> tuple[str, ...]:
    """`word` (a token) and the forms of its base, itself first, then the likeliest; at most LARGEST. Never raises."""
    if is_name(word):
        return (word,)
    bare = _CLITICS.sub("", word)
    found = _families().get(word) or _families().get(bare) or _by_rule(bare)
    return tuple(dict.fromkeys((word, *found)))[:LARGEST]


_BOTH_SIDES: Final = re.compile(r"(?P<prefix>me|di|pe)(?P<rest>\w{4,}?)(?P<suffix>kan|i|an)\Z")
_ACTIVE: Final = re.compile(r"(?P<prefix>me)(?P<rest>(?:ng|ny|mb|mf|nd|nj|nc)\w{4,})(?P<suffix>)\Z")
_CODES: Final = {"kan": "mkP", "i": "miP", "an": "mkP", "": "mP"}  # suffix seen → codes that go with it
_LIKELY_ROOT: Final = re.compile(r"(?:[^aeiou]?|[ptkbdg][rl]|s[tpklw]|kh|sy|ny)[aeiou]\w{2,}")


def _by_rule(word: str) -> tuple[str, ...]:
    """The family of a word whose base is unknown: only from affixes that hardly occur by chance."""
    if names_district(word) or word in stop_words():
        return ()
    guessed = (form for root, codes in _guessed_roots(word) for form in (root, *forms(root, codes)))
    return tuple(dict.fromkeys(form for form in guessed if not is_name(form)))


def _guessed_roots(word: str) -> Iterator[tuple[str, str]]:
    """Roots that may stand in `word`, each with the codes that its affixes speak for."""
    match = _BOTH_SIDES.match(word) or _ACTIVE.match(word)
    if match is None or (match["prefix"] == "pe") != (match["suffix"] == "an"):
        return
    rest, suffix = match["rest"], match["suffix"]
    if word.endswith("si") and suffix == "i":
        rest, suffix = rest + "i", ""  # dievaluasi: the i of a loan word in -si is its own
    if match["prefix"] == "pe" and rest.startswith("r"):
        return  # pe-rawat-an or per-ajar-an: no rule can tell
    for root in (rest,) if match["prefix"] == "di" else possible_roots(rest):
        if len(root) >= _SHORTEST_ROOT and _LIKELY_ROOT.match(root):
            yield root, _CODES[suffix]
