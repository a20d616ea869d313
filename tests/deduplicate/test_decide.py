"""What a fetch means beside what is stored."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kliping.article import Article, Published, revision_id
from pipeline.deduplicate.decide import Arrival, Stored, arrival, as_stored
from tests.deduplicate.made import START, article, fetched_again, taken_down, words

OLD = article("a", words(1), minutes=10)
GONE = replace(OLD, withdrawn=True)


def typeset(one: Article) -> Article:
    """The same words with other quotation marks and blanks, in two paragraphs."""
    title = f"{one.title}\u200b"
    first, _, rest = one.paragraphs[0].partition(" ")
    return replace(one, title=title, paragraphs=(first, rest), revision=revision_id(title, (first, rest)))


def dated(one: Article, minutes: float, source: str = "json-ld") -> Article:
    instant = START + timedelta(minutes=minutes)
    published = Published(instant=instant, zone="Asia/Jakarta", precision="minute", source=source, raw="")
    return replace(one, published=published)


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
        (replace(fetched_again(OLD, 20, words(2, 30)), flags=("paywall",)), OLD, Arrival.EMPTIED),
        (replace(fetched_again(OLD, 20, words(2, 30)), flags=("part_missing",)), OLD, Arrival.EMPTIED),
        (typeset(fetched_again(OLD, 20)), OLD, Arrival.UNCHANGED),
        (typeset(fetched_again(OLD, 5)), OLD, Arrival.UNCHANGED),
        (typeset(fetched_again(OLD, 20)), GONE, Arrival.RETURNED),
        (dated(fetched_again(OLD, 20), 5), dated(OLD, 0), Arrival.REDATED),
        (dated(fetched_again(OLD, 20), 15), dated(OLD, 0), Arrival.POSTDATED),
        (dated(fetched_again(OLD, 20), 0.5), dated(OLD, 0), Arrival.UNCHANGED),
        (dated(fetched_again(OLD, 20), 60, "feed"), dated(OLD, 0), Arrival.UNCHANGED),
        (fetched_again(OLD, 20), dated(OLD, 0), Arrival.UNCHANGED),
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


def test_a_withdrawn_article_keeps_its_text_and_the_page_of_it() -> None:
    kept = as_stored(taken_down(OLD, 30), Stored(article=OLD, fetched_at=OLD.fetched_at), Arrival.WITHDRAWN)
    assert kept.withdrawn
    assert (kept.title, kept.paragraphs, kept.revision) == (OLD.title, OLD.paragraphs, OLD.revision)
    assert (kept.page, kept.fetched_at) == (OLD.page, taken_down(OLD, 30).fetched_at)


def test_an_article_that_moved_keeps_its_id() -> None:
    moved = replace(fetched_again(OLD, 30, words(2)), id="of-the-new-address")
    assert as_stored(moved, Stored(article=OLD, fetched_at=OLD.fetched_at), Arrival.CHANGED).id == OLD.id


@pytest.mark.parametrize(("before", "now", "kept"), [(0, 5, 5), (0, 15, 0), (None, 15, 15), (0, None, 0)])
def test_a_time_of_publication_after_our_first_look_replaces_none(
    before: float | None, now: float | None, kept: float
) -> None:
    """OLD was first seen at minute 10."""
    old = OLD if before is None else dated(OLD, before)
    new = fetched_again(OLD, 30, words(2)) if now is None else dated(fetched_again(OLD, 30, words(2)), now)
    stands = as_stored(new, Stored(article=old, fetched_at=old.fetched_at), Arrival.CHANGED)
    assert stands.published is not None
    assert stands.published.instant == START + timedelta(minutes=kept)
