"""Accounts and roles: who may come in, and what they may do at which desk.

Passwords are kept as argon2id with the parameters of RFC 9106 (second recommended option: 64 MiB, 3 passes, 4 lanes).
Anything that lowers or ends what an account may do ends its sessions in the same transaction (bar E9).
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final, Literal, get_args

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Row, delete, select, update

from kliping import audit
from kliping.clock import now
from kliping.database import Database
from kliping.errors import KlipingError
from kliping.staff_tables import accounts, roles, sessions
from kliping.text import ID_FORM, is_id

Role = Literal["reader", "editor", "operator", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
EVERY_DESK: Final = "*"
SHORTEST: Final = 12  # characters: bar E10
LONGEST: Final = 1024  # characters: no one types more, and hashing costs by length

_hasher: Final = PasswordHasher()
_hashing: Final = threading.BoundedSemaphore(2)  # 64 MiB each: many logins at once must not fill a small server


class AccountError(KlipingError):
    """The account cannot be made or changed so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person. `roles`: desk (or "*") -> role."""

    name: str
    roles: Mapping[str, Role] = field(default_factory=dict)
    made_at: datetime
    disabled_at: datetime | None = None

    def role(self, desk: str) -> Role | None:
        """The highest role at a desk; None: none at all."""
        mine = [self.roles[key] for key in (desk, EVERY_DESK) if key in self.roles]
        return max(mine, key=ROLES.index, default=None)

    def may(self, need: Role, desk: str) -> bool:
        """Whether the account has at least the role `need` at `desk`."""
        role = self.role(desk)
        return role is not None and ROLES.index(role) >= ROLES.index(need)


def add(database: Database, name: str, password: str, role: Role, desk: str, by: str) -> None:
    """Make an account with one role. Raises AccountError for a name that is taken or unfit, or a poor password."""
    if not is_id(name):
        raise AccountError(f"account {name!r}: expected {ID_FORM}")
    hashed = _hashed(password)
    with database.write(f"account {name}") as connection:  # two of one name: the second is told
        if _row(connection, name) is not None:
            raise AccountError(f"account {name!r} is there already")
        database.upsert(connection, accounts, [{"name": name, "password": hashed, "made_at": now()}])
        database.upsert(connection, roles, [{"account": name, "desk": desk, "role": role}])
        audit.note(connection, by, "account-added", name, f"{role} {desk}")


def set_password(database: Database, name: str, password: str, by: str) -> None:
    """Change a password; all sessions of the account end. Raises AccountError."""
    hashed = _hashed(password)
    with database.write() as connection:
        _known(connection, name)
        connection.execute(update(accounts).where(accounts.c.name == name).values(password=hashed))
        _end_sessions(connection, name)
        audit.note(connection, by, "password-changed", name)


def grant(database: Database, name: str, role: Role | None, desk: str, by: str) -> None:
    """Give a role at a desk in place of the present one, or take it away (None); all sessions end."""
    with database.write() as connection:
        _known(connection, name)
        if role is None:
            connection.execute(delete(roles).where(roles.c.account == name, roles.c.desk == desk))
        else:
            database.upsert(connection, roles, [{"account": name, "desk": desk, "role": role}])
        _end_sessions(connection, name)
        audit.note(connection, by, "role-changed", name, f"{role or 'none'} {desk}")


def disable(database: Database, name: str, by: str, *, disabled: bool = True) -> None:
    """Shut an account out, or let it in again; all sessions end. Raises AccountError."""
    with database.write() as connection:
        _known(connection, name)
        at = now() if disabled else None
        connection.execute(update(accounts).where(accounts.c.name == name).values(disabled_at=at))
        _end_sessions(connection, name)
        audit.note(connection, by, "account-disabled" if disabled else "account-enabled", name)


def every_account(database: Database) -> list[Account]:
    """All accounts, by name."""
    with database.read() as connection:
        names = connection.execute(select(accounts.c.name).order_by(accounts.c.name)).scalars().all()
        found = [find(connection, name) for name in names]
    return [account for account in found if account is not None]


def find(connection: Connection, name: str) -> Account | None:
    """The account of a name, disabled or not."""
    row = _row(connection, name)
    if row is None:
        return None
    mine = connection.execute(select(roles.c.desk, roles.c.role).where(roles.c.account == name).order_by(roles.c.desk))
    held: dict[str, Role] = {desk: role for desk, role in mine.all() if role in ROLES}
    return Account(name=name, roles=held, made_at=row.made_at, disabled_at=row.disabled_at)


def is_password(database: Database, name: str, password: str) -> bool:
    """Whether it is the password of an account that may come in. Unknown names cost the same time (bar E10)."""
    with database.read() as connection:
        row = _row(connection, name)
    usable = row is not None and row.disabled_at is None
    right = _matches(row.password if row is not None and usable else _nobodys(), password[:LONGEST])
    return usable and right


def _row(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(select(accounts).where(accounts.c.name == name)).first()


def _known(connection: Connection, name: str) -> None:
    if _row(connection, name) is None:
        raise AccountError(f"account {name!r}: there is none of this name")


def _end_sessions(connection: Connection, name: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.account == name))


def _hashed(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccountError(f"password: expected {SHORTEST} characters or more, got {len(password)}")
    with _hashing:
        return _hasher.hash(password)


def _matches(hashed: str, password: str) -> bool:
    with _hashing:
        try:
            return _hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobodys() -> str:
    """A hash that no password of a person matches, as costly as a real one."""
    return _hasher.hash("\x00nobody")
