"""A replay, a clock that is set back, pages that need too much memory: nothing is done twice, nothing else suffers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from digests import editions, ledger
from digests.schedule import slot_of
from kliping import recipients
from kliping.clock import OFFSET_VARIABLE, now
from kliping.command.build import Parts
from kliping.command.digest import post_of
from kliping.staff_tables import edition_items
from kliping.tables import articles, clips, edges, trace
from pipeline.balance import balance
from pipeline.dead import dead_letters
from tests.journeys import office
from tests.journeys.office import DESK

PAGES = 30
PEOPLE = 3
Opened = Callable[..., Any]


@pytest.fixture(params=["embedded", "kafka"])
def stores(request: pytest.FixtureRequest) -> dict[str, str]:
    """The stores of both modes."""
    if request.param == "embedded":
        return {}
    urls = {"bus": "kafka_url", "archive": "elasticsearch_url", "database": "postgresql_url"}
    return {name: request.getfixturevalue(fixture) for name, fixture in urls.items()}


@pytest.fixture
def filled(tmp_path: Path, stores: dict[str, str]) -> Iterator[Parts]:
    """An office whose pages are on the bus."""
    with office.office(tmp_path, stores, work={"lease": 10}).parts() as parts:
        office.fill(parts, PAGES)
        yield parts


def test_a_raw_log_that_is_replayed_twice_changes_no_document_and_sends_no_mail(filled: Parts) -> None:
    """Bars A13 and A14."""
    office.drain(filled)
    _send_edition(filled, "morning")
    before = _state(filled)
    assert len(before["documents"]) == PAGES
    for _ in range(2):
        office.replay(filled.bus)
        office.drain(filled)
    assert _state(filled) == before
    assert all(line.holds for line in balance(filled.database, filled.bus))
    assert post_of(filled).deliver([DESK]).sent == 0
    assert _send_edition(filled, "second") == 0
    assert len(list(Path(filled.settings.root, "var", "outbox").glob("*.eml"))) == 2 * PEOPLE


def test_an_hour_that_comes_again_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bar G6: the clock is set back while messages lie in every topic."""
    with _worked(tmp_path / "straight", lambda: None) as straight:
        wanted = _state(straight)
    with _worked(tmp_path / "stepped", lambda: monkeypatch.setenv(OFFSET_VARIABLE, "-3600")) as stepped:
        found = _state(stepped)
    assert found == wanted
    assert len(found["documents"]) == PAGES


def _send_edition(parts: Parts, kind: str) -> int:
    """Close an edition for three people and send it; how many items it had."""
    for number in range(PEOPLE):
        recipients.add(parts.database, DESK, f"orang{number}@sukaraya.test", "", "ratna", now())
    desk = parts.configuration.desks[DESK]
    day = slot_of(desk, now()).day
    slot = editions.Slot(day=day, due_at=office.SEEN, kind=kind)
    closed = editions.close(parts.database, desk, {}, slot, now(), "http://kliping.test")
    post = post_of(parts)
    post.plan(DESK, closed.number)
    assert post.deliver([DESK]).sent == PEOPLE
    assert {line.state for line in ledger.lines(parts.database, DESK)} == {"sent"}
    return closed.items


@contextmanager
def _worked(folder: Path, between: Callable[[], None]) -> Iterator[Parts]:
    """An office in which `between` happened when half of the work was done."""
    with office.office(folder).parts() as parts:
        office.fill(parts, PAGES // 2)
        office.drain(parts)
        between()
        office.fill(parts, PAGES)
        office.drain(parts)
        yield parts


def _state(parts: Parts) -> dict[str, Any]:
    """Everything that a replay must leave as it was; not when it was written."""
    return {
        "documents": office.documents(parts),
        "articles": office.rows(parts, articles),
        "clips": office.rows(parts, clips),
        "edges": office.rows(parts, edges, "made_at", "withdrawn_at"),
        "told": office.rows(parts, edition_items),
        "endings": [(row["stage"], row["message"], row["verdict"]) for row in office.rows(parts, trace)],
        "dead": list(dead_letters(parts.bus, parts.database)),
    }
