"""The relational store: SQLite or PostgreSQL by URL, through SQLAlchemy Core. Migrations by Alembic.

Who writes names what it must be alone in: `write("recipients kota")`. SQLite has one writer at a time in any case
(they begin IMMEDIATE: a transaction that reads first and writes later fails at once, whatever the time-out).
PostgreSQL lets all write at once, each statement seeing what was committed before it (READ COMMITTED), so a
transaction that decides from what it reads takes an advisory lock of that name; rows that are only put by their key
need none. Names are narrow (an article, a desk, an outlet) wherever many write.
"""

import random
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from time import sleep
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from kliping.database_errors import translated
from kliping.errors import ConfigError

BUSY_SECONDS: Final = 30  # longest wait for another writer before Unavailable; a worker counts as hung after 60
# Seconds between two tries for SQLite's write lock, drawn evenly. SQLite's own handler sleeps up to 100 ms between two:
# of five writers at once one waited for up to 5.5 s, 0.6 s this way, and all of them wrote a quarter more
TRY_AGAIN: Final = (0.001, 0.004)
MIGRATIONS: Final = Path(__file__).with_name("migrations")
_READING: Final = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}  # one state for all statements
_POOL: Final = {  # of one process
    "pool_size": 5,
    "max_overflow": 15,  # a desk's 8 threads take two each at times
    "pool_timeout": 10,  # seconds for a free one, then Unavailable
    "pool_pre_ping": True,  # a connection that died while it lay idle is replaced unseen
}
_CONNECT: Final = {  # libpq's parameters: a silent network ends a connection after about a minute
    "application_name": "kliping",
    "client_encoding": "utf8",
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "options": " ".join(
        f"-c {name}={seconds}s"
        for name, seconds in {
            "lock_timeout": BUSY_SECONDS,
            "statement_timeout": 120,  # counts over ten million rows take seconds
            "idle_in_transaction_session_timeout": 60,  # a frozen process gives its locks back
        }.items()
    ),
}


class Database:
    """A pool of connections. Use `read()` and `write()`; both give a connection inside one transaction.

    Raises Unavailable where the store does not answer (locked for longer than BUSY_SECONDS, disk full, connection
    lost, a right missing); anything else that SQLAlchemy raises is a bug of ours.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self.name = self.engine.url.render_as_string(hide_password=True)  # for messages and logs

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction for reading: one consistent state, never blocks a writer."""
        options = {} if self.engine.dialect.name == "sqlite" else _READING
        with (
            translated(self.name),
            self.engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def write(self, *locks: str) -> Iterator[Connection]:
        """A transaction for writing, alone in what `locks` name; committed on leaving, rolled back on any exception."""
        with (
            translated(self.name),
            self.engine.connect().execution_options(kliping_write=True) as connection,
            connection.begin(),
        ):
            lock(connection, *locks)
            yield connection

    def upsert(
        self,
        connection: Connection,
        table: Table,
        rows: Sequence[Mapping[str, Any]],
        update: Sequence[str] | None = None,
    ) -> None:
        """Insert rows; where the primary key exists set the columns `update` (default: all but the key; []: none).

        In the order of their keys: two that put the same rows wait for each other and never in a circle.
        """
        if not rows:
            return
        keys = [column.name for column in table.primary_key]
        ordered = sorted(rows, key=lambda row: [row[key] for key in keys])
        dialect = sqlite if self.engine.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(table)
        names = [name for name in rows[0] if name not in keys] if update is None else list(update)
        if names:
            new = {name: statement.excluded[name] for name in names}
            connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=new), ordered)
        else:
            connection.execute(statement.on_conflict_do_nothing(index_elements=keys), ordered)

    def close(self) -> None:
        self.engine.dispose()


def lock(connection: Connection, *names: str) -> None:
    """Be alone in what `names` say until the end of this write transaction; wait for who is.

    Taken all at once, or always in the same order, so that nobody waits in a circle. On SQLite a writer is alone as
    it is. Raises Unavailable, through `Database.write`, after BUSY_SECONDS.
    """
    if connection.dialect.name == "sqlite":
        return
    for key in sorted({_lock_key(name) for name in names}):
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (key,))


def _lock_key(name: str) -> int:
    """The 64 bits that PostgreSQL knows a lock by. Two names that share them wait for each other, no more."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)


def migrate(database: Database, revision: str = "head") -> None:
    """Bring the schema to `revision`: this program's, but for tests.

    Only the parent process and `kliping migrate` call this.

    Several at once are safe: one migrates, the others wait for it, however long it takes, and find it done.
    """
    with database.write() as connection:
        if connection.dialect.name != "sqlite":
            _check_encoding(database, connection)
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        lock(connection, "migrate")
        config = _alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def check_revision(database: Database) -> None:
    """Raise ConfigError unless the schema is the one that this program was written for."""
    wanted = ScriptDirectory.from_config(_alembic()).get_current_head()
    with database.read() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != wanted:
        raise ConfigError(
            f"database {database.name}: schema revision {found}, expected {wanted}; run `kliping migrate`"
        )


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _check_encoding(database: Database, connection: Connection) -> None:
    """Another encoding cannot hold all that outlets write."""
    found = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if found != "UTF8":
        raise ConfigError(f"database {database.name}: encoding {found}, expected UTF8; make it with `createdb -E UTF8`")


def _engine(url: str) -> Engine:
    parsed = _parsed(url)
    if parsed.get_backend_name() == "postgresql":
        connect = {name: value for name, value in _CONNECT.items() if name not in parsed.query}
        return create_engine(parsed, connect_args=connect, **_POOL)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError):
        raise ConfigError("database: expected sqlite:///PATH or postgresql+psycopg://…") from None
    return parsed


def _prepare(connection: Any, record: Any) -> None:  # noqa: ARG001
    connection.isolation_level = None  # our `begin` event says BEGIN, not the driver
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("kliping_write"):
        _begin_alone(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _begin_alone(connection: Connection) -> None:
    """Begin as the only writer of the file, waiting for others in short naps."""
    raw: Any = connection.connection.dbapi_connection
    waited = 0.0
    raw.execute("PRAGMA busy_timeout=0").close()
    try:
        while waited < BUSY_SECONDS and _is_taken(raw):
            nap = random.uniform(*TRY_AGAIN)  # noqa: S311 - not for secrets
            sleep(nap)
            waited += nap
        if not raw.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # which says why not
    finally:
        raw.execute(f"PRAGMA busy_timeout={int(1000 * BUSY_SECONDS)}").close()


def _is_taken(connection: Any) -> bool:
    """Try to begin to write. Whether another writer was the reason that it could not."""
    try:
        connection.execute("BEGIN IMMEDIATE").close()
    except sqlite3.OperationalError as error:
        return bool(error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY)
    return False
