"""What was learned of each outlet's addresses, looked up again every hour."""

from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, and_, select

from crawlers.frontier import Frontier
from crawlers.patterns import REMEMBERED, Patterns, learned
from crawlers.writer import Writer
from kliping.clock import monotonic
from kliping.tables import frontier, trace

GOOD_FOR: Final = timedelta(hours=1).total_seconds()
READ_BY: Final = "extract"  # the stage whose verdict says whether a page holds an article
NO_ARTICLE: Final = ("no_title", "home_page", "list_page", "not_html")  # its reasons that lie in the page itself


class Learning:
    """Patterns by outlet. Not a copy of anything: they are counted from rows of frontier and trace."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._known: dict[str, tuple[float, Patterns]] = {}

    async def patterns(self, outlet: str) -> Patterns:
        """What the outlet's addresses of the past say about those of today."""
        until, patterns = self._known.get(outlet, (0.0, Patterns()))
        if monotonic() >= until:
            patterns = await self._writer.call(lambda frontier: _learn(frontier, outlet))
            self._known[outlet] = monotonic() + GOOD_FOR, patterns
        return patterns


def _learn(stored: Frontier, outlet: str) -> Patterns:
    return stored.look(lambda connection: learned(read_before(connection, outlet)))


def read_before(connection: Connection, outlet: str) -> list[tuple[str, bool]]:
    """The last addresses of an outlet that a stage judged, and whether they held an article."""
    mine = and_(frontier.c.outlet == outlet, frontier.c.kind == "article", frontier.c.reads > 0)
    judged = and_(trace.c.subject == frontier.c.id, trace.c.stage == READ_BY)
    query = (
        select(frontier.c.url, trace.c.verdict, trace.c.reason)
        .select_from(frontier.join(trace, judged))
        .where(mine)
        .order_by(frontier.c.discovered_at.desc())
        .limit(REMEMBERED)
    )
    rows = connection.execute(query).all()
    return [(row.url, row.verdict == "passed") for row in rows if row.verdict == "passed" or row.reason in NO_ARTICLE]
