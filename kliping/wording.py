"""Two wordings of one text held against each other: what a reader would call changed. Pure.

Paragraph by paragraph, inside a changed paragraph word by word. Blanks, kinds of quotation marks and dashes, ligatures
and invisible characters are no change; so are none where a paragraph was cut in two.

Cost: the time of a comparison grows with the texts' length and at most EFFORT steps, whatever they hold. The steps that
a stretch can take at worst are counted before it is compared; where they are more than what is left, it is first cut
where words occur once in both, and a stretch that is still too costly is shown whole as gone and as new.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final, Literal, NamedTuple

EFFORT: Final = 5_000_000  # steps of difflib's inner loop, 0.1 µs each: half a second, were any text in so bad an order
PAIR: Final = 10  # steps that it takes to hold two paragraphs against each other, besides one for each word
ALIKE: Final = 0.4  # share of common words from which on two paragraphs are one that was changed
ISLAND: Final = 2  # words: so few between two changes are read as part of one change

Kind = Literal["same", "gone", "new"]
Block = tuple[int, int, int]  # places in both sequences and length of what is the same

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
    return _words(old, new, _Effort())


def compare(old: Sequence[str], new: Sequence[str]) -> tuple[Line, ...]:
    """Two wordings of a text: every paragraph of both, in order; what they were and are can be read from it again."""
    effort = _Effort()
    found: list[Line] = []
    a, b = [plain(text) for text in old], [plain(text) for text in new]
    for i, j, size, before, after in _stretches(_blocks(a, b, effort), len(old), len(new)):
        found += _changed(old[before:i], new[after:j], effort)
        found += (_line("same", *pair) for pair in zip(old[i : i + size], new[j : j + size], strict=True))
    return tuple(found)


def old_text(lines: Sequence[Line]) -> list[str]:
    """The earlier wording, paragraph by paragraph, exactly."""
    return ["".join(change.old for change in line.changes) for line in lines if line.kind != "new"]


def new_text(lines: Sequence[Line]) -> list[str]:
    """The later wording, paragraph by paragraph, exactly."""
    return ["".join(change.new for change in line.changes) for line in lines if line.kind != "gone"]


class _Effort:
    """What is left of the steps that one comparison may take."""

    def __init__(self) -> None:
        self.left = EFFORT

    def take(self, steps: int) -> bool:
        """Whether there are `steps` left; then they are taken."""
        if steps > self.left:
            return False
        self.left -= steps
        return True


def _changed(old: Sequence[str], new: Sequence[str], effort: _Effort) -> Iterator[Line]:
    """Paragraphs of a stretch where none is the same: pairs of one that was changed, and what went and came."""
    for i, j, size, before, after in _stretches(_pairs(old, new, effort), len(old), len(new)):
        yield from (_line("gone", text, "") for text in old[before:i])
        yield from (_line("new", "", text) for text in new[after:j])
        for a, b in zip(old[i : i + size], new[j : j + size], strict=True):
            yield Line(kind="changed", changes=_words(a, b, effort))


def _line(kind: Kind, old: str, new: str) -> Line:
    return Line(kind=kind, changes=(Change(kind, old, new),))


def _pairs(old: Sequence[str], new: Sequence[str], effort: _Effort) -> list[Block]:
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


def _words(old: str, new: str, effort: _Effort) -> tuple[Change, ...]:
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    blocks = _without_islands(_blocks([*map(plain, a)], [*map(plain, b)], effort), len(a), len(b))
    found: list[Change] = []
    for i, j, size, before, after in _stretches(blocks, len(a), len(b)):
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


def _stretches(blocks: Sequence[Block], a: int, b: int) -> Iterator[tuple[int, int, int, int, int]]:
    """Each block with where what lies before it begins in both; at last an empty one at the ends."""
    for (i, j, size), (k, m, length) in pairwise([(0, 0, 0), *blocks, (a, b, 0)]):
        yield k, m, length, i + size, j + size


def _blocks(a: Sequence[str], b: Sequence[str], effort: _Effort) -> list[Block]:
    """What both have in the same order, the longest runs first, as far as `effort` goes."""
    head = _common(a, b, lambda n: n)
    tail = min(_common(a, b, lambda n: -1 - n), min(len(a), len(b)) - head)
    middle_a, middle_b = a[head : len(a) - tail], b[head : len(b) - tail]
    found = [(0, 0, head)] if head else []
    found += [(i + head, j + head, size) for i, j, size in _middle(middle_a, middle_b, effort)]
    return found + ([(len(a) - tail, len(b) - tail, tail)] if tail else [])


def _common(a: Sequence[str], b: Sequence[str], place: Callable[[int], int]) -> int:
    shorter = min(len(a), len(b))
    return next((n for n in range(shorter) if a[place(n)] != b[place(n)]), shorter)


def _middle(a: Sequence[str], b: Sequence[str], effort: _Effort) -> list[Block]:
    if not (a and b):
        return []
    if effort.take(_steps(a, b)):
        return _matched(a, b)
    found: list[Block] = []
    for i, j, size, before, after in _stretches(_anchors(a, b), len(a), len(b)):
        part_a, part_b = a[before:i], b[after:j]
        if part_a and part_b and effort.take(_steps(part_a, part_b)):
            found += [(x + before, y + after, length) for x, y, length in _matched(part_a, part_b)]
        found += [(i, j, size)] if size else []
    return found


def _steps(a: Sequence[str], b: Sequence[str]) -> int:
    """The most steps that SequenceMatcher can take: each search for a longest run looks at every pair of equal words
    in its range once, and ranges lie in each other at most as deep as there are words."""
    counts = Counter(b)
    return sum(counts[word] for word in a) * min(len(a), len(b))


def _matched(a: Sequence[str], b: Sequence[str]) -> list[Block]:
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return [(block.a, block.b, block.size) for block in matcher.get_matching_blocks() if block.size]


def _anchors(a: Sequence[str], b: Sequence[str]) -> list[Block]:
    """The longest row of words that occur once in both and stand in the same order (patience diff, Bram Cohen)."""
    in_a, in_b = Counter(a), Counter(b)
    place = {word: j for j, word in enumerate(b) if in_b[word] == 1}
    pairs = [(i, place[word]) for i, word in enumerate(a) if in_a[word] == 1 and word in place]
    ends: list[int] = []  # place in b of the last pair of the best row of each length
    rows: list[int] = []  # the length that each pair ends
    for _, j in pairs:
        length = bisect_left(ends, j)
        ends[length : length + 1] = [j]
        rows.append(length)
    found: list[Block] = []
    wanted = len(ends) - 1
    for (i, j), length in zip(reversed(pairs), reversed(rows), strict=True):
        if length == wanted and (not found or j < found[-1][1]):
            found.append((i, j, 1))
            wanted -= 1
    return found[::-1]
