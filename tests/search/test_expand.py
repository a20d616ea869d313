"""Widening: families and synonyms where a word was typed bare, nothing where it was quoted or excluded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.expand import MAX_TERMS, MAX_VARIANTS, NOTHING, Lexicon, expand, notes
from search.lexicon import SEARCH
from search.match import leaves
from search.query import MAX_WORDS, And, Choice, Not, Or, Phrase, Query, parse

FAMILIES = {"tertib": ("tertib", "menertibkan", "penertiban"), "batu": ("batunya",)}
GROUPS = [
    (("wali", "kota"), ("walikota",), ("walkot",)),
    (("ktp", "el"), ("ektp",)),
    (("dinas", "kominfo"), ("diskominfo",)),
    (("dinas",), ("jawatan",)),
]


def synonyms(tokens: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [other for group in GROUPS if tokens in group for other in group if other != tokens]


LEXICON = Lexicon(family=lambda word: FAMILIES.get(word, ()), synonyms=synonyms)


def widened(typed: str) -> Query:
    return expand(parse(typed), LEXICON)


def test_a_word_brings_its_family_typed_form_first() -> None:
    assert widened("tertib") == Choice((("tertib",), ("menertibkan",), ("penertiban",)))


def test_a_word_brings_synonyms_of_several_words() -> None:
    assert widened("walikota") == Choice((("walikota",), ("wali", "kota"), ("walkot",)))


def test_a_word_of_several_tokens_has_synonyms() -> None:
    assert widened("KTP-el") == Choice((("ktp", "el"), ("ektp",)))


def test_words_in_a_row_have_synonyms_together() -> None:
    named = Choice((("wali", "kota"), ("walikota",), ("walkot",)))
    each = And((Phrase(("wali",)), Phrase(("kota",))))
    assert widened("wali kota depok") == And((Or((named, each)), Phrase(("depok",))))
    assert widened("wali kota") == Or((named, each))


def test_the_longest_row_wins_and_its_words_keep_their_own() -> None:
    assert widened("dinas kominfo") == Or(
        (
            Choice((("dinas", "kominfo"), ("diskominfo",))),
            And((Choice((("dinas",), ("jawatan",))), Phrase(("kominfo",)))),
        )
    )


@pytest.mark.parametrize("typed", ['"tertib"', '"wali kota"', "wali OR kota", 'wali "kota"', "banjir", "*"])
def test_leaves_alone_what_is_quoted_parted_or_unknown(typed: str) -> None:
    assert not [part for part in _parts(widened(typed)) if isinstance(part, Choice)]


def test_what_is_excluded_is_excluded_as_typed() -> None:
    tree = widened("tertib -batu -(wali kota)")
    assert isinstance(tree, And)
    assert tree.parts[1:] == parse("x -batu -(wali kota)").parts[1:]  # type: ignore[union-attr]


def test_notes_say_what_else_is_searched() -> None:
    assert notes(parse('wali kota tertib "batu" -batu ATAU tertib'), LEXICON) == {
        "wali kota": ("walikota", "walkot"),
        "tertib": ("menertibkan", "penertiban"),
    }
    assert notes(parse("tertib"), NOTHING) == {}


GREEDY = Lexicon(
    family=lambda word: [f"{word}{n}" for n in range(100)],
    synonyms=lambda tokens: [(f"{'x'.join(tokens)}y{n}",) for n in range(50)],
)


@given(st.integers(1, MAX_WORDS), st.sampled_from([" ", " OR ", " AND "]))
def test_however_rich_the_lexicon_the_terms_are_bounded(words: int, between: str) -> None:
    tree = expand(parse(between.join(f"kata{n}" for n in range(words))), GREEDY)
    assert len(list(leaves(tree))) <= MAX_TERMS
    assert all(len(part.forms) <= MAX_VARIANTS for part in _parts(tree) if isinstance(part, Choice))


@pytest.mark.parametrize(
    ("typed", "also"),
    [
        ("penertiban", ("ditertibkan",)),
        ("walikota", ("wali", "kota")),
        ("wali kota", ("walkot",)),
        ("disdukcapil", ("dukcapil",)),
        ("e-KTP", ("ktp", "el")),
        ("asn", ("pns",)),
    ],
)
def test_the_language_room_is_joined(typed: str, also: tuple[str, ...]) -> None:
    assert also in list(leaves(expand(parse(typed), SEARCH)))


@pytest.mark.parametrize("name", ["pemalang", "bekasi", "kediri", "pasuruan"])
def test_names_of_regions_get_no_family(name: str) -> None:
    assert all(leaf[0].startswith(name[:5]) or len(leaf) > 1 for leaf in leaves(expand(parse(name), SEARCH)))


def _parts(query: Query) -> list[Query]:
    inner: tuple[Query, ...] = ()
    if isinstance(query, And | Or):
        inner = query.parts
    if isinstance(query, Not):
        inner = (query.part,)
    return [query, *(part for each in inner for part in _parts(each))]
