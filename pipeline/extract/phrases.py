r"""The catalogue of phrases (`data/phrases.txt`), and which of them may hold for a line.

Most lines meet none of a hundred expressions, so a line is looked at twice in a cheap way before any is tried: those
that begin with `^\W*` go as one over the line in lower case, where each fails at its first letter; of any other the
line must meet the needs, the words and marks that every match has. Both looks let too much through and never too
little, so they change nothing but the time.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from pipeline.extract.needs import Need, needs_of
from pipeline.extract.wordlists import entries

_OPENING: Final = re.compile(r"\^\\W\*(?=[^.])")
_NONE: Final[list["Rule"]] = []


@dataclass(frozen=True, slots=True)
class Rule:
    """One phrase: what it looks like and where it may strike."""

    name: str
    scope: str
    pattern: re.Pattern[str]
    needs: tuple[Need, ...] = ()  # of whatever it holds for
    opens: bool = False  # is one for the beginning of a line


class Phrases:
    """The rules that may hold for the lines of one story."""

    def __init__(self, texts: Sequence[str]) -> None:
        story = _lower("\n".join(texts))
        self._together, self._every, others = _looks()
        self._others = [rule for rule in others if _has(story, rule)]
        self._known: dict[str, dict[str, list[Rule]]] = {}  # each line is asked for by six scopes

    def fitting(self, scope: str, text: str) -> list[Rule]:
        """The rules of a scope that may hold for `text`, a line of the story or a part of one, in `rules`' order."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._suspects(text)
        return known.get(scope, _NONE)

    def _suspects(self, text: str) -> dict[str, list[Rule]]:
        lowered = _lower(text)
        found: dict[str, list[Rule]] = {}
        for rule in self._every if self._together.match(lowered) else self._others:
            if _has(lowered, rule):
                found.setdefault(rule.scope, []).append(rule)
        return found


@cache
def rules(scope: str) -> tuple[Rule, ...]:
    """The rules of a scope: those for a whole line first, B003c before B002, else in the catalogue's order."""
    found = [rule for rule in _catalogue() if rule.scope == scope]
    return tuple(sorted(found, key=lambda rule: (not rule.pattern.pattern.startswith("^"), rule.name != "B003c")))


def _has(lowered: str, rule: Rule) -> bool:
    """Whether a text meets all needs of a rule."""
    for need in rule.needs:
        for word in need:
            if word in lowered:
                break
        else:
            return False
    return True


def _lower(text: str) -> str:
    """In lower case, in which what is the same when case is ignored is the same too."""
    return text.replace("İ", "i").replace("ı", "i").replace("ſ", "s").lower()


@cache
def _looks() -> tuple[re.Pattern[str], tuple[Rule, ...], tuple[Rule, ...]]:
    """The expressions for the beginning of a line as one; all rules; those that are not in the one."""
    every = tuple(rule for scope in dict.fromkeys(rule.scope for rule in _catalogue()) for rule in rules(scope))
    rest = "|".join(_lowered(_OPENING.sub("", rule.pattern.pattern)) for rule in every if rule.opens)
    return re.compile(rf"\W*(?:{rest or '(?!)'})"), every, tuple(rule for rule in every if not rule.opens)


def _lowered(expression: str) -> str:
    r"""An expression for text in lower case; the letter of a `\W` means something else."""
    return re.sub(r"\\.|[A-Z]", lambda found: found[0] if found[0][0] == "\\" else found[0].lower(), expression)


@cache
def _catalogue() -> tuple[Rule, ...]:
    return tuple(_rule(*entry.split(" ", 2)) for entry in entries("phrases.txt"))


def _rule(name: str, scope: str, expression: str) -> Rule:
    pattern = re.compile(expression, 0 if name.endswith("c") else re.IGNORECASE)
    opens = _OPENING.match(expression) is not None
    return Rule(name, scope, pattern, () if opens else tuple(needs_of(expression)), opens)
