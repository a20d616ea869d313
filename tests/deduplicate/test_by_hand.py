"""Edges that people make and take back."""

import pytest
from sqlalchemy import select

from kliping.database import Database
from kliping.tables import outbox
from pipeline.deduplicate import Deduplicate, add_edge, withdraw_edge
from pipeline.stage import Drop
from tests.deduplicate.made import START, article, edited, fetched_again, words

TEXT = words(1, 160)
FIRST = article("a", TEXT, minutes=0)
COPY = article("b", edited(TEXT, 5, 0.1), minutes=10)
OTHER = article("d", words(2, 160), minutes=30)


@pytest.fixture
def stage(database: Database) -> Deduplicate:
    stage = Deduplicate(database)
    for message in (FIRST, COPY, OTHER):
        stage(message)
        stage.published([message])
    return stage


def members(stage: Deduplicate, minutes: int) -> dict[str, int]:
    """Sizes told with the next message: an edit of OTHER that keeps it apart by text."""
    message = fetched_again(OTHER, minutes, [*words(2, 160), f"suntingan{minutes}"])
    outcome = stage(message)
    assert not isinstance(outcome, Drop)
    stage.published([message])
    return {one.article.id: one.copy.members for one in outcome}


def test_what_a_person_parts_the_machine_does_not_join(stage: Deduplicate, database: Database) -> None:
    assert withdraw_edge(database, COPY.id, FIRST.id, by="sri", at=START) == sorted([FIRST.id, COPY.id])
    assert members(stage, 60) == {FIRST.id: 1, COPY.id: 1, OTHER.id: 1}
    stage(fetched_again(COPY, 70, TEXT))
    assert members(stage, 80) == {OTHER.id: 1}
    assert add_edge(database, COPY.id, FIRST.id, by="sri", at=START) == sorted([FIRST.id, COPY.id])
    assert members(stage, 90)[COPY.id] == 2


def test_what_a_person_joins_the_machine_does_not_part(stage: Deduplicate, database: Database) -> None:
    changed = add_edge(database, OTHER.id, FIRST.id, by="sri", at=START, kind="rewrite", score=0.4)
    assert changed == sorted([FIRST.id, COPY.id, OTHER.id])
    assert members(stage, 60) == {FIRST.id: 3, COPY.id: 3, OTHER.id: 3}
    assert members(stage, 70) == {OTHER.id: 3}


def test_outbox_rows_by_hand_go_with_the_next_message(stage: Deduplicate, database: Database) -> None:
    withdraw_edge(database, FIRST.id, COPY.id, by="sri", at=START)
    members(stage, 60)
    with database.read() as connection:
        assert connection.execute(select(outbox)).all() == []


def test_there_must_be_an_edge_to_withdraw(stage: Deduplicate, database: Database) -> None:
    assert withdraw_edge(database, OTHER.id, FIRST.id, by="sri", at=START) == []
