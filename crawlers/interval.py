"""How long a source may be left alone: learned from what it brought, spent where articles wait. Pure.

**The price of waiting.** A source is asked again as soon as the articles that have probably appeared since the last
look have together waited a fixed number of article-seconds, but not before `Rules.interval`: that a reader waits for
so long troubles nobody. For a steady source of rate λ that is every √(2·price/λ) seconds: four times the articles,
twice the polls. No other way to spend the same number of polls makes articles wait
less in sum (Sia, Cho, Cho: Efficient Monitoring Algorithm for Fast News Alerts, IEEE TKDE 19(7), 2007; the freshness
policies of Cho and Garcia-Molina, ACM TODS 28(4), 2003, would instead give up what changes too often). Over a day of
changing rate the same sum is taken hour by hour, so a source rests at night and is asked when its morning begins.

**The rate** is rate per day × hour of the day × day of the week, each a Gamma-Poisson estimate with exponential
forgetting; hours and days begin as the shared profile of the press and become the source's own.

**Nothing falls out of a window.** A feed of W entries is asked before more than W articles can be expected with three
standard deviations, √ of the number for a Poisson count.

**Silence.** A source that should have brought ten articles and brought none has probably ended or been closed for a
holiday; it is asked less and less. A 304 is believed only while it is likely: see `doubted`.
"""

import math
import zlib
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR
SHORTEST: Final = timedelta(minutes=10)  # bar C12; Media Cloud's floor
LONGEST: Final = timedelta(hours=24)  # bars C9, C11: nothing is left alone, and no 304 is believed, for longer
JITTER: Final = 0.1  # of an interval, both ways (bar C12): what started together does not stay together
HALF_LIFE: Final = 10.0  # days after which a day counts half: a newsroom's habits change over weeks
FIRST_ARTICLES, FIRST_DAYS = 0.5, 0.025  # a source that nobody knows: 20 articles a day, with the weight of half a one
FIRST_HOUR: Final = 3.0  # articles that must be seen in an hour of the day before it says more than the profile does
FIRST_WEEKDAY: Final = 15.0  # the same for a day of the week
LONGEST_LOOK: Final = 2 * DAY  # a longer gap between two looks (an outage) says little about the rate
SILENT: Final = 10.0  # articles expected, none seen: chance e^-10
MOST_SILENT: Final = 8.0  # times the usual wait
UNLIKELY: Final = 4.0  # articles expected behind a row of 304: chance e^-4, and a false alarm costs one whole answer
PROBATION: Final = 2 * HOUR  # for which a 304 is believed while no validator has ever told of a change
TIGHT: Final = 7 * DAY  # a week's bursts are seen before it ends
DISTRUST: Final = 30 * DAY  # validators that were caught lying are not used for so long
EDITION_LEAD: Final = (600.0, 1800.0)  # seconds before an edition in which its last look falls, by the source's jitter
EDITION_HOURS: Final = 2.0  # before an edition, in which waiting costs more
EDITION_WEIGHT: Final = 4.0  # … so much more: intervals half as long

# Articles by local hour and weekday (Monday first), relative. An assumption about newsrooms (a morning, a noon and an
# afternoon wave, quiet nights and Sundays), for sources that are too new or too slow to be known.
_HOURS: Final = (
    *(0.25, 0.15, 0.1, 0.1, 0.2, 0.5, 1.0, 1.3, 1.6, 1.8, 1.8, 1.7),
    *(1.6, 1.6, 1.6, 1.7, 1.7, 1.5, 1.2, 1.1, 1.0, 0.8, 0.6, 0.4),
)
_WEEKDAYS: Final = (1.05, 1.05, 1.05, 1.05, 1.05, 0.95, 0.8)


