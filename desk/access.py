"""Sessions and logins: rows on the server, so that they can be ended (M24). The cookie holds a random token, the table
its hash; a stolen table opens no session.

Failed logins make later ones wait (bar E10): 5 in 15 minutes for an account, 20 for an address; each further one
doubles the wait. What is refused for waiting is not counted, and an account's wait never holds for an address from
which its owner came in before, so no stranger can lock anyone out. Unknown names are treated as known ones.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from kliping import audit
from kliping.accounts import Account, find, is_password
from kliping.article import digest
from kliping.clock import now
from kliping.database import Database
from kliping.settings import Web
from kliping.staff_tables import audit as audit_table
from kliping.staff_tables import logins, sessions

TOKEN_BYTES: Final = 32
WINDOW: Final = timedelta(minutes=15)  # bar E10
FREE_BY_ACCOUNT: Final = 5  # bar E10
FREE_BY_ADDRESS: Final = 20  # bar E10
FIRST_WAIT: Final = timedelta(seconds=15)
LONGEST_WAIT: Final = timedelta(minutes=15)
SEEN_EVERY: Final = timedelta(minutes=1)  # how often a session in use is written down
KNOWN_FOR: Final = timedelta(days=90)  # how long an address counts as one that the owner uses


def cookie_name(web: Web) -> str:
    """`__Host-` binds the cookie to this host over TLS; browsers refuse such a name on plain HTTP."""
    return "kliping" if web.plain_http else "__Host-kliping"


def account_of(database: Database, web: Web, token: str) -> Account | None:
    """Whose session a token is; None when there is none, or it has ended by idleness or age."""
    if not token:
        return None
    key, at = _key(token), now()
    with database.read() as connection:
        row = connection.execute(select(sessions).where(sessions.c.id == key)).first()
        account = find(connection, row.account) if row else None
    if row is None or account is None or account.disabled_at is not None:
        return None
    if at - row.seen_at > timedelta(minutes=web.idle_minutes) or at - row.made_at > timedelta(hours=web.longest_hours):
        return None
    if at - row.seen_at > SEEN_EVERY:
        with database.write() as connection:
            connection.execute(update(sessions).where(sessions.c.id == key).values(seen_at=at))
    return account


def wait_of(database: Database, name: str, address: str) -> int:
    """Seconds that the next login must wait; 0: none."""
    at = now()
    with database.read() as connection:
        by_address = _wait(connection, logins.c.address == address, FREE_BY_ADDRESS, at)
        strange = not _came_from(connection, name, address, at)
        by_account = _wait(connection, logins.c.account == name, FREE_BY_ACCOUNT, at)
        mine = _wait(connection, (logins.c.account == name) & (logins.c.address == address), FREE_BY_ACCOUNT, at)
    longest = max(by_address, by_account if strange else mine)
    return 0 if longest <= timedelta(0) else int(longest.total_seconds()) + 1


def log_in(database: Database, web: Web, name: str, password: str, address: str, old_token: str) -> str | None:
    """The token of a new session, or None for a wrong name or password. Ends the session of `old_token`."""
    right = is_password(database, name, password)
    at = now()
    with database.write("logins") as connection:  # each forgets the old rows: in turn, not in a circle
        connection.execute(delete(logins).where(logins.c.at < at - WINDOW))
        if not right:
            row = {"id": digest(secrets.token_hex()), "account": name, "address": address, "at": at}
            connection.execute(insert(logins).values(**row))
            audit.note(connection, name, "login-failed", detail=address)
            return None
        connection.execute(delete(logins).where(logins.c.account == name, logins.c.address == address))
        over = sessions.c.made_at < at - timedelta(hours=web.longest_hours)
        connection.execute(delete(sessions).where(or_(sessions.c.id == _key(old_token), over)))
        token = secrets.token_urlsafe(TOKEN_BYTES)
        connection.execute(insert(sessions).values(id=_key(token), account=name, made_at=at, seen_at=at))
        audit.note(connection, name, "login", detail=address)
    return token


def log_out(database: Database, name: str, token: str) -> None:
    """End a session."""
    with database.write() as connection:
        connection.execute(delete(sessions).where(sessions.c.id == _key(token)))
        audit.note(connection, name, "logout")


def _key(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _wait(connection: Connection, mine: ColumnElement[bool], free: int, at: datetime) -> timedelta:
    """How much of the wait after the last failure is left."""
    query = select(func.count(), func.max(logins.c.at)).where(mine, logins.c.at > at - WINDOW)
    count, last = connection.execute(query).one()
    if count < free:
        return timedelta(0)
    whole: timedelta = min(FIRST_WAIT * 2 ** min(count - free, 10), LONGEST_WAIT)
    return whole - (at - last) if last else timedelta(0)


def _came_from(connection: Connection, name: str, address: str, at: datetime) -> bool:
    came = select(audit_table.c.number).where(
        audit_table.c.by == name,
        audit_table.c.action == "login",
        audit_table.c.detail == address,
        audit_table.c.at > at - KNOWN_FOR,
    )
    return connection.execute(came.limit(1)).first() is not None
