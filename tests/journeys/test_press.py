"""From a news page on the wire to a searchable clip: two presses through everything that ships, by the commands."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kliping.command.build import Parts
from pipeline.balance import balance
from pipeline.dead import dead_letters
from tests.installation import Installation
from tests.press.press import FOLDER, Press
from tests.press_check import compare
from tests.press_desk import install

NOW = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)  # 06.00 WIB, Tuesday 24 November 2026
GAP = 0.1  # seconds; the shipped 5 s would take minutes, everything else is as shipped


class Read:
    """A press that has been read once by `scrapy crawl` and `kliping work`."""

    def __init__(self, press: Press, installation: Installation, parts: Parts) -> None:
        self.press = press
        self.installation = installation
        self.parts = parts
        self.desk = press.scenario.desk.id


@pytest.fixture(scope="module", params=["sukaraya", "teluk-sarira"])
def read(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    folder: Path = tmp_path_factory.mktemp(request.param)
    with Press(FOLDER / f"{request.param}.toml", now=NOW, running=True, delay=0.5) as press:
        installation = install(folder, press, crawl={"gap": GAP})
        installation.kliping("migrate")
        installation.scrapy("crawl", "feeds")
        for outlet in press.scenario.outlets:
            if outlet.listing:
                installation.scrapy("crawl", "sites", "-a", f"outlet={outlet.id}")
        installation.kliping("work", "--until-idle")
        with installation.parts() as parts:
            yield Read(press, installation, parts)


def test_what_kliping_has_is_what_the_press_published(read: Read) -> None:
    comparisons = compare(read.parts, read.desk, read.press.truth())
    wrong = [line for comparison in comparisons if comparison.wrong for line in comparison.lines()]
    assert wrong == []


def test_the_sums_add_up(read: Read) -> None:
    lines = balance(read.parts.database, read.parts.bus)
    assert all(line.holds and not line.waiting for line in lines), lines
    assert list(dead_letters(read.parts.bus, read.parts.database)) == []
    read.installation.kliping("status", "--verify")


def test_no_forbidden_page_and_no_guarded_address_was_asked(read: Read) -> None:
    forbidden = {_place(row["url"]) for row in read.press.truth()["articles"] if row["reason"] == "robots"}
    asked = {_place(f"http://{entry.host}{entry.path}") for entry in read.press.log.entries()}
    assert forbidden
    assert not forbidden & asked
    assert read.press.internal_connections == 0
    assert read.press.errors == []


def _place(url: str) -> tuple[str | None, str]:
    parts = urlsplit(url)
    return parts.hostname, parts.path


def test_clips_are_found_with_words_and_filters(read: Read) -> None:
    ours = [row for row in read.press.truth()["articles"] if row["relevant"] and row["reachable"]]
    every = read.installation.lines("find", "--limit", "1000")
    assert len(every) == len(ours)
    title = ours[0]["title"]
    hits = read.installation.lines("find", f'"{title}"')
    assert any(hit["document"]["title"] == title for hit in hits)
    outlet = ours[0]["outlet"]
    assert {hit["document"]["outlet"] for hit in read.installation.lines("find", "--outlet", outlet)} == {outlet}


def test_the_trace_tells_every_step(read: Read) -> None:
    row = next(row for row in read.press.truth()["articles"] if row["relevant"] and row["reachable"])
    (told,) = read.installation.lines("trace", row["url"])
    assert [v["stage"] for v in told["verdicts"] if v["verdict"] == "passed"][:2] == ["fetch", "extract"]
    assert {"fetch", "extract", "deduplicate", "tag", "index"} <= {v["stage"] for v in told["verdicts"]}
    assert read.installation.kliping("trace", "https://belum-pernah.test/a", check=(1,)).returncode == 1


def test_a_second_crawl_asks_conditionally_and_changes_nothing(read: Read) -> None:
    before = read.installation.lines("status")
    read.installation.scrapy("crawl", "feeds")
    read.installation.kliping("work", "--until-idle")
    after = read.installation.lines("status")
    assert [line["passed"] for line in after] == [line["passed"] for line in before]


def test_the_archive_is_a_cache(read: Read) -> None:
    before = {document.id: document for document in read.parts.archive.documents(read.desk)}
    read.installation.kliping("archive", "rebuild")
    after = {document.id: document for document in read.parts.archive.documents(read.desk)}
    assert before
    assert after == before
