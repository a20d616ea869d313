"""A rebuild: from rows, compared with them, gone on with after a death, and never put in place when it differs."""

import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from kliping.clips import StoredClip, find_clip, stored_clips
from kliping.database import Database
from kliping.errors import KlipingError, Unavailable
from pipeline.index import Index, document
from pipeline.rebuild import DiffersError, rebuild
from search.archive import Archive, Document, open_archive
from tests.index.conftest import Press, article, clip

ROOT = Path(__file__).parents[2]


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


@pytest.fixture(params=["embedded", "elasticsearch"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The setting of an archive, of both backends one after the other."""
    if request.param == "embedded":
        return f"sqlite:{tmp_path}/archive/archive.db"
    url: str = request.getfixturevalue("elasticsearch_url")
    return url


@pytest.fixture
def archive(location: str) -> Iterator[Archive]:
    archive = open_archive(location)
    yield archive
    archive.close()


@pytest.fixture
def index(database: Database, archive: Archive) -> Index:
    return Index(database, archive)


def everything(archive: Archive, *desks: str) -> list[Document]:
    archive.refresh()
    return [found for desk in desks for found in archive.documents(desk)]


def fill(index: Index, press: Press, numbers: Sequence[int]) -> None:
    for number in numbers:
        index(press.tagged(article(number, f"Taman {number}"), clip("kota"), *[clip("provinsi")] * (number % 2)))


class Thief:
    """An archive whose rebuild does something to what it is given, then goes on as the real one."""

    def __init__(self, archive: Archive, changed: Callable[[Sequence[Document]], Sequence[Document]]) -> None:
        self.archive = archive
        self.changed = changed

    @contextmanager
    def rebuild(self) -> Iterator["Thief"]:
        with self.archive.rebuild() as self.fresh:
            yield self

    def add(self, documents: Sequence[Document]) -> None:
        self.fresh.add(self.changed(documents))

    def __getattr__(self, name: str) -> object:
        return getattr(self.fresh, name)


def test_the_archive_is_made_anew_as_it_was(index: Index, press: Press, database: Database, archive: Archive) -> None:
    fill(index, press, range(1, 8))
    index(press.tagged(article(3, "Taman 3"), clip("provinsi"), version=2))
    before = everything(archive, "kota", "provinsi")
    archive.add([replace(before[0], id="f" * 32, title="is in no row", version=9)])
    steps: list[tuple[str, int, int]] = []
    assert rebuild(database, archive, lambda *step: steps.append(step)) == len(before) == 11
    assert everything(archive, "kota", "provinsi") == before
    assert steps == [("write", 11, 11), ("compare", 11, 11)]
    assert archive.problems() == []


def test_a_rebuild_without_rows_is_an_empty_archive(database: Database, archive: Archive) -> None:
    assert rebuild(database, archive) == 0
    assert everything(archive, "kota") == []


@pytest.mark.parametrize("what", ["another text", "one lost", "one more"])
def test_what_differs_is_never_put_in_place(
    index: Index, press: Press, database: Database, archive: Archive, what: str
) -> None:
    fill(index, press, [1, 2])
    before = everything(archive, "kota", "provinsi")
    changes: dict[str, Callable[[Sequence[Document]], Sequence[Document]]] = {
        "another text": lambda given: [replace(each, text=each.text + "!") for each in given],
        "one lost": lambda given: given[:-1],
        "one more": lambda given: [*given, replace(before[0], id="f" * 32)],
    }
    with pytest.raises(DiffersError):
        rebuild(database, Thief(archive, changes[what]))  # type: ignore[arg-type]
    assert everything(archive, "kota", "provinsi") == before
    assert rebuild(database, archive) == 3
    assert everything(archive, "kota", "provinsi") == before


def test_a_rebuild_that_could_not_go_on_is_gone_on_with(
    index: Index, press: Press, database: Database, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine goes away after two batches; meanwhile one clip behind the mark changes and one is new."""
    monkeypatch.setattr("pipeline.rebuild.stored_clips", _small)
    fill(index, press, range(1, 8))
    given: list[str] = []

    def two_batches(documents: Sequence[Document]) -> Sequence[Document]:
        if len(given) >= 4:
            raise Unavailable("gone")
        given.extend(each.id for each in documents)
        return documents

    with pytest.raises(Unavailable):
        rebuild(database, Thief(archive, two_batches))  # type: ignore[arg-type]
    index(press.tagged(article(1, "Taman 1 diperluas"), clip("kota"), clip("provinsi"), version=2))
    fill(index, press, [8])
    again: list[str] = []

    def noted(documents: Sequence[Document]) -> Sequence[Document]:
        again.extend(each.id for each in documents)
        return documents

    assert rebuild(database, Thief(archive, noted)) == 12  # type: ignore[arg-type]
    old = {each.id for each in everything(archive, "kota", "provinsi") if each.version == 1} & set(given)
    assert not old & set(again)
    found = find_clip(database, "kota", article(1).id)
    assert found is not None
    assert archive.get("kota", found.id) == document(found)
    assert archive.count("kota") == 8


DYING = """
import os, signal, sys
from kliping.database import Database
from pipeline import rebuild as rebuilding
from search.archive import open_archive
from search.archive import elastic

def die(step, done, total):
    if done >= 4:
        os.kill(os.getpid(), signal.SIGKILL)

elastic.ElasticArchive.__init__.__kwdefaults__["lease"] = 1.0
stored = rebuilding.stored_clips
rebuilding.stored_clips = lambda database, batch, after="": stored(database, batch=2, after=after)
rebuilding.rebuild(Database(sys.argv[1]), open_archive(sys.argv[2]), die)
"""


def test_a_rebuild_that_was_killed_is_gone_on_with(
    index: Index, press: Press, database: Database, archive: Archive, location: str, tmp_path: Path
) -> None:
    fill(index, press, range(1, 8))
    before = everything(archive, "kota", "provinsi")
    command = [sys.executable, "-c", DYING, f"sqlite:///{tmp_path}/kliping.db", location]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    assert everything(archive, "kota", "provinsi") == before
    again: list[str] = []

    def noted(documents: Sequence[Document]) -> Sequence[Document]:
        again.extend(each.id for each in documents)
        return documents

    def take_over() -> int:
        """As an operator would: start it again, until nobody is believed to be at it any more."""
        while True:
            try:
                return rebuild(database, Thief(archive, noted))  # type: ignore[arg-type]
            except Unavailable:
                time.sleep(0.1)

    assert take_over() == 11
    assert len(again) == 11 - 4
    assert everything(archive, "kota", "provinsi") == before
    assert archive.problems() == []


def test_an_archive_that_was_deleted_is_made_as_it_was(
    index: Index, press: Press, database: Database, archive: Archive, location: str, request: pytest.FixtureRequest
) -> None:
    """B8: the same ids, and every document the same."""
    fill(index, press, range(1, 8))
    before = everything(archive, "kota", "provinsi")
    if location.startswith("http"):
        request.getfixturevalue("elasticsearch").clear(location)
    else:
        archive.close()
        shutil.rmtree(Path(location.removeprefix("sqlite:")).parent)
    with open_archive_of(location) as other:
        assert everything(other, "kota", "provinsi") == []
        assert rebuild(database, other) == len(before)
        assert everything(other, "kota", "provinsi") == before
        assert other.problems() == []


def test_the_index_stage_goes_on_during_a_rebuild(
    press: Press, database: Database, archive: Archive, location: str
) -> None:
    """B7: twenty articles a second, new ones and new wordings; at the end the archive is as the rows."""
    stop = threading.Event()
    failed: list[Exception] = []
    written: list[int] = []

    def work() -> None:
        with open_archive_of(location) as mine:
            stage = Index(database, mine)
            for number in range(100, 500):
                if stop.wait(0.05):
                    return
                stage(press.tagged(article(number), clip("kota")))
                old = 1 + number % 5
                stage(press.tagged(article(old, f"Taman menit {number}"), clip("kota"), version=number + 1))
                written.append(number)

    def run() -> None:
        try:
            work()
        except (KlipingError, AssertionError) as error:
            failed.append(error)

    writer = threading.Thread(target=run)
    writer.start()
    while writer.is_alive() and len(written) < 20:
        rebuild(database, archive)
        archive.search("kota", None)  # raises where the alias stands for nothing, or for two
    stop.set()
    writer.join()
    assert failed == []
    archive.refresh()
    rows = {stored.id: document(stored) for batch in stored_clips(database) for stored in batch}
    assert {each.id: each for each in archive.documents("kota")} == rows
    assert len(rows) >= 20


@contextmanager
def open_archive_of(location: str) -> Iterator[Archive]:
    archive = open_archive(location)
    yield archive
    archive.close()


def _small(database: Database, *, batch: int, after: str = "") -> Iterator[list[StoredClip]]:
    yield from stored_clips(database, batch=min(batch, 2), after=after)
