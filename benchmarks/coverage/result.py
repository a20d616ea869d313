"""What was collected against what was published: shares, delays, requests, and every miss with its reason."""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from benchmarks.coverage.crawl import Counts
from benchmarks.coverage.press import DAY, HOUR, Article, Outlet
from crawlers.interval import SHORTEST

GRACE: Final = 24 * HOUR  # before the end: what appeared later is not judged, its sources may not be due yet
GOAL_SHARE, GOAL_P95 = 0.995, 15.0  # issue 6, point 9; minutes


@dataclass(slots=True)
class Result:
    """Delays in minutes from the moment at which an article could be read to its reading: over outlets with feeds,
    and over the rest.
    """

    outlets: int
    days: float
    published: int
    collected: int
    unreachable: Counter[str]
    missed: Counter[str]
    delays: list[float]
    delays_without_feed: list[float]
    counts: Counts
    examples: dict[str, str] = field(default_factory=dict)  # reason -> the proof for one article

    @property
    def share(self) -> float:
        """Of the articles that could be reached."""
        return self.collected / max(self.published - sum(self.unreachable.values()), 1)

    @property
    def per_article(self) -> float:
        """Requests per new article, re-reads apart."""
        return (self.counts.poll_requests + self.counts.first_reads) / max(self.collected, 1)

    @property
    def unchanged(self) -> float:
        """The share of polls that were answered 304."""
        return self.counts.unchanged / max(self.counts.polls, 1)

    def delay(self, share: float) -> float:
        """The delay that this share of articles does not exceed."""
        return quantile(self.delays, share)

    @property
    def good(self) -> bool:
        return self.share >= GOAL_SHARE and self.delay(0.95) <= GOAL_P95


def judged(press: list[Outlet], days: float, counts: Counts) -> Result:
    """The result of a crawl of so many days; the last day's articles must only have been readable in time."""
    end = days * DAY
    result = Result(len(press), days, 0, 0, Counter(), Counter(), [], [], counts)
    for outlet in press:
        for article in outlet.articles:
            if 0 <= article.visible < end - GRACE:
                result.published += 1
                _judge(outlet, article, result)
    result.delays.sort()
    result.delays_without_feed.sort()
    return result


def _judge(outlet: Outlet, article: Article, result: Result) -> None:
    if article.collected < math.inf:
        result.collected += 1
        delays = result.delays if outlet.window else result.delays_without_feed
        delays.append((article.collected - _readable(outlet, article)) / 60)
        return
    reason, proof = _why(outlet, article)
    reachable = reason.startswith("missed")
    (result.missed if reachable else result.unreachable)[reason] += 1
    result.examples.setdefault(reason, proof)


def _readable(outlet: Outlet, article: Article) -> float:
    """From when on an article could be read: not before its server answers again."""
    at = article.visible
    for start, end in sorted((*outlet.outages, *outlet.busy)):
        at = end if start <= at < end else at
    return at


def _why(outlet: Outlet, article: Article) -> tuple[str, str]:
    """Why an article was not collected, and the proof: how long each of its outlet's documents named it."""
    name = f"{outlet.host}/berita/{article.number}"
    if article.gone:
        return "its page answers 404", name
    shown = _shown(outlet, article)
    proof = f"{name}: named for {shown / 60:.1f} min while its server answered"
    if shown < SHORTEST.total_seconds():
        return f"named for less than {SHORTEST.total_seconds() / 60:.0f} min", proof
    return "missed", proof


def _shown(outlet: Outlet, article: Article) -> float:
    """The longest time for which a source named the article and its server answered, in seconds."""
    stretches = []
    if outlet.window:
        stretches.append(_in_feed(outlet, article))
    if outlet.listing:
        last = article.number + 3 * outlet.listing
        stretches.append((article.visible, outlet.visible[last] if last < len(outlet.visible) else math.inf))
    down = [*outlet.outages, *outlet.busy]
    return max((_longest_up(start, end, down) for start, end in stretches), default=0.0)


def _in_feed(outlet: Outlet, article: Article) -> tuple[float, float]:
    """From when to when the feed names it: until `window` articles stand before it."""
    if not outlet.by_printed:
        last = article.number + outlet.window
        return article.visible, outlet.visible[last] if last < len(outlet.visible) else math.inf
    above = sorted(other.visible for other in outlet.articles if other.printed > article.printed)
    there = bisect_right(above, article.visible)
    if there >= outlet.window:
        return article.visible, article.visible
    return article.visible, above[outlet.window - 1] if len(above) >= outlet.window else math.inf


def _longest_up(start: float, end: float, down: list[tuple[float, float]]) -> float:
    longest, at = 0.0, start
    for begin, stop in sorted(down):
        if stop > start and begin < end:
            longest = max(longest, begin - at)
            at = max(at, stop)
    return max(longest, end - at)


def quantile(ordered: list[float], share: float) -> float:
    """Of values in order; 0.0 when there are none."""
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def lines(result: Result) -> Iterator[str]:
    """The result in words."""
    counts = result.counts
    yield f"published and judged {result.published}, collected {result.collected}: {result.share:.3%} of the reachable"
    for kind, reasons in (("unreachable", result.unreachable), ("missed", result.missed)):
        for reason, number in reasons.most_common():
            yield f"  {kind} {number}: {reason} (e.g. {result.examples[reason]})"
    for name, delays in (("with feeds", result.delays), ("without", result.delays_without_feed)):
        p50, p95, p99 = (quantile(delays, share) for share in (0.5, 0.95, 0.99))
        yield f"delay, outlets {name}: p50 {p50:.1f}, p95 {p95:.1f}, p99 {p99:.1f} min"
    per_day = counts.polls / result.outlets / result.days
    yield (
        f"requests per new article {result.per_article:.2f} ({counts.poll_requests} for sources, {counts.first_reads} "
        f"for articles); re-reads apart: {counts.rereads / max(counts.read_again, 1):.2f} per article"
    )
    fresh, failed = (value / max(counts.polls, 1) for value in (counts.fresh_polls, counts.failed_polls))
    yield (
        f"polls per outlet and day {per_day:.1f}; answered 304 {result.unchanged:.1%}, "
        f"with news {fresh:.1%}, failed {failed:.1%}"
    )
    second = max(counts.seconds.values(), default=0) / max(sum(counts.seconds.values()), 1)
    yield f"busiest second of the second day: {second:.3%} of its polls"
