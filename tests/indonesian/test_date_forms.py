"""Each of the 40 forms in which the domain sheet saw dates, and each line of the measured date strings.

Told times are counted from Tuesday 20 January 2026, 10:00 WIB, as in the sheet.
"""

from datetime import date, datetime, timedelta

import pytest

from kliping.indonesian.dates import Moment, find_date, find_update, read_date, read_range
from kliping.indonesian.events import read_event_day
from kliping.indonesian.zones import ZONES
from tests.measured import rows_of

NOW = datetime(2026, 1, 20, 10, 0, tzinfo=ZONES["WIB"])
OUTLET = ZONES["WITA"]  # not WIB, so a stated zone and a taken one are told apart

# number in the sheet, as printed, the local time to its precision, the zone that the text states
DATES = [
    (1, "Kamis, 16 Maret 2023", "2023-03-16", None),
    (2, "Kamis (16/3/2023)", "2023-03-16", None),
    (3, "Kamis, (16/3/2023)", "2023-03-16", None),
    (5, "Senin (06/10/2025)", "2025-10-06", None),
    (6, "Senin (29/12/25)", "2025-12-29", None),
    (7, "Minggu. (23/11/25)", "2025-11-23", None),
    (8, "Jum’at 15/Nop/24", "2024-11-15", None),
    (9, "Selasa 4/11/2025", "2025-11-04", None),
    (10, "(16/3/2023)", "2023-03-16", None),
    (11, "Sabtu, 12/09/2020 | 10:21", "2020-09-12T10:21", None),
    (12, "Sabtu,12/09/2020 Pukul.07:30wib", "2020-09-12T07:30", "WIB"),
    (13, "Jumat, 31 Oktober 2025 | 13:36 | Dibaca", "2025-10-31T13:36", None),
    (14, "09 Februari 2026 | 05:32 WIB", "2026-02-09T05:32", "WIB"),
    (15, "Senin, 26 Mei 2025 – 07:03 WIB", "2025-05-26T07:03", "WIB"),
    (16, "Minggu, 12 Oktober 2014 14:02 WIB", "2014-10-12T14:02", "WIB"),
    (17, "Ahad, 12 Oktober 2014", "2014-10-12", None),
    (18, "Senin, 29 Desember 2025 14:08 WIB", "2025-12-29T14:08", "WIB"),
    (19, "Kompas.com - 19/02/2020, 18:02 WIB", "2020-02-19T18:02", "WIB"),
    (20, "Kompas.com, 16 Maret 2023, 14:35 WIB", "2023-03-16T14:35", "WIB"),
    (22, "Jumat, 16 Jan 2026 18:58", "2026-01-16T18:58", None),
    (23, "4 July 2025 15:20", "2025-07-04T15:20", None),
    (24, "Maret 16, 2023", "2023-03-16", None),
    (25, "2026-02-10T02:39:27Z", "2026-02-10T02:39:27", "+00:00"),
    (26, "Thu, 16 Mar 2023 07:00:00 +0700", "2023-03-16T07:00:00", "+07:00"),
    (27, "16-03-2023", "2023-03-16", None),
    (27, "16.03.2023", "2023-03-16", None),
    (28, "2023-03-16 14:35:00", "2023-03-16T14:35:00", None),
    (29, "12 April 2018 | Dibaca: 147 Kali", "2018-04-12", None),
    (32, "Rabu malam (31/5/2023)", "2023-05-31", None),
    (34, "15 Nop 2024", "2024-11-15", None),
    (34, "16 Pebruari 2023", "2023-02-16", None),
    *((35, f"12 {month} 2025", "2025-08-12", None) for month in ("Agu", "Agt", "Ags", "Agust")),
]
TOLD = [
    (36, "6 hari yang lalu", "2026-01-14", "day"),
    (36, "3 jam lalu", "2026-01-20T07:00", "minute"),
    (37, "kemarin", "2026-01-19", "day"),
    (37, "baru saja", "2026-01-20T10:00", "minute"),
]
# days of events without a year or beside other words: the day of publication tells the year
EVENTS = [
    (4, "Rabu (7/7)", date(2021, 7, 8), date(2021, 7, 7)),
    (30, "Kamis (9/1) sekitar pukul 03.30 WIB", date(2025, 1, 10), date(2025, 1, 9)),
    (30, "Kamis (9/1) sekitar pukul 03.30 WIB", date(2020, 1, 10), date(2020, 1, 9)),
    (31, "Selasa (8/1) malam", date(2019, 1, 9), date(2019, 1, 8)),
    (33, "rapat itu (29/5))", date(2023, 5, 30), date(2023, 5, 29)),
]
RANGES = [
    (38, "25 Oktober 2021 sampai dengan 27 Oktober 2021", date(2021, 10, 25), date(2021, 10, 27)),
    (39, "6 dan 7 Juni 2021", date(2021, 6, 6), date(2021, 6, 7)),
    (39, "25-27 Oktober 2021", date(2021, 10, 25), date(2021, 10, 27)),
]
PERIODS = [
    (40, text)
    for text in ("Januari–Maret 2025", "triwulan I 2025", "semester I/2025", "TA 2025", "APBD-P 2025")
]  # fmt: skip
UPDATE = (21, "Diperbarui 16 Maret 2023, 15:02 WIB", "2023-03-16T15:02")


