"""The outlets as they stand: the lists in files, joined and switched by what staff decided.

Decisions are rows of the database, one an outlet, so a new list changes nothing of them. Every one is noted in the
audit, in the same transaction. An outlet whose terms forbid automatic taking is on only where somebody switched it on
knowing that: a list that learns of such terms later switches it off again.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec
from sqlalchemy import Connection, RowMapping, func, select

from kliping import audit
from kliping.clock import monotonic, now
from kliping.database import Database
from kliping.errors import ConfigError
from kliping.outlets import Outlet, outlet_of_row, row_of
from kliping.staff_tables import outlets

State = Literal["on", "off", "removed"]
MAX_WHY: Final = 300  # characters of a reason
REFRESH: Final = 5.0  # seconds for which a process believes what it knows of staff's decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An outlet with where it comes from. `by`, `at`, `why`: who decided about it last; empty for the list's own."""

    outlet: Outlet
    source: Literal["file", "staff"]
    removed: bool = False
    by: str = ""
    at: datetime | None = None
    why: str = ""


class NoSuchOutletError(ConfigError):
    """An id that neither a list nor staff know."""


class Outlets(Mapping[str, Outlet]):
    """All outlets that stand, by id, as one process sees them: looked up anew when older than REFRESH.

    Reading may raise Unavailable. Safe to use from several threads.
    """

    def __init__(self, database: Database, files: Mapping[str, Outlet]) -> None:
        self._database = database
        self._files = files
        self._known: tuple[float, tuple[int, datetime | None] | None, dict[str, Outlet]] = (-REFRESH, None, {})

    def _now(self) -> dict[str, Outlet]:
        seen, revised, known = self._known
        if monotonic() - seen < REFRESH:
            return known
        with self._database.read() as connection:
            current = revision(connection)
            if revised is None or current != revised:
                known = effective(connection, self._files)
        self._known = (monotonic(), current, known)
        return known

    def look(self) -> None:
        """Look anew at the next reading, whatever the time: something was just changed."""
        _, revised, known = self._known
        self._known = (-REFRESH, revised, known)

    def listed(self) -> tuple[Listed, ...]:
        """All outlets with where they come from, removed ones too."""
        with self._database.read() as connection:
            return listed(connection, self._files)

    def for_frontier(self) -> list[Outlet]:
        """All outlets; those that were removed count as switched off, so that nothing more of them is read."""
        return [replace(one.outlet, enabled=False) if one.removed else one.outlet for one in self.listed()]

    def add(self, outlet: Outlet, by: str, why: str = "") -> Outlet:
        """See `add`."""
        added = add(self._database, self._files, outlet, by, why)
        self.look()
        return added

    def switch(self, id_: str, *, on: bool, by: str, why: str = "") -> Outlet:
        """See `switch`."""
        switched = switch(self._database, self._files, id_, on=on, by=by, why=why)
        self.look()
        return switched

    def remove(self, id_: str, by: str, why: str = "") -> None:
        """See `remove`."""
        remove(self._database, self._files, id_, by, why)
        self.look()

    def __getitem__(self, id_: str) -> Outlet:
        return self._now()[id_]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())


def listed(connection: Connection, files: Mapping[str, Outlet]) -> tuple[Listed, ...]:
    """All outlets, removed ones too: in the order of the lists, then those of staff by id."""
    rows = {row["id"]: row for row in connection.execute(select(outlets).order_by(outlets.c.id)).mappings()}
    added = {id_: _added(row) for id_, row in rows.items() if row["body"]}
    taken = {url for outlet in added.values() for url in outlet.sources}
    every: dict[str, tuple[Outlet, Literal["file", "staff"]]] = {
        id_: (_without(outlet, taken), "file") for id_, outlet in files.items()
    }
    every |= {id_: (outlet, "staff") for id_, outlet in added.items()}
    return tuple(_listed(outlet, source, rows.get(id_)) for id_, (outlet, source) in every.items())


def effective(connection: Connection, files: Mapping[str, Outlet]) -> dict[str, Outlet]:
    """The outlets that stand, by id, each switched as staff decided."""
    return {one.outlet.id: one.outlet for one in listed(connection, files) if not one.removed}


def revision(connection: Connection) -> tuple[int, datetime | None]:
    """A value that is another one after every decision of staff."""
    row = connection.execute(select(func.count(), func.max(outlets.c.at))).one()
    return int(row[0]), row[1]


