"""Dates as Indonesian news prints them, each with the reading that a person gives it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kliping.indonesian.dates import find_date, read_date, read_range
from kliping.indonesian.events import read_event_day
from kliping.indonesian.formats import clock, long_date, long_moment, number, percent
from kliping.indonesian.zones import ZONES, zone_name

OUTLET_ZONE = ZONES["WITA"]  # not WIB, so a stated zone and a taken one are told apart
NOW = datetime(2026, 1, 20, 10, 0, tzinfo=ZONES["WIB"])

# (printed, local time as read, zone stated in the text); the forms of the domain sheet stand in test_date_forms
READ = [
    ("Jum'at, 15 Nopember 2024", "2024-11-15", None),
    ("Khamis, 13 Ogos 2026", "2026-08-13", None),
    ("5hb Mac 2026", "2026-03-05", None),
    ("Isnin, 14 Disember 2026", "2026-12-14", None),
    # feeds and machines
    ("Kam, 16 Mar 2023 07:00:00 WIB", "2023-03-16T07:00:00", "WIB"),
    ("Thu, 16 Mar 2023 07:00:00 GMT", "2023-03-16T07:00:00", "+00:00"),
    ("Thu, 16 Mar 23 07:00 EST", "2023-03-16T07:00", "-05:00"),
    ("Thu Mar 16 14:35:00 2023", "2023-03-16T14:35:00", None),
    ("2023-03-16T14:35:00.123+09:00", "2023-03-16T14:35:00", "+09:00"),
    ("2023-03-16T14:35+0700", "2023-03-16T14:35", "+07:00"),
    ("Mon Oct 12 2015 14:02:00 GMT+0700 (WIB)", "2015-10-12T14:02:00", "+07:00"),
    # clocks
    ("Senin, 16 Maret 2026 15.04 WITA", "2026-03-16T15:04", "WITA"),
    ("16 Maret 2026 pukul 15.04 Waktu Indonesia Timur", "2026-03-16T15:04", "WIT"),
    ("14:35 WIB, 16 Maret 2023", "2023-03-16T14:35", "WIB"),
    ("Pukul 14 WIB, 2 Mei 2024", "2024-05-02T14:00", "WIB"),
    ("4 July 2025 9:05 pm", "2025-07-04T21:05", None),
    ("16 Maret 2023 | 12.45 kali", "2023-03-16", None),
    ("16 Maret 2023 25:61", "2023-03-16", None),
    ("16 Maret 2023 07.00-09.00 WIB", "2023-03-16T07:00", None),
    ("16 Maret 2023 07:00-09:00 WIB", "2023-03-16T07:00", None),
    ("2023-03-16T07:00-05:00", "2023-03-16T07:00", "-05:00"),
]  # fmt: skip

TOLD = [
    ("6 hari yang lalu", "2026-01-14"),
    ("3 jam lalu", "2026-01-20T07:00"),
    ("3 hours ago", "2026-01-20T07:00"),
    ("sejam yang lalu", "2026-01-20T09:00"),
    ("1 jam 20 menit yang lalu", "2026-01-20T08:40"),
    ("kemarin", "2026-01-19"),
    ("Kemarin, 18.02 WIB", "2026-01-19T18:02"),
    ("kemarin lusa", "2026-01-18"),
    ("baru saja", "2026-01-20T10:00"),
    ("2 bulan lalu", "2025-11-20"),
    ("dalam 43 menit", "2026-01-20T10:43"),
]

NO_PUBLICATION = [
    "Diperbarui 16 Maret 2023, 15:02 WIB",
    "Update: 3 jam lalu",
    "Rabu (7/7)",
    "Kamis (9/1) sekitar pukul 03.30 WIB",
    "Selasa (8/1) malam",
    "(29/5))",
    "25 Oktober 2021 sampai dengan 27 Oktober 2021",
    "6 dan 7 Juni 2021",
    "25-27 Oktober 2021",
    "Januari–Maret 2025",
    "triwulan I 2025",
    "semester I/2025",
    "TA 2025",
    "APBD-P 2025",
    "31 Februari 2024",
    "12/13/2024",
    "16 Maret 9999",
    "Maret",
    "17",
    "3 jam",
    "Berita Hari Ini",
    "Jadwal layanan samsat keliling di Kota 16 Maret 2023",
    "",
]


def _local(text: str) -> tuple[str, str | None, str]:
    moment = read_date(text, zone=OUTLET_ZONE, now=NOW.astimezone(OUTLET_ZONE))
    assert moment is not None, text
    end = {"day": 10, "minute": 16, "second": 19}[moment.precision]
    return moment.instant.isoformat()[:end], moment.zone, moment.raw


@pytest.mark.parametrize(("text", "local", "zone"), READ, ids=[text for text, _, _ in READ])
def test_reads(text: str, local: str, zone: str | None) -> None:
    assert _local(text) == (local, zone, text)


@pytest.mark.parametrize(("text", "local"), TOLD, ids=[text for text, _ in TOLD])
def test_told_from_now(text: str, local: str) -> None:
    moment = read_date(text, zone=ZONES["WIB"], now=NOW.astimezone(UTC))
    assert moment is not None
    assert moment.instant.isoformat().startswith(local)
    assert moment.precision == ("minute" if "T" in local else "day")
    assert read_date(text, zone=ZONES["WIB"]) is None


@pytest.mark.parametrize("text", NO_PUBLICATION)
def test_is_no_publication_date(text: str) -> None:
    assert read_date(text, zone=OUTLET_ZONE, now=NOW) is None


def test_zone_of_the_outlet_is_taken_where_none_is_stated() -> None:
    moment = read_date("2023-03-16T14:35:00", zone=ZONES["WIT"])
    assert moment is not None
    assert moment.instant.astimezone(UTC) == datetime(2023, 3, 16, 5, 35, tzinfo=UTC)


@pytest.mark.parametrize(
    ("block", "local"),
    [
        ("Kompas.com - 19/02/2020, 18:02 WIB", "2020-02-19T18:02"),
        ("09 Februari 2026 | 05:32 WIB | Dibaca 147 kali", "2026-02-09T05:32"),
        ("Oleh: Siti Aminah, Redaktur Senior Kota Kita\nRabu, 4 Feb 2026 07.15 WIB", "2026-02-04T07:15"),
        ("Terbit 16 Maret 2023 14:35 WIB Diperbarui 17 Maret 2023 15:02 WIB", "2023-03-16T14:35"),
        ("Diperbarui 17 Maret 2023 15:02 WIB Terbit 16 Maret 2023 14:35 WIB", "2023-03-16T14:35"),
        ("Terbit 16 Maret 2023 | Diperbarui: 15:02 WIB", "2023-03-16T00:00"),
        ("Pameran 25-27 Oktober 2021, diumumkan 20 Oktober 2021", "2021-10-20T00:00"),
        ("Humas Pemkot Tangsel lewat Redaksi Kota Kita - Kemarin 3 jam lalu", "2026-01-20T07:00"),
    ],
)
def test_finds_the_publication_in_a_block(block: str, local: str) -> None:
    moment = find_date(block, zone=ZONES["WIB"], now=NOW)
    assert moment is not None
    assert moment.instant.isoformat()[:16] == local


@pytest.mark.parametrize(
    ("text", "published", "day"),
    [
        ("Rabu (7/7)", date(2021, 7, 8), date(2021, 7, 7)),
        ("Kamis (9/1) sekitar pukul 03.30 WIB", date(2020, 1, 10), date(2020, 1, 9)),
        ("Selasa (8/1) malam", date(2019, 1, 9), date(2019, 1, 8)),
        ("Rabu (31/12)", date(2026, 1, 2), date(2025, 12, 31)),
        ("Kamis (1/1)", date(2025, 12, 30), date(2026, 1, 1)),
        ("Rabu malam (31/5/2023)", date(2023, 6, 1), date(2023, 5, 31)),
        ("kata dia, Jum’at 15/Nop/24", date(2024, 11, 16), date(2024, 11, 15)),
        ("rapat (29/5)) itu", date(2023, 6, 1), date(2023, 5, 29)),
        ("Senin (7/7)", date(2021, 7, 8), None),  # was a Wednesday; a Monday in none of the three years
        ("layanan 24/7 dan 3/4 jalan", date(2021, 7, 8), None),
    ],
)
def test_event_day(text: str, published: date, day: date | None) -> None:
    assert read_event_day(text, published) == day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("25 Oktober 2021 sampai dengan 27 Oktober 2021", date(2021, 10, 25), date(2021, 10, 27)),
        ("6 dan 7 Juni 2021", date(2021, 6, 6), date(2021, 6, 7)),
        ("25-27 Oktober 2021", date(2021, 10, 25), date(2021, 10, 27)),
        ("30 September s/d 2 Oktober 2021", date(2021, 9, 30), date(2021, 10, 2)),
    ],
)
def test_range(text: str, first: date, last: date) -> None:
    assert read_range(text) == (first, last)


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("07 Feb 2015 20:15", "2015-02-07T20:15"),
        ("3 minggu yang lalu", "2025-12-30"),
        ("6 Djan 2019", "2019-01-06"),
        ("6 Mrt 2019", "2019-03-06"),
        ("6 Djuni 2019", "2019-06-06"),
        ("setahun yang lalu", "2025-01-20"),
        ("5 tahun yang lalu", "2021-01-20"),
    ],
)
def test_old_spellings_and_long_ago(text: str, local: str) -> None:
    moment = read_date(text, zone=ZONES["WIB"], now=NOW)
    assert moment is not None
    assert moment.instant.isoformat().startswith(local)


_PIECES = st.sampled_from(
    [*"0123456789:/.-, ()|", "senin", "mei", "16 maret 2023", "14:35", "wib", "lalu", "999 tahun", "+07", "diperbarui"]
)
_ANY_TEXT = st.one_of(st.text(), st.lists(_PIECES).map("".join))


@given(_ANY_TEXT)
def test_never_raises_and_is_always_aware(text: str) -> None:
    for moment in (read_date(text, zone=OUTLET_ZONE, now=NOW), find_date(text, zone=OUTLET_ZONE, now=NOW)):
        assert moment is None or moment.instant.astimezone(UTC).year > 1890
    first_and_last = read_range(text) or (date.min, date.max)
    assert first_and_last[0] <= first_and_last[1]
    assert (read_event_day(text, NOW.date()) or NOW.date()).year in range(1900, 2101)


@given(st.dates(date(1969, 1, 1), date(2068, 12, 31)))
def test_a_written_date_is_read_back(day: date) -> None:
    for text in (long_date(day), f"{day:%d/%m/%Y}", f"{day:%d-%m-%y}", day.isoformat(), f"{day:%a, %d %b %Y}"):
        moment = read_date(text, zone=OUTLET_ZONE)
        assert moment is not None, text
        assert moment.instant.date() == day


@given(
    st.datetimes(datetime(1901, 1, 1), datetime(2098, 12, 31)),  # noqa: DTZ001 - the offset is written behind it
    st.sampled_from(["Z", "+07:00", "+00:00", "-00:00", "-05:30", "+09:00", "+13:59", "+14:00"]),
)
def test_a_stamp_of_a_program_says_the_same_with_a_word_beside_it(at: datetime, offset: str) -> None:
    stamp = f"{at:%Y-%m-%dT%H:%M:%S}{offset}"
    alone, beside = read_date(stamp, zone=OUTLET_ZONE), read_date(f"Terbit {stamp}", zone=OUTLET_ZONE)
    assert alone is not None
    assert beside is not None
    assert (alone.instant, alone.zone, alone.precision) == (beside.instant, beside.zone, beside.precision)


def test_screens_show_indonesian_dates_and_numbers() -> None:
    morning = datetime(2026, 11, 23, 6, 0, tzinfo=ZONES["WIB"])
    assert long_moment(morning) == "Senin, 23 November 2026, 06.00 WIB"
    assert long_date(morning.date()) == "Senin, 23 November 2026"
    assert clock(morning.astimezone(ZONES["WIT"])) == "08.00"
    assert number(22136) == "22.136"
    assert number(1234.5, 1) == "1.234,5"
    assert percent(38.5) == "38,5\u00a0%"
    assert percent(100) == "100\u00a0%"


def test_zone_names() -> None:
    assert [zone_name(zone) for zone in ZONES.values()] == ["WIB", "WITA", "WIT"]
    assert zone_name("Asia/Pontianak") == "WIB"
    assert zone_name(ZoneInfo("Europe/Amsterdam")) == "Europe/Amsterdam"
