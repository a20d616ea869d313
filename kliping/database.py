"""The relational store: SQLite or PostgreSQL by URL, through SQLAlchemy Core. Migrations by Alembic.

Writers begin IMMEDIATE on SQLite: a transaction that reads first and writes later fails at once, whatever the time-out.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from kliping.errors import ConfigError, Unavailable

BUSY_SECONDS = 30  # longest wait for another writer before Unavailable
MIGRATIONS = Path(__file__).with_name("migrations")


class Database:
    """A pool of connections. Use `read()` and `write()`; both give a connection inside one transaction.

    Raises Unavailable where the store does not answer (locked for longer than BUSY_SECONDS, disk full, connection
    lost); anything else that SQLAlchemy raises is a bug of ours.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction for reading: one consistent state, never blocks a writer."""
        with _translated(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A serialised transaction for writing; committed on leaving, rolled back on any exception."""
        with (
            _translated(),
            self.engine.connect().execution_options(kliping_write=True) as connection,
            connection.begin(),
        ):
            yield connection

    def upsert(
        self,
        connection: Connection,
        table: Table,
        rows: Sequence[Mapping[str, Any]],
        update: Sequence[str] | None = None,
    ) -> None:
        """Insert rows; where the primary key exists set the columns `update` (default: all but the key; []: none)."""
        if not rows:
            return
        keys = [column.name for column in table.primary_key]
        dialect = sqlite if self.engine.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(table)
        names = [name for name in rows[0] if name not in keys] if update is None else list(update)
        if names:
            new = {name: statement.excluded[name] for name in names}
            connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=new), list(rows))
        else:
            connection.execute(statement.on_conflict_do_nothing(index_elements=keys), list(rows))

    def close(self) -> None:
        self.engine.dispose()


def migrate(database: Database) -> None:
    """Bring the schema to this program's revision. Only the parent process and `kliping migrate` call this."""
    with database.write() as connection:
        config = _alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check_revision(database: Database) -> None:
    """Raise ConfigError unless the schema is the one that this program was written for."""
    wanted = ScriptDirectory.from_config(_alembic()).get_current_head()
    with database.read() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != wanted:
        raise ConfigError(
            f"database {_shown(database.url)}: schema revision {found}, expected {wanted}; run `kliping migrate`"
        )


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        if _is_our_mistake(error):
            raise
        raise Unavailable(f"database: {error.orig}") from error


def _is_our_mistake(error: DBAPIError) -> bool:
    """SQLite says "no such column" as an OperationalError too; waiting would not mend that."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite3.SQLITE_ERROR


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, record: Any) -> None:  # noqa: ARG001
    connection.isolation_level = None  # our `begin` event says BEGIN, not the driver
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("kliping_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
