"""The sources of the outlet list in the frontier: new ones are due, removed and disabled ones stop. On a connection."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, select

from crawlers import leases
from crawlers.booking import set_columns, verdict
from crawlers.discovery import source_rows
from crawlers.schedule import OVER
from kliping import trace
from kliping.database import Database
from kliping.outlets import Outlet
from kliping.tables import frontier

KEPT = ("kind", "outlet", "zone")  # what the list says of a source that is known; its address may have moved


def sync(database: Database, connection: Connection, outlets: Sequence[Outlet], at: datetime) -> None:
    """Make the sources those of the enabled `outlets`. A source that ended (410) comes back when it is listed anew."""
    rows = {row["id"]: row for outlet in outlets if outlet.enabled for row in source_rows(outlet, at)}
    known = _known(connection)
    gone = [id_ for id_, (_, reason) in known.items() if id_ not in rows and reason != "removed"]
    back = [id_ for id_, now in known.items() if id_ in rows and now[0] == "dropped" and now[1] != OVER]
    new = [id_ for id_ in rows if id_ not in known]
    leases.call(connection, database, ((rows[id_]["host"], at) for id_ in (*new, *back)))
    set_columns(connection, gone, state="dropped", reason="removed")
    database.upsert(connection, frontier, list(rows.values()), KEPT)
    for id_ in back:
        set_columns(connection, [id_], state="due", reason="", due_at=at, failures=0, **_address(rows[id_]))
    for outlet in outlets:
        if not outlet.enabled:
            _stop_articles(database, connection, outlet.id, at)


def _address(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"url": row["url"], "host": row["host"], "listed": "", "moved_to": "", "moved_days": 0, "moved_at": None}


def _known(connection: Connection) -> dict[str, tuple[str, str]]:
    """State and reason of every source, locked in the order in which answers lock them: no circle of waits."""
    sources = and_(frontier.c.kind != "article", frontier.c.origin != "backfill")
    query = select(frontier.c.id, frontier.c.state, frontier.c.reason).where(sources)
    rows: Iterable[Any] = connection.execute(query.order_by(frontier.c.id).with_for_update())
    return {row.id: (row.state, row.reason) for row in rows}


def _stop_articles(database: Database, connection: Connection, outlet: str, at: datetime) -> None:
    """What a disabled outlet had still to read is dropped, unless it was sent by hand."""
    mine = and_(frontier.c.outlet == outlet, frontier.c.kind == "article", frontier.c.origin != "hand")
    query = select(frontier.c.id, frontier.c.reads).where(mine, leases.is_open())
    rows = connection.execute(query).all()
    unread = [row.id for row in rows if not row.reads]
    set_columns(connection, [row.id for row in rows if row.reads], state="done")
    set_columns(connection, unread, state="dropped", reason="outlet_disabled")
    trace.record(database, connection, [verdict(id_, "dropped", at, "outlet_disabled") for id_ in unread])
