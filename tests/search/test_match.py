"""Watches over an article: the same answer as the archive's, and the words that show it."""

import tempfile
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kliping.indonesian.words import token_spans
from search.archive import Order
from search.archive.sqlite import SqliteArchive
from search.match import Matcher, Span, matches
from search.query import And, Choice, Not, Or, Phrase, Query, Word, parse
from tests.contracts.archive import document


def spans(typed: str, title: str, text: str) -> tuple[Span, ...] | None:
    return matches(parse(typed), token_spans(title), token_spans(text))


def shown(typed: str, title: str, text: str) -> list[str] | None:
    found = spans(typed, title, text)
    if found is None:
        return None
    return [(title if span.where == "title" else text)[span.start : span.end] for span in found]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("banjir", ["Banjir", "banjir"]),
        ("banjir ciputat", ["Banjir", "Ciputat", "banjir"]),
        ('"wali kota"', ["Wali  Kota"]),
        ("KTP-el", ["KTP-el"]),
        ("jumat", ["Jum’at"]),
        ("banjir -gempa", ["Banjir", "banjir"]),
        ("gempa OR ciputat", ["Ciputat"]),
        ("(gempa OR banjir) ciputat", ["Banjir", "Ciputat", "banjir"]),
        ("banjir -ciputat", None),
        ("gempa", None),
        ('"ciputat wali"', None),
        ("*", []),
        ("* -gempa", []),
        ("* -banjir", None),
    ],
)
def test_finds_the_words_that_show_it(typed: str, words: list[str] | None) -> None:
    assert shown(typed, "Banjir di Ciputat", "Wali  Kota: banjir surut\nJum’at, bawa KTP-el.") == words


def test_overlapping_phrases_are_all_found() -> None:
    assert shown('"a b c" "b c" "a b" a', "", "a b c") == ["a", "a b", "a b c", "b c"]


def test_many_queries_give_what_each_gives_alone() -> None:
    typed = ["banjir", "banjir -ciputat", '"wali kota" OR gempa', "*", "x y", "ciputat banjir"]
    queries = {text: parse(text) for text in typed}
    title, text = token_spans("Banjir Ciputat"), token_spans("kata wali kota")
    alone = {name: found for name, query in queries.items() if (found := matches(query, title, text)) is not None}
    assert Matcher(queries).find(title, text) == alone
    assert set(alone) == {"banjir", '"wali kota" OR gempa', "*", "ciputat banjir"}


WORDS = st.sampled_from(["a", "b", "c", "d"])
LEAVES = st.lists(WORDS, min_size=1, max_size=3).map(tuple)
ATOMS = st.one_of(LEAVES.map(Word), LEAVES.map(Phrase), st.lists(LEAVES, min_size=2, max_size=3).map(tuple).map(Choice))


def _trees(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(inner, min_size=2, max_size=3)
    excluding = st.tuples(inner, inner).map(lambda two: And((two[0], Not(two[1]))))
    return st.one_of(several.map(tuple).map(And), several.map(tuple).map(Or), excluding)


TREES: st.SearchStrategy[Query] = st.recursive(ATOMS, _trees, max_leaves=8)
ORDERS: Final[tuple[Order, ...]] = ("newest", "relevance")
TEXTS = st.lists(st.lists(WORDS, max_size=6).map(" ".join), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(TREES, TEXTS)
def test_a_watch_and_a_search_agree(query: Query, texts: list[str]) -> None:
    """Any tree over any small articles: the archive finds exactly what the matcher finds."""
    documents = [
        document(n, title=title, text=text) for n, (title, text) in enumerate(zip(texts, texts[::-1], strict=True))
    ]
    with tempfile.TemporaryDirectory() as folder:
        archive = SqliteArchive(Path(folder) / "archive.db", widen=lambda tree: tree)
        archive.add(documents)
        results = [archive.search("kota", query, limit=100, order=order) for order in ORDERS]
        archive.close()
    expected = {d.id for d in documents if matches(query, token_spans(d.title), token_spans(d.text)) is not None}
    assert [{hit.document.id for hit in found.hits} for found in results] == [expected, expected]
