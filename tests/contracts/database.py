"""What the relational store must keep on every backend. A backend's test class inherits this one and gives `database`
(migrated), `empty_url` (a database without a table) and `impatient` (waits a moment for locks, not half a minute).
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from kliping.database import Database, check_revision, migrate
from kliping.errors import ConfigError, Unavailable
from kliping.staff_tables import metadata
from kliping.tables import readings, sightings, tagged, templates
from kliping.text import storable
from tests.stores import opened

MOMENT = datetime(2026, 11, 23, 6, 0, 0, 123456, tzinfo=UTC)
SOON = 20.0  # seconds within which threads that wait for each other must be done


def together(*works: Callable[[], None]) -> list[BaseException]:
    """Run all at once; what they raised."""
    raised: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test wants to see it
            raised.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON)
    assert not any(thread.is_alive() for thread in threads)
    return raised


class DatabaseContract:
    @pytest.fixture
    def database(self) -> Database:
        raise NotImplementedError

    @pytest.fixture
    def empty_url(self) -> str:
        raise NotImplementedError

    @pytest.fixture
    def impatient(self) -> Database:
        raise NotImplementedError

    def test_migrations_and_tables_agree(self, database: Database) -> None:
        with database.read() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []

    def test_processes_that_migrate_at_once_find_it_done(self, empty_url: str) -> None:
        def bring_up() -> None:
            with opened(empty_url) as database:
                migrate(database)
                check_revision(database)

        assert together(*[bring_up] * 3) == []
        with opened(empty_url) as database:
            migrate(database)
            check_revision(database)

    def test_another_schema_is_refused(self, empty_url: str) -> None:
        with opened(empty_url) as database, pytest.raises(ConfigError, match="run `kliping migrate`"):
            check_revision(database)

    def test_a_filled_database_of_an_older_program_is_brought_up(self, empty_url: str) -> None:
        """Two wordings of one page are one sighting of it; a template that had ended is told as one that changed."""
        at = round(MOMENT.timestamp() * 1e6)
        wordings = "INSERT INTO revisions (article, revision, page, fetched_at, body) VALUES (:a, :r, :p, :at, :body)"
        template = "INSERT INTO templates (outlet, learned_at, starts_at, ends_at, body) VALUES (:o, :at, :at, :e, :b)"
        rows = [{"a": a, "r": r, "p": p, "at": at, "body": b"x"} for a, r, p in ("a1p", "a2p", "a3q", "b1p")]
        ended = [{"o": outlet, "at": at, "e": end, "b": b"{}"} for outlet, end in (("kini", None), ("dulu", at))]
        with opened(empty_url) as database:
            migrate(database, "0006")
            with database.write() as connection:
                connection.execute(text(wordings), rows)
                connection.execute(text(template), ended)
            migrate(database)
            with database.read() as connection:
                seen = connection.execute(select(sightings.c.article, sightings.c.page, sightings.c.at)).all()
                how = dict(connection.execute(select(templates.c.outlet, templates.c.ended)).all())
        assert sorted(seen) == [("a", "p", MOMENT), ("a", "q", MOMENT), ("b", "p", MOMENT)]
        assert how == {"kini": "", "dulu": "changed"}

    def test_instants_survive_to_the_microsecond(self, database: Database) -> None:
        with database.write() as connection:
            database.upsert(connection, tagged, [{"article": "a", "at": MOMENT}])
        with database.read() as connection:
            assert connection.execute(select(tagged.c.at)).scalar_one() == MOMENT

    @given(st.text(max_size=40))
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
    def test_text_that_is_storable_survives(self, database: Database, written: str) -> None:
        kept = storable(written)
        with database.write() as connection:
            database.upsert(connection, readings, [{"message": "m", "article": "a", "sent": kept}])
            assert connection.execute(select(readings.c.sent)).scalar_one() == kept

    def test_upsert_may_leave_what_is_there(self, database: Database) -> None:
        later = MOMENT.replace(year=2027)
        with database.write() as connection:
            database.upsert(connection, tagged, [{"article": "a", "at": MOMENT}])
            database.upsert(connection, tagged, [{"article": "a", "at": later}], update=[])
            assert connection.execute(select(tagged.c.at)).scalar_one() == MOMENT

    def test_what_raises_leaves_nothing(self, database: Database) -> None:
        with suppress(ZeroDivisionError), database.write("place") as connection:
            database.upsert(connection, tagged, [{"article": "a", "at": MOMENT}])
            raise ZeroDivisionError
        with database.write("place") as connection:
            assert connection.execute(select(func.count()).select_from(tagged)).scalar_one() == 0

    def test_a_mistake_of_ours_is_no_unavailable_store(self, database: Database) -> None:
        with pytest.raises(DBAPIError, match="nowhere"), database.read() as connection:
            connection.exec_driver_sql("SELECT * FROM nowhere")

    def test_a_row_that_must_not_be_is_a_bug(self, database: Database) -> None:
        with pytest.raises(IntegrityError), database.write() as connection:
            connection.execute(insert(tagged), [{"article": "a", "at": MOMENT}] * 2)
        with pytest.raises(IntegrityError), database.write() as connection:
            connection.execute(insert(tagged), [{"article": "a", "at": None}])

    def test_a_reader_sees_one_state_and_holds_no_writer_up(self, database: Database) -> None:
        count = select(func.count()).select_from(tagged)
        with database.read() as reading:
            assert reading.execute(count).scalar_one() == 0
            with database.write() as writing:
                database.upsert(writing, tagged, [{"article": "a", "at": MOMENT}])
            assert reading.execute(count).scalar_one() == 0
        with database.read() as reading:
            assert reading.execute(count).scalar_one() == 1

    def test_who_reads_and_then_writes_under_a_lock_loses_nothing(self, database: Database) -> None:
        """Eight threads count up one row; a lost update or a 'database is locked' would show."""

        def count_up() -> None:
            for _ in range(10):
                with database.write("count") as connection:
                    row = connection.execute(select(tagged.c.at)).scalar_one()
                    database.upsert(connection, tagged, [{"article": "a", "at": row.replace(year=row.year + 1)}])

        with database.write() as connection:
            database.upsert(connection, tagged, [{"article": "a", "at": MOMENT}])
        assert together(*[count_up] * 8) == []
        with database.read() as connection:
            assert connection.execute(select(tagged.c.at)).scalar_one().year == MOMENT.year + 80

    def test_locks_and_rows_in_any_order_make_no_circle(self, database: Database) -> None:
        names = [f"{number:02}" for number in range(30)]

        def put(order: list[str]) -> Callable[[], None]:
            def work() -> None:
                for _ in range(8):
                    with database.write(*order[:3]) as connection:
                        database.upsert(connection, tagged, [{"article": name, "at": MOMENT} for name in order])

            return work

        assert together(put(names), put(names[::-1]), put(names[15:] + names[:15]), put(names[::-2] + names[::2])) == []
        with database.read() as connection:
            assert connection.execute(select(func.count()).select_from(tagged)).scalar_one() == len(names)

    def test_who_waits_too_long_for_a_lock_is_told_so(self, database: Database, impatient: Database) -> None:
        with database.write("place"), pytest.raises(Unavailable, match="lock"), impatient.write("place"):
            pass
        with impatient.write("place") as connection:
            database.upsert(connection, tagged, [{"article": "a", "at": MOMENT}])
