"""The reader for dates of Indonesian news: date lines, feed dates, meta contents, dates told from now.

Numeric dates are day first, month names may be Indonesian (old spellings and short forms too) or English, a zone word
in the text beats the given zone. Reading is linear, looks at the first 300 characters and never raises on a string.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from functools import cache
from typing import Final, Literal

from kliping.indonesian.datafiles import lines
from kliping.indonesian.dateparts import MONTH, WEEKDAY_NUMBERS, Clock, Day, find_clocks, find_days, make_day, month_of
from kliping.indonesian.relative import find_told
from kliping.indonesian.words import normalise
from kliping.indonesian.zones import ZONES, zone_name

__all__ = ["ZONES", "Moment", "find_date", "find_update", "names_update", "read_date", "read_range", "zone_name"]

LONGEST: Final = 300  # characters; the longest date block seen on 31 real pages has fewer than 120
_OUTLET_WORDS: Final = 3  # words beside a date in a date line: "Kompas.com -" has two, an outlet's name seldom four
_NEAR: Final = 5  # characters without letters between a date and a bare dotted time ("| 14.35")

_UPDATE: Final = re.compile(
    r"\b(?:diperbar?ui|diperbaharui|perbaruan|pembaruan|dimutakhirkan|pemutakhiran|diubah|disunting|update[ds]?|modified)\b"
)
_RANGE: Final = re.compile(
    rf"(?<!\d)(?<!\d[:.])(?P<d>\d{{1,2}})(?:\s?/\s?(?P<n>\d{{1,2}})|\s(?P<m>{MONTH}))?(?:[\s/](?P<y>\d{{4}}))?"
    r"\s?(?:-|dan|s/d|s\.d\.?|sampai|sampai dengan|hingga|to)\s?(?:\w{4,6},?\s)?\Z"
)
_STAMP: Final = re.compile(r"(?:19|20)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)", re.ASCII)
_LETTERS: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time that a text states.

    `instant` is aware and keeps the offset that it was read with; with precision "day" it is that day's midnight.
    `zone` is the zone that the text itself states ("WIB", "WITA", "WIT", "+07:00"); None: the given zone was taken.
    """

    instant: datetime
    zone: str | None
    precision: Literal["second", "minute", "day"]
    raw: str


def read_date(text: str, *, zone: tzinfo, now: datetime | None = None) -> Moment | None:
    """The time that a short string states as a whole: a date line, a feed date, a meta content.

    At most three words may stand beside the date ("Kompas.com - …"). None for anything else: no date, an impossible
    one, a range or period, an update time ("Diperbarui …"), a date without a year (see `events.read_event_day`).

    Args:
        text: as printed; only the first 300 characters are read.
        zone: the outlet's zone, for times without one.
        now: aware; without it dates told from now ("3 jam lalu") give None.
    """
    return _read(text, zone, now, _OUTLET_WORDS)


def find_date(text: str, *, zone: tzinfo, now: datetime | None = None) -> Moment | None:
    """The first publication time in a date block that has other words too; update times and ranges are passed over.

    Same arguments and limits as `read_date`. Not for running text: there a date is an event's as often as not.
    """
    return _read(text, zone, now, None)


def find_update(text: str, *, zone: tzinfo, now: datetime | None = None) -> Moment | None:
    """The time of the last change in a short line that names it: "Diperbarui 16 Maret 2023, 15:02 WIB"."""
    raw = text[:LONGEST].strip()
    plain = normalise(raw)
    named = _UPDATE.search(plain)
    return _read_plain(plain[named.end() :], raw, zone, now, _OUTLET_WORDS) if named else None


def names_update(text: str) -> bool:
    """Whether `text` says that something was changed ("Diperbarui", "Last updated")."""
    return _UPDATE.search(normalise(text[:LONGEST])) is not None


def read_range(text: str) -> tuple[date, date] | None:
    """The first range of days in `text`: "25-27 Oktober 2021", "6 dan 7 Juni 2021", both days included."""
    plain = normalise(text[:LONGEST])
    return next((found for day in find_days(plain) if (found := _range_ending(plain, day))), None)


def _read(text: str, zone: tzinfo, now: datetime | None, other_words: int | None) -> Moment | None:
    raw = text[:LONGEST].strip()
    return _stamp(raw) or _read_plain(normalise(raw), raw, zone, now, other_words)


