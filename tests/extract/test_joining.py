"""Parts of an article as one text: in order, nothing twice, and the whole article in place of its first page."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.joining import joined
from pipeline.extract.title import plain

LEAD = "Petani di empat kecamatan memanen padi serentak pada Selasa pagi, disaksikan bupati."
ONE, TWO, THREE = (f"Paragraf {name} dari cerita yang dipotong menjadi beberapa halaman." for name in ("a", "b", "c"))
CAPTION = "Petani memanen padi di Kecamatan Maju."
WORDS = st.lists(st.sampled_from(["satu", "dua", "tiga", "empat", "lima", "Satu.", "enam tujuh"]), max_size=5).map(
    tuple
)


def test_parts_follow_each_other() -> None:
    assert joined([(LEAD, ONE), (TWO,), (THREE,)]) == (LEAD, ONE, TWO, THREE)


def test_what_a_part_repeats_of_those_before_it_is_said_once() -> None:
    assert joined([(LEAD, ONE, TWO), (LEAD.upper(), CAPTION, THREE), (CAPTION, "Selesai.")]) == (
        LEAD, ONE, TWO, CAPTION, THREE, "Selesai.",
    )  # fmt: skip


def test_what_one_page_says_twice_it_says_twice() -> None:
    assert joined([("Setuju?", "Ya.", "Pasti?", "Ya."), (TWO,)]) == ("Setuju?", "Ya.", "Pasti?", "Ya.", TWO)


def test_the_whole_article_stands_for_its_first_page_in_its_own_order() -> None:
    assert joined([(LEAD, ONE), (LEAD, CAPTION, ONE, TWO, THREE)]) == (LEAD, CAPTION, ONE, TWO, THREE)


def test_a_whole_that_is_the_first_page_again_changes_nothing() -> None:
    assert joined([(LEAD, ONE), (LEAD, ONE), (TWO,)]) == (LEAD, ONE, TWO)
    assert joined([(LEAD, ONE, TWO), (LEAD, ONE)]) == (LEAD, ONE, TWO)


def test_a_first_page_without_text_is_no_hindrance() -> None:
    assert joined([(), (ONE,)]) == (ONE,)
    assert joined([]) == ()


@given(st.lists(WORDS, max_size=5))
def test_nothing_that_any_part_says_is_lost(parts: list[tuple[str, ...]]) -> None:
    assert {plain(line) for line in joined(parts)} == {plain(line) for part in parts for line in part}
