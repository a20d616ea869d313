"""The archive at scale keeps the contract on a real Elasticsearch, and what only servers can get wrong."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch as Client

from kliping.clock import OFFSET_VARIABLE, now
from kliping.errors import ConfigError, Unavailable
from kliping.settings import Elasticsearch as Options
from search.archive import Archive, open_archive
from search.archive.elastic import ElasticArchive
from search.archive.elastic_layout import PROPERTIES
from search.archive.elastic_state import Build, Generation, State, StateFile
from search.expand import Lexicon, expand
from search.query import Query, QueryError, parse
from tests.contracts.archive import MORNING, ArchiveContract, document, ids
from tests.servers.elasticsearch import Elasticsearch

FAMILIES = {"tertib": ("menertibkan", "ditertibkan", "penertiban")}
LEXICON = Lexicon(family=lambda word: FAMILIES.get(word, ()), synonyms=lambda _: ())
ROOT = Path(__file__).parents[2]


def widen(query: Query) -> Query:
    return expand(query, LEXICON)


def opened(url: str, **given: Any) -> ElasticArchive:
    server, _, prefix = url.rpartition("/")
    return ElasticArchive([server], prefix, widen=widen, **given)


class TestElasticArchive(ArchiveContract):
    @pytest.fixture
    def reopen(self, elasticsearch_url: str) -> Callable[[], Archive]:
        return lambda: opened(elasticsearch_url)

    @pytest.fixture
    def unreachable(self) -> Archive:
        return ElasticArchive(["http://127.0.0.1:9"], "x", widen=widen, options=Options(timeout=1.0))


@pytest.fixture
def archive(elasticsearch_url: str) -> Iterator[ElasticArchive]:
    archive = opened(elasticsearch_url)
    yield archive
    archive.close()


@pytest.fixture
def prefix(elasticsearch_url: str) -> str:
    return elasticsearch_url.rpartition("/")[2]


@pytest.fixture
def client(elasticsearch: Elasticsearch) -> Iterator[Client]:
    with Client(elasticsearch.url) as client:
        yield client


def months(client: Client, prefix: str) -> list[str]:
    return sorted(client.indices.get(index=f"{prefix}.g*").body)


def test_a_month_of_first_sightings_is_an_index_behind_one_alias(
    archive: ElasticArchive, client: Client, prefix: str
) -> None:
    """The month is UTC's: half past six of December in Jakarta is still November."""
    december = datetime(2026, 12, 1, 6, 30, tzinfo=UTC) - timedelta(hours=7)
    archive.add([document(1, first_seen=MORNING), document(2, first_seen=december)])
    archive.add([document(3, first_seen=december + timedelta(hours=1))])
    assert months(client, prefix) == [f"{prefix}.g1.2026-11", f"{prefix}.g1.2026-12"]
    assert sorted(client.indices.get_alias(name=prefix).body) == months(client, prefix)


def test_an_article_before_and_after_the_change_of_month_is_one_hit(archive: ElasticArchive) -> None:
    """B6: its first sighting stays, however late the correction comes."""
    archive.add([document(1, first_seen=MORNING, sort_at=MORNING)])
    archive.add([document(1, version=2, first_seen=MORNING, sort_at=MORNING + timedelta(days=30), title="Berita baru")])
    archive.refresh()
    results = archive.search("kota", parse("berita"))
    assert (results.total, results.hits[0].document.title) == (1, "Berita baru")


def test_the_mapping_takes_nothing_that_it_does_not_know(archive: ElasticArchive, client: Client, prefix: str) -> None:
    """B4."""
    archive.add([document(number, watches=(f"w{number}",)) for number in range(300)])
    (mapping,) = client.indices.get_mapping(index=f"{prefix}.g1.*").body.values()
    assert mapping["mappings"]["dynamic"] == "strict"
    assert set(mapping["mappings"]["properties"]) == set(PROPERTIES)
    assert len(PROPERTIES) <= 60


def test_a_full_disk_is_unavailable_and_mended_by_room(archive: ElasticArchive, client: Client, prefix: str) -> None:
    """B3, on the real server: the block that its flood stage sets."""
    archive.add([document(1)])
    client.indices.put_settings(index=f"{prefix}.g1.*", settings={"index.blocks.read_only_allow_delete": True})
    with pytest.raises(Unavailable, match="its disk is full"):
        archive.add([document(2)])
    assert archive.search("kota", None).total <= 1
    client.indices.put_settings(index=f"{prefix}.g1.*", settings={"index.blocks.read_only_allow_delete": None})
    archive.add([document(2)])
    archive.refresh()
    assert archive.count("kota") == 2


