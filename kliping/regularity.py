"""Whether an outlet publishes as it usually does, judged by its own history. Pure.

Method: the baseline of outbreak surveillance turned upside down (Farrington, Andrews, Beale and Catchpole 1996, "A
statistical algorithm for the early detection of outbreaks", JRSS A 159): a quasi-Poisson rate for each weekday from
the weeks before, with the dispersion that the days show. The hours of the day are weighed by the outlet's own
profile, so a night is no silence. The chance of no article where `mean` are expected and the variance is `dispersion`
times the mean is that of the negative binomial distribution of these two moments (for a dispersion of 1: Poisson).

Days and hours are those of WIB for all outlets: weekdays shift by at most two hours elsewhere.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

WEEKS: Final = 6  # of history that are looked at
LEAST_DAYS: Final = 21  # of history before an outlet is judged: every weekday three times
ALPHA: Final = 1e-4  # chance of a false alarm for an outlet that is as ever: of 2,000, one in five mornings
SHORTEST_SILENCE: Final = timedelta(hours=12)  # a holiday's long night is none
LONGEST_SILENCE: Final = timedelta(weeks=WEEKS)  # counted; whatever lasts longer is decided long before
SLOTS: Final = 8  # parts of a day in the profile, three hours each
OFFSET: Final = timedelta(hours=7)  # WIB
DAY: Final = timedelta(days=1)
SLOT: Final = DAY / SLOTS
_PRIOR_WEEKS: Final = 1.0  # a weekday's mean is drawn to that of all days as if by one more week of it
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_WEEKDAY: Final = 3  # it was a Thursday


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """New articles of one outlet. `days`: day number (WIB, since 1970) -> articles; `slots`: by part of the day."""

    days: Mapping[int, int]
    slots: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What is usual: articles by weekday (Monday first), shares of the day's parts (sum 1), variance over mean."""

    weekdays: tuple[float, ...]
    slots: tuple[float, ...]
    dispersion: float


def day_of(at: datetime) -> int:
    """The day number of an instant, in WIB."""
    return (at - _EPOCH + OFFSET) // DAY


def rate_of(history: History, at: datetime) -> Rate | None:
    """The usual rate, None where fewer than LEAST_DAYS days can be looked at.

    Left out are the first day (a new source brings its whole backlog at once), the day of `at`, which is not over,
    and what came after the last article: a silence must not make itself usual.
    """
    if not history.days:
        return None
    days = range(min(history.days) + 1, min(max(history.days), day_of(at) - 1) + 1)
    if len(days) < LEAST_DAYS:
        return None
    counted = [(day, history.days.get(day, 0)) for day in days]
    weekdays = _weekdays(counted)
    return Rate(weekdays=weekdays, slots=_shares(history.slots), dispersion=_dispersion(counted, weekdays))


def expected(rate: Rate, start: datetime, end: datetime) -> float:
    """How many articles are usual between two instants."""
    return sum(
        rate.weekdays[weekday] * rate.slots[slot] * share
        for weekday, slot, share in _pieces(start, min(end, start + LONGEST_SILENCE))
    )


def chance_of_none(mean: float, dispersion: float) -> float:
    """The chance of no article where `mean` are expected."""
    return math.exp(-mean) if dispersion <= 1 else math.exp(-mean * math.log(dispersion) / (dispersion - 1))


def tails(seen: int, mean: float, dispersion: float) -> tuple[float, float]:
    """The chances of at most and of at least `seen` articles where `mean` are expected."""
    if mean <= 0:
        return 1.0, 1.0 if seen == 0 else 0.0
    chances = [math.exp(_log_chance(number, mean, dispersion)) for number in range(seen + 1)]
    most = min(math.fsum(chances), 1.0)
    return most, min(max(1.0 - most + chances[-1], 0.0), 1.0)


def is_silent(rate: Rate, last: datetime, at: datetime) -> bool:
    """Whether nothing since `last` is too long to be chance."""
    if at - last < SHORTEST_SILENCE:
        return False
    return chance_of_none(expected(rate, last, at), rate.dispersion) < ALPHA


def oddness(rate: Rate, seen: int, at: datetime) -> str:
    """`fewer` or `more` where the articles of the 24 hours before `at` are too few or many to be chance, else ''."""
    fewer, more = tails(seen, expected(rate, at - DAY, at), rate.dispersion)
    if fewer < ALPHA:
        return "fewer"
    return "more" if more < ALPHA else ""


def _weekdays(counted: Sequence[tuple[int, int]]) -> tuple[float, ...]:
    mean = sum(count for _, count in counted) / len(counted)
    sums, weeks = [0.0] * 7, [0] * 7
    for day, count in counted:
        sums[_weekday(day)] += count
        weeks[_weekday(day)] += 1
    return tuple((s + _PRIOR_WEEKS * mean) / (w + _PRIOR_WEEKS) for s, w in zip(sums, weeks, strict=True))


def _shares(slots: Sequence[int]) -> tuple[float, ...]:
    """Shares of the day; one article more in each part, so that none is impossible."""
    total = sum(slots) + len(slots)
    return tuple((count + 1) / total for count in slots)


def _dispersion(counted: Sequence[tuple[int, int]], weekdays: Sequence[float]) -> float:
    """Pearson's estimate with the seven weekday means as parameters, never below the 1 of Poisson."""
    squares = [(count - weekdays[_weekday(day)]) ** 2 / weekdays[_weekday(day)] for day, count in counted]
    return max(1.0, math.fsum(squares) / max(len(counted) - 7, 1))


def _weekday(day: int) -> int:
    return (day + _EPOCH_WEEKDAY) % 7


def _pieces(start: datetime, end: datetime) -> Iterator[tuple[int, int, float]]:
    """Weekday, part of the day and how much of that part lies between the instants."""
    begin, stop = start - _EPOCH + OFFSET, end - _EPOCH + OFFSET
    while begin < stop:
        number = begin // SLOT
        border = min((number + 1) * SLOT, stop)
        yield _weekday(number // SLOTS), number % SLOTS, (border - begin) / SLOT
        begin = border


def _log_chance(number: int, mean: float, dispersion: float) -> float:
    """log P(number): Poisson, or negative binomial with size mean / (dispersion - 1)."""
    if dispersion - 1 < 1e-6:
        return number * math.log(mean) - mean - math.lgamma(number + 1)
    size = mean / (dispersion - 1)
    binomial = math.lgamma(number + size) - math.lgamma(size) - math.lgamma(number + 1)
    return binomial - size * math.log(dispersion) + number * (math.log(dispersion - 1) - math.log(dispersion))
