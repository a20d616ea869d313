"""The day of an event in the body of a story: "Rabu (7/7)", "Kamis (16/3/2023)", "(29/5)".

It is when something was said or done, not when the story was published: the two are often days apart.
"""

import re
from datetime import date
from typing import Final

from kliping.indonesian.dateparts import MONTH, WEEKDAY_NUMBERS, make_day, month_of, year_of
from kliping.indonesian.words import normalise

LONGEST: Final = 2000  # characters of one paragraph
_DAY_PART: Final = r"dini hari|subuh|pagi|siang|sore|petang|malam"
_WEEKDAY: Final = "|".join(sorted(WEEKDAY_NUMBERS, key=len, reverse=True))
_EVENT: Final = re.compile(
    rf"""
    (?:\b(?P<weekday>{_WEEKDAY})\b)?
    (?:\s(?:{_DAY_PART}))?
    [\s,.]{{0,3}}
    (?P<bracket>\()?\s?
    (?<!\d)(?<!\d[/.,-])(?P<d>\d{{1,2}})\s?(?P<s>[/-])\s?(?P<m>\d{{1,2}}|{MONTH})
    (?:(?P=s)(?P<y>\d{{4}}|\d{{2}}))?
    (?![\d/])\s?\)?
    """,
    re.VERBOSE,
)


def read_event_day(text: str, published: date) -> date | None:
    """The first event day in `text`, given the day that the story was published (in the outlet's zone).

    A day without a year takes the publication year, the one before or the one after: the one where a printed weekday
    fits, else the nearest to publication. None when there is no such day, or when the weekday fits none of the three
    (a misprint is for a person to see, not for us to repair).
    """
    for match in _EVENT.finditer(normalise(text[:LONGEST])):
        # "24/7" or "3/4" in running text is a date only with a weekday before it or brackets around it.
        if (match["weekday"] or match["bracket"]) and (day := _day_of(match, published)):
            return day
    return None


def _day_of(match: re.Match[str], published: date) -> date | None:
    month, day = month_of(match["m"]), int(match["d"])
    if match["y"]:
        return make_day(year_of(match["y"]), month, day)
    years = (published.year, published.year - 1, published.year + 1)
    days = [found for year in years if (found := make_day(year, month, day))]
    if match["weekday"]:
        days = [found for found in days if found.weekday() == WEEKDAY_NUMBERS[match["weekday"]]]
    return min(days, key=lambda found: abs((found - published).days), default=None)
