"""How Indonesian affixes join a base: seam letters change, so no prefix search finds a family.

Rules after Tata Bahasa Baku Bahasa Indonesia (chapter on verbs), in the short form that news needs.
"""

import re
from collections.abc import Iterator
from typing import Final

PATTERNS: Final = {
    "m": ("meN-", "di-"),
    "k": ("meN-kan", "di-kan", "-kan"),
    "i": ("meN-i", "di-i", "-i"),
    "u": ("meN-",),
    "P": ("peN-an",),
    "a": ("-an",),
    "K": ("ke-an",),
    "R": ("per-an",),
    "t": ("ter-",),
    "b": ("ber-",),
    "p": ("peN-",),
    "y": ("pe-",),
    "e": ("memper-", "diper-", "per-"),
    "E": ("memper-kan", "diper-kan", "per-kan"),
    "I": ("memper-i", "diper-i", "per-i"),
}
"""Code of the data file → the forms that it stands for; "-" is the base, N the nasal of the seam rules."""

NOMINAL: Final = frozenset("PaKR")
"""Codes whose forms are nouns and so take -nya in news ("kemacetannya")."""

_VOWELS: Final = "aeiou"
_CLUSTER: Final = re.compile(r"(?:[ptks][rl]|s[tpkmwny]|[tk]h|sy|ps|kw)")
_ONE_SYLLABLE: Final = re.compile(r"[^aeiou]*[aeiou][^aeiou]*\Z")


def nasal(prefix: str, base: str) -> str:
    """`base` behind me- or pe- with its nasal: ("me", "tertib") → "menertib"; a cluster keeps its first letter."""
    first = base[:1]
    if _ONE_SYLLABLE.match(base):
        return f"{prefix}nge{base}"
    if first in _VOWELS or first in "gh":
        return f"{prefix}ng{base}"
    if first in "ptks":
        return prefix + _before_voiceless(base)
    return prefix + {"b": "m", "f": "m", "v": "m", "c": "n", "d": "n", "j": "n", "z": "n"}.get(first, "") + base


def _before_voiceless(base: str) -> str:
    kept, lost = {"p": ("m", "m"), "t": ("n", "n"), "k": ("ng", "ng"), "s": ("n", "ny")}[base[0]]
    return kept + base if _CLUSTER.match(base) else lost + base[1:]


def undropped(prefix: str, base: str) -> str | None:
    """The loan-word variant that keeps p, t, k, s ("mengkoordinasikan"), as much of the press writes it."""
    kept = {"p": "m", "t": "n", "k": "ng", "s": "n"}.get(base[:1])
    return f"{prefix}{kept}{base}" if kept else None


def attach(pattern: str, base: str) -> str | None:
    """`base` in one pattern of PATTERNS, or None where the language has no such form (beri + -i)."""
    prefix, suffix = pattern.split("-")
    if suffix == "i" and base.endswith("i"):
        return None
    if prefix.endswith("N"):
        return nasal(prefix[:-1], base) + suffix
    if prefix.endswith("r") and base.startswith("r"):
        prefix = prefix[:-1]
    return prefix + base + suffix


def forms(base: str, codes: str) -> Iterator[str]:
    """All forms of `base` under the codes of PATTERNS, the likeliest in news first; x adds the loan-word variants."""
    for code, patterns in PATTERNS.items():
        if code in codes:
            for pattern in patterns:
                yield from _both_spellings(pattern, base, loan="x" in codes)


def _both_spellings(pattern: str, base: str, *, loan: bool) -> Iterator[str]:
    if form := attach(pattern, base):
        yield form
    if loan and pattern[2:3] == "N" and (kept := undropped(pattern[:2], base)):
        yield kept + pattern.split("-")[1]


def possible_roots(nasalised: str) -> tuple[str, ...]:
    """The bases that may stand behind me- or pe- when what follows is `nasalised`: "nertib" → ("tertib",)."""
    for nasal_letters, followers, restored in _RESTORED:
        rest = nasalised.removeprefix(nasal_letters)
        if rest != nasalised and rest[:1] and rest[0] in followers:
            return tuple(letter + rest for letter in restored)
    return (nasalised,) if nasalised[:1] in set("lrwymn") else ()


_RESTORED: Final = (
    ("ngg", _VOWELS + "rl", ("g",)),
    ("ngh", _VOWELS, ("h",)),
    ("ngk", _VOWELS + "rlh", ("k",)),
    ("ng", _VOWELS, ("", "k")),
    ("ny", _VOWELS, ("s",)),
    ("m", "bfvp", ("",)),
    ("m", _VOWELS, ("p", "m")),
    ("n", "cdjzst", ("",)),
    ("n", _VOWELS, ("t", "n")),
)
