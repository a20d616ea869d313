"""Indonesian calendar words, and the placeholders that keep article texts dated relative to the press clock."""

import re
from datetime import date, datetime, timedelta

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
PLACEHOLDER = re.compile(r"\{(hari_saja|hari_pendek|hari|tanggal|bulan|tahun)([+-]\d+)?\}")
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def long_date(day: date) -> str:
    """`23 November 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def full_date(day: date) -> str:
    """`Senin, 23 November 2026`."""
    return f"{DAYS[day.weekday()]}, {long_date(day)}"


def english_date(day: date) -> str:
    """`November 23, 2026`: themes that nobody translated."""
    return f"{ENGLISH_MONTHS[day.month - 1]} {day.day}, {day.year}"


def zone_word(instant: datetime) -> str:
    """WIB, WITA or WIT for an instant that carries an Indonesian zone."""
    return instant.tzname() or ""


def fill(text: str, day: date) -> str:
    """Replace the date placeholders of `text`; `{hari-1}` counts days from `day`."""

    def word(match: re.Match[str]) -> str:
        moved = day + timedelta(days=int(match[2] or 0))
        return _forms(moved)[match[1]]

    return PLACEHOLDER.sub(word, text)


def _forms(day: date) -> dict[str, str]:
    name = DAYS[day.weekday()]
    return {
        "hari": f"{name} ({day.day}/{day.month}/{day.year})",
        "hari_pendek": f"{name} ({day.day}/{day.month})",
        "hari_saja": name,
        "tanggal": long_date(day),
        "bulan": MONTHS[day.month - 1],
        "tahun": str(day.year),
    }


def seconds(duration: str) -> float:
    """`90m`, `3h`, `-2d` → seconds. Raises ValueError on anything else."""
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?)([smhd])", duration)
    if not match:
        raise ValueError(f"not a duration such as 90m or 3h: {duration!r}")
    return float(match[1]) * UNITS[match[2]]
