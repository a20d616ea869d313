"""Text of strangers: whatever comes, one clean line goes out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kliping.text import clean_line, is_id, shorten

anything = st.text(st.characters(exclude_categories=()), max_size=200)  # lone surrogates too


@given(anything)
@settings(deadline=None)
def test_a_clean_line_is_one_line_that_can_be_encoded(text: str) -> None:
    line = clean_line(text)
    assert line == line.strip()
    assert line.splitlines() in ([], [line])
    line.encode("utf-8")
    assert clean_line(line) == line


@given(anything, st.integers(1, 50))
@settings(deadline=None)
def test_a_limit_holds(text: str, limit: int) -> None:
    line = clean_line(text, limit)
    assert len(line) <= limit
    if line != clean_line(text):
        assert line.endswith("…")
        assert clean_line(text).startswith(line[:-1])


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("Wali\x00 Kota\r\n\tResmikan  Taman", "Wali Kota Resmikan Taman"),
        ("\ufeffBanjir\u202e terbalik\u202c", "Banjir terbalik"),
        ("\x1b[31mmerah", "[31mmerah"),
        ("50\xa0persen\u3000warga\u2028baru", "50 persen warga baru"),
        ("Jum’at “ramai”", "Jum’at “ramai”"),
        ("", ""),
    ],
)
def test_what_goes_and_what_stays(dirty: str, clean: str) -> None:
    assert clean_line(dirty) == clean


def test_a_long_line_is_cut_at_a_word_where_one_is_near() -> None:
    assert shorten("Wali Kota meresmikan taman kota", 20) == "Wali Kota meresmika…"
    assert shorten("Wali Kota meresmikan taman kota", 24) == "Wali Kota meresmikan…"
    assert shorten("Pemerintahprovinsikalimantan", 10) == "Pemerinta…"


@pytest.mark.parametrize("good", ["kota-tangerang", "a", "0", "a.b_c", "a" * 64])
def test_ids(good: str) -> None:
    assert is_id(good)


@pytest.mark.parametrize("bad", ["", "-a", "A", "a b", "a/b", "a\n", "é", "a" * 65])
def test_no_ids(bad: str) -> None:
    assert not is_id(bad)
