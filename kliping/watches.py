"""A desk's watches as they stand: those of its file, changed, joined and removed by what staff saved.

Rows are never deleted, and each is dated after every one before it, so the newest date tells whether anything changed.
Saving needs the query language, so it lies in `pipeline.tag.saving`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import Connection, RowMapping, func, select

from kliping.desks import Desk, Watch
from kliping.staff_tables import watches

Source = Literal["file", "staff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A watch with where it comes from. `by` and `at`: who saved or removed it last; '' and None for the file's own."""

    watch: Watch
    source: Source
    removed: bool = False
    by: str = ""
    at: datetime | None = None


def listed(connection: Connection, desk: Desk) -> tuple[Listed, ...]:
    """All watches of a desk, removed ones too: in the order of its file, then those of staff by id."""
    rows = connection.execute(select(watches).where(watches.c.desk == desk.id).order_by(watches.c.id)).mappings()
    return _merged(desk, rows)


def effective(connection: Connection, desk: Desk) -> tuple[Watch, ...]:
    """The watches that count: a row stands before the file's watch of the same id."""
    return tuple(one.watch for one in listed(connection, desk) if not one.removed)


def effective_desks(connection: Connection, desks: Iterable[Desk]) -> list[Desk]:
    """`desks` with the watches that count for each, in one query."""
    rows: dict[str, list[RowMapping]] = {}
    for row in connection.execute(select(watches).order_by(watches.c.desk, watches.c.id)).mappings():
        rows.setdefault(row["desk"], []).append(row)
    return [_with_rows(desk, rows.get(desk.id, [])) for desk in desks]


def revision(connection: Connection) -> datetime | None:
    """A value that is another one after every change of any watch; None while staff changed none."""
    return connection.execute(select(func.max(watches.c.at))).scalar()


def _with_rows(desk: Desk, rows: Iterable[RowMapping]) -> Desk:
    standing = tuple(one.watch for one in _merged(desk, rows) if not one.removed)
    return msgspec.structs.replace(desk, watches=standing)


def _merged(desk: Desk, rows: Iterable[RowMapping]) -> tuple[Listed, ...]:
    found = {watch.id: Listed(watch=watch, source="file") for watch in desk.watches}
    for row in rows:
        watch = Watch(id=row["id"], title=row["title"], query=row["query"], same_name=row["same_name"])
        found[watch.id] = Listed(watch=watch, source="staff", removed=row["removed"], by=row["by"], at=row["at"])
    return tuple(found.values())
