r"""What a text must have for a regular expression to hold for it: words and marks that every match is made of.

`\b(?:simak|baca)\s+juga:?` needs "simak" or "baca", and "juga". To look for a few words is ten times as fast as to try
an expression at every letter, so whoever has many expressions tries those whose needs are met. Only what the phrase
catalogue writes is understood; of anything else nothing is said to be needed.
"""

import re
from dataclasses import dataclass
from typing import Final

Need = tuple[str, ...]  # of which a text has one, in lower case

_GROUP: Final = re.compile(r"\((?:\?(?:[:=!]|<[=!]|P<\w+>))?")
_CLASS: Final = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
_TIMES: Final = re.compile(r"(?:[*+?]|\{\d*,?\d*\})[?+]?")
_MAYBE: Final = re.compile(r"[*?]|\{0?,|\{0\}")


def needs_of(expression: str) -> list[Need]:
    """The needs of an expression, those with the fewest choices and the longest words first."""
    return _ranked(_Reading(expression).alternatives())


def _ranked(needs: list[Need]) -> list[Need]:
    return sorted(dict.fromkeys(needs), key=lambda need: (len(need), -min(map(len, need))))


@dataclass(slots=True)
class _Reading:
    """An expression and how far it was read."""

    text: str
    at: int = 0

    def alternatives(self) -> list[Need]:
        """Up to the end of the group: the needs of its only alternative, or one to meet the best of each."""
        found = [self._sequence()]
        while self.text.startswith("|", self.at):
            self.at += 1
            found.append(self._sequence())
        self.at += 1
        if len(found) == 1:
            return found[0]
        return [tuple(word for needs in found for word in _ranked(needs)[0])] if all(found) else []

    def _sequence(self) -> list[Need]:
        needs: list[Need] = []
        word = ""
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            letter, inner = self._atom()
            times = self._taken(_TIMES)
            maybe = bool(times) and _MAYBE.match(times) is not None
            word += letter if letter and not maybe else ""
            if word and (times or not letter):
                needs.append((word.lower(),))
                word = ""
            needs += inner if not maybe else []
        return [*needs, (word.lower(),)] if word else needs

    def _atom(self) -> tuple[str, list[Need]]:
        """The next letter, '' for what may be any; and the needs of the next group."""
        if opened := self._taken(_GROUP):
            inner = self.alternatives()
            return "", [] if "!" in opened else inner
        if self._taken(_CLASS):
            return "", []
        letter = self.text[self.at]
        self.at += 1
        if letter == "\\":
            letter = self.text[self.at]
            self.at += 1
            return "" if letter.isalnum() else letter, []
        return "" if letter in ".^$" else letter, []

    def _taken(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return match[0] if match else ""
