r"""The catalogue of phrases (`data/phrases.txt`), and which of them may hold for a line.

Most lines meet none of a hundred expressions, so a line is looked at twice in a cheap way before any is tried: those
that begin with `^\W*` go as one over the line in lower case, where each fails at its first letter; any other needs its
signs in the line, the words and marks that every match has. Both looks let too much through and never too little, so
they change nothing but the time.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from pipeline.extract.wordlists import entries

_OPENING: Final = re.compile(r"\^\\W\*(?=[^.])")
_ESCAPED: Final = re.compile(r"\\([\W_])")
_TIMES: Final = r"(?:[*+?]|\{[\d,]+\})*"
_CLASS: Final = re.compile(rf"\[\^?\]?[^\]]*\]{_TIMES}")
_GROUP: Final = re.compile(rf"\([^()]*\){_TIMES}")
_ATOM: Final = r"(?:\\[A-Za-z]|[^\0])"
_NO_SIGN: Final = re.compile(rf"{_ATOM}(?:[*?]|\{{0?,\d*\}})\??|\\[A-Za-z]|[.^$]|(?:\+|\{{[\d,]+\}})\??")
_ASIDE: Final = {mark: chr(0xE000 + ord(mark)) for mark in "()[]{}.^$|*+?\\"}  # escaped marks, put aside as letters
_NONE: Final[list["Rule"]] = []
_SAME: Final = str.maketrans("İıſ", "iis")  # that are the same when case is ignored, but not in lower case
_BACK: Final = {ord(letter): mark for mark, letter in _ASIDE.items()}


@dataclass(frozen=True, slots=True)
class Rule:
    """One phrase: what it looks like and where it may strike."""

    name: str
    scope: str
    pattern: re.Pattern[str]
    sign: str = ""  # the longest that a match has
    signs: tuple[str, ...] = ()  # all others

    @property
    def opens(self) -> bool:
        return _OPENING.match(self.pattern.pattern) is not None


def fitting(scope: str, text: str) -> list[Rule]:
    """The rules of a scope that may hold for `text`, in the order of `rules`."""
    return _suspects(text).get(scope, _NONE)


@cache
def rules(scope: str) -> tuple[Rule, ...]:
    """The rules of a scope: those for a whole line first, B003c before B002, else in the catalogue's order."""
    found = [rule for rule in _catalogue() if rule.scope == scope]
    return tuple(sorted(found, key=lambda rule: (not rule.pattern.pattern.startswith("^"), rule.name != "B003c")))


@lru_cache(maxsize=256)  # each line is asked for by six scopes, one after the other
def _suspects(text: str) -> dict[str, list[Rule]]:
    """The rules that may hold for `text`, by scope."""
    lowered = text.lower() if text.isascii() else text.translate(_SAME).lower()
    together, every, others = _looks()
    looked_at = every if together.match(lowered) else others
    found: dict[str, list[Rule]] = {}
    for rule in looked_at:
        if rule.sign in lowered and (not rule.signs or _has(lowered, rule.signs)):
            found.setdefault(rule.scope, []).append(rule)
    return found


def _has(text: str, needed: tuple[str, ...]) -> bool:
    return all(sign in text for sign in needed)


@cache
def _looks() -> tuple[re.Pattern[str], tuple[Rule, ...], tuple[Rule, ...]]:
    """The expressions for the beginning of a line as one; all rules; those that are not in the one."""
    every = tuple(rule for scope in dict.fromkeys(rule.scope for rule in _catalogue()) for rule in rules(scope))
    rest = "|".join(_lowered(_OPENING.sub("", rule.pattern.pattern)) for rule in every if rule.opens)
    return re.compile(rf"\W*(?:{rest or '(?!)'})"), every, tuple(rule for rule in every if not rule.opens)


def _lowered(expression: str) -> str:
    r"""An expression for text in lower case; the letter of a `\W` means something else."""
    return re.sub(r"\\.|[A-Z]", lambda found: found[0] if found[0][0] == "\\" else found[0].lower(), expression)


def signs_of(expression: str) -> list[str]:
    """The words and marks, in lower case and the longest first, that every text has for which `expression` holds."""
    text = _CLASS.sub("\0", _ESCAPED.sub(lambda found: _ASIDE.get(found[1], found[1]), expression))
    while _GROUP.search(text):
        text = _GROUP.sub("\0", text)
    if "|" in text:
        return []
    parts = _NO_SIGN.sub("\0", text).translate(_BACK).lower().split("\0")
    return sorted(filter(None, dict.fromkeys(parts)), key=len, reverse=True)


@cache
def _catalogue() -> tuple[Rule, ...]:
    return tuple(_rule(*entry.split(" ", 2)) for entry in entries("phrases.txt"))


def _rule(name: str, scope: str, expression: str) -> Rule:
    pattern = re.compile(expression, 0 if name.endswith("c") else re.IGNORECASE)
    sign, *more = [""] if _OPENING.match(expression) else (signs_of(expression) or [""])
    return Rule(name, scope, pattern, sign, tuple(more))
