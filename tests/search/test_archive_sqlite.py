"""The embedded archive keeps the contract, and what only a file can get wrong."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kliping.errors import ConfigError, Rejected, Unavailable
from search.archive import Archive, open_archive
from search.archive.sqlite import SqliteArchive
from search.archive.sqlite_file import SqliteFile
from search.expand import Lexicon, expand
from search.query import Query, QueryError, parse
from tests.contracts.archive import ArchiveContract, document, ids

FAMILIES = {"tertib": ("menertibkan", "ditertibkan", "penertiban")}
LEXICON = Lexicon(family=lambda word: FAMILIES.get(word, ()), synonyms=lambda _: ())


def widen(query: Query) -> Query:
    return expand(query, LEXICON)


class TestSqliteArchive(ArchiveContract):
    @pytest.fixture
    def reopen(self, tmp_path: Path) -> Callable[[], Archive]:
        return lambda: SqliteArchive(tmp_path / "deep" / "archive.db", widen=widen, busy=0.2)

    @pytest.fixture
    def unreachable(self, tmp_path: Path) -> Archive:
        (tmp_path / "in_the_way").write_text("a file where the folder should be")
        return SqliteArchive(tmp_path / "in_the_way" / "archive.db", widen=widen)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def archive(path: Path) -> SqliteArchive:
    return SqliteArchive(path, widen=widen, busy=0.05)


def test_a_writer_that_waits_too_long_is_unavailable(path: Path, archive: SqliteArchive) -> None:
    archive.add([document(1)])
    other = SqliteFile(path, busy=0.05, create=False)
    with other.writing():
        with pytest.raises(Unavailable, match="locked"):
            archive.add([document(2)])
        assert archive.count("kota") == 1
    archive.add([document(2)])
    assert archive.count("kota") == 2


def test_a_search_that_takes_too_long_is_refused(path: Path, archive: SqliteArchive) -> None:
    archive.add([document(number) for number in range(2_000)])
    hasty = SqliteArchive(path, widen=widen, limit=0.0)
    with pytest.raises(QueryError, match="terlalu berat"):
        hasty.search("kota", parse("berita"))
    assert hasty.count("kota") == 2_000


def test_damage_is_told_and_a_rebuild_mends_it(path: Path, archive: SqliteArchive) -> None:
    archive.add([document(1)])
    archive.close()
    path.resolve().write_bytes(b"no database at all" * 1000)
    with pytest.raises(Unavailable, match="archive rebuild"):
        archive.search("kota", None)
    assert len(archive.problems()) == 1
    with archive.rebuild() as fresh:
        fresh.add([document(2)])
    assert ids(archive.search("kota", None)) == [document(2).id]
    assert archive.problems() == []


def test_a_file_of_another_schema_is_told_and_rebuilt(path: Path, archive: SqliteArchive) -> None:
    archive.add([document(1)])
    file = SqliteFile(path, busy=1, create=False)
    file.execute("PRAGMA user_version = 99")
    file.close()
    other = SqliteArchive(path, widen=widen)
    with pytest.raises(Unavailable, match="schema 99"):
        other.count("kota")
    with other.rebuild() as fresh:
        fresh.add([document(2)])
    assert other.count("kota") == 1


def test_an_index_that_lost_a_document_is_a_problem(path: Path, archive: SqliteArchive) -> None:
    archive.add([document(1), document(2)])
    file = SqliteFile(path, busy=1, create=False)
    file.execute("DELETE FROM words WHERE rowid = (SELECT max(number) FROM documents)")
    file.close()
    assert archive.problems() == ["2 active documents, 1 in the index"]


def test_a_rebuild_leaves_one_generation(path: Path, archive: SqliteArchive) -> None:
    archive.add([document(1)])
    for number in range(3):
        with archive.rebuild() as fresh:
            fresh.add([document(number)])
    archive.close()
    kept = {entry.name for entry in path.parent.iterdir()} - {"archive.db.lock"}
    assert kept == {"archive.db", path.resolve().name}


def test_a_plain_file_becomes_a_link(path: Path, archive: SqliteArchive) -> None:
    archive.add([document(1)])
    archive.close()
    target = path.resolve()
    path.unlink()
    target.rename(path)
    assert archive.count("kota") == 1
    with archive.rebuild() as fresh:
        fresh.add([document(1), document(2)])
    assert archive.count("kota") == 2
    assert path.is_symlink()


def test_an_archive_that_was_deleted_begins_anew(path: Path, archive: SqliteArchive) -> None:
    archive.add([document(1)])
    reader = SqliteArchive(path, widen=widen)
    assert reader.count("kota") == 1
    archive.close()
    for entry in path.parent.iterdir():
        entry.unlink()
    reader.add([document(2)])
    assert ids(archive.search("kota", None)) == [document(2).id]


def test_text_that_cannot_be_stored_is_rejected_before_anything_is_written(archive: SqliteArchive) -> None:
    with pytest.raises(Rejected, match="unencodable"):
        archive.add([document(1), document(2, title="\ud800")])
    assert archive.count("kota") == 0


def test_a_second_that_is_full_of_documents_keeps_them_all(
    archive: SqliteArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.archive.numbers.crc32", lambda _: 2**19 - 3)
    moment = document(0).sort_at
    archive.add([document(number, sort_at=moment) for number in range(10)])
    assert ids(archive.search("kota", None)) == [
        d.id for d in sorted((document(n) for n in range(10)), key=lambda d: d.article)
    ]


WRITER = """
import sys
from pathlib import Path
from search.archive.open import open_archive
from tests.contracts.archive import document
archive = open_archive(f"sqlite:{sys.argv[1]}")
for number in range(int(sys.argv[2]), int(sys.argv[3])):
    archive.add([document(number)])
