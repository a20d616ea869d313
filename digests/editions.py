"""Closing an edition: numbered, frozen, rendered once. What was closed never changes; it is read back byte for byte.

A desk has one edition of a kind on one day, whoever closes it and however often. The forms are rendered outside the
write transaction (a sheet of 500 items takes seconds); inside it the number and the set are checked to be still free,
else everything is chosen again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, func, insert, select

from digests.edition import MORNING, Edition, pack_edition, unpack_edition
from digests.render import FORMS, logo_of, render
from digests.select import Chosen, choose
from kliping import crash
from kliping.database import Database
from kliping.desks import Desk
from kliping.errors import KlipingError, Rejected
from kliping.outlets import Outlet
from kliping.recipients import sync
from kliping.staff_tables import edition_forms, edition_items, editions

Form = Literal["data", "html", "text", "pdf", "chat"]
LATE_AFTER: Final = timedelta(minutes=10)  # bar G4 wants an edition within five minutes; twice that is worth saying
TRIES: Final = 5  # another closing between choosing and writing makes us choose again; two at once is rare already


class NoEdition(KlipingError):  # noqa: N818
    """There is no such edition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A row of `editions`."""

    desk: str
    number: int
    day: str
    kind: str
    due_at: datetime
    closed_at: datetime
    items: int
    hash: str  # of its frozen data


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """The edition that is wanted: of which day and kind, due when."""

    day: str
    due_at: datetime
    kind: str = MORNING


def draft(database: Database, desk: Desk, outlets: Mapping[str, Outlet], slot: Slot, at: datetime, url: str) -> Edition:
    """The edition as it would be closed at `at`; nothing is written. `url`: where the pages are. Raises Unavailable."""
    with database.read() as connection:
        chosen = choose(connection, desk, outlets, slot.due_at, at)
    return _edition(desk, slot, chosen, at, url)


def close(database: Database, desk: Desk, outlets: Mapping[str, Outlet], slot: Slot, at: datetime, url: str) -> Closed:
    """Close the edition of `slot`, or find it closed. Raises Unavailable, ConfigError for the desk's recipients."""
    sync(database, desk, at)
    for _ in range(TRIES):
        if found := find_slot(database, desk.id, slot):
            return found
        edition = draft(database, desk, outlets, slot, at, url)
        forms = render(edition, logo_of(desk))
        if closed := _store(database, edition, forms):
            crash.here("digest.after_close")
            return closed
    raise Rejected("edition_contended", f"{desk.id} {slot.day}")


def find_slot(database: Database, desk: str, slot: Slot) -> Closed | None:
    """The closed edition of a day and kind."""
    wanted = (editions.c.desk == desk, editions.c.day == slot.day, editions.c.kind == slot.kind)
    with database.read() as connection:
        row = connection.execute(select(editions).where(*wanted)).one_or_none()
    return _closed(row) if row else None


def find(database: Database, desk: str, number: int = 0) -> Closed:
    """The edition of a number, or the newest (0). Raises NoEdition."""
    query = select(editions).where(editions.c.desk == desk).order_by(editions.c.number.desc()).limit(1)
    with database.read() as connection:
        row = connection.execute(query.where(editions.c.number == number) if number else query).one_or_none()
    if row is None:
        raise NoEdition(f"{desk}: no edition {number}" if number else f"{desk}: no edition yet")
    return _closed(row)


def closed_editions(database: Database, desk: str, limit: int = 60) -> list[Closed]:
    """The newest editions of a desk, newest first."""
    query = select(editions).where(editions.c.desk == desk).order_by(editions.c.number.desc()).limit(limit)
    with database.read() as connection:
        return [_closed(row) for row in connection.execute(query)]


def form(database: Database, desk: str, number: int, name: Form) -> bytes:
    """The bytes of one form, as rendered at closing. Raises NoEdition; Rejected when they do not match their hash."""
    wanted = (edition_forms.c.desk == desk, edition_forms.c.number == number, edition_forms.c.form == name)
    with database.read() as connection:
        row = connection.execute(select(edition_forms).where(*wanted)).one_or_none()
    if row is None:
        raise NoEdition(f"{desk}: no edition {number} as {name}")
    if sha256(row.content).hexdigest() != row.hash:
        raise Rejected("edition_damaged", f"{desk} {number} {name}")
    return bytes(row.content)


def load(database: Database, desk: str, number: int) -> Edition:
    """What an edition says. Raises NoEdition."""
    return unpack_edition(form(database, desk, number, "data"))


def _edition(desk: Desk, slot: Slot, chosen: Chosen, at: datetime, url: str) -> Edition:
    return Edition(
        desk=desk.id,
        name=desk.name,
        unit=desk.unit,
        address=desk.address,
        officer=desk.officer,
        zone=desk.zone,
        number=chosen.number,
        day=slot.day,
        kind=slot.kind,
        due_at=slot.due_at,
        closed_at=at,
        late=at - slot.due_at > LATE_AFTER,
        items=chosen.items,
        updates=chosen.updates,
        changes=chosen.changes,
        coverage=chosen.coverage,
        watches=tuple(watch.title for watch in desk.watches),
        public_url=url.rstrip("/"),
    )


def _store(database: Database, edition: Edition, forms: Mapping[str, bytes]) -> Closed | None:
    """Write the edition with its forms; None when another closing came first."""
    data = pack_edition(edition)
    contents = {"data": data, **forms}
    assert set(contents) == {"data", *FORMS}
    with database.write(lock_of(edition.desk)) as connection:
        if not _is_free(connection, edition):
            return None
        row = _row(edition, sha256(data).hexdigest())
        connection.execute(insert(editions), row)
        connection.execute(insert(edition_forms), [_form_row(edition, name, body) for name, body in contents.items()])
        told = [{"desk": edition.desk, "number": edition.number, "article": id_} for id_ in edition.articles()]
        database.upsert(connection, edition_items, told, [])
    return Closed(**row)


def lock_of(desk: str) -> str:
    """Who numbers a desk's editions or changes all rows of one is alone: several schedulers may run."""
    return f"editions {desk}"


def _is_free(connection: Connection, edition: Edition) -> bool:
    mine = editions.c.desk == edition.desk
    last = connection.execute(select(func.max(editions.c.number)).where(mine)).scalar() or 0
    same = (mine, editions.c.day == edition.day, editions.c.kind == edition.kind)
    taken = connection.execute(select(editions.c.number).where(*same)).scalar()
    return taken is None and last == edition.number - 1


def _row(edition: Edition, hash_: str) -> dict[str, Any]:
    return {
        "desk": edition.desk,
        "number": edition.number,
        "day": edition.day,
        "kind": edition.kind,
        "due_at": edition.due_at,
        "closed_at": edition.closed_at,
        "items": len(edition.items),
        "hash": hash_,
    }


def _form_row(edition: Edition, name: str, content: bytes) -> dict[str, Any]:
    hash_ = sha256(content).hexdigest()
    return {"desk": edition.desk, "number": edition.number, "form": name, "content": content, "hash": hash_}


def _closed(row: Row[Any]) -> Closed:
    return Closed(**row._mapping)
