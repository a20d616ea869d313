"""Which outlets could be read, from the crawlers' rows: what an edition says about its own blind spots."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from digests.edition import Coverage, Silent
from kliping.outlets import Outlet
from kliping.tables import articles, frontier

WINDOW: Final = timedelta(hours=24)  # a source that gave no good answer for so long was not read


@dataclass(frozen=True, slots=True)
class _Source:
    """What the crawlers know of a feed or listing page."""

    reason: str
    succeeded_at: datetime | None
    fetched_at: datetime | None


def coverage(connection: Connection, outlets: Mapping[str, Outlet], since: datetime, at: datetime) -> Coverage:
    """What was read of `outlets` in the 24 hours before `at`, and how many articles came since `since`.

    An outlet counts when it is enabled and has sources (feeds, listing pages); one good answer of any source is enough.
    """
    sources = _sources(connection)
    wanted = {id_: outlet for id_, outlet in outlets.items() if outlet.enabled and id_ in sources}
    silent = [_silent(outlet, sources[id_], at) for id_, outlet in wanted.items() if not _read(sources[id_], at)]
    return Coverage(
        outlets=len(wanted),
        read=len(wanted) - len(silent),
        silent=tuple(sorted(silent, key=lambda one: one.outlet.casefold())),
        articles=_articles(connection, since),
        since=since,
    )


def _sources(connection: Connection) -> Mapping[str, list[_Source]]:
    columns = (frontier.c.outlet, frontier.c.reason, frontier.c.succeeded_at, frontier.c.fetched_at)
    found: dict[str, list[_Source]] = defaultdict(list)
    alive = (frontier.c.kind != "article", frontier.c.state != "dropped")
    for row in connection.execute(select(*columns).where(*alive)):
        found[row.outlet].append(_Source(row.reason, row.succeeded_at, row.fetched_at))
    return found


def _read(sources: Sequence[_Source], at: datetime) -> bool:
    return any(source.succeeded_at is not None and at - source.succeeded_at <= WINDOW for source in sources)


def _silent(outlet: Outlet, sources: Sequence[_Source], at: datetime) -> Silent:
    good = [source.succeeded_at for source in sources if source.succeeded_at is not None]
    asked = [(source.fetched_at, source.reason) for source in sources if source.fetched_at is not None]
    return Silent(outlet=outlet.name, since=max(good, default=None), reason=max(asked, default=(at, ""))[1])


def _articles(connection: Connection, since: datetime) -> int:
    mine = (articles.c.first_seen > since, articles.c.origin != "backfill")
    return int(connection.execute(select(func.count()).select_from(articles).where(*mine)).scalar_one())
