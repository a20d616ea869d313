"""When the outlet says that it published or changed a story: claims in order of trust, each checked before it is
believed.

Order (the domain's rule for Indonesian sites): JSON-LD, meta, <time datetime>, feed, printed date line, URL.
Event days inside the text and times of an update are no claims of publication.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from kliping.article import Precision, Published
from kliping.indonesian.dates import ZONES, Moment, find_date, find_update, read_date
from kliping.indonesian.machine import written_out
from kliping.text import clean_line
from pipeline.extract.claims import Dated

AHEAD = timedelta(minutes=15)  # a page may be stamped a little later than we fetched it: clocks of servers differ
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # no Indonesian outlet was on the web before
SAME_CLOCK = timedelta(minutes=2)  # between a stamp and the minute that the page prints: rounding, and saving twice
_LONGEST_RAW = 120  # characters of a printed date that are kept
_OFFSETS = {timedelta(hours=7): ZONES["WIB"], timedelta(hours=8): ZONES["WITA"], timedelta(hours=9): ZONES["WIT"]}
_READERS = {"date": read_date, "line": find_date, "update": find_update}


@dataclass(frozen=True, slots=True)
class Dating:
    """The time that is believed, and flags of refused ones ("published_in_future", "published_too_old").

    `z_is_local`: the page's "Z" was shown to stand on a local time, so its other ones do too.
    """

    published: Published | None = None
    flags: tuple[str, ...] = ()
    z_is_local: bool = False


def read_published(
    dates: Iterable[Dated], *, zone: str, fetched_at: datetime, fact: str = "published", z_is_local: bool = False
) -> Dating:
    """The time among `dates`, which come in order of trust.

    The first credible one is believed. Later ones correct it in two ways: one with a clock of the same day beats a day
    or a bare midnight, and one that shows the same clock in Indonesian time proves that a "Z" was put on a local time.
    Such a "Z" is also refused when it would lie in the future. So behind a credible one that states both clock and
    zone none is read. `fact` names the flags.
    """
    own = ZoneInfo(zone)
    read = list(_read(dates, own, fetched_at))
    clocks = [moment.instant for _, moment in read if not _is_utc(moment) and moment.precision != "day"]
    flags: list[str] = []
    best: tuple[Dated, Moment] | None = None
    for dated, moment in read:
        if _is_utc(moment) and (local := _local_zone(moment, clocks, own, fetched_at, z_is_local)):
            moment = replace(moment, instant=moment.instant.replace(tzinfo=local), zone=None)
            z_is_local = True
        if refusal := _refusal(moment, fetched_at):
            flags.append(f"{fact}_{refusal}")
        elif best is None or _is_finer(moment, best[1], own):
            best = dated, moment
    return Dating(best and _published(*best, own), tuple(dict.fromkeys(flags)), z_is_local)


def _read(dates: Iterable[Dated], own: ZoneInfo, fetched_at: datetime) -> Iterator[tuple[Dated, Moment]]:
    """The times that `dates` state, up to one that no later one can correct."""
    for dated in dates:
        if moment := _moment(dated, own, fetched_at):
            yield dated, moment
            sure = moment.zone is not None and not _is_coarse(moment) and not _is_utc(moment)
            if sure and not _refusal(moment, fetched_at):
                return


def _moment(dated: Dated, own: ZoneInfo, fetched_at: datetime) -> Moment | None:
    text = dated.text if dated.source == "page" else written_out(dated.text)
    moment = _READERS[dated.form](text, zone=own, now=fetched_at)
    if moment and dated.page_head and _day(moment, own) == fetched_at.astimezone(own).date():
        return None  # the visitor's date, not the story's
    return moment


def _local_zone(
    moment: Moment, clocks: list[datetime], own: tzinfo, fetched_at: datetime, z_is_local: bool
) -> tzinfo | None:
    """The zone in which a time that calls itself UTC was written after all; None when there is no sign of it."""
    for clock in clocks:
        if abs(clock.replace(tzinfo=None) - moment.instant.replace(tzinfo=None)) <= SAME_CLOCK:
            return clock.tzinfo
    return own if z_is_local or moment.instant > fetched_at + AHEAD else None


def _refusal(moment: Moment, fetched_at: datetime) -> str:
    if moment.instant > fetched_at + AHEAD:
        return "in_future"
    return "too_old" if moment.instant < EARLIEST else ""


def _is_finer(moment: Moment, best: Moment, own: ZoneInfo) -> bool:
    return _is_coarse(best) and not _is_coarse(moment) and _day(moment, own) == _day(best, own)


def _is_coarse(moment: Moment) -> bool:
    """A day, or the midnight by which a CMS that keeps days writes one."""
    return moment.precision == "day" or moment.instant.time() == time()


def _day(moment: Moment, own: ZoneInfo) -> date:
    """The day on the outlet's clock; of a coarse time the day as written, whatever its zone."""
    return (moment.instant if _is_coarse(moment) else moment.instant.astimezone(own)).date()


def _published(dated: Dated, moment: Moment, own: ZoneInfo) -> Published:
    zone = _zone_of(moment, own)
    precision: Precision = moment.precision
    instant = moment.instant.astimezone(UTC)
    raw = clean_line(dated.text, _LONGEST_RAW)
    return Published(instant=instant, zone=zone.key, precision=precision, source=dated.source, raw=raw)


def _zone_of(moment: Moment, own: ZoneInfo) -> ZoneInfo:
    """The clock that the outlet wrote with: its own, unless the time states another Indonesian zone."""
    offset = moment.instant.utcoffset()
    if offset is None or offset == moment.instant.astimezone(own).utcoffset():
        return own
    return _OFFSETS.get(offset, own)


def _is_utc(moment: Moment) -> bool:
    return moment.zone is not None and moment.instant.utcoffset() == timedelta(0)
