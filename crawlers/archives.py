"""The addresses of a site's archive, one a day: `https://example.co.id/indeks/{year}/{month}/{day}`. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from kliping.urls import is_web_url

LONGEST: Final = 3660  # days of one backfill: ten years
FIELDS: Final = ("year", "month", "day", "date")
EXAMPLES: Final = "https://…/indeks/{year}/{month}/{day} or https://…/indeks?date={date}"


def archive_pages(pattern: str, since: date, until: date) -> Iterator[str]:
    """The archive's address for each day, the newest first; {month} and {day} have two digits, {date} is 2026-11-24.

    Raises ValueError for a pattern without a date, or that is no http(s) address, or for a range that is none.
    """
    check_range(since, until)
    try:
        addresses = [_address(pattern, until - timedelta(days=back)) for back in range((until - since).days + 1)]
    except (KeyError, IndexError, ValueError):
        raise ValueError(f"pattern={pattern}: expected {EXAMPLES}") from None
    if not is_web_url(addresses[0]) or (len(addresses) > 1 and len(set(addresses)) == 1):
        raise ValueError(f"pattern={pattern}: expected {EXAMPLES}")
    yield from dict.fromkeys(addresses)


def check_range(since: date, until: date) -> None:
    """Raises ValueError for a range that is empty or longer than ten years."""
    if not 0 <= (until - since).days < LONGEST:
        raise ValueError(f"since={since} until={until}: expected a range of 1 to {LONGEST} days")


def _address(pattern: str, day: date) -> str:
    return pattern.format(year=f"{day.year:04}", month=f"{day.month:02}", day=f"{day.day:02}", date=day.isoformat())
