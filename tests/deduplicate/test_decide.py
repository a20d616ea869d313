"""What a fetch means beside what is stored."""

from dataclasses import replace

import pytest

from kliping.article import Article
from pipeline.deduplicate.decide import Arrival, Stored, arrival, as_stored
from tests.deduplicate.made import article, fetched_again, taken_down, words

OLD = article("a", words(1), minutes=10)
GONE = replace(OLD, withdrawn=True)


@pytest.mark.parametrize(
    ("message", "stored", "expected"),
    [
        (OLD, None, Arrival.NEW),
        (taken_down(OLD, 20), None, Arrival.UNKNOWN),
        (fetched_again(OLD, 20), OLD, Arrival.UNCHANGED),
        (fetched_again(OLD, 20, words(2)), OLD, Arrival.CHANGED),
        (fetched_again(OLD, 5, words(2)), OLD, Arrival.OLDER),
        (fetched_again(OLD, 5), OLD, Arrival.UNCHANGED),
        (fetched_again(OLD, 20, ()), OLD, Arrival.EMPTIED),
        (taken_down(OLD, 20), OLD, Arrival.WITHDRAWN),
        (taken_down(OLD, 20), GONE, Arrival.UNCHANGED),
        (taken_down(OLD, 5), OLD, Arrival.OLDER),
        (fetched_again(OLD, 20), GONE, Arrival.RETURNED),
        (fetched_again(OLD, 20, words(2)), GONE, Arrival.CHANGED),
        (fetched_again(OLD, 5), GONE, Arrival.OLDER),
    ],
)
def test_arrivals(message: Article, stored: Article | None, expected: Arrival) -> None:
    found = Stored(article=stored, fetched_at=stored.fetched_at) if stored else None
    assert arrival(message, found) is expected


def test_first_sight_and_origin_are_written_once() -> None:
    old = replace(OLD, origin="backfill")
    later = fetched_again(OLD, 30, words(2))
    kept = as_stored(later, Stored(article=old, fetched_at=old.fetched_at), Arrival.CHANGED)
    assert (kept.first_seen, kept.origin, kept.paragraphs) == (old.first_seen, "backfill", later.paragraphs)


def test_a_withdrawn_article_keeps_its_text() -> None:
    kept = as_stored(taken_down(OLD, 30), Stored(article=OLD, fetched_at=OLD.fetched_at), Arrival.WITHDRAWN)
    assert kept.withdrawn
    assert (kept.title, kept.paragraphs, kept.revision) == (OLD.title, OLD.paragraphs, OLD.revision)
