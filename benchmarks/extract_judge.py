"""How an extractor's answers are judged against what is true, and the figures that come of it.

Title: the same words, whatever case and punctuation. Time: the same to the precision that the truth has (second,
minute, day); where the truth states no zone, the local time: on the clock that was read, or on the outlet's. Byline:
the same set of names. Kind: the same, where the truth names one of ours.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import median
from typing import Any, Final
from zoneinfo import ZoneInfo

from benchmarks.data import read_bytes
from benchmarks.extract_peers import ZONE, Answer, Extractor, zone_of
from benchmarks.extract_truth import Truth
from benchmarks.shingles import Overlap, overlap, summary
from pipeline.extract.title import plain

FACTS: Final = ("title", "day", "published", "byline", "kind")
WORST: Final = 8
_DAY: Final = len("2026-11-24")  # characters of a date in ISO 8601


@dataclass(frozen=True, slots=True)
class Measured:
    """An extractor's answer for one page, judged. None: the truth does not say."""

    name: str
    overlap: Overlap | None
    title: bool | None
    day: bool | None
    published: bool | None
    byline: bool | None
    kind: bool | None
    seconds: float  # of CPU time
    error: str = ""  # what the extractor raised; then it has read nothing


def measure(extract: Extractor, truths: Sequence[Truth]) -> list[Measured]:
    """Every page through one extractor; the first runs once before, so that nobody pays for imports."""
    for truth in truths[:1]:
        _timed(extract, read_bytes(truth.path), truth.url)
    return [_measure(extract, truth) for truth in truths]


def fastest(rounds: Sequence[Sequence[Measured]]) -> list[Measured]:
    """The pages of the first of some rounds, each with its best time."""
    return [replace(same[0], seconds=min(one.seconds for one in same)) for same in zip(*rounds, strict=True)]


def _measure(extract: Extractor, truth: Truth) -> Measured:
    answer, seconds, error = _timed(extract, read_bytes(truth.path), truth.url)
    shared = overlap(truth.body, answer.text) if truth.is_article else None
    return Measured(truth.name, shared, *judge(truth, answer), seconds, error)


def _timed(extract: Extractor, body: bytes, url: str) -> tuple[Answer, float, str]:
    """An answer with its CPU seconds; one that raises has read nothing, and that is counted."""
    started = time.process_time()
    try:
        answer, error = extract(body, url), ""
    except Exception as problem:  # noqa: BLE001 - whatever an extractor raises on a page is its result
        answer, error = Answer(), repr(problem)
    return answer, time.process_time() - started if answer.seconds is None else answer.seconds, error


def judge(truth: Truth, answer: Answer) -> tuple[bool | None, bool | None, bool | None, bool | None, bool | None]:
    """Whether title, day, time, byline and kind are right."""
    zone = zone_of(truth.url)
    title = None if truth.title is None else plain(truth.title) == plain(answer.title)
    day = None if truth.published is None else same_time(truth.published[:_DAY], answer.published, zone)
    published = None if truth.published is None else same_time(truth.published, answer.published, zone)
    names = None if truth.authors is None else set(map(plain, truth.authors)) == set(map(plain, answer.byline))
    return title, day, published, names, None if truth.kind is None else truth.kind == answer.kind


def same_time(truth: str, read: str, zone: str = ZONE) -> bool:
    """Whether two ISO 8601 times are the same to the precision of `truth`; without a zone, local times count."""
    try:
        wanted, found = datetime.fromisoformat(truth), datetime.fromisoformat(read)
    except ValueError:
        return False
    if len(truth) > _DAY >= len(read):
        return False
    return any(_same(wanted, clock, truth) for clock in _clocks(found, wanted, ZoneInfo(zone)))


def _clocks(found: datetime, wanted: datetime, local: ZoneInfo) -> Iterable[datetime]:
    """`found` in the ways in which it can be held against `wanted`."""
    if found.tzinfo is None:
        return (found if wanted.tzinfo is None else found.replace(tzinfo=local),)
    if wanted.tzinfo is None:
        return found.replace(tzinfo=None), found.astimezone(local).replace(tzinfo=None)
    return (found,)


def _same(wanted: datetime, found: datetime, truth: str) -> bool:
    if len(truth) == _DAY:
        return wanted.date() == found.date()
    seconds = wanted.second != 0 and found.second != 0  # a minute on the page cannot tell the seconds
    return abs((wanted - found).total_seconds()) < (1 if seconds else 60)


def report(rows: Sequence[Measured], facts: Sequence[str] = FACTS) -> dict[str, Any]:
    """The figures of one extractor on one set; of facts that it does not read, None."""
    times = sorted(row.seconds * 1000 for row in rows)
    judged = [(row, row.overlap) for row in rows if row.overlap is not None]
    worst = sorted(judged, key=lambda pair: pair[1].f1)[:WORST]
    return {
        **{name: round(value, 4) for name, value in summary([shared for _, shared in judged]).items()},
        **{fact: _share([getattr(row, fact) for row in rows]) if fact in facts else None for fact in FACTS},
        "ms_median": round(median(times), 2) if times else None,
        "ms_p95": round(times[min(len(times) - 1, int(len(times) * 0.95))], 2) if times else None,
        "worst": [{"page": row.name, **_figures(shared)} for row, shared in worst],
        "wrong": {fact: [row.name for row in rows if getattr(row, fact) is False] for fact in facts},
        "failed": [{"page": row.name, "error": row.error} for row in rows if row.error],
    }  # fmt: skip


def _figures(shared: Overlap) -> dict[str, float]:
    return {name: round(getattr(shared, name), 3) for name in ("f1", "precision", "recall")}


def _share(right: list[bool | None]) -> str:
    known = [value for value in right if value is not None]
    return f"{sum(known)}/{len(known)}"
