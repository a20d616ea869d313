"""What two sequences have in common, in the same order, found within a bounded number of steps. Pure.

The longest runs first, as difflib finds them, which reads best. The steps that it can take at worst are counted before
it is asked; where they are more than what is left, the sequences are first cut where an element occurs once in both,
and a stretch that is still too costly counts as having nothing in common.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

EFFORT: Final = 5_000_000  # steps of difflib's inner loop, 0.1 µs each: half a second, were any text in so bad an order

Block = tuple[int, int, int]  # places in both sequences and length of what is the same


class Effort:
    """What is left of the steps that one comparison may take."""

    def __init__(self) -> None:
        self.left = EFFORT

    def take(self, steps: int) -> bool:
        """Whether there are `steps` left; then they are taken."""
        if steps > self.left:
            return False
        self.left -= steps
        return True


def stretches(blocks: Sequence[Block], a: int, b: int) -> Iterator[tuple[int, int, int, int, int]]:
    """Each block with where what lies before it begins in both; at last an empty one at the ends."""
    for (i, j, size), (k, m, length) in pairwise([(0, 0, 0), *blocks, (a, b, 0)]):
        yield k, m, length, i + size, j + size


def align(a: Sequence[str], b: Sequence[str], effort: Effort) -> list[Block]:
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


def _middle(a: Sequence[str], b: Sequence[str], effort: Effort) -> list[Block]:
    if not (a and b):
        return []
    if effort.take(_steps(a, b)):
        return _matched(a, b)
    found: list[Block] = []
    for i, j, size, before, after in stretches(_anchors(a, b), len(a), len(b)):
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