def test_an_archive_of_another_mapping_is_told_and_rebuilt(
    archive: ElasticArchive, client: Client, prefix: str, elasticsearch_url: str
) -> None:
    archive.add([document(1)])
    file = StateFile(client, prefix, "test", 0)
    held = file.begun()
    file.write(State(Generation(1, 99)), held)
    other = opened(elasticsearch_url)
    for call in (lambda: other.add([document(2)]), lambda: other.count("kota"), lambda: other.search("kota", None)):
        with pytest.raises(Unavailable, match=r"version 99.*kliping archive rebuild"):
            call()
    assert any("kliping archive rebuild" in problem for problem in other.problems())
    with other.rebuild() as fresh:
        fresh.add([document(1), document(2)])
    assert other.count("kota") == 2
    assert other.problems() == []
    archive.add([document(3)])
    archive.refresh()
    assert archive.count("kota") == 3
    other.close()


def test_who_writes_another_mapping_waits_while_one_is_made(
    archive: ElasticArchive, client: Client, prefix: str
) -> None:
    archive.add([document(1)])
    file = StateFile(client, prefix, "test", 0)
    held = file.begun()
    file.write(State(held.state.current, Build(Generation(2, 99), "other", now() + timedelta(minutes=1))), held)
    with pytest.raises(Unavailable, match="another version of this program"):
        archive.add([document(2)])
    archive.refresh()
    assert archive.search("kota", None).total >= 1
    held = file.begun()
    file.write(State(held.state.current), held)
    archive.add([document(2)])
    archive.refresh()
    assert archive.count("kota") == 2


def test_a_state_that_was_lost_is_read_from_the_alias(
    archive: ElasticArchive, client: Client, prefix: str, elasticsearch_url: str
) -> None:
    archive.add([document(1)])
    for _ in range(2):
        with archive.rebuild() as fresh:
            fresh.add([document(1)])
    client.indices.delete(index=f"{prefix}.state")
    other = opened(elasticsearch_url)
    other.add([document(2)])
    other.refresh()
    assert other.count("kota") == 2
    assert other.problems() == []
    other.close()


def test_what_an_earlier_rebuild_left_is_a_problem_that_the_next_one_mends(
    archive: ElasticArchive, client: Client, prefix: str
) -> None:
    archive.add([document(1)])
    client.indices.create(index=f"{prefix}.g7.2026-11")
    assert archive.problems() == [f"{prefix}.g7.2026-11 is left of an earlier rebuild; the next one takes it away"]
    with archive.rebuild() as fresh:
        fresh.add([document(1)])
    assert archive.problems() == []
    assert months(client, prefix) == [f"{prefix}.g8.2026-11"]


def test_a_search_that_takes_too_long_is_refused(archive: ElasticArchive, elasticsearch_url: str) -> None:
    """The limit reaches the engine: with none at all a search of many documents gives up."""
    archive.add([document(number, text="kata " * 50 + f"w{number}") for number in range(3_000)])
    archive.refresh()
    hasty = opened(elasticsearch_url, limit=0.0)
    with pytest.raises(QueryError, match="terlalu berat"):  # noqa: PT012
        for _ in range(500):  # it looks at its clock, which has milliseconds, every now and then only
            assert hasty.search("kota", parse("kata"), order="relevance").total == 3_000  # never a part of the answer
    assert hasty.count("kota") == 3_000
    hasty.close()


@pytest.mark.parametrize(
    ("location", "urls"),
    [
        ("http://a:9200", ["http://a:9200"]),
        ("https://a:9200,b:9201/kliping-2", ["https://a:9200", "https://b:9201"]),
    ],
)
def test_the_setting_names_servers_and_prefix(location: str, urls: list[str]) -> None:
    archive = open_archive(location, elasticsearch=Options(user="kliping", password="secret"))
    assert isinstance(archive, ElasticArchive)
    assert archive.place == f"{urls[0]}/{'kliping-2' if '/kliping-2' in location else 'kliping'}"
    archive.close()