def test_all_forms_of_the_sheet_stand_here() -> None:
    rows = (*DATES, *TOLD, *EVENTS, *RANGES, *PERIODS, UPDATE)
    assert {row[0] for row in rows} == set(range(1, 41))


def _local(moment: Moment) -> str:
    return moment.instant.isoformat()[: {"day": 10, "minute": 16, "second": 19}[moment.precision]]


@pytest.mark.parametrize(("number", "text", "local", "zone"), DATES)
def test_dates(number: int, text: str, local: str, zone: str | None) -> None:
    moment = read_date(text, zone=OUTLET, now=NOW)
    assert moment is not None
    assert (_local(moment), moment.zone) == (local, zone)
    hours = {None: 8, "WIB": 7, "+07:00": 7, "+00:00": 0}[zone]
    assert moment.instant.utcoffset() == timedelta(hours=hours), number


@pytest.mark.parametrize(("number", "text", "local", "precision"), TOLD)
def test_told_from_now(number: int, text: str, local: str, precision: str) -> None:
    moment = read_date(text, zone=ZONES["WIB"], now=NOW)
    assert moment is not None, number
    assert (_local(moment), moment.precision) == (local, precision)


@pytest.mark.parametrize(("number", "text", "published", "day"), EVENTS)
def test_days_of_events_are_no_publication(number: int, text: str, published: date, day: date) -> None:
    assert read_event_day(text, published) == day, number
    assert read_date(text, zone=OUTLET, now=NOW) is None


@pytest.mark.parametrize(("number", "text", "first", "last"), RANGES)
def test_ranges_are_no_publication(number: int, text: str, first: date, last: date) -> None:
    assert read_range(text) == (first, last), number
    assert read_date(text, zone=OUTLET, now=NOW) is None
    assert find_date(text, zone=OUTLET, now=NOW) is None


@pytest.mark.parametrize(("number", "text"), PERIODS)
def test_periods_are_no_date_at_all(number: int, text: str) -> None:
    assert read_date(text, zone=OUTLET, now=NOW) is None, number
    assert read_range(text) is None


def test_an_update_is_a_change_not_a_publication() -> None:
    _, text, local = UPDATE
    assert read_date(text, zone=OUTLET, now=NOW) is None
    moment = find_update(text, zone=OUTLET, now=NOW)
    assert moment is not None
    assert (_local(moment), moment.zone) == (local, "WIB")
    assert find_update("Terbit 16 Maret 2023, 15:02 WIB", zone=OUTLET, now=NOW) is None


# Strings of a parser's own tests say in English what they mean.
MEANT = {
    "07 february 2015 20:15": "2015-02-07T20:15", "3 week ago": "2025-12-30", "6 january 2019": "2019-01-06",
    "6 february 2019": "2019-02-06", "6 march 2019": "2019-03-06", "6 june 2019": "2019-06-06",
    "0 second ago": "2026-01-20T10:00", "2 day ago": "2026-01-18", "1 year ago": "2025-01-20",
    "5 year ago": "2021-01-20", "in 43 minute": "2026-01-20T10:43",
}  # fmt: skip
# One line reads "20 Agustus 2019" as September; the next line has the same string, outlet and the right reading.
WRONG_TRUTH = ("20 Agustus 2019", "2019-09-20")


def test_every_measured_line() -> None:
    rows = [(row + [""] * 4)[:4] for row in rows_of("dates-id/dates.tsv")[1:]]
    assert len(rows) > 50
    wrong = []
    for _, text, day, moment in rows:
        read = read_date(text, zone=ZONES["WIB"], now=NOW)
        wanted = moment[:16] or MEANT.get(day, day)
        if (read is None or not read.instant.isoformat().startswith(wanted)) and (text, day) != WRONG_TRUTH:
            wrong.append((text, wanted, read))
    assert not wrong


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("dua jam lalu", "2026-01-20T08:00"),
        ("Sepuluh menit yang lalu", "2026-01-20T09:50"),
        ("24November2025", "2025-11-24"),
        ("24 Nov 25 08.30", "2025-11-24T08:30"),
    ],
)
def test_further_forms(text: str, local: str) -> None:
    moment = read_date(text, zone=ZONES["WIB"], now=NOW)
    assert moment is not None
    assert _local(moment) == local
