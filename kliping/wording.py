"""Two wordings of one text held against each other: what a reader would call changed. Pure.

Paragraph by paragraph, inside a changed paragraph word by word. Blanks, kinds of quotation marks and dashes, ligatures
and invisible characters are no change; so are none where a paragraph was cut in two.

Cost: the time of a comparison grows with the texts' length and at most `alignment.EFFORT` steps, whatever they hold; a
stretch that would take more is shown whole, as gone and as new.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from kliping.alignment import Block, Effort, align, stretches

PAIR: Final = 10  # steps that it takes to hold two paragraphs against each other, besides one for each word
ALIKE: Final = 0.4  # share of common words from which on two paragraphs are one that was changed
ISLAND: Final = 2  # words: so few between two changes are read as part of one change

Kind = Literal["same", "gone", "new"]

_TOKEN: Final = re.compile(r"\S+\s*|\s+")
_BLANKS: Final = re.compile(r"\s+")
_DRAWN: Final = {
    **dict.fromkeys(map(ord, "“”„‟«»″〝〞"), '"'),
    **dict.fromkeys(map(ord, "‘’‚‛′`´ʼ"), "'"),
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
    **dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)),  # soft hyphen, zero-width
}


class Change(NamedTuple):
    """A stretch of two wordings; where it is the same, each as its own wording writes it."""

    kind: Kind
    old: str
    new: str

    @property
    def text(self) -> str:
        return self.new or self.old


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A paragraph of either wording, or of both."""

    kind: Literal["same", "changed", "gone", "new"]
    changes: tuple[Change, ...]


def plain(text: str) -> str:
    """`text` without what is typography only."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", text.translate(_DRAWN))).strip()


def reads_the_same(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether a reader sees the same words in both, wherever paragraphs end."""
    return tuple(old) == tuple(new) or plain(" ".join(old)) == plain(" ".join(new))


def compare_lines(old: str, new: str) -> tuple[Change, ...]:
    """Two wordings of one line, word by word."""
    return _words(old, new, Effort())


def compare(old: Sequence[str], new: Sequence[str]) -> tuple[Line, ...]:
    """Two wordings of a text: every paragraph of both, in order; what they were and are can be read from it again."""
    effort = Effort()
    found: list[Line] = []
    a, b = [plain(text) for text in old], [plain(text) for text in new]
    for i, j, size, before, after in stretches(align(a, b, effort), len(old), len(new)):
        found += _changed(old[before:i], new[after:j], effort)
        found += (_line("same", *pair) for pair in zip(old[i : i + size], new[j : j + size], strict=True))
    return tuple(found)


def _changed(old: Sequence[str], new: Sequence[str], effort: Effort) -> Iterator[Line]:
    """Paragraphs of a stretch where none is the same: pairs of one that was changed, and what went and came."""
    for i, j, size, before, after in stretches(_pairs(old, new, effort), len(old), len(new)):
        yield from (_line("gone", text, "") for text in old[before:i])
        yield from (_line("new", "", text) for text in new[after:j])
        for a, b in zip(old[i : i + size], new[j : j + size], strict=True):
            yield Line(kind="changed", changes=_words(a, b, effort))


def _line(kind: Kind, old: str, new: str) -> Line:
    return Line(kind=kind, changes=(Change(kind, old, new),))


def _pairs(old: Sequence[str], new: Sequence[str], effort: Effort) -> list[Block]:
    """Which paragraphs are each other's, in order, so that they share the most (as in a longest common subsequence)."""
    a, b = ([Counter(plain(text).split()) for text in texts] for texts in (old, new))
    if not (a and b and effort.take(len(b) * sum(map(len, a)) + PAIR * len(a) * len(b))):
        return []
    best = [[0.0] * (len(b) + 1) for _ in range(len(a) + 1)]
    shares = [[_share(one, other) for other in b] for one in a]
    for i in range(len(a) - 1, -1, -1):
        for j in range(len(b) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + shares[i][j])
    return list(_way(best, shares))


def _way(best: Sequence[Sequence[float]], shares: Sequence[Sequence[float]]) -> Iterator[Block]:
    i = j = 0
    while i < len(shares) and j < len(shares[i]):
        if shares[i][j] and best[i][j] == best[i + 1][j + 1] + shares[i][j]:
            yield i, j, 1
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


def _share(one: Counter[str], other: Counter[str]) -> float:
    """The share of common words, 0 where it is too small for one text."""
    total = one.total() + other.total()
    share = 2 * sum(min(count, other[word]) for word, count in one.items()) / total if total else 1.0
    return share if share >= ALIKE else 0.0


def _words(old: str, new: str, effort: Effort) -> tuple[Change, ...]:
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    blocks = _without_islands(align([*map(plain, a)], [*map(plain, b)], effort), len(a), len(b))
    found: list[Change] = []
    for i, j, size, before, after in stretches(blocks, len(a), len(b)):
        gone, came = "".join(a[before:i]), "".join(b[after:j])
        found += [Change("gone", gone, "")] if gone else []
        found += [Change("new", "", came)] if came else []
        found += [Change("same", "".join(a[i : i + size]), "".join(b[j : j + size]))] if size else []
    return tuple(found)


def _without_islands(blocks: Sequence[Block], a: int, b: int) -> list[Block]:
    """Blocks without those of a stray word or two in the middle of a larger change."""
    ends = [(0, 0, 0), *blocks, (a, b, 0)]
    kept = []
    for before, block, after in zip(ends, blocks, ends[2:], strict=False):
        left = max(block[0] - before[0] - before[2], block[1] - before[1] - before[2])
        right = max(after[0] - block[0] - block[2], after[1] - block[1] - block[2])
        if block[2] > ISLAND or not (left and right) or left + right <= 2 * block[2]:
            kept.append(block)
    return kept