def _even(shape: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(value * len(shape) / sum(shape) for value in shape)


PROFILE_HOURS: Final = _even(_HOURS)
PROFILE_WEEKDAYS: Final = _even(_WEEKDAYS)


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator decides. interval: how long a source is left alone while it brings an article an hour or more.

    Below SHORTEST every source is asked so often, whatever it brings: for trials. edition: local time at which
    digests are made; None: no hour matters more than another.
    """

    interval: timedelta = timedelta(minutes=10)  # the point of the curve in docs/operate.md
    edition: time | None = time(6)

    @property
    def fixed(self) -> bool:
        return self.interval < SHORTEST

    @property
    def price(self) -> float:
        """Article-seconds."""
        return self.interval.total_seconds() ** 2 / HOUR / 2


class Rhythm(msgspec.Struct, frozen=True, array_like=True):
    """What is known of a source's articles: counts that fade, and what was expected in the same time."""

    seen: float = 0.0  # articles …
    days: float = 0.0  # … in so many average days
    hours: tuple[float, ...] = (0.0,) * 24  # articles by local hour …
    hours_expected: tuple[float, ...] = (0.0,) * 24  # … and what the profile expected
    week: tuple[float, ...] = (0.0,) * 7
    week_expected: tuple[float, ...] = (0.0,) * 7
    faded: int = 0  # local day, counted from 1970, up to which the counts have faded
    silence: float = 0.0  # articles expected since the last new one
    unproven: float = 0.0  # articles expected since the last whole answer or new article
    window: int = 0  # entries of the last whole answer
    distrusted: float = 0.0  # epoch seconds until which the validators are not used
    honest: bool = False  # a conditional request was once answered with news
    tight: float = 0.0  # epoch seconds until which it is asked as often as is allowed: its window was overrun

    @property
    def rate(self) -> float:
        """Articles a day."""
        return (FIRST_ARTICLES + self.seen) / (FIRST_DAYS + self.days)


NEW: Final = Rhythm()
_decoder: Final = msgspec.json.Decoder(Rhythm)


def packed(rhythm: Rhythm) -> str:
    """As it is stored; four decimals are plenty."""
    return msgspec.json.encode(_rounded(rhythm)).decode()


def unpacked(text: str) -> Rhythm:
    """`packed` undone; what nobody knows yet for ''."""
    return _decoder.decode(text) if text else NEW


def _rounded(rhythm: Rhythm) -> Rhythm:
    return msgspec.structs.replace(
        rhythm,
        seen=round(rhythm.seen, 4),
        days=round(rhythm.days, 6),
        hours=tuple(round(x, 3) for x in rhythm.hours),
        hours_expected=tuple(round(x, 3) for x in rhythm.hours_expected),
        week=tuple(round(x, 3) for x in rhythm.week),
        week_expected=tuple(round(x, 3) for x in rhythm.week_expected),
        silence=round(rhythm.silence, 3),
        unproven=round(rhythm.unproven, 3),
    )


# --- the rate ---


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _local(at: datetime, zone: str) -> float:
    """Seconds since 1970 as a clock on the wall of `zone` counts them; whole zones, as Indonesia's are."""
    offset = at.astimezone(_zone(zone)).utcoffset()
    assert offset is not None
    return at.timestamp() + offset.total_seconds()


def _pieces(start: float, seconds: float) -> Iterator[tuple[int, int, float]]:
    """The hour, the weekday and the length of each part of a stretch of local time that lies in one hour."""
    end = start + seconds
    while start < end:
        stop = min(end, (start // HOUR + 1) * HOUR)
        yield int(start // HOUR) % 24, (int(start // DAY) + 3) % 7, stop - start
        start = stop


def _intensity(rhythm: Rhythm, hour: int, weekday: int) -> float:
    """Articles a second."""
    return rhythm.rate / DAY * _hour(rhythm, hour) * _weekday(rhythm, weekday)


def _hour(rhythm: Rhythm, hour: int) -> float:
    own = (FIRST_HOUR + rhythm.hours[hour]) / (FIRST_HOUR + rhythm.hours_expected[hour])
    return PROFILE_HOURS[hour] * own


def _weekday(rhythm: Rhythm, weekday: int) -> float:
    own = (FIRST_WEEKDAY + rhythm.week[weekday]) / (FIRST_WEEKDAY + rhythm.week_expected[weekday])
    return PROFILE_WEEKDAYS[weekday] * own


def expected(rhythm: Rhythm, zone: str, start: datetime, end: datetime) -> float:
    """How many articles a source of `zone` has probably published between two instants."""
    pieces = _pieces(_local(start, zone), (end - start).total_seconds())
    return sum(_intensity(rhythm, hour, weekday) * seconds for hour, weekday, seconds in pieces)


def learned(rhythm: Rhythm, zone: str, start: datetime, end: datetime, new: int, foreseen: float = 0.0) -> Rhythm:
    """The rhythm after `new` articles were seen that are younger than the look at `start`.

    foreseen: how many of them the outlet's feeds would have named at their next look in any case. They are no reason
    to ask this source more often; without this, two sources that say the same would share the articles and be asked
    nearly as often as two outlets.
    """
    local, seconds = _local(start, zone), (end - start).total_seconds()
    if not 0 < seconds <= LONGEST_LOOK:
        return rhythm
    rhythm = _faded(rhythm, int((local + seconds) // DAY))
    parts = [(h, d, _intensity(rhythm, h, d) * s) for h, d, s in _pieces(local, seconds)]
    total = sum(share for *_, share in parts)
    own = new - foreseen
    hours, hours_expected = list(rhythm.hours), list(rhythm.hours_expected)
    week, week_expected = list(rhythm.week), list(rhythm.week_expected)
    for hour, weekday, share in parts:
        hours[hour] = max(hours[hour] + own * share / total, 0.0)
        hours_expected[hour] += share * PROFILE_HOURS[hour] / _hour(rhythm, hour)
        week[weekday] = max(week[weekday] + own * share / total, 0.0)
        week_expected[weekday] += share * PROFILE_WEEKDAYS[weekday] / _weekday(rhythm, weekday)
    return msgspec.structs.replace(
        rhythm,
        seen=max(rhythm.seen + own, 0.0),
        days=rhythm.days + total / rhythm.rate,
        hours=tuple(hours),
        hours_expected=tuple(hours_expected),
        week=tuple(week),
        week_expected=tuple(week_expected),
        silence=0.0 if new else rhythm.silence + total,
        unproven=0.0 if new else rhythm.unproven + total,
    )


def _faded(rhythm: Rhythm, today: int) -> Rhythm:
    """Every day the past counts less."""
    if today <= rhythm.faded:
        return rhythm
    factor = 2.0 ** (-(today - rhythm.faded) / HALF_LIFE) if rhythm.faded else 1.0
    return msgspec.structs.replace(
        rhythm,
        seen=rhythm.seen * factor,
        days=rhythm.days * factor,
        hours=tuple(x * factor for x in rhythm.hours),
        hours_expected=tuple(x * factor for x in rhythm.hours_expected),
        week=tuple(x * factor for x in rhythm.week),
        week_expected=tuple(x * factor for x in rhythm.week_expected),
        faded=today,
    )


# --- validators ---


def proved(rhythm: Rhythm, listed: int) -> Rhythm:
    """After a whole answer that listed so many articles."""
    return msgspec.structs.replace(rhythm, unproven=0.0, window=listed)


def caught(rhythm: Rhythm, at: datetime) -> Rhythm:
    """After the same validators came with other articles: they do not say whether something changed."""
    return msgspec.structs.replace(rhythm, distrusted=at.timestamp() + DISTRUST)


def trusted(rhythm: Rhythm) -> Rhythm:
    """After a conditional request was answered with news."""
    return rhythm if rhythm.honest else msgspec.structs.replace(rhythm, honest=True)


def overran(rhythm: Rhythm, at: datetime) -> Rhythm:
    """After an answer that named nothing but news: bursts are shorter than the hours in which rates are learned."""
    return msgspec.structs.replace(rhythm, tight=at.timestamp() + TIGHT)


def doubted(rhythm: Rhythm, zone: str, whole: datetime, since: datetime, at: datetime) -> bool:
    """Whether a 304 at `at` would not be believed. whole: the last whole answer; since: the last look."""
    if at.timestamp() < rhythm.distrusted or (not rhythm.honest and (at - whole).total_seconds() >= PROBATION):
        return True
    return rhythm.unproven + expected(rhythm, zone, since, max(at, since)) >= UNLIKELY


# --- the wait ---


def wait(rhythm: Rhythm, zone: str, at: datetime, rules: Rules, source: str) -> timedelta:
    """How long a source is left alone after a look at `at`: 10 minutes to 24 hours, JITTER included."""
    luck = _luck(source, at)
    if rules.fixed:
        return rules.interval * (1 + JITTER * luck)
    shortest = SHORTEST.total_seconds()
    seconds = _unhurried(rhythm, _local(at, zone), rules) * (1 + JITTER * luck)
    if at.timestamp() < rhythm.tight:
        seconds = min(seconds, shortest * (1 - JITTER))
    if seconds < shortest:  # spread upwards, or all busy sources would keep one second for ever
        seconds = shortest * (1 + JITTER * abs(luck))
    if rules.edition is not None:
        seconds = _before_edition(seconds, _local(at, zone), rules.edition, abs(luck))
    return timedelta(seconds=min(seconds, LONGEST.total_seconds()))


def _luck(source: str, at: datetime) -> float:
    """-1 to 1, the same for the same source and instant."""
    return zlib.crc32(f"{source}{at.timestamp()}".encode()) / 0xFFFFFFFF * 2 - 1


def _unhurried(rhythm: Rhythm, local: float, rules: Rules) -> float:
    """Seconds until waiting costs the price, or the window may be full."""
    dear = max(_until_dear(rhythm, local, rules), rules.interval.total_seconds())
    return min(dear, _until_full(rhythm, local)) if rhythm.window else dear


def _until_dear(rhythm: Rhythm, local: float, rules: Rules) -> float:
    price = rules.price * min(max(rhythm.silence / SILENT, 1.0), MOST_SILENT) ** 2
    passed = waiting = spent = 0.0
    for hour, weekday, length in _pieces(local, LONGEST.total_seconds()):
        rate = _intensity(rhythm, hour, weekday)
        weight = _weight(local + passed, rules)
        left = _until_spent(rate, waiting, (price - spent) / weight)
        if left <= length:
            return passed + left
        spent += weight * (waiting * length + rate * length**2 / 2)
        waiting += rate * length
        passed += length
    return passed


def _until_full(rhythm: Rhythm, local: float) -> float:
    passed, room = 0.0, _room(rhythm.window)
    for hour, weekday, length in _pieces(local, LONGEST.total_seconds()):
        rate = _intensity(rhythm, hour, weekday)
        if rate * length >= room:
            return passed + room / rate
        room -= rate * length
        passed += length
    return passed


def _until_spent(rate: float, waiting: float, left: float) -> float:
    """The s with waiting·s + rate·s²/2 = left."""
    return (math.sqrt(waiting**2 + 2 * rate * left) - waiting) / rate


def _room(window: int) -> float:
    """The expected number of articles that with three standard deviations more still fits into a window."""
    return ((math.sqrt(9 + 4 * window) - 3) / 2) ** 2


def _weight(local: float, rules: Rules) -> float:
    """What waiting costs at a local time."""
    if rules.edition is None:
        return 1.0
    return EDITION_WEIGHT if 0 < _until(local, rules.edition) <= EDITION_HOURS * HOUR else 1.0


def _until(local: float, moment: time) -> float:
    """Seconds to the next local time `moment`, more than 0."""
    return DAY - (local - (moment.hour * HOUR + moment.minute * 60 + moment.second)) % DAY


def _before_edition(seconds: float, local: float, edition: time, luck: float) -> float:
    """A wait that would pass over the minutes before the edition ends in them, if it was not asked just now."""
    left = _until(local, edition)
    last = left - EDITION_LEAD[0]
    planned = left - EDITION_LEAD[0] - luck * (EDITION_LEAD[1] - EDITION_LEAD[0])
    if seconds <= last:
        return seconds
    soonest = max(planned, SHORTEST.total_seconds())
    return min(seconds, soonest) if soonest <= last else seconds