def test_a_certificate_that_is_not_there_is_a_wrong_setting() -> None:
    with pytest.raises(ConfigError, match="archive"):
        open_archive("https://a:9200", elasticsearch=Options(ca="/nowhere/ca.pem"))


WRITER = """
import sys, time
from search.archive.open import open_archive
from tests.contracts.archive import document
archive = open_archive(sys.argv[1])
for number in range(int(sys.argv[2]), int(sys.argv[3])):
    archive.add([document(number), document(number % 7, version=number)])
    print(number, flush=True)
    time.sleep(float(sys.argv[4]))
"""


def writer(url: str, start: int, end: int, pause: float) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", WRITER, url, str(start), str(end), str(pause)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_rebuilds_under_write_load_lose_nothing(elasticsearch_url: str, archive: ElasticArchive) -> None:
    """B7: another process writes, new documents and new versions; searches go on all the time."""
    reader = opened(elasticsearch_url)
    archive.add([document(number) for number in range(7)])
    with writer(elasticsearch_url, 100, 150, 0.02) as child:
        assert child.stdout is not None
        next(child.stdout)
        rebuilds, seen = 0, 7
        while child.poll() is None:
            with archive.rebuild() as fresh:
                archive.refresh()  # what is copied must be in sight; a rebuild of ours copies rows
                fresh.add(list(archive.documents("kota")))
                assert reader.search("kota", None).total >= seen
            archive.refresh()
            total = reader.search("kota", parse("berita")).total
            assert total >= seen
            rebuilds, seen = rebuilds + 1, total
        child.stdout.read()
    assert child.returncode == 0
    assert rebuilds > 1
    archive.refresh()
    assert reader.count("kota") == 57
    newest = {number: max(n for n in range(100, 150) if n % 7 == number) for number in range(7)}
    found = {number: archive.get("kota", document(number).id) for number in range(7)}
    assert {number: each.version for number, each in found.items() if each} == newest
    assert archive.problems() == []
    reader.close()


def test_a_month_that_begins_during_a_rebuild_is_found_once(
    archive: ElasticArchive, elasticsearch_url: str, client: Client, prefix: str
) -> None:
    other = opened(elasticsearch_url)
    archive.add([document(1)])
    other.add([document(2)])
    with archive.rebuild() as fresh:
        fresh.add([document(1), document(2)])
        other.add([document(3, first_seen=MORNING + timedelta(days=40))])
        other.refresh()
        assert set(ids(other.search("kota", None))) == {document(n).id for n in (1, 2, 3)}
    other.add([document(4, first_seen=MORNING + timedelta(days=80))])
    other.refresh()
    assert sorted(ids(other.search("kota", None))) == sorted(document(n).id for n in (1, 2, 3, 4))
    assert sorted(client.indices.get_alias(name=prefix).body) == months(client, prefix)
    assert other.problems() == []
    other.close()


def test_a_dead_rebuild_is_taken_over_when_its_lease_is_over(
    archive: ElasticArchive, elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = opened(elasticsearch_url, lease=600.0)
    left = dead.rebuild()
    fresh = left.__enter__()
    fresh.add([document(1)])
    fresh.reach("half")
    with pytest.raises(Unavailable, match="another process"), archive.rebuild():
        pytest.fail("two at once")
    monkeypatch.setenv(OFFSET_VARIABLE, "601")
    with archive.rebuild() as again:
        assert again.reached == "half"
        assert again.stored([document(1), document(2)]) == [document(1), None]
        again.add([document(2)])
        with pytest.raises(Unavailable):
            fresh.reach("more")
    assert archive.count("kota") == 2
    dead.close()


def test_what_was_acknowledged_survives_the_death_of_the_engine(private_elasticsearch: Elasticsearch) -> None:
    url = private_elasticsearch.fresh()
    archive = opened(url, options=Options(timeout=5.0))
    with writer(url, 100, 5_000, 0.0) as child:
        assert child.stdout is not None
        told = [int(next(child.stdout)) for _ in range(40)]
        private_elasticsearch.kill()
        told += [int(line) for line in child.stdout if line.endswith("\n")]
        child.wait(60)
    assert child.returncode != 0
    with pytest.raises(Unavailable):
        archive.add([document(1)])
    private_elasticsearch.start()
    archive.refresh()
    missing = [number for number in told if archive.get("kota", document(number).id) is None]
    assert missing == []
    archive.add([document(1)])
    assert archive.problems() == []
    archive.close()
