"""Cursors: what was written is read for the same question; everything else is a QueryError."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.archive import Filters
from search.archive.cursor import Place, question, read, written
from search.query import QueryError, parse

ASKED = question("kota", parse("banjir"), Filters(), "newest", exact=False)


@given(st.integers(0, 2**32), st.text(st.characters(codec="utf-8")), st.integers(0, 2_000))
def test_a_place_comes_back(second: int, article: str, given_before: int) -> None:
    place = Place(ASKED, second, article, given_before)
    assert read(written(place), ASKED) == place


@given(st.text(min_size=1) | st.binary(min_size=1).map(lambda raw: raw.hex()))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        read(text, ASKED)


@pytest.mark.parametrize("place", [Place(ASKED, -1), Place(ASKED, 1, "", -1), Place("other", 1)])
def test_a_place_that_cannot_be_is_refused(place: Place) -> None:
    with pytest.raises(QueryError):
        read(written(place), ASKED)


def test_every_part_of_the_question_counts() -> None:
    names = {
        ASKED,
        question("provinsi", parse("banjir"), Filters(), "newest", exact=False),
        question("kota", parse("hujan"), Filters(), "newest", exact=False),
        question("kota", None, Filters(), "newest", exact=False),
        question("kota", parse("banjir"), Filters(outlets=("x",)), "newest", exact=False),
        question("kota", parse("banjir"), Filters(regions=("x",)), "newest", exact=False),
        question("kota", parse("banjir"), Filters(), "relevance", exact=False),
        question("kota", parse("banjir"), Filters(), "newest", exact=True),
    }
    assert len(names) == 8
