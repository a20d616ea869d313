"""The row number of a document: desk, then second, then a free slot.

So one desk's documents are one range of numbers in order of time: a search reads only its desk's part of the index,
"newest" needs no sorting, a time filter is a narrower range. Measured with 60,000 documents of 552 desks: 0.1 to 0.7
ms for the newest 20 of a common word, as fast as a desk's own index.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zlib import crc32

SLOT_BITS: Final = 19  # 524,288 documents of one desk in one second
SECOND_BITS: Final = 32  # until the year 2106
DESK_BITS: Final = 12
MAX_DESK: Final = (1 << DESK_BITS) - 1  # 63 bits in all: SQLite's numbers are signed
_LAST_SECOND: Final = (1 << SECOND_BITS) - 1
_SLOTS: Final = 1 << SLOT_BITS


@dataclass(frozen=True, slots=True)
class Range:
    """Row numbers from `low` to `high`, both included."""

    low: int
    high: int


def second_of(moment: datetime) -> int:
    """Whole seconds since 1970, what archives order by; times before and after the range stand at its ends."""
    return min(max(int(moment.timestamp() // 1), 0), _LAST_SECOND)


def first_slot(desk: int, second: int, article: str) -> int:
    """The number where the search for a free one begins: scattered, so that it mostly ends there."""
    return _number(desk, second, crc32(article.encode("utf-8", "replace")) % _SLOTS)


def next_slot(number: int) -> int:
    """The number to try after a taken one, in the same second."""
    return number - _SLOTS + 1 if number % _SLOTS == _SLOTS - 1 else number + 1


def second_in(number: int) -> int:
    """The second that a row number holds."""
    return (number >> SLOT_BITS) & _LAST_SECOND


def desk_range(desk: int, start: datetime | None = None, until: datetime | None = None) -> Range:
    """The numbers of a desk's documents whose whole second lies in start <= second < until. May be empty."""
    low = _number(desk, not_before(start), 0) if start else _number(desk, 0, 0)
    high = _number(desk, not_before(until), 0) - 1 if until else _number(desk, _LAST_SECOND, _SLOTS - 1)
    return Range(low, high)


def up_to(span: Range, desk: int, second: int) -> Range:
    """`span` without what is newer than `second`."""
    return Range(span.low, min(span.high, _number(desk, second, _SLOTS - 1)))


def not_before(moment: datetime) -> int:
    """The first whole second that is not before `moment`."""
    second = second_of(moment)
    return second + 1 if moment.timestamp() % 1 > 0 and second < _LAST_SECOND else second


def _number(desk: int, second: int, slot: int) -> int:
    return ((desk << SECOND_BITS) | second) << SLOT_BITS | slot
