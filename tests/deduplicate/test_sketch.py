"""Sketches: the same for the same words, near for near texts, small for any text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.deduplicate.sketch import BANDS, MOST_GRAMS, SHORT, exact_digest, resemblance, sketch
from tests.deduplicate.made import edited, words


def test_estimates_the_share_of_common_triples() -> None:
    one, same, half, other = (
        sketch("", text).minhash
        for text in (words(1, 300), words(1, 300), edited(words(1, 300), 9, 0.3), words(2, 300))
    )
    found = resemblance(one, [same, half, other, b""])
    assert found[0] == 1.0
    assert 0.35 < found[1] < 0.75  # true Jaccard: 208 of 388 triples = .54; 128 permutations err by .044
    assert found[2] < 0.05
    assert found[3] == 0.0


def test_bands_and_sampled_grams_are_told_apart() -> None:
    made = sketch("", words(3, 400))
    assert sum(band % 2 for band in made.bands) == BANDS
    assert any(band % 2 == 0 for band in made.bands)


def test_a_short_text_has_no_signature() -> None:
    made = sketch("digest", words(1, SHORT - 1))
    assert (made.minhash, made.bands, made.exact) == (b"", (), "digest")


def test_a_text_of_a_megabyte_stays_small() -> None:
    made = sketch("", words(1, 150_000))
    assert len(made.bands) <= BANDS + MOST_GRAMS


def test_a_caption_is_equal_only_with_its_title() -> None:
    caption = ["foto", "istimewa"]
    assert exact_digest(["banjir"], caption) != exact_digest(["kebakaran"], caption)
    assert exact_digest(["banjir"], words(1)) == exact_digest(["kebakaran"], words(1))


@given(st.lists(st.text(), max_size=200))
@settings(max_examples=50, deadline=None)
def test_any_words_have_a_sketch_that_fits_the_database(text: list[str]) -> None:
    made = sketch("", [word.encode("utf-8", "replace").decode() for word in text])
    assert made == sketch("", [word.encode("utf-8", "replace").decode() for word in text])
    assert all(-(2**63) <= band < 2**63 for band in made.bands)
