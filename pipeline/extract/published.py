"""When the outlet says that it published: candidates in order of trust, each checked before it is believed.

Order (the domain's rule for Indonesian sites): JSON-LD, meta, <time datetime>, feed, printed date line, URL.
Event days inside the text and times of an update are no candidates.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from kliping.article import Precision, Published
from kliping.indonesian.dates import ZONES, Moment, find_date, read_date
from kliping.text import clean_line
from pipeline.extract.statements import Statements, line

Source = Literal["json-ld", "meta", "time", "feed", "page", "url"]

AHEAD = timedelta(minutes=15)  # a page may be stamped a little later than we fetched it: clocks of servers differ
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # no Indonesian outlet was on the web before
_LONGEST_RAW = 120  # characters of a printed date that are kept
_FINER = {"day": 0, "minute": 1, "second": 2}
_OFFSETS = {timedelta(hours=7): ZONES["WIB"], timedelta(hours=8): ZONES["WITA"], timedelta(hours=9): ZONES["WIT"]}

META_NAMES = (
    "article:published_time", "article:published", "og:published_time", "datepublished", "content_publisheddate",
    "publishdate", "publish-date", "publish_date", "published_time", "pubdate", "publishdate_time", "parsely-pub-date",
    "sailthru.date", "originalpublicationdate", "cxenseparse:recs:publishtime", "dc.date.issued", "dcterms.date",
    "dc.date", "date", "datecreated",
)  # fmt: skip
MODIFIED_NAMES = (
    "article:modified_time", "article:modified", "og:updated_time", "datemodified", "modified_time", "lastmod",
    "last-modified", "dcterms.modified", "dc.date.modified",
)  # fmt: skip
_META_ENDINGS = ("pubdate", "publishdate", "publish_date", "published_time", "publisheddate", "publishtime")
_URL_DAY = re.compile(r"/((?:19|20)\d\d)/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?=/|$)")


@dataclass(frozen=True, slots=True)
class Dated:
    """A text that may state when the story was published, and where it stood."""

    text: str
    source: Source
    among_words: bool = False  # a line of other words may surround the date


@dataclass(frozen=True, slots=True)
class Dating:
    """The time that is believed, and flags of refused ones ("published_in_future", "published_too_old")."""

    published: Published | None = None
    flags: tuple[str, ...] = ()


def stated_dates(said: Statements) -> Iterator[Dated]:
    """Dates of JSON-LD and meta tags, most trusted first."""
    for item in (said.article, said.webpage):
        for key in ("datePublished", "dateCreated"):
            if text := line(item.get(key)):
                yield Dated(text, "json-ld")
    endings = tuple(name for name in said.meta if name.endswith(_META_ENDINGS))
    for name in (*META_NAMES, *endings):
        for text in said.meta.get(name, ()):
            yield Dated(text, "meta")


def stated_changes(said: Statements) -> Iterator[Dated]:
    """Times of the last change, from JSON-LD and meta tags, most trusted first."""
    for item in (said.article, said.webpage):
        if text := line(item.get("dateModified")):
            yield Dated(text, "json-ld")
    for name in MODIFIED_NAMES:
        for text in said.meta.get(name, ()):
            yield Dated(text, "meta")


def url_date(url: str) -> Iterator[Dated]:
    """The day in a path such as /2026/11/24/."""
    if match := _URL_DAY.search(url):
        yield Dated(f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}", "url")


def read_published(dates: Iterable[Dated], *, zone: str, fetched_at: datetime) -> Dating:
    """The publication time among `dates`, which come in order of trust.

    The first credible one is believed. Later ones correct it in two ways: a finer one of the same day wins, and one
    that shows the same clock in Indonesian time proves that a "Z" was put on a local time. Such a "Z" is also
    refused when it would lie in the future. So behind a credible one that states both clock and zone none is read.
    """
    own = ZoneInfo(zone)
    read = list(_read(dates, own, fetched_at))
    local_clocks = {_wall(moment) for _, moment in read if not _is_utc(moment) and moment.precision != "day"}
    flags: list[str] = []
    best: Published | None = None
    for dated, moment in read:
        if _is_utc(moment) and (_wall(moment) in local_clocks or moment.instant > fetched_at + AHEAD):
            moment = replace(moment, instant=moment.instant.replace(tzinfo=own), zone=None)
        if flag := _refusal(moment, fetched_at):
            flags.append(flag)
        else:
            best = _better(best, _published(dated, moment, own))
    return Dating(best, tuple(dict.fromkeys(flags)))


def _read(dates: Iterable[Dated], own: ZoneInfo, fetched_at: datetime) -> Iterator[tuple[Dated, Moment]]:
    """The times that `dates` state, up to one that no later one can correct."""
    for dated in dates:
        if moment := _moment(dated, own, fetched_at):
            yield dated, moment
            sure = moment.zone is not None and moment.precision != "day" and not _is_utc(moment)
            if sure and not _refusal(moment, fetched_at):
                return


def _moment(dated: Dated, own: ZoneInfo, fetched_at: datetime) -> Moment | None:
    read = find_date if dated.among_words else read_date
    return read(dated.text, zone=own, now=fetched_at)


def _refusal(moment: Moment, fetched_at: datetime) -> str:
    if moment.instant > fetched_at + AHEAD:
        return "published_in_future"
    return "published_too_old" if moment.instant < EARLIEST else ""


def _better(best: Published | None, other: Published) -> Published:
    if best is None:
        return other
    same_day = _local(best).date() == _local(other).date()
    finer = best.precision == "day" and _FINER[other.precision] > _FINER[best.precision]
    return other if same_day and finer else best


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


def _local(published: Published) -> datetime:
    return published.instant.astimezone(ZoneInfo(published.zone))


def _is_utc(moment: Moment) -> bool:
    return moment.zone is not None and moment.instant.utcoffset() == timedelta(0)


def _wall(moment: Moment) -> datetime:
    return moment.instant.replace(tzinfo=None, second=0, microsecond=0)
