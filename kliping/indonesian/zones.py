"""Indonesia's three time zones, and the zone words that dates on Indonesian pages and feeds carry."""

import re
from datetime import timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

ZONES: Final = {
    "WIB": ZoneInfo("Asia/Jakarta"),
    "WITA": ZoneInfo("Asia/Makassar"),
    "WIT": ZoneInfo("Asia/Jayapura"),
}
"""The word that is printed after a clock time → its zone. No daylight saving in any of them."""

_WORDS: Final = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",  # Kalimantan Barat and Tengah
    "Asia/Makassar": "WITA",
    "Asia/Ujung_Pandang": "WITA",
    "Asia/Jayapura": "WIT",
}
_LONG: Final = {"barat": "WIB", "tengah": "WITA", "timur": "WIT"}
# RFC 822 section 5.1 and RFC 2822 section 4.3, plus the neighbours that Indonesian feeds are served from (hours).
_FOREIGN: Final = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "sgt": 8, "myt": 8,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip

ZONE_PATTERN: Final = (
    r"(?:\(?(?P<named>wib|wita|wit|waktu\sindonesia\s(?:barat|tengah|timur))\b"
    r"|\(?(?:gmt|utc|z)?\s?(?P<offset>[+-](?:\d{2}:?\d{2}|\d{1,2}))(?![\d:]|\.\d)"
    r"|(?P<foreign>z|utc?|gmt|sgt|myt|[ecmp][sd]t)\b)"
)
"""A zone after a clock time, in normalised text; groups for `stated_zone`."""


def zone_name(zone: str | tzinfo) -> str:
    """The Indonesian word for an IANA name or a tzinfo: "WIB", "WITA" or "WIT"; else its own name."""
    key = getattr(zone, "key", None) or str(zone)
    return _WORDS.get(key, key)


def stated_zone(match: re.Match[str]) -> tuple[tzinfo, str] | None:
    """The zone that a match of ZONE_PATTERN states, with its name ("WIB", "+07:00"); None if it states none."""
    if named := match["named"]:
        word = _LONG.get(named.rpartition(" ")[2]) or named.upper()
        return ZONES[word], word
    if written := match["offset"]:
        return _fixed(_minutes(written))
    return _fixed(60 * _FOREIGN[foreign]) if (foreign := match["foreign"]) else None


def _minutes(written: str) -> int:
    digits = written[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:2]), int(digits[2:]))
    return (-1 if written[0] == "-" else 1) * (60 * hours + minutes)


def _fixed(minutes: int) -> tuple[tzinfo, str] | None:
    if abs(minutes) > 14 * 60:  # +14:00, Kiritimati, is the largest offset in use
        return None
    hours, rest = divmod(abs(minutes), 60)
    return timezone(timedelta(minutes=minutes)), f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"