"""


def test_processes_that_open_it_first_together_lose_nothing(path: Path) -> None:
    """Opened for the first time by three writers at once, while this process reads."""
    ranges = [("0", "20"), ("20", "40"), ("40", "60")]
    root = Path(__file__).parents[2]
    children = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), *each], cwd=root) for each in ranges]
    reader = open_archive(f"sqlite:{path}")
    while any(child.poll() is None for child in children):
        assert 0 <= reader.search("kota", parse("berita")).total <= 60
    assert [child.returncode for child in children] == [0, 0, 0]
    assert reader.count("kota") == 60
    assert reader.problems() == []


def test_a_rebuild_under_write_load_loses_nothing(path: Path) -> None:
    """B7: another process writes all the time; searches go on; what it wrote is there in every generation."""
    archive, reader = open_archive(f"sqlite:{path}"), open_archive(f"sqlite:{path}")
    root = Path(__file__).parents[2]
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path), "0", "300"], cwd=root)
    rebuilds, seen = 0, 0
    while writer.poll() is None:
        with archive.rebuild() as fresh:
            fresh.add(list(archive.documents("kota")))
        total = reader.search("kota", None).total
        assert total >= seen
        rebuilds, seen = rebuilds + 1, total
    assert writer.returncode == 0
    assert rebuilds > 0
    assert reader.count("kota") == 300
    assert reader.problems() == []


TALKING = WRITER + "    print(number, flush=True)\n"


def test_what_was_added_survives_the_death_of_the_writer(path: Path) -> None:
    root = Path(__file__).parents[2]
    for start in (0, 1_000, 2_000):
        command = [sys.executable, "-c", TALKING, str(path), str(start), str(start + 1_000)]
        with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            told = [int(next(writer.stdout)) for _ in range(5)]
            writer.kill()
            told += [int(line) for line in writer.stdout if line.endswith("\n")]
        archive = open_archive(f"sqlite:{path}")
        assert all(archive.get("kota", document(number).id) for number in told)
        assert archive.problems() == []


@pytest.mark.parametrize("location", ["", "sqlite:", "elastic", "postgresql://x"])
def test_an_unknown_backend_is_a_wrong_setting(location: str) -> None:
    with pytest.raises(ConfigError, match="archive: expected sqlite:FILE"):
        open_archive(location)
