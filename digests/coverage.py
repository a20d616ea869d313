"""Which outlets could be read, from the crawlers' rows: what an edition says about its own blind spots."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from digests.edition import Coverage, Quiet, Silent
from kliping.health import Health
from kliping.outlets import Outlet, concerns
from kliping.tables import articles


def concerned(outlets: Mapping[str, Outlet], region: str) -> dict[str, Outlet]:
    """The outlets that a desk of `region` counts: those that are on, of the whole country or of its province."""
    return {id_: outlet for id_, outlet in outlets.items() if outlet.enabled and concerns(outlet, region)}


def coverage(connection: Connection, health: Iterable[Health], since: datetime) -> Coverage:
    """What the health of a desk's outlets means for its edition, and how many articles came since `since`.

    An outlet counts when the crawlers know of a source of it; one good answer of any source in 24 hours is enough.
    Named first are those that fell out, then those that were never read.
    """
    known = [one for one in health if one.is_read or one.state == "failing" or (one.state == "unread" and one.due)]
    silent = [_silent(one) for one in known if not one.is_read]
    quiet = [_quiet(one, one.last) for one in known if one.state == "silent" and one.last is not None]
    return Coverage(
        outlets=len(known),
        read=len(known) - len(silent),
        silent=tuple(sorted(silent, key=lambda one: (one.since is None, one.outlet.casefold()))),
        quiet=tuple(sorted(quiet, key=lambda one: (-one.daily, one.outlet.casefold()))),
        articles=_articles(connection, since),
        since=since,
    )


def _silent(one: Health) -> Silent:
    return Silent(outlet=one.outlet.name, since=one.succeeded, reason=one.detail)


def _quiet(one: Health, last: datetime) -> Quiet:
    return Quiet(outlet=one.outlet.name, since=last, daily=round(one.daily or 0.0, 1))


def _articles(connection: Connection, since: datetime) -> int:
    mine = (articles.c.first_seen > since, articles.c.origin != "backfill")
    return int(connection.execute(select(func.count()).select_from(articles).where(*mine)).scalar_one())