def add(database: Database, files: Mapping[str, Outlet], outlet: Outlet, by: str, why: str = "") -> Outlet:
    """Add an outlet, or change one that staff added before. Returns it as it stands.

    Raises ConfigError for an id of a list, a source that another outlet has, or a missing reason (see `switch`).
    """
    with database.write("outlets") as connection:
        known = {one.outlet.id: one for one in listed(connection, files)}
        before = known.get(outlet.id)
        if before is not None and before.source == "file":
            raise ConfigError(f"outlet {outlet.id!r}: a list has it already; it can be switched on and off")
        _check_sources(outlet, known.values())
        state: State = "on" if outlet.enabled and not outlet.forbidden else "off"
        _write(database, connection, outlet.id, state, by, why, body=row_of(outlet), knew=False)
        audit.note(connection, by, "outlet-changed" if before else "outlet-added", outlet.id, _told(outlet, why))
        return effective(connection, files)[outlet.id]


def switch(database: Database, files: Mapping[str, Outlet], id_: str, *, on: bool, by: str, why: str = "") -> Outlet:
    """Switch an outlet on or off; one that was removed is there again. Returns it as it stands.

    Raises NoSuchOutletError, or ConfigError when its terms forbid automatic taking and `why` names no permission.
    """
    with database.write("outlets") as connection:
        outlet = _known(connection, files, id_).outlet
        if on and outlet.forbidden and not why.strip():
            raise ConfigError(f"outlet {id_!r}: its terms forbid automatic taking; say which permission there is (why)")
        _write(database, connection, id_, "on" if on else "off", by, why, knew=on and outlet.forbidden)
        audit.note(connection, by, f"outlet-{'on' if on else 'off'}", id_, _told(outlet, why))
        return effective(connection, files)[id_]


def remove(database: Database, files: Mapping[str, Outlet], id_: str, by: str, why: str = "") -> None:
    """Take an outlet off the list; `switch` brings it back. What was read of it stays. Raises NoSuchOutletError."""
    with database.write("outlets") as connection:
        outlet = _known(connection, files, id_).outlet
        _write(database, connection, id_, "removed", by, why, knew=False)
        audit.note(connection, by, "outlet-removed", id_, _told(outlet, why))


def _known(connection: Connection, files: Mapping[str, Outlet], id_: str) -> Listed:
    found = next((one for one in listed(connection, files) if one.outlet.id == id_), None)
    if found is None:
        raise NoSuchOutletError(f"outlet {id_!r}: there is none of this id")
    return found


def _check_sources(outlet: Outlet, others: Iterable[Listed]) -> None:
    for other in others:
        shared = set(outlet.sources) & set(other.outlet.sources)
        if shared and other.outlet.id != outlet.id and not other.removed:
            raise ConfigError(f"{min(shared)} is a source of outlet {other.outlet.id!r} already")


def _write(
    database: Database,
    connection: Connection,
    id_: str,
    state: State,
    by: str,
    why: str,
    *,
    knew: bool,
    body: Mapping[str, str] | None = None,
) -> None:
    """One row an outlet; a decision without a body keeps the body. Dated after every one before it."""
    newest = revision(connection)[1]
    at = now() if newest is None else max(now(), newest + timedelta(microseconds=1))
    row = {"id": id_, "state": state, "knew": knew, "by": by[:64], "why": why.strip()[:MAX_WHY], "at": at}
    row["body"] = msgspec.json.encode(body).decode() if body else ""
    kept = [name for name in row if name != "id" and (body or name != "body")]
    database.upsert(connection, outlets, [row], kept)


def _added(row: RowMapping) -> Outlet:
    """An outlet of staff. A body that today's rules refuse is a bug: nothing unchecked is written."""
    return outlet_of_row(msgspec.json.decode(row["body"], type=dict[str, str]), f"outlet {row['id']}")


def _without(outlet: Outlet, taken: set[str]) -> Outlet:
    """A list's outlet without the sources that an outlet of staff has."""
    if taken.isdisjoint(outlet.sources):
        return outlet
    return replace(
        outlet,
        feeds=tuple(url for url in outlet.feeds if url not in taken),
        listings=tuple(url for url in outlet.listings if url not in taken),
        sitemaps=tuple(url for url in outlet.sitemaps if url not in taken),
        wordpress="" if outlet.wordpress in taken else outlet.wordpress,
    )


def _listed(outlet: Outlet, source: Literal["file", "staff"], row: RowMapping | None) -> Listed:
    if row is None:
        return Listed(outlet=outlet, source=source)
    wanted = {"on": True, "off": False}.get(row["state"], outlet.enabled)
    enabled = wanted and (row["knew"] or not outlet.forbidden)
    return Listed(
        outlet=replace(outlet, enabled=enabled),
        source=source,
        removed=row["state"] == "removed",
        by=row["by"],
        at=row["at"],
        why=row["why"],
    )


def _told(outlet: Outlet, why: str) -> str:
    terms = f"terms forbid: {outlet.terms}; " if outlet.forbidden else ""
    return f"{outlet.domain}; {terms}{why.strip()}".rstrip("; ")
