"""The trace: one row for each stage and message, so a replay changes no sum; a history follows what a URL became."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from kliping.database import Database, migrate
from kliping.tables import trace
from kliping.trace import MAX_DETAIL, Count, Ending, Verdict, counts, flags, history, record, verdicts_of

MOMENT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Database:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('trace')}/kliping.db")
    migrate(database)
    return database


@pytest.fixture
def database(migrated: Database) -> Database:
    empty(migrated)
    return migrated


def empty(database: Database) -> None:
    with database.write() as connection:
        connection.execute(delete(trace))


def verdict(
    message: str, ending: Ending = "passed", reason: str = "", *, stage: str = "tag", became: str = "", hours: int = 0
) -> Verdict:
    at = MOMENT + timedelta(hours=hours)
    clips = 2 if ending == "passed" else 0
    return Verdict(
        stage=stage,
        message=message,
        subject=f"article-{message}",
        verdict=ending,
        reason=reason,
        became=became,
        outputs=int(ending == "passed"),
        clips=clips,
        at=at,
    )


def write(database: Database, *verdicts: Verdict) -> None:
    with database.write() as connection:
        record(database, connection, verdicts)


def count(ending: Ending, reason: str, messages: int, outputs: int = 0, clips: int = 0) -> Count:
    return Count(stage="tag", verdict=ending, reason=reason, messages=messages, outputs=outputs, clips=clips)


def test_endings_are_counted_by_reason_and_clips_beside(database: Database) -> None:
    write(database, verdict("a"), verdict("b"), verdict("c", "dropped", "no_desk"), verdict("d", "dead", "bug"))
    assert counts(database) == [
        count("dead", "bug", 1),
        count("dropped", "no_desk", 1),
        count("passed", "", 2, outputs=2, clips=4),
    ]


def test_nothing_is_nothing(database: Database) -> None:
    write(database)
    assert counts(database) == []
    assert history(database, "article-a") == []


batches = st.lists(
    st.lists(
        st.builds(
            verdict,
            st.sampled_from("abcdef"),
            st.sampled_from(["passed", "dropped", "dead"]),
            stage=st.sampled_from(["tag", "index"]),
        ),
        max_size=6,
    ),
    max_size=5,
)


@given(batches, st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_replays_change_no_sum(database: Database, runs: list[list[Verdict]], data: st.DataObject) -> None:
    """Every batch may be written again after a death before its commit; the messages of a stage stay as many."""
    empty(database)
    for batch in runs:
        for _ in range(data.draw(st.integers(1, 3))):
            write(database, *batch)
    last = {(one.stage, one.message): one for batch in runs for one in batch}
    assert sum(found.messages for found in counts(database)) == len(last)
    assert sum(found.outputs for found in counts(database)) == sum(one.outputs for one in last.values())
    for stage in ("tag", "index"):
        passed = {one.message: one for one in last.values() if (one.stage, one.verdict) == (stage, "passed")}
        assert verdicts_of(database, stage, "passed") == passed


def test_a_verdict_that_is_rolled_back_never_was(database: Database) -> None:
    with database.write() as connection:
        record(database, connection, [verdict("a")])
        connection.rollback()
    assert counts(database) == []


def test_the_last_verdict_of_a_message_stands(database: Database) -> None:
    write(database, verdict("a", "dead", "bug"))
    write(database, verdict("a", "retried"))
    write(database, verdict("a", hours=1))
    assert counts(database) == [count("passed", "", 1, outputs=1, clips=2)]


def test_a_history_follows_what_a_url_became(database: Database) -> None:
    """A URL of a feed is read as the article of its canonical link; both names tell the whole story."""
    fetched = verdict("page", stage="extract", became="article-real")
    later = [
        Verdict(stage=stage, message="m", subject="article-real", verdict="passed", at=MOMENT + timedelta(hours=hours))
        for hours, stage in ((1, "deduplicate"), (2, "tag"))
    ]
    write(database, *later, fetched, verdict("other"))
    assert history(database, "article-page") == [fetched, *later]
    assert history(database, "article-real") == [fetched, *later]
    assert [one.message for one in history(database, "article-other")] == ["other"]


def test_long_details_are_cut(database: Database, tmp_path: Path) -> None:
    long = Verdict(stage="tag", message="a", subject="s", verdict="dead", detail="x" * 10_000, at=MOMENT)
    write(database, long)
    assert [len(one.detail) for one in history(database, "s")] == [MAX_DETAIL]


def test_flags_of_what_was_passed_on_are_counted_by_stage_and_a_replay_changes_no_sum(database: Database) -> None:
    marked = {"a": "empty_text no_date", "b": "no_date", "c": "", "d": "text_cut"}
    verdicts = [replace(verdict(name, stage="extract"), detail=detail) for name, detail in marked.items()]
    dead = replace(verdict("e", "dead", "extract_timeout", stage="extract"), detail="not read in 15 s")
    for _ in range(2):
        write(database, *verdicts, dead)
    assert flags(database) == {"extract": {"empty_text": 1, "no_date": 2, "text_cut": 1}}
    write(database, replace(verdicts[0], detail="no_date"))
    assert flags(database)["extract"] == {"no_date": 2, "text_cut": 1}
