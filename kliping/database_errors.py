"""What an error of the relational store means: it does not answer now (wait), or we asked it wrongly (a bug)."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kliping.errors import Unavailable

# Classes of SQLSTATE (PostgreSQL's manual, appendix A) that only time or an operator can mend. A message that meets
# one must wait, not die: also where a password or a right is missing (bar A8).
_AWAY: Final = frozenset(
    (
        "08",  # connection lost
        "28",  # password or user refused
        "3D",  # no such database
        "40",  # deadlock, serialization: rolled back, may be repeated
        "53",  # disk full, out of memory, too many connections
        "57",  # statement timeout, shutdown, starting up
        "58",  # I/O error of the server
        "XX",  # the server's own trouble, damaged pages too
    )
)
_AWAY_TOO: Final = frozenset(
    (
        "25006",  # read only: a standby, or a disk that is protected from filling up
        "25P03",  # idle in transaction for too long: we slept
        "42501",  # a right is missing
        "55006",  # the database is in use by others
        "55P03",  # lock timeout
    )
)
_DAMAGED: Final = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))


@contextmanager
def translated(store: str) -> Iterator[None]:
    """Raise Unavailable, naming `store`, for what time or an operator can mend; all else is a bug and passes."""
    try:
        yield
    except DBAPIError as error:
        if not is_away(error):
            raise
        raise Unavailable(f"database {store}: {error.orig}") from error
    except PoolTimeout as error:  # all connections of this process's pool are in use
        raise Unavailable(f"database {store}: {error}") from error


def is_away(error: DBAPIError) -> bool:
    """Whether the store is to be waited for."""
    if isinstance(error.orig, sqlite3.Error):
        return _is_away_sqlite(error.orig, error)
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is None:  # nothing came from a server: no connection, or it broke
        return error.connection_invalidated or isinstance(error, OperationalError)
    return state[:2] in _AWAY or state in _AWAY_TOO


def _is_away_sqlite(error: sqlite3.Error, wrapped: DBAPIError) -> bool:
    """SQLite says "no such column" as an OperationalError too; waiting would not mend that."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return isinstance(wrapped, OperationalError)
    return code & 0xFF in _DAMAGED or (isinstance(wrapped, OperationalError) and code & 0xFF != sqlite3.SQLITE_ERROR)
