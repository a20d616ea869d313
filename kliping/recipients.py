"""Who gets a desk's editions: those of the desk's file and those that staff added on a page, one row each.

Who unsubscribed stays so, also when the file still names the address; only a person at a page takes them in again. A
row's token is kept for ever, so a link in an old mail works.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from kliping.database import Database, lock
from kliping.desks import Desk
from kliping.errors import ConfigError, KlipingError
from kliping.staff_tables import recipients
from kliping.text import clean_line

FILE: Final = "file"
UNSUBSCRIBED: Final = "unsubscribe"
BOUNCED: Final = "bounced"
TOKEN_BYTES: Final = 16  # 128 bits: bar D6
MAX_NAME: Final = 100  # characters
# Addresses that every mail server takes, in the dot-atom form of RFC 5322; no quoted local parts, no SMTPUTF8.
_ADDRESS: Final = re.compile(
    r"(?=.{3,254}\Z)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*",
    re.ASCII,
)


class AddressError(KlipingError):
    """No mail address; the text, in Indonesian, is for who typed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A row of `recipients`."""

    desk: str
    address: str
    name: str
    since: datetime
    token: str
    stopped_at: datetime | None
    by: str  # who made the row what it is: "file", an account, "unsubscribe", "bounced"


def checked_address(text: str) -> str:
    """A mail address in lower case. Raises AddressError."""
    address = text.strip().lower()
    if not _ADDRESS.fullmatch(address):
        raise AddressError(f"Bukan alamat surel: {clean_line(text, 80)}")
    return address


def sync(database: Database, desk: Desk, at: datetime) -> None:
    """Make the rows of the file those that the desk's file names. Raises ConfigError, Unavailable."""
    wanted = _of_file(desk)
    with database.write(_lock(desk.id)) as connection:
        known = {row.address: row for row in subscribers(connection, desk.id)}
        for address, name in wanted.items():
            before = known.get(address)
            if before is None:
                connection.execute(insert(recipients), _row(desk.id, address, name, FILE, at))
            elif before.by == FILE and before.stopped_at is not None:
                _change(connection, desk.id, address, since=at, stopped_at=None, name=name)
        for address, row in known.items():
            if row.by == FILE and row.stopped_at is None and address not in wanted:
                _change(connection, desk.id, address, stopped_at=at)


def add(database: Database, desk: str, address: str, name: str, by: str, at: datetime) -> Subscriber:
    """Take someone in, or in again; the next edition is their first. Raises AddressError, Unavailable."""
    address, name = checked_address(address), clean_line(name, MAX_NAME)
    with database.write(_lock(desk)) as connection:
        before = _one(connection, recipients.c.desk == desk, recipients.c.address == address)
        if before is None:
            connection.execute(insert(recipients), _row(desk, address, name, by, at))
        elif before.stopped_at is not None:
            _change(connection, desk, address, since=at, stopped_at=None, name=name, by=by)
        else:
            _change(connection, desk, address, name=name)
        found = _one(connection, recipients.c.desk == desk, recipients.c.address == address)
    assert found is not None
    return found


def remove(database: Database, desk: str, address: str, by: str, at: datetime) -> bool:
    """Send nothing more to an address; False when it gets nothing as it is. Raises Unavailable."""
    with database.write(_lock(desk)) as connection:
        before = _one(connection, recipients.c.desk == desk, recipients.c.address == address)
        if before is None or before.stopped_at is not None:
            return False
        _change(connection, desk, address, stopped_at=at, by=by)
        return True


def find_token(database: Database, token: str) -> Subscriber | None:
    """Whose unsubscribe link this is; changes nothing. Raises Unavailable."""
    with database.read() as connection:
        return _one(connection, recipients.c.token == token)


def stop(database: Database, token: str, at: datetime) -> Subscriber | None:
    """Unsubscribe by the token of a mail's link; None for an unknown one. A second time changes nothing.

    For the one-click POST of RFC 8058: no account, no cookie. A GET calls `find_token` only.
    """
    with database.write() as connection:
        if desk := connection.execute(select(recipients.c.desk).where(recipients.c.token == token)).scalar():
            lock(connection, _lock(desk))
        found = _one(connection, recipients.c.token == token)
        if found is not None and found.by != UNSUBSCRIBED:
            _change(connection, found.desk, found.address, stopped_at=found.stopped_at or at, by=UNSUBSCRIBED)
    return found


def subscribers(connection: Connection, desk: str) -> list[Subscriber]:
    """Everyone that a desk ever sent to or was told to, by address; who stopped has `stopped_at`."""
    query = select(recipients).where(recipients.c.desk == desk).order_by(recipients.c.address)
    return [_subscriber(row) for row in connection.execute(query)]


def pause(connection: Connection, desk: str, address: str, at: datetime) -> None:
    """Stop sending to an address that bounces, inside the caller's write transaction."""
    _change(connection, desk, address, stopped_at=at, by=BOUNCED)


def _lock(desk: str) -> str:
    """Who changes a desk's recipients is alone: the file must not bring back who unsubscribes at this moment."""
    return f"recipients {desk}"


def _of_file(desk: Desk) -> dict[str, str]:
    try:
        return {checked_address(one.address): clean_line(one.name, MAX_NAME) for one in desk.recipients}
    except AddressError as error:
        raise ConfigError(f"{desk.file or desk.id}: [recipients.address] {error}") from None


def _row(desk: str, address: str, name: str, by: str, at: datetime) -> dict[str, Any]:
    token = secrets.token_hex(TOKEN_BYTES)
    return {"desk": desk, "address": address, "name": name, "since": at, "token": token, "by": by}


def _change(connection: Connection, desk: str, address: str, **values: Any) -> None:
    mine = (recipients.c.desk == desk, recipients.c.address == address)
    connection.execute(update(recipients).where(*mine).values(**values))


def _one(connection: Connection, *conditions: Any) -> Subscriber | None:
    row = connection.execute(select(recipients).where(*conditions)).one_or_none()
    return _subscriber(row) if row else None


def _subscriber(row: Row[Any]) -> Subscriber:
    return Subscriber(**row._mapping)
