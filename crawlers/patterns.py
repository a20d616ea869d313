"""Which shapes of address are articles at an outlet, learned from what became of the addresses read before. Pure.

A shape is an address with its numbers and slugs taken out: `/read/0/0/0/slug`, `/tag/slug`. It is judged by what its
outlet's earlier addresses of that shape turned out to be: articles, or pages that hold none. The words between are
kept first (`/ekonomi/slug` may be articles where `/topik/slug` is not); a word never seen before is judged by the shape
with its words taken out too. Nothing is stored for it: frontier and trace are what was learned.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from kliping.urls import canonical_host

LEAST: Final = 5  # addresses of a shape before it is judged: four of five decide, one of one would be a rumour
SURE: Final = 0.8  # share of one kind that decides
REMEMBERED: Final = 2000  # addresses of one outlet that are looked back at: some weeks of a large one
_WORDS: Final = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Patterns:
    """How many addresses of each shape were articles, and how many were not."""

    good: Counter[str] = field(default_factory=Counter)
    bad: Counter[str] = field(default_factory=Counter)

    def is_article(self, url: str) -> bool | None:
        """What the shape of an address says; None where too little is known or the shape is both."""
        for shape in shapes(url):
            good, bad = self.good[shape], self.bad[shape]
            if good + bad >= LEAST:
                share = good / (good + bad)
                return True if share >= SURE else False if share <= 1 - SURE else None
        return None


def learned(read: Iterable[tuple[str, bool]]) -> Patterns:
    """Patterns from addresses and whether each turned out to be an article."""
    patterns = Patterns()
    for url, is_article in read:
        (patterns.good if is_article else patterns.bad).update(set(shapes(url)))
    return patterns


def shapes(url: str) -> tuple[str, str]:
    """The shape of an address with its words, and without."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    keys = sorted(f"{name}={'0' if value.isdigit() else 'x'}" for name, value in parse_qsl(parts.query))
    host, tail = canonical_host(parts.hostname or ""), f"?{'&'.join(keys)}" if keys else ""
    exact = [_kind(segment, segment.lower()) for segment in segments]
    rough = [_kind(segment, "word") for segment in segments]
    return f"{host}/{'/'.join(exact)}{tail}", f"{host}/{'/'.join(rough)}{tail} "


def _kind(segment: str, word: str) -> str:
    """`0` for a number, `slug` for several words or words with a number, else `word`."""
    if segment.isdigit():
        return "0"
    several = len(_WORDS.findall(segment)) >= 3
    return "slug" if several or any(letter.isdigit() for letter in segment) else word
