"""Snippets: plain text round the first match, whatever the text is."""

from hypothesis import given
from hypothesis import strategies as st

from search.snippet import ELLIPSIS, LENGTH, Highlighter

BANJIR = Highlighter([("banjir",), ("wali", "kota")])


def marked(text: str, spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [text[start:end] for start, end in spans]


def test_a_short_text_is_whole() -> None:
    found = BANJIR.snippet("Wali Kota meninjau\nbanjir.")
    assert found.text == "Wali Kota meninjau banjir."
    assert marked(found.text, found.marks) == ["Wali Kota", "banjir"]


def test_a_match_far_down_is_shown_with_what_stands_round_it() -> None:
    found = BANJIR.snippet("kata " * 5_000 + "lalu banjir surut " + "kata " * 100)
    assert marked(found.text, found.marks) == ["banjir"]
    assert found.text.startswith(f"{ELLIPSIS}kata ")
    assert found.text.endswith(f" kata{ELLIPSIS}")


def test_without_a_match_the_beginning_is_shown() -> None:
    found = BANJIR.snippet("kata " * 200)
    assert (found.text[:9], found.marks) == ("kata kata", ())


def test_overlapping_marks_are_one() -> None:
    both = Highlighter([("wali", "kota"), ("kota", "depok"), ("kota",)])
    assert both.marks("Wali Kota Depok, kota") == ((0, 15), (17, 21))


@given(st.text() | st.lists(st.sampled_from(["banjir", "\n", " ", "\u2028", "x" * 500, "é"])).map("".join))
def test_any_text_has_a_snippet_with_marks_inside_it(text: str) -> None:
    found = BANJIR.snippet(text)
    assert len(found.text) <= LENGTH + 2
    assert "\n" not in found.text
    ends = [0, *(end for span in found.marks for end in span)]
    assert ends == sorted(ends)
    assert ends[-1] <= len(found.text)
