"""What a crawl did, by outlet, for its operator."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from crawlers.discovery import Discovered
from crawlers.frontier import Answered
from crawlers.schedule import UNCHANGED

SHOWN: Final = 5  # reasons in one line


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
