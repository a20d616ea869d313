"""The audit: who did what, one row each, only ever added. Every row's hash covers the row before it.

Altering or taking out a row breaks the chain from there on, and `first_broken` names the place. What cannot be seen
from inside is the loss of the newest rows; who needs that keeps the last hash somewhere else.
"""

from hashlib import sha256
from typing import Final

import msgspec
from sqlalchemy import Connection, insert, select

from kliping.clock import now
from kliping.database import Database, lock
from kliping.staff_tables import audit

MAX_TEXT: Final = 500  # characters of subject and detail
LAST: Final = "audit"  # the lock that every other one is taken before: a row covers the one before it


def note(connection: Connection, by: str, action: str, subject: str = "", detail: str = "") -> None:
    """Add a row inside the caller's write transaction, so the deed and its note stand or fall together.

    Never a password or a token in `subject` or `detail`.
    """
    lock(connection, LAST)
    newest = select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)
    last = connection.execute(newest).first()
    number, before = (last.number + 1, last.hash) if last else (1, "")
    row = {
        "number": number,
        "at": now(),
        "by": by[:64],
        "action": action,
        "subject": subject[:MAX_TEXT],
        "detail": detail[:MAX_TEXT],
    }
    connection.execute(insert(audit).values(**row, hash=_hash(before, row)))


def first_broken(database: Database) -> int | None:
    """The number of the first row that is not as it was written, or that a row is missing before; None: all sound."""
    before, expected = "", 1
    with database.read() as connection:
        for row in connection.execute(select(audit).order_by(audit.c.number)).mappings():
            facts = {name: row[name] for name in ("number", "at", "by", "action", "subject", "detail")}
            if row["number"] != expected or row["hash"] != _hash(before, facts):
                return expected
            before, expected = row["hash"], expected + 1
    return None


def _hash(before: str, row: dict[str, object]) -> str:
    return sha256(before.encode() + b"\n" + msgspec.json.encode(row, order="deterministic")).hexdigest()
