"""Dates and numbers as Indonesian readers write them."""

from datetime import date, datetime, time
from typing import Final

from kliping.indonesian.zones import zone_name

WEEKDAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS: Final = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


def long_date(day: date) -> str:
    """ "Senin, 23 November 2026"; of a datetime, the day in its own zone."""
    return f"{WEEKDAYS[day.weekday()]}, {short_date(day)}"


def short_date(day: date) -> str:
    """ "23 November 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def clock(at: datetime | time) -> str:
    """ "06.00": 24 hours, a point between hours and minutes, in the value's own zone."""
    return f"{at.hour:02d}.{at.minute:02d}"


def long_moment(instant: datetime) -> str:
    """ "Senin, 23 November 2026, 06.00 WIB", in the instant's own zone; without a zone, without its word."""
    zone = f" {zone_name(instant.tzinfo)}" if instant.tzinfo else ""
    return f"{long_date(instant)}, {clock(instant)}{zone}"


def number(value: float, decimals: int = 0) -> str:
    """ "22.136", "38,5": points group thousands, a comma is the decimal sign."""
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def percent(value: float, decimals: int = 1) -> str:
    """ "38,5 %" for a value in per cent (38.5), with a no-break space; a zero decimal is left out ("38 %")."""
    written = number(value, decimals)
    return (written.rstrip("0").rstrip(",") if decimals else written) + "\u00a0%"
