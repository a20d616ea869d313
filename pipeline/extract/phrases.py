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
_FEW_LINES: Final = frozenset(("head", "tail", "last"))  # scopes that look at a handful of lines


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
        self._story = _lower("\n".join(texts))
        self._others: dict[str, list[Rule]] = {}  # of a scope, those that the story meets
        self._known: dict[str, tuple[str, bool]] = {}  # each line is asked for by several scopes

    def fitting(self, scope: str, text: str) -> list[Rule]:
        """The rules of a scope that may hold for `text`, a line of the story or a part of one, in `rules`' order."""
        known = self._known.get(text)
        if known is None:
            lowered = _lower(text)
            known = self._known[text] = lowered, _together().match(lowered) is not None
        lowered, opens = known
        asked = rules(scope) if opens else self._of_story(scope)
        return [rule for rule in asked if _has(lowered, rule)] if asked else []

    def _of_story(self, scope: str) -> list[Rule]:
        """The rules of a scope but for those of the beginning of a line; where it looks at most lines, only those
        whose needs the story meets."""
        found = self._others.get(scope)
        if found is None:
            others = [rule for rule in rules(scope) if not rule.opens]
            found = others if scope in _FEW_LINES else [rule for rule in others if _has(self._story, rule)]
            self._others[scope] = found
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
    if not text.isascii():
        text = text.replace("İ", "i").replace("ı", "i").replace("ſ", "s")
    return text.lower()


@cache
def _together() -> re.Pattern[str]:
    """The expressions for the beginning of a line as one."""
    rest = "|".join(_lowered(_OPENING.sub("", rule.pattern.pattern)) for rule in _catalogue() if rule.opens)
    return re.compile(rf"\W*(?:{rest or '(?!)'})")


def _lowered(expression: str) -> str:
    r"""An expression for text in lower case; the letter of a `\W` means something else."""
    return re.sub(r"\\.|[A-Z]", lambda found: found[0] if found[0][0] == "\\" else found[0].lower(), expression)


@cache
def _catalogue() -> tuple[Rule, ...]:
    return tuple(_rule(*entry.split(" ", 2)) for entry in entries("phrases.txt"))


def _rule(name: str, scope: str, expression: str) -> Rule:
    pattern = re.compile(expression, 0 if name.endswith("c") else re.IGNORECASE)
    opens = _OPENING.match(expression) is not None
    return Rule(name, scope, pattern, tuple(needs_of(expression)), opens)
