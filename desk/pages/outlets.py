"""Media: how each outlet answers: last success, newest article, failures and reasons, when it is asked next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, func, select
from starlette.responses import Response

from desk.guard import Visit
from desk.rendering import render
from kliping.clock import now
from kliping.outlets import Outlet
from kliping.tables import articles, frontier

FRESH: Final = timedelta(hours=24)  # as in the coverage line of an edition


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One outlet. `state`: ok, failing, unread (no source asked yet), none (no sources), off."""

    outlet: Outlet
    state: str
    succeeded: datetime | None = None
    newest: datetime | None = None  # first fetch of its newest article
    articles: int = 0
    failures: int = 0
    reasons: tuple[str, ...] = ()
    following: datetime | None = None


ORDER: Final = {"failing": 0, "unread": 1, "none": 2, "ok": 3, "off": 4}
STATE_NAMES: Final = {
    "ok": "● terbaca", "failing": "▼ gagal", "unread": "belum ditengok", "none": "tanpa umpan atau daftar",
    "off": "dimatikan",
}  # fmt: skip


def outlets(visit: Visit) -> Response:
    """All outlets, those that fail first."""
    with visit.office.database.read() as connection:
        sources, came = _sources(connection), _came(connection)
    found = [_health(o, sources.get(o.id, []), came.get(o.id)) for o in visit.office.outlets.values()]
    found.sort(key=lambda one: (ORDER[one.state], one.outlet.name.casefold()))
    counted = {state: sum(one.state == state for one in found) for state in ORDER}
    return render(visit, "media.html", section="media", found=found, counted=counted, states=STATE_NAMES)


def _sources(connection: Connection) -> dict[str, list[Any]]:
    columns = (
        frontier.c.outlet, frontier.c.reason, frontier.c.succeeded_at, frontier.c.fetched_at,
        frontier.c.failures, frontier.c.due_at,
    )  # fmt: skip
    found: dict[str, list[Any]] = {}
    alive = (frontier.c.kind != "article", frontier.c.state != "dropped")
    for row in connection.execute(select(*columns).where(*alive)):
        found.setdefault(row.outlet, []).append(row)
    return found


def _came(connection: Connection) -> dict[str, Any]:
    newest = func.max(articles.c.first_seen).label("newest")
    query = select(articles.c.outlet, newest, func.count().label("number")).group_by(articles.c.outlet)
    return {row.outlet: row for row in connection.execute(query)}


def _health(outlet: Outlet, sources: list[Any], came: Any | None) -> Health:
    good = max((s.succeeded_at for s in sources if s.succeeded_at), default=None)
    return Health(
        outlet=outlet,
        state=_state(outlet, sources, good),
        succeeded=good,
        newest=came.newest if came else None,
        articles=came.number if came else 0,
        failures=max((s.failures for s in sources), default=0),
        reasons=tuple(dict.fromkeys(s.reason for s in sources if s.reason)),
        following=min((s.due_at for s in sources), default=None) if outlet.enabled else None,
    )


def _state(outlet: Outlet, sources: list[Any], good: datetime | None) -> str:
    if not outlet.enabled:
        return "off"
    if not (outlet.feeds or outlet.listings or outlet.sitemaps):
        return "none"
    if good is not None and now() - good <= FRESH:
        return "ok"
    return "failing" if any(s.fetched_at for s in sources) else "unread"
