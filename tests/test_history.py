"""What happened to an article, told from what fetches found: edits, withdrawals, returns, other dates, nothing else."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kliping.article import Article, Published, Sighting
from kliping.history import Event, events
from tests.deduplicate.made import START, article

TEXT = ("Warga mengeluh.", "Dinas belum menjawab keluhan itu.")
FIRST = replace(article("a", ()), title="Jalan Rusak", paragraphs=TEXT, revision="r1", flags=(), sources={"text": "x"})
SECOND = replace(FIRST, revision="r2", paragraphs=(TEXT[0], "Dinas sudah menjawab keluhan itu."))
THIRD = replace(SECOND, revision="r3", title="Jalan Diperbaiki", sources={"text": "y"})
TYPESET = replace(FIRST, revision="r4", paragraphs=("Warga  mengeluh.", "Dinas belum menjawab keluhan\u00a0itu.\u200b"))
BLANK = replace(FIRST, revision="r5", paragraphs=(), flags=("empty_text",))
HALF = replace(FIRST, revision="r6", paragraphs=TEXT[:1], flags=("part_missing",))
WORDINGS = {one.revision: one for one in (FIRST, SECOND, THIRD, TYPESET, BLANK, HALF)}


def seen(hour: float, revision: str, published: Published | None = None) -> Sighting:
    return Sighting(
        page=f"p{hour}", at=START + timedelta(hours=hour), revision=revision, published=published,
        status=200 if revision else 410, body=f"h{hour}" if revision else "",
    )  # fmt: skip


def told(*sightings: Sighting, current: Article | None = None) -> list[Event]:
    last = sightings[-1]
    stands = WORDINGS[next(one.revision for one in reversed(sightings) if one.revision)]
    return events(sightings, WORDINGS, current or replace(stands, withdrawn=not last.revision, fetched_at=last.at))


def said(found: Iterable[Event]) -> list[tuple[str, int]]:
    return [(event.what, event.version) for event in found]


def test_an_article_that_never_changed_has_one_event() -> None:
    assert said(told(seen(0, "r1"))) == [("first", 1)]


def test_edits_say_what_changed() -> None:
    _, text, title = told(seen(0, "r1"), seen(1, "r2"), seen(2, "r3"))
    assert (text.what, text.title, title.text) == ("changed", (), ())
    assert [line.kind for line in text.text] == ["same", "changed"]
    assert [change.kind for change in title.title] == ["same", "gone", "new"]
    assert (text.read_otherwise, title.read_otherwise) == (False, True)
    assert (text.evidence.body, title.evidence.body) == ("h1", "h2")


def test_typography_and_repetition_are_no_events() -> None:
    assert said(told(seen(0, "r1"), seen(1, "r4"), seen(2, "r1"))) == [("first", 1)]


def test_a_wording_that_comes_back_keeps_its_number() -> None:
    assert said(told(seen(0, "r1"), seen(1, "r2"), seen(2, "r1"))) == [("first", 1), ("changed", 2), ("changed", 1)]


def test_a_withdrawal_names_the_last_page_before_it() -> None:
    found = told(seen(0, "r1"), seen(1, "r2"), seen(2, ""), seen(3, ""))
    assert said(found) == [("first", 1), ("changed", 2), ("withdrawn", 2)]
    assert (found[-1].sighting.status, found[-1].evidence.body) == (410, "h1")


def test_what_was_withdrawn_returns_as_it_was_or_changed() -> None:
    assert said(told(seen(0, "r1"), seen(1, ""), seen(2, "r1")))[1:] == [("withdrawn", 1), ("returned", 1)]
    changed = told(seen(0, "r1"), seen(1, ""), seen(2, "r3"))[-1]
    assert (changed.what, changed.version, bool(changed.title), bool(changed.text)) == ("returned", 2, True, True)


def test_a_page_without_text_is_no_wording() -> None:
    found = told(seen(0, "r1"), seen(1, "r5"), seen(2, "r5"), seen(3, "r2"), current=replace(SECOND, fetched_at=START))
    assert said(found) == [("first", 1), ("emptied", 1), ("changed", 2)]
    assert found[1].evidence.body == "h0"
    assert [line.kind for line in found[2].text] == ["same", "changed"]


def test_a_part_that_could_not_be_had_is_no_edit() -> None:
    assert said(told(seen(0, "r1"), seen(1, "r6"), seen(2, "r1"))) == [("first", 1), ("emptied", 1)]
    late = told(seen(0, "r6"), seen(1, "r1"))[-1]
    assert (late.what, late.read_otherwise) == ("changed", True)


def test_another_date_alone_is_told() -> None:
    at = Published(instant=START, zone="Asia/Jakarta", precision="minute", source="meta", raw="")
    later = replace(at, instant=START + timedelta(hours=5))
    redated = told(seen(0, "r1", at), seen(1, "r1", later))[-1]
    assert (redated.what, redated.redated, redated.title, redated.text) == ("redated", (at, later), (), ())


def test_how_it_stands_is_told_where_no_sighting_says_it() -> None:
    """An old wording that came late: the fetch that had confirmed the newer one left no sighting."""
    current = replace(FIRST, fetched_at=START + timedelta(hours=3))
    assert said(told(seen(0, "r1"), seen(1, "r2"), current=current))[-1] == ("changed", 1)
    gone = replace(current, withdrawn=True)
    assert said(told(seen(0, "r1"), current=gone)) == [("first", 1), ("withdrawn", 1)]


def test_a_wording_that_is_lost_is_passed_over() -> None:
    assert said(events([seen(0, "nowhere"), seen(1, "r1")], WORDINGS, replace(FIRST, fetched_at=START))) == [
        ("first", 1)
    ]


REVISIONS = st.lists(st.sampled_from(["", *WORDINGS]), min_size=1, max_size=8)


@given(REVISIONS, st.randoms())
def test_the_order_in_which_sightings_are_given_means_nothing(revisions: list[str], draw: object) -> None:
    sightings = [seen(hour, revision) for hour, revision in enumerate(revisions)]
    current = replace(FIRST, fetched_at=START)
    mixed = [*sightings]
    draw.shuffle(mixed)  # type: ignore[attr-defined]
    found = events(sightings, WORDINGS, current)
    assert events(mixed, WORDINGS, current) == found
    for before, after in pairwise(found):
        assert after.what != "first"
        assert not (before.what == after.what == "withdrawn")
        assert after.before is None or after.title or after.text
