"""The stage on a real SQLite file: what it stores, what it sends, what a replay does."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from kliping.article import Article, Copy, Grouped
from kliping.articles import load_article, load_group, load_revisions
from kliping.database import Database
from kliping.tables import articles, bands, edges, metadata, outbox, readings, revisions, signatures
from pipeline.deduplicate import Deduplicate
from pipeline.deduplicate.index import CROWDED, PRUNED, WINDOW
from pipeline.stage import Drop
from tests.deduplicate.made import article, edited, fetched_again, taken_down, words

TEXT = words(1, 160)
FIRST = article("a", TEXT, minutes=0)
COPY = article("b", edited(TEXT, 5, 0.1), minutes=10)
REWRITE = article("c", edited(TEXT, 6, 0.5), minutes=20)
OTHER = article("d", words(2, 160), minutes=30)


@pytest.fixture
def stage(database: Database) -> Deduplicate:
    return Deduplicate(database)


def sent(stage: Deduplicate, message: Article) -> dict[str, Grouped]:
    outcome = stage(message)
    assert not isinstance(outcome, Drop), outcome
    return {one.article.id: one for one in outcome}


def reason(stage: Deduplicate, message: Article) -> str:
    outcome = stage(message)
    assert isinstance(outcome, Drop)
    return outcome.reason


def stored(database: Database, one: Article) -> Grouped:
    with database.read() as connection:
        found = load_article(connection, one.id)
    assert found is not None
    return found


def state(database: Database) -> tuple[dict[str, Copy], list[tuple[object, ...]]]:
    """Places without versions, and standing edges: what must not depend on the order of arrival."""
    columns = (edges.c.a, edges.c.b, edges.c.kind, edges.c.score, edges.c.passages)
    with database.read() as connection:
        ids = connection.execute(select(articles.c.id)).scalars().all()
        found = [load_article(connection, one) for one in ids]
        links = connection.execute(
            select(*columns).where(edges.c.withdrawn_at.is_(None)).order_by(edges.c.a, edges.c.b)
        )
        return {one.article.id: one.copy for one in found if one}, [tuple(row) for row in links]


def test_a_first_article_is_an_original_of_its_own(stage: Deduplicate) -> None:
    [only] = sent(stage, FIRST).values()
    assert only.article == FIRST
    assert only.copy == Copy(group=FIRST.id, outlets=("a",))
    assert only.version == 1


def test_a_copy_tells_the_original_too(stage: Deduplicate) -> None:
    stage(FIRST)
    found = sent(stage, COPY)
    assert set(found) == {FIRST.id, COPY.id}
    assert found[FIRST.id].version == 2
    assert found[FIRST.id].copy.members == 2
    assert (found[COPY.id].copy.relation, found[COPY.id].copy.of) == ("copy", FIRST.id)
    assert found[COPY.id].copy.passages[0] in COPY.text or found[COPY.id].copy.passages[0] in FIRST.text
    assert found[COPY.id].copy.outlets == ("a", "b")
    assert sent(stage, OTHER)[OTHER.id].copy.members == 1


def test_an_earlier_article_that_comes_late_becomes_the_original(stage: Deduplicate, database: Database) -> None:
    stage(COPY)
    found = sent(stage, FIRST)
    assert found[FIRST.id].copy.relation == "original"
    assert found[COPY.id].copy.of == FIRST.id
    assert stored(database, COPY) == found[COPY.id]


def test_the_group_is_kept_exactly(stage: Deduplicate, database: Database) -> None:
    for message in (FIRST, COPY, REWRITE, OTHER):
        stage(message)
    with database.read() as connection:
        members = load_group(connection, stored(database, FIRST).copy.group)
    assert members == sorted([FIRST.id, COPY.id, REWRITE.id])
    assert stored(database, REWRITE).copy.relation == "rewrite"


def test_a_replay_answers_as_at_first_and_changes_nothing(stage: Deduplicate, database: Database) -> None:
    for message in (FIRST, COPY, fetched_again(FIRST, 40)):
        first, again = stage(message), stage(message)
        assert first == again
    before = state(database)
    assert set(sent(stage, COPY)) == {FIRST.id, COPY.id}
    assert reason(stage, fetched_again(FIRST, 40)) == "unchanged"
    assert state(database) == before
    assert stored(database, FIRST).version == 2


def test_a_crash_before_the_outbox_is_cleared_sends_again(stage: Deduplicate, database: Database) -> None:
    stage(FIRST)
    stage.published([FIRST])
    lost = sent(stage, COPY)
    assert waiting(database) == {FIRST.id, COPY.id}
    reborn = Deduplicate(database)
    assert sent(reborn, COPY) == lost
    reborn.published([COPY])
    reborn.published([COPY])
    assert waiting(database) == set()
    assert sent(reborn, COPY) == lost


def waiting(database: Database) -> set[str]:
    with database.read() as connection:
        return set(connection.execute(select(outbox.c.article)).scalars())


def test_a_crash_inside_the_transaction_leaves_nothing(stage: Deduplicate, database: Database) -> None:
    class Torn(Deduplicate):
        def _settle(self, *arguments: object) -> tuple[str, list[str]]:
            super()._settle(*arguments)  # type: ignore[arg-type]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Torn(database)(FIRST)
    tables = (articles, revisions, readings, signatures, bands, edges, outbox)
    with database.read() as connection:
        rows = {one.name: connection.execute(select(func.count()).select_from(one)).scalar() for one in tables}
    assert set(rows.values()) == {0}
    assert sent(stage, FIRST)[FIRST.id].version == 1


def test_an_unchanged_fetch_is_dropped_under_its_own_reading(stage: Deduplicate) -> None:
    stage(FIRST)
    assert reason(stage, fetched_again(FIRST, 60)) == "unchanged"
    assert FIRST.id in sent(stage, FIRST)


def test_an_edit_is_a_new_revision(stage: Deduplicate, database: Database) -> None:
    stage(FIRST)
    [changed] = sent(stage, fetched_again(FIRST, 60, words(3))).values()
    assert (changed.version, changed.article.first_seen) == (2, FIRST.first_seen)
    with database.read() as connection:
        assert [one.paragraphs for one in load_revisions(connection, FIRST.id)] == [
            FIRST.paragraphs,
            changed.article.paragraphs,
        ]


def test_an_edit_may_leave_the_group(stage: Deduplicate, database: Database) -> None:
    stage(FIRST)
    stage(COPY)
    found = sent(stage, fetched_again(COPY, 60, words(3, 160)))
    assert set(found) == {FIRST.id, COPY.id}
    assert [one.copy.members for one in found.values()] == [1, 1]
    with database.read() as connection:
        [row] = connection.execute(select(edges)).all()
    assert row.withdrawn_by == "machine"
    assert sent(stage, fetched_again(COPY, 90, TEXT))[COPY.id].copy.of == FIRST.id


def test_an_old_wording_that_comes_late_changes_nothing(stage: Deduplicate, database: Database) -> None:
    stage(fetched_again(FIRST, 60, words(3)))
    assert reason(stage, FIRST) == "older_revision"
    assert stored(database, FIRST).version == 1
    with database.read() as connection:
        assert len(load_revisions(connection, FIRST.id)) == 2


def test_a_confirmed_wording_is_not_replaced_by_one_from_before(stage: Deduplicate) -> None:
    stage(FIRST)
    assert reason(stage, fetched_again(FIRST, 60)) == "unchanged"
    assert reason(stage, fetched_again(FIRST, 30, words(3))) == "older_revision"


def test_a_withdrawn_article_keeps_text_and_group_and_may_return(stage: Deduplicate) -> None:
    stage(FIRST)
    stage(COPY)
    gone = sent(stage, taken_down(COPY, 60))[COPY.id]
    assert gone.article.withdrawn
    assert gone.article.paragraphs == COPY.paragraphs
    assert (gone.version, gone.copy.members) == (2, 2)
    assert reason(stage, taken_down(COPY, 70)) == "unchanged"
    back = sent(stage, fetched_again(COPY, 80))[COPY.id]
    assert (back.article.withdrawn, back.version) == (False, 3)


def test_what_never_was_an_article_cannot_be_withdrawn(stage: Deduplicate) -> None:
    assert reason(stage, taken_down(FIRST, 10)) == "not_an_article"
    stage(fetched_again(FIRST, 20))
    assert reason(stage, taken_down(FIRST, 10)) == "not_an_article"


def test_a_page_without_text_does_not_wipe_one_with_text(stage: Deduplicate, database: Database) -> None:
    stage(FIRST)
    assert reason(stage, fetched_again(FIRST, 60, ())) == "emptied"
    assert stored(database, FIRST).article.paragraphs == FIRST.paragraphs


def test_empty_texts_are_kept_and_never_grouped(stage: Deduplicate) -> None:
    for name in ("x", "y"):
        assert sent(stage, article(name, (), title="Foto"))[article(name, ()).id].copy.members == 1


def test_twins_are_sought_within_the_window_and_the_index_is_pruned(stage: Deduplicate, database: Database) -> None:
    stage(FIRST)
    late = article("z", TEXT, minutes=WINDOW.total_seconds() / 60 + 1)
    assert sent(stage, late)[late.id].copy.members == 1
    with database.read() as connection:
        assert connection.execute(select(signatures.c.article)).scalars().all() == [late.id]
        assert connection.execute(select(func.count()).select_from(bands)).scalar_one() > 0
        assert connection.execute(select(func.count(bands.c.number.distinct()))).scalar_one() == 1
    assert PRUNED > 1


SET = [FIRST, COPY, REWRITE, OTHER, article("e", TEXT, minutes=5), article("a2", edited(TEXT, 5, 0.05), outlet="a")]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # what it shows does not depend on the store
@given(st.permutations([*SET, *SET]))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_with_every_message_twice_ends_alike(database: Database, order: Sequence[Article]) -> None:
    empty(database)
    stage = Deduplicate(database)
    for message in order:
        stage(message)
        stage.published([message])
    found = state(database)
    empty(database)
    for message in SET:
        Deduplicate(database)(message)
    assert found == state(database)
    assert found[0][FIRST.id].members == 5


def empty(database: Database) -> None:
    with database.write() as connection:
        for table in metadata.sorted_tables:
            connection.execute(delete(table))


def test_the_archive_hears_of_every_version_that_rows_reach(stage: Deduplicate, database: Database) -> None:
    """What was sent last of an article is what is stored: nothing changes silently."""
    last: dict[str, Grouped] = {}
    for message in (*SET, fetched_again(COPY, 60, words(9)), taken_down(FIRST, 70), fetched_again(COPY, 80, TEXT)):
        last |= sent(stage, message)
    assert last == {one: stored(database, last[one].article) for one in last}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # what it shows does not depend on the store
def test_a_group_of_hundreds_costs_little_for_each_more(stage: Deduplicate, database: Database) -> None:
    size = 150
    outputs = sum(len(sent(stage, article(f"n{n:03}", TEXT, minutes=n))) for n in range(size))
    assert outputs < 50 * 51 / 2 + 20 * size  # exact sizes up to 50 members, then steps
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(edges)).scalar_one() <= 10 * size
        fullest = select(func.count()).select_from(bands).group_by(bands.c.band)
        assert max(connection.execute(fullest).scalars()) <= CROWDED
        [group] = connection.execute(select(articles.c.group).distinct()).scalars()
        assert len(load_group(connection, group)) == size


def test_rows_of_a_newer_program_are_read(stage: Deduplicate, database: Database) -> None:
    stage(FIRST)
    with database.write() as connection:
        connection.execute(update(articles).values(place=b'{"group":"g","colour":"red"}'))
    assert stored(database, FIRST).copy == Copy(group="g")
