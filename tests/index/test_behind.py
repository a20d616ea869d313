"""B3: staff are told when the newest clips cannot be found yet."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from kliping.article import Article
from kliping.corrections import Decision
from kliping.database import Database
from kliping.errors import Unavailable
from pipeline.behind import behind
from pipeline.index import Index, correct
from search.archive import Archive, Document
from tests.index.conftest import MOMENT, Press, article, clip


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


class Blocked:
    """An archive that takes nothing."""

    def add(self, documents: Sequence[Document]) -> None:
        raise Unavailable("archive: blocked")


def seen(number: int, minutes: int) -> Article:
    return replace(article(number), first_seen=MOMENT + timedelta(minutes=minutes))


def store(press: Press, archive: object, read: Article) -> None:
    index = Index(press.database, archive)  # type: ignore[arg-type]
    try:
        index(press.tagged(read, clip("kota")))
    except Unavailable:
        assert isinstance(archive, Blocked)


def test_an_archive_that_keeps_up_is_not_behind(database: Database, press: Press, archive: Archive) -> None:
    assert behind(database, archive, "kota") == 0
    store(press, archive, seen(1, 0))
    store(press, archive, seen(2, 300))
    archive.refresh()
    assert behind(database, archive, "kota") == 0


def test_clips_that_are_more_than_half_an_hour_newer_are_counted(
    database: Database, press: Press, archive: Archive
) -> None:
    store(press, archive, seen(1, 0))
    archive.refresh()
    store(press, Blocked(), seen(2, 10))
    store(press, Blocked(), seen(3, 30))
    assert behind(database, archive, "kota") == 0
    store(press, Blocked(), seen(4, 31))
    assert behind(database, archive, "kota") == 3
    assert behind(database, archive, "lain") == 0
    store(press, archive, seen(4, 31))
    archive.refresh()
    assert behind(database, archive, "kota") == 0


def test_an_empty_archive_is_behind_all_that_counts(database: Database, press: Press, archive: Archive) -> None:
    for number in (1, 2):
        store(press, Blocked(), seen(number, number))
    store(press, Blocked(), replace(seen(3, 3), origin="backfill"))
    assert behind(database, archive, "kota") == 2
    decision = Decision(desk="kota", article=article(2).id, field="about", value="no", by="staf", at=MOMENT)
    correct(database, archive, decision)
    assert behind(database, archive, "kota") == 1
