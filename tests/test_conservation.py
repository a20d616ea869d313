"""The check of the kill storm is worth something: each kind of injury to an installation is found by it."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from benchmarks.conservation import Conservation, conserved
from benchmarks.storm.told import told
from digests import editions
from digests.editions import Slot
from kliping import recipients
from kliping.clock import now
from kliping.command.build import Parts
from kliping.command.digest import post_of
from kliping.staff_tables import edition_items
from kliping.tables import articles, clips, edges, trace
from pipeline.attempts import Attempts
from pipeline.bus import Outgoing, Record
from pipeline.endings import Ending
from pipeline.flow import STEPS, dead_topic
from pipeline.worker import Worker
from tests.installation import Installation
from tests.journeys import office
from tests.journeys.office import DESK

PAGES = 20
TRUTH = {
    "articles": [
        {"url": f"https://outlet{n % 5}.test/berita/{n}", "reachable": True, "visible": True, "twins": []}
        for n in range(PAGES)
    ]
}


class Death(BaseException):
    """Ends a worker where a SIGKILL would."""


class CommitsFirst(Worker):
    """The mutant that the whole design is against: the offset moves before the outputs are on the bus."""

    def _publish(self, endings: Sequence[Ending]) -> None:
        self.consumer.commit(self._in_work)
        raise Death

    def _work(self, records: Sequence[Record]) -> int:
        self._in_work = records
        return super()._work(records)


class TracesFirst(Worker):
    """The trace says "passed" and the offset moves, and then the outputs are lost."""

    def _publish(self, endings: Sequence[Ending]) -> None:
        """Nothing reaches the bus."""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation that has read everything."""
    made = office.office(tmp_path_factory.mktemp("sound"))
    with made.parts() as parts:
        office.fill(parts, PAGES)
        office.drain(parts)
    return made


@pytest.fixture
def parts(sound: Installation, tmp_path: Path) -> Iterator[Parts]:
    """A copy of it to be injured."""
    shutil.copytree(sound.folder, tmp_path, dirs_exist_ok=True, symlinks=True)
    with Installation(tmp_path).parts() as parts:
        yield parts


def check(parts: Parts) -> Conservation:
    return conserved(parts, TRUTH)


def test_what_is_sound_is_found_sound(parts: Parts) -> None:
    assert check(parts).good


@pytest.mark.parametrize("mutant", [CommitsFirst, TracesFirst])
def test_a_worker_that_keeps_the_wrong_order_loses_and_is_found(tmp_path: Path, mutant: type[Worker]) -> None:
    with office.office(tmp_path).parts() as parts:
        office.fill(parts, PAGES)
        step = STEPS["extract"]
        with parts.bus.consumer(step.reads, step.name, "extract-0") as consumer:
            worker = mutant(step, parts.stage("extract"), parts.bus, consumer, Attempts(parts.database, "extract"))
            worker.batch = 5
            try:
                worker.once()
            except Death:
                pass  # as a SIGKILL would: the next life goes on from the offset
        office.drain(parts)
        found = check(parts)
    assert found.lost >= 5, list(found.lines())
    assert not found.good


def first(parts: Parts, query: Any) -> Any:
    with parts.database.read() as connection:
        return connection.execute(query).first()


def write(parts: Parts, statement: Any) -> None:
    with parts.database.write() as connection:
        connection.execute(statement)


def an_article_is_gone(parts: Parts) -> None:
    write(parts, delete(articles).where(articles.c.url == TRUTH["articles"][3]["url"]))


def an_ending_is_gone(parts: Parts) -> None:
    row = first(parts, select(trace).where(trace.c.stage == "index"))
    write(parts, delete(trace).where(trace.c.stage == "index", trace.c.message == row.message))


def a_clip_is_ahead_of_its_document(parts: Parts) -> None:
    row = first(parts, select(clips))
    write(parts, update(clips).where(clips.c.id == row.id).values(version=clips.c.version + 1))


def a_place_is_not_what_the_edges_say(parts: Parts) -> None:
    write(parts, delete(edges))


def an_article_changed_and_nobody_was_told(parts: Parts) -> None:
    row = first(parts, select(articles))
    write(parts, update(articles).where(articles.c.id == row.id).values(version=articles.c.version + 1))


def an_article_nobody_published(parts: Parts) -> None:
    row = dict(first(parts, select(articles))._mapping)
    write(parts, insert(articles).values(row | {"id": "0" * 32, "url": "https://nobody.test/"}))


def a_dead_letter(parts: Parts) -> None:
    parts.bus.publish(dead_topic("clips"), [Outgoing(id="x", key="x", payload=b"{}")])


@pytest.mark.parametrize(
    ("injure", "kind"),
    [
        (an_article_is_gone, "lost"),
        (an_ending_is_gone, "unbalanced"),
        (a_clip_is_ahead_of_its_document, "duplicated"),
        (a_place_is_not_what_the_edges_say, "duplicated"),
        (an_article_changed_and_nobody_was_told, "lost"),
        (an_article_nobody_published, "unexpected"),
        (a_dead_letter, "dead"),
    ],
)
def test_an_injury_is_found(parts: Parts, injure: Callable[[Parts], None], kind: str) -> None:
    injure(parts)
    found = check(parts)
    assert getattr(found, kind), list(found.lines())
    assert not found.good


def test_editions_that_tell_twice_or_not_at_all_are_found(parts: Parts, tmp_path: Path) -> None:
    recipients.add(parts.database, DESK, "orang@sukaraya.test", "", "ratna", now())
    assert len(told(parts, tmp_path, DESK, 0).unsent) == PAGES  # no edition yet
    for number in (1, 2):
        _close(parts, f"e{number}")
    assert told(parts, tmp_path, DESK, 0).doubled == ()
    row = first(parts, select(edition_items))
    write(parts, insert(edition_items).values(desk=DESK, number=2, article=row.article))
    (tmp_path / "taken.log").write_text("a m1 h1\na m1 h2\n")
    found = told(parts, tmp_path, DESK, 0)
    assert any("in 2 editions" in line for line in found.doubled)
    assert any("1 copies of mails after 0 deaths" in line for line in found.doubled)
    assert any("2 different mails" in line for line in found.doubled)
    assert any("its file is gone" in line for line in found.unsent)


def _close(parts: Parts, kind: str) -> None:

    desk = parts.configuration.desks[DESK]
    slot = Slot(day="2026-11-24", due_at=office.SEEN, kind=kind)
    closed = editions.close(parts.database, desk, {}, slot, now(), "http://kliping.test")
    post_of(parts).plan(DESK, closed.number)