def _stamp(raw: str) -> Moment | None:
    """What a program wrote in full, as it is found in the head of most pages; a tenth of the work of reading it."""
    if _STAMP.fullmatch(raw) is None:
        return None
    try:
        instant = datetime.fromisoformat(raw)
    except ValueError:
        return None
    return Moment(instant, raw[-6:] if instant.utcoffset() else "+00:00", "second", raw)


def _read_plain(plain: str, raw: str, zone: tzinfo, now: datetime | None, other_words: int | None) -> Moment | None:
    days = list(find_days(plain))
    if not days:
        return _told(plain, raw, zone, now, other_words)
    day = next((day for day in days if _is_publication(plain, day, days)), None)
    rest = _blanked(plain, days)
    clocks = list(find_clocks(rest))
    if day is None or (other_words is not None and _unknown_words(_blanked(rest, clocks)) > other_words):
        return None
    return _moment(day.day, _clock_of(rest, day, days, clocks), zone, raw)


def _told(plain: str, raw: str, zone: tzinfo, now: datetime | None, other_words: int | None) -> Moment | None:
    told = find_told(plain, now.astimezone(zone)) if now else None
    if told is None or _UPDATE.search(plain, 0, told.start):
        return None
    rest = plain[: told.start] + " " * (told.end - told.start) + plain[told.end :]
    clocks = list(find_clocks(rest))
    # A bare "hari ini" is a heading as often as a date ("Berita Hari Ini"), so nothing may stand beside it.
    allowed = 0 if told.named else other_words
    if allowed is not None and _unknown_words(_blanked(rest, clocks)) > allowed:
        return None
    if told.exact:
        return Moment(told.exact, None, told.precision, raw)
    return _moment(told.day, next((clock for clock in clocks if clock.sure), None), zone, raw)


def _moment(day: date, clock: Clock | None, zone: tzinfo, raw: str) -> Moment:
    if clock is None:
        return Moment(datetime.combine(day, time(), zone), None, "day", raw)
    instant = datetime.combine(day, clock.time, clock.zone or zone)
    return Moment(instant, clock.zone_word, "second" if clock.seconds else "minute", raw)


def _is_publication(plain: str, day: Day, days: list[Day]) -> bool:
    before = max((other.end for other in days if other.end <= day.start), default=0)
    after = next((other for other in days if other.start >= day.end), None)
    return (
        not _UPDATE.search(plain, before, day.start)
        and not _range_ending(plain, day)
        and not (after and _range_ending(plain, after))
    )


def _range_ending(plain: str, day: Day) -> tuple[date, date] | None:
    match = _RANGE.search(plain, max(0, day.start - 60), day.start)
    if not match:
        return None
    month = month_of(match["m"] or match["n"] or str(day.day.month))
    first = make_day(int(match["y"] or day.day.year), month, int(match["d"]))
    return (first, day.day) if first and first <= day.day else None


def _clock_of(rest: str, day: Day, days: list[Day], clocks: list[Clock]) -> Clock | None:
    """The clock time of `day`: the first after it, before the next date or update; else the last before it."""
    stop = next((other.start for other in days if other.start >= day.end), len(rest))
    if update := _UPDATE.search(rest, day.end, stop):
        stop = update.start()
    after = (clock for clock in clocks if day.end <= clock.start < stop)
    if found := next((clock for clock in after if clock.sure or _is_near(rest[day.end : clock.start])), None):
        return found
    start = max((other.end for other in days if other.end <= day.start), default=0)
    return next((clock for clock in reversed(clocks) if clock.sure and start <= clock.start < day.start), None)


def _is_near(gap: str) -> bool:
    return len(gap) <= _NEAR and not _LETTERS.search(gap)


def _blanked(text: str, found: list[Day] | list[Clock]) -> str:
    for item in found:
        text = text[: item.start] + " " * (item.end - item.start) + text[item.end :]
    return text


def _unknown_words(text: str) -> int:
    return sum(word not in _date_line_words() for word in _LETTERS.findall(text))


@cache
def _date_line_words() -> frozenset[str]:
    return frozenset(WEEKDAY_NUMBERS).union(*(line.split() for line in lines("dateline.txt")))
