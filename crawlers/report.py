"""What a crawl did, by outlet, for its operator."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from scrapy.statscollectors import StatsCollector

from crawlers.discovery import Discovered
from crawlers.frontier import Answered
from crawlers.schedule import UNCHANGED
from kliping.clock import now

SHOWN: Final = 5  # reasons in one line
_GROUPS: Final = {
    "answers": "downloader/response_status_count/",
    "refused": "refused/",
    "failed": "downloader/exception_type_count/",
}


@dataclass(slots=True)
class _Line:
    asked: int = 0
    pages: int = 0
    new: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


class Report:
    """Counts since the last look. They are for reading; what must add up is counted in the trace."""

    def __init__(self) -> None:
        self._lines: defaultdict[str, _Line] = defaultdict(_Line)

    def written(self, answered: Answered, brought: Discovered) -> None:
        """One entry's request ended, and what became of the URLs that it brought."""
        line, fetched = self._lines[answered.entry.outlet], answered.fetched
        line.asked += 1
        line.new += brought.new
        line.pages += answered.entry.kind == "article" and not fetched.reason
        if fetched.reason != UNCHANGED and (fetched.reason or fetched.note):
            line.reasons[fetched.reason or fetched.note] += 1
        line.reasons.update(brought.refused)

    def lines(self) -> Iterator[str]:
        """`suararaya: asked 12, new 4, pages 9; http_404 2, robots 1`, the largest outlets first; then begin anew."""
        lines = sorted(self._lines.items(), key=lambda item: (-item[1].asked, item[0]))
        self._lines.clear()
        for outlet, line in lines:
            why = ", ".join(f"{reason} {count}" for reason, count in line.reasons.most_common(SHOWN))
            yield f"{outlet}: asked {line.asked}, new {line.new}, pages {line.pages}" + (f"; {why}" if why else "")


def summary(stats: StatsCollector | None) -> Iterator[str]:
    """A crawl's stats in three lines that people read: how much was asked, what was answered, what was refused why."""
    if stats is None:
        return
    known = stats.get_stats()
    seconds = (now() - known["start_time"]).total_seconds() if "start_time" in known else 0.0
    received = known.get("downloader/response_bytes", 0) / 1e6
    yield (
        f"crawl: {known.get('downloader/request_count', 0)} requests in {seconds:.0f} s, {received:.1f} MB received,"
        f" {known.get('log_count/ERROR', 0)} errors in the log"
    )
    for name, prefix in _GROUPS.items():
        counted = Counter({key[len(prefix) :]: n for key, n in known.items() if key.startswith(prefix)})
        if counted:
            yield f"{name}: " + ", ".join(f"{what.rpartition('.')[2]} {n}" for what, n in counted.most_common())
