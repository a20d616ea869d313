"""The relational store on PostgreSQL: the contract, and everything that a server can do to a client."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import select, text, update

from kliping import database as room
from kliping.database import Database, check_revision, migrate
from kliping.errors import ConfigError, Unavailable
from kliping.tables import tagged
from tests.contracts.database import MOMENT, DatabaseContract, together
from tests.servers.postgresql import PostgreSQL
from tests.stores import opened


@pytest.fixture
def database(postgresql_database: Database) -> Database:
    return postgresql_database


def impatient_of(database: Database, name: str = "lock_timeout") -> str:
    return f"{database.url}?options=-c%20{name}=200ms"


class TestPostgresql(DatabaseContract):
    @pytest.fixture
    def database(self, postgresql_database: Database) -> Database:
        return postgresql_database

    @pytest.fixture
    def empty_url(self, postgresql_url: str) -> str:
        return postgresql_url

    @pytest.fixture
    def impatient(self, database: Database) -> Iterator[Database]:
        with opened(impatient_of(database)) as found:
            yield found


def put(database: Database, *names: str) -> None:
    with database.write() as connection:
        database.upsert(connection, tagged, [{"article": name, "at": MOMENT} for name in names])


def stored(database: Database) -> set[str]:
    with database.read() as connection:
        return set(connection.execute(select(tagged.c.article)).scalars())


def kill_others(database: Database) -> None:
    """What an operator, or a restart of the server, does to every other connection."""
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    with opened(database.url) as operator, operator.read() as connection:
        connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    database = Database("postgresql+psycopg://kliping:rahasia@127.0.0.1:9/kliping")
    with pytest.raises(Unavailable, match=r"kliping:\*\*\*@127.0.0.1:9/kliping") as caught, database.read():
        pass
    assert "rahasia" not in str(caught.value)


def test_a_database_that_is_not_there_is_unavailable(postgresql: PostgreSQL) -> None:
    with pytest.raises(Unavailable, match="tidak_ada"), Database(postgresql.url_of("tidak_ada")).write():
        pass


def test_another_encoding_is_refused(postgresql: PostgreSQL, database: Database) -> None:
    url = postgresql.url_of("latin_satu")
    with opened(postgresql.url) as admin, admin.engine.connect() as connection:
        plain = connection.execution_options(isolation_level="AUTOCOMMIT")
        plain.exec_driver_sql("CREATE DATABASE latin_satu ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    try:
        with opened(url) as wrong, pytest.raises(ConfigError, match="LATIN1, expected UTF8"):
            migrate(wrong)
    finally:
        postgresql.clear(url)


def test_a_connection_that_died_idle_is_replaced_unseen(database: Database) -> None:
    put(database, "before")
    kill_others(database)
    put(database, "after")
    assert stored(database) == {"before", "after"}


def test_a_connection_that_dies_at_work_leaves_nothing_and_the_next_try_works(database: Database) -> None:
    def interrupted() -> None:
        with database.write("place") as connection:
            database.upsert(connection, tagged, [{"article": "half", "at": MOMENT}])
            kill_others(database)
            database.upsert(connection, tagged, [{"article": "done", "at": MOMENT}])

    for _ in range(2):
        with pytest.raises(Unavailable, match="terminating connection"):
            interrupted()
    assert stored(database) == set()
    put(database, "half", "done")
    assert stored(database) == {"half", "done"}


def test_a_circle_of_waits_ends_as_unavailable(database: Database) -> None:
    """No code of ours should make one; if it does, one of the two is told to come again."""
    put(database, "a", "b")
    both = threading.Barrier(2)

    def touch(first: str, second: str) -> None:
        with database.write() as connection:
            for name in (first, second):
                connection.execute(update(tagged).where(tagged.c.article == name).values(version=tagged.c.version + 1))
                if name == first:
                    both.wait(60)

    (raised,) = together(lambda: touch("a", "b"), lambda: touch("b", "a"))
    assert isinstance(raised, Unavailable)
    assert "deadlock" in str(raised)


def test_a_statement_without_end_is_ended(database: Database) -> None:
    with (
        opened(impatient_of(database, "statement_timeout")) as hurried,
        pytest.raises(Unavailable, match="statement timeout"),
        hurried.read() as connection,
    ):
        connection.exec_driver_sql("SELECT pg_sleep(10)")


def test_a_process_that_sleeps_in_a_transaction_gives_its_locks_back(database: Database) -> None:
    """As one does that is frozen in the middle of its work."""

    def sleep(frozen: Database) -> None:
        with frozen.write("place") as connection:
            with database.write("place"):  # waits until the sleeper's session has ended
                pass
            connection.exec_driver_sql("SELECT 1")

    with (
        opened(impatient_of(database, "idle_in_transaction_session_timeout")) as frozen,
        pytest.raises(Unavailable, match=r"idle-in-transaction|connection"),
    ):
        sleep(frozen)
    put(database, "a")


def test_a_store_that_takes_no_writes_is_unavailable_and_can_be_read(database: Database) -> None:
    put(database, "before")
    name = database.engine.url.database
    with database.write() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with opened(database.url) as standby:
        with pytest.raises(Unavailable, match="read-only"), standby.write() as connection:
            standby.upsert(connection, tagged, [{"article": "after", "at": MOMENT}])
        assert stored(standby) == {"before"}


@pytest.fixture
def limited(database: Database) -> Iterator[str]:
    """The database's URL for a role that may have one connection and was given no right."""
    role = f"terbatas_{database.engine.url.database}"
    with database.write() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN CONNECTION LIMIT 1")
    yield database.url.replace("kliping@", f"{role}@")
    with database.write() as connection:
        connection.exec_driver_sql(f"DROP ROLE {role}")


def test_where_no_connection_is_left_it_is_waited_for(limited: str) -> None:
    with (
        opened(limited) as first,
        opened(limited) as second,
        first.read(),
        pytest.raises(Unavailable, match="too many connections"),
        second.read(),
    ):
        pass


def test_a_missing_right_dead_letters_nothing(limited: str) -> None:
    """Bar A8: it is an operator's to mend, and all that waited passes then."""
    with opened(limited) as database, pytest.raises(Unavailable, match="permission denied"):
        stored(database)


def test_a_pool_that_is_used_up_is_unavailable(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_POOL", {"pool_size": 1, "max_overflow": 0, "pool_timeout": 0.1})
    with opened(database.url) as small, small.read(), pytest.raises(Unavailable, match="QueuePool"), small.read():
        pass


def test_a_server_killed_under_writers_loses_nothing_that_it_confirmed(private_postgresql: PostgreSQL) -> None:
    """Writers repeat what was not confirmed, as every loop of ours does; none needs anything done by hand."""
    url = private_postgresql.fresh()
    killed, confirmed = threading.Event(), set[str]()
    with opened(url) as database:
        migrate(database)

        def write(writer: int) -> None:
            number = after = 0
            while after < 5:  # confirmed since the server came back
                name = f"{writer}-{number}"
                try:
                    put(database, name)
                except Unavailable:
                    killed.wait(0.05)
                    continue
                confirmed.add(name)
                number, after = number + 1, after + killed.is_set()

        def kill() -> None:
            while len(confirmed) < 20:
                killed.wait(0.01)
            private_postgresql.kill()
            private_postgresql.start()
            killed.set()

        assert together(kill, *(lambda writer=writer: write(writer) for writer in range(3))) == []
        assert stored(database) == confirmed
        check_revision(database)
