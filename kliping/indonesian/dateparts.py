"""Days, months and clock times as Indonesian, Malay (and English-themed) pages print them, found in normalised text.

Each pattern is bounded and none nests a repetition, so reading is linear in the length of the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, tzinfo
from typing import Final

from kliping.indonesian.zones import ZONE_PATTERN, stated_zone

YEARS: Final = range(1900, 2101)  # outside of it an instant may not survive a change of zone

_MONTHS: Final = {
    1: "januari january jan djanuari djan",
    2: "februari february pebruari febuari feb peb",
    3: "maret march mar mrt mac",
    4: "april apr",
    5: "mei may",
    6: "juni june jun djuni",
    7: "juli july jul djuli julai",
    8: "agustus august agust agus agu agt ags aug ogos",
    9: "september sept sep",
    10: "oktober october okt oct",
    11: "november nopember nov nop",
    12: "desember december des dec disember",
}
MONTH_NUMBERS: Final = {word: number for number, words in _MONTHS.items() for word in words.split()}

_WEEKDAYS: Final = (
    "senin sen isnin monday mon",
    "selasa sel tuesday tue tues",
    "rabu rab wednesday wed",
    "kamis kam khamis thursday thu thur thurs",
    "jumat jum jumaat friday fri",
    "sabtu sab saturday sat",
    "minggu min ahad sunday sun",
)
WEEKDAY_NUMBERS: Final = {word: number for number, words in enumerate(_WEEKDAYS) for word in words.split()}

MONTH: Final = "(?:" + "|".join(sorted(MONTH_NUMBERS, key=len, reverse=True)) + ")"
_START: Final = r"(?<!\d)(?<!\d[/.,:-])"
_DAY: Final = re.compile(
    rf"""
    {_START}(?P<iso_y>\d{{4}})(?P<iso_s>[-/.])(?P<iso_m>\d{{1,2}})(?P=iso_s)(?P<iso_d>\d{{1,2}})(?!\d)
  | {_START}(?P<basic>(?:19|20)\d{{6}})(?=t|\b)
  | {_START}(?P<d>\d{{1,2}})\s?(?P<s>[-/.])\s?(?P<m>\d{{1,2}}|{MONTH})\s?(?P=s)\s?(?P<y>\d{{4}}|\d{{2}})(?![\d/])
  | (?<!\d)(?<!\d[/.:])(?P<dd>\d{{1,2}})(?:st|nd|rd|th|hb)?[\s.,-]{{0,3}}(?P<mon>{MONTH})(?![^\W\d_])[\s.,-]{{0,3}}
      (?P<yy>'?\d{{4}}|'\d{{2}}|\d{{2}}(?=\s*$|,?\s\d{{1,2}}[:.]\d{{2}}(?!\d)))(?![\d:])
  | \b(?P<en_m>{MONTH})\.?\s(?P<en_d>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?:(?P<en_t>\d\d?:\d\d(?::\d\d)?)\s(?:\w{{3,4}}\s)?)?
      (?P<en_y>\d{{4}})(?!\d)
    """,
    re.VERBOSE,
)
_ORDERS: Final = (("iso_y", "iso_m", "iso_d"), ("y", "m", "d"), ("yy", "mon", "dd"), ("en_y", "en_m", "en_d"))
_UNITS: Final = r"(?!\s?(?:rb|ribu|jt|juta|kali|views?|menit|persen|%|km|mb|kb|m\b|x\b|k\b))"
_CLOCK: Final = re.compile(
    rf"""
    (?P<at>\b(?:pukul|jam|pkl)[\s.:]{{0,2}})?
    (?<!\d)(?<!\d[.,:/])(?P<h>\d{{1,2}})\s?(?P<sep>[:.])\s?(?P<min>\d{{2}})
    (?:(?P=sep)(?P<sec>\d{{2}}))?(?:[.,]\d{{1,9}})?(?![\d:/])
    {_UNITS}
    \s?(?P<half>[ap]\.?m\b\.?)?
    [\s,]{{0,2}}{ZONE_PATTERN}?
    """,
    re.VERBOSE,
)
_WHOLE_HOUR: Final = re.compile(rf"\b(?:pukul|jam|pkl)[\s.:]{{0,2}}(?P<h>\d{{1,2}})(?![\d.:/])\s?{ZONE_PATTERN}")


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day found at `start` to `end` of a normalised text."""

    day: date
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock time found at `start` to `end`; `zone` and its name only when the text states them.

    `sure` is False for a bare dotted time ("14.35"), which is a decimal number unless it stands beside a date.
    """

    time: time
    zone: tzinfo | None
    zone_word: str | None
    seconds: bool
    sure: bool
    start: int
    end: int


def make_day(year: int, month: int, day: int) -> date | None:
    """The date, or None when the calendar has no such day or the year is outside 1900 to 2100."""
    if year not in YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def year_of(written: str) -> int:
    """A year of two or four digits; two digits follow POSIX (69 to 99 are 1900s)."""
    digits = written.lstrip("'")
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (1900 if int(digits) >= 69 else 2000)


def month_of(written: str) -> int:
    return MONTH_NUMBERS.get(written) or int(written)


def find_days(text: str) -> Iterator[Day]:
    """All full dates in normalised `text`, in order; numeric ones are day first. Impossible days are left out."""
    for match in _DAY.finditer(text):
        if day := _read_day(match):
            yield Day(day, match.start(), match.start("en_t") if match["en_t"] else match.end())


def _read_day(match: re.Match[str]) -> date | None:
    if basic := match["basic"]:
        return make_day(int(basic[:4]), int(basic[4:6]), int(basic[6:]))
    for year, month, day in _ORDERS:
        if match[year]:
            return make_day(year_of(match[year]), month_of(match[month]), int(match[day]))
    return None


def find_clocks(text: str) -> Iterator[Clock]:
    """All clock times in normalised `text`, in order; impossible ones ("25:61") are left out."""
    for match in _CLOCK.finditer(text):
        hour = _hour(int(match["h"]), match["half"])
        stated = None if _is_span_of_time(match) else stated_zone(match)
        if hour is not None and int(match["min"]) < 60 and int(match["sec"] or 0) < 60:
            sure = match["sep"] == ":" or bool(match["at"]) or stated is not None
            yield _clock(match, time(hour, int(match["min"]), int(match["sec"] or 0)), stated, match["sec"], sure=sure)
    for match in _WHOLE_HOUR.finditer(text):
        if int(match["h"]) < 24:
            yield _clock(match, time(int(match["h"])), stated_zone(match), None, sure=True)


def _is_span_of_time(match: re.Match[str]) -> bool:
    """Whether "07:00-09:00" are two times of a day, not a time west of Greenwich (written "T07:00-05:00")."""
    west = (match["offset"] or "").startswith("-") and ":" in match["offset"]
    machine = match["sec"] is not None or match.string[: match.start("h")].endswith("t")
    return west and not machine


def _clock(
    match: re.Match[str], at: time, stated: tuple[tzinfo, str] | None, seconds: str | None, *, sure: bool
) -> Clock:
    zone, word = stated or (None, None)
    return Clock(at, zone, word, seconds is not None, sure, match.start(), match.end())


def _hour(hour: int, half: str | None) -> int | None:
    if half and 1 <= hour <= 12:
        return hour % 12 + (12 if half[0] == "p" else 0)
    return hour if hour < 24 else None
