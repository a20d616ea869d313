"""Times told from now: "3 jam lalu", "kemarin, 14.35 WIB", "baru saja"."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from kliping.indonesian.dateparts import make_day

_SECONDS: Final = {
    "detik": 1, "second": 1, "sec": 1,
    "menit": 60, "minute": 60, "min": 60,
    "jam": 3600, "hour": 3600, "hr": 3600,
}  # fmt: skip
_DAYS: Final = {"hari": 1, "day": 1, "minggu": 7, "pekan": 7, "week": 7}
_MONTHS: Final = {"bulan": 1, "month": 1, "tahun": 12, "year": 12}
_NUMBERS: Final = {
    "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9,
    "sepuluh": 10, "sebelas": 11,
}  # fmt: skip
_UNIT: Final = "|".join([*_SECONDS, *_DAYS, *_MONTHS])

_AGO: Final = re.compile(
    rf"""
    \b(?:(?P<ahead>dalam|in)\s)?
    (?:(?P<hours>\d{{1,2}})\s?(?:jam|hours?),?\s(?:dan\s|and\s)?)?       # 1 jam 20 menit lalu
    (?:(?P<one>se|an?\s|one\s)|(?P<count>\d{{1,3}}|{"|".join(_NUMBERS)})\s?)(?P<unit>{_UNIT})s?\b
    (?P<back>\s(?:yang\s|yg\s)?(?:lalu|silam)\b|\sago\b)?
    """,
    re.VERBOSE,
)
_NOW: Final = re.compile(r"\b(?:baru saja|barusan|just now|beberapa (?:saat|detik) (?:yang )?lalu)\b")
_NAMED: Final = (  # the longest first; days from today
    ("kemarin lusa", -2), ("kemarin dulu", -2), ("kemarin", -1), ("yesterday", -1),
    ("tadi malam", -1), ("semalam", -1), ("tadi pagi", 0), ("tadi siang", 0), ("tadi sore", 0),
    ("hari ini", 0), ("today", 0), ("besok lusa", 2), ("besok", 1), ("tomorrow", 1), ("lusa", 2),
)  # fmt: skip
_NAMED_PATTERN: Final = re.compile(r"\b(" + "|".join(words for words, _ in _NAMED) + r")\b")


@dataclass(frozen=True, slots=True)
class Told:
    """A time told from now, found at `start` to `end`: an instant, or only a day when `exact` is None.

    `named` marks a bare word ("kemarin", "hari ini"), which also stands in headings and menus.
    """

    day: date
    exact: datetime | None
    precision: Literal["second", "minute", "day"]
    named: bool
    start: int
    end: int


def find_told(text: str, now: datetime) -> Told | None:
    """The first time told from `now` (aware; its zone decides what "kemarin" is) in normalised `text`."""
    if match := _NOW.search(text):
        return Told(now.date(), now, "minute", False, match.start(), match.end())
    for match in _AGO.finditer(text):
        if told := _counted(match, now):
            return told
    if match := _NAMED_PATTERN.search(text):
        day = _shifted(now.date(), days=dict(_NAMED)[match[1]])
        return Told(day, None, "day", True, match.start(), match.end()) if day else None
    return None


def _counted(match: re.Match[str], now: datetime) -> Told | None:
    if bool(match["ahead"]) == bool(match["back"]):
        return None  # "3 jam" alone is a length of time
    sign, count = (1 if match["ahead"] else -1), _number(match["count"] or "1")
    span = match.start(), match.end()
    if unit := _SECONDS.get(match["unit"]):
        exact = now + sign * timedelta(hours=int(match["hours"] or 0), seconds=count * unit)
        return Told(exact.date(), exact, "second" if unit == 1 else "minute", False, *span)
    days, months = count * _DAYS.get(match["unit"], 0), count * _MONTHS.get(match["unit"], 0)
    day = _shifted(now.date(), days=sign * days, months=sign * months)
    return Told(day, None, "day", False, *span) if day else None


def _number(written: str) -> int:
    return _NUMBERS.get(written) or int(written)


def _shifted(day: date, *, days: int = 0, months: int = 0) -> date | None:
    """`day` moved; a day that the target month lacks becomes its last one (31 Maret less a month: 28 Februari)."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        if moved := make_day(year, month0 + 1, min(day.day, last)):
            return moved + timedelta(days=days)
    return None
