"""The templates of outlets as rows: in force for which pages, ended why, and the pages that fit none of them.

The pipeline learns them, reads with them and ends them (`pipeline.extract.templates`). Operators see how they fare and
may drop one. A page that fits none, or that its template misreads, is a row by its message id, so a replay counts
nothing twice.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Connection, RowMapping, func, select, update

from kliping import audit
from kliping.clock import now
from kliping.database import Database
from kliping.errors import ConfigError
from kliping.tables import template_misses, templates

Ended = Literal["", "changed", "drifted", "dropped"]
Miss = Literal["missed", "misread"]
HEARD: Final = timedelta(minutes=5)  # until every worker has heard that a template begins or ends
LATELY: Final = timedelta(hours=24)


class _Learned(msgspec.Struct, frozen=True):
    """What operators want to know of a template's own content."""

    region: str
    pages: int
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A template of an outlet.

    `ended`: '' while it is in force; `changed`: pages that fit no template came instead of its own; `drifted`: it read
    something else than the whole reader; `dropped`: by hand. `since`: the first page that showed it.
    """

    outlet: str
    learned_at: datetime
    starts_at: datetime
    ends_at: datetime | None
    ended: Ended
    since: datetime | None
    pages: int  # that it was learned from
    share: float  # of the outlet's pages then
    confidence: float
    region: str
    missed: int = 0  # pages of the outlet that fitted no template while this one was in force
    misread: int = 0  # … that a template read otherwise than the whole reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What is known of an outlet's page designs now. `changed_at`: pages changed then, and are not learned anew yet."""

    known: int = 0  # templates in force
    learned_at: datetime | None = None  # the newest of them
    missed: int = 0  # pages of the last 24 hours that fit none
    misread: int = 0
    changed_at: datetime | None = None


UNKNOWN: Final = Layout()


def note_miss(database: Database, connection: Connection, outlet: str, message: str, at: datetime, how: Miss) -> None:
    """Note a page, fetched `at`, that fits no template or that its template misreads."""
    row = {"message": message, "outlet": outlet, "at": at, "how": how}
    database.upsert(connection, template_misses, [row])


def end(connection: Connection, outlet: str, learned_at: datetime, ended: Ended, since: datetime | None) -> bool:
    """End a template, when every worker has heard of it; False where it has ended already."""
    mine = (templates.c.outlet == outlet, templates.c.learned_at == learned_at, templates.c.ends_at.is_(None))
    values = {"ends_at": now() + HEARD, "ended": ended, "since": since}
    return connection.execute(update(templates).where(*mine).values(values)).rowcount > 0


def drop(database: Database, outlet: str, by: str, why: str = "") -> int:
    """End all templates of an outlet by hand; they are learned anew from the pages that come. How many ended.

    Raises ConfigError where there is none in force.
    """
    with database.write(f"templates {outlet}") as connection:
        active = select(templates.c.learned_at).where(templates.c.outlet == outlet, templates.c.ends_at.is_(None))
        ended = sum(end(connection, outlet, at, "dropped", None) for at in connection.execute(active).scalars().all())
        if not ended:
            raise ConfigError(f"outlet {outlet!r}: no template is in force")
        audit.note(connection, by, "templates-dropped", outlet, why)
    return ended


def designs(connection: Connection, outlet: str = "") -> list[Design]:
    """All templates, of one outlet or of all, by outlet and age."""
    query = select(templates).order_by(templates.c.outlet, templates.c.learned_at)
    rows = connection.execute(query.where(templates.c.outlet == outlet) if outlet else query).mappings().all()
    return [_design(row, _misses(connection, row)) for row in rows]


def layouts(connection: Connection, outlets: Sequence[str], at: datetime) -> dict[str, Layout]:
    """How the pages of `outlets` stand at `at`; outlets of which no template was ever learned are left out."""
    columns = [column for column in templates.c if column.name != "body"]
    found: dict[str, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(select(*columns).where(templates.c.outlet.in_(outlets))).mappings():
        found[row["outlet"]].append(row)
    lately = _counted(connection, template_misses.c.outlet.in_(found), template_misses.c.at > at - LATELY)
    return {outlet: _layout(rows, lately[outlet], at) for outlet, rows in found.items()}


def _layout(rows: Sequence[RowMapping], lately: Counter[str], at: datetime) -> Layout:
    learned = [row["learned_at"] for row in rows if row["ends_at"] is None or row["ends_at"] > at]
    changed = [row["since"] for row in rows if row["ended"] in ("changed", "drifted")]
    newest, last = max(learned, default=None), max(changed, default=None)
    return Layout(
        known=len(learned),
        learned_at=newest,
        missed=lately["missed"],
        misread=lately["misread"],
        changed_at=last if last and not any(row["learned_at"] > last for row in rows) else None,
    )


def _design(row: RowMapping, misses: Counter[str]) -> Design:
    learned = msgspec.json.decode(row["body"], type=_Learned)
    return Design(
        outlet=row["outlet"],
        learned_at=row["learned_at"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        ended=row["ended"],
        since=row["since"],
        pages=learned.pages,
        share=row["share"],
        confidence=learned.confidence,
        region=learned.region,
        missed=misses["missed"],
        misread=misses["misread"],
    )


def _misses(connection: Connection, row: RowMapping) -> Counter[str]:
    during = [template_misses.c.outlet == row["outlet"], template_misses.c.at >= row["starts_at"]]
    if row["ends_at"] is not None:
        during.append(template_misses.c.at < row["ends_at"])
    return _counted(connection, *during)[row["outlet"]]


def _counted(connection: Connection, *where: Any) -> dict[str, Counter[str]]:
    """By outlet and kind, how many pages were missed or misread."""
    columns = (template_misses.c.outlet, template_misses.c.how)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in connection.execute(select(*columns, func.count().label("number")).where(*where).group_by(*columns)):
        found[row.outlet][row.how] = row.number
    return found
