"""Relevance: variants of a word are one word."""

import pytest

from search.query import All, And, Choice, Not, Or, Phrase, Query
from search.rank import Frequencies, rarity, scorer, things

ASPAL, DIASPAL, JALAN = ("aspal",), ("diaspal",), ("jalan",)
WORD = Choice((ASPAL, DIASPAL))
QUERY = And((WORD, Phrase(JALAN), Not(Phrase(("tol",)))))


def score(query: Query, frequencies: Frequencies, length: float = 1.0) -> float:
    return scorer(query, dict.fromkeys(things(query), 2.0))(frequencies, length)


def test_a_rare_variant_weighs_no_more_than_the_typed_form() -> None:
    assert score(WORD, {ASPAL: 1.0}) > score(WORD, {DIASPAL: 1.0}) > 0.0
    assert score(WORD, {ASPAL: 1.0, DIASPAL: 1.0}) < 2 * score(WORD, {ASPAL: 1.0})


def test_every_word_adds_and_what_is_excluded_does_not() -> None:
    assert score(QUERY, {ASPAL: 1.0, JALAN: 1.0}) == pytest.approx(score(WORD, {ASPAL: 1.0}) * 2)
    assert list(things(QUERY)) == [WORD, Phrase(JALAN)]


def test_of_two_ways_to_say_it_the_better_one_counts() -> None:
    either = Or((Phrase(ASPAL), Phrase(JALAN)))
    assert score(either, {ASPAL: 1.0, JALAN: 1.0}) == score(either, {JALAN: 1.0})


def test_more_is_better_up_to_a_point_and_long_texts_weigh_less() -> None:
    counts = [score(WORD, {ASPAL: float(n)}) for n in (1, 2, 3, 100)]
    assert counts == sorted(counts)
    assert counts[3] < counts[0] * 2.3
    assert score(WORD, {ASPAL: 1.0}, length=3.0) < counts[0]


def test_everything_is_equally_relevant() -> None:
    assert score(All(), {}) == 0.0


@pytest.mark.parametrize("documents", [0, 1, 10, 10_000])
def test_rarity_falls_with_frequency_and_is_never_negative(documents: int) -> None:
    values = [rarity(documents, containing) for containing in range(0, documents + 2, max(1, documents // 10))]
    assert values == sorted(values, reverse=True)
    assert values[-1] >= 0.0
