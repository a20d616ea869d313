"""Bytes to text: what is declared is a claim, what is there decides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.charset import decode


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("Café".encode(), ""),
        ("Café".encode(), "text/html; charset=iso-8859-1"),
        ("Café".encode("cp1252"), "text/html; charset=utf-8"),
        ("Café".encode("cp1252"), ""),
        ("Café".encode("cp1252"), "text/html; charset=ISO-8859-1"),
        (b'<meta charset="windows-1252">' + "Café".encode("cp1252"), "text/html"),
        (b"\xef\xbb\xbf" + "Café".encode(), ""),
        (b"\xff\xfe" + "Café".encode("utf-16-le"), "text/html; charset=utf-8"),
        ("Café".encode("cp1252"), "text/html; charset=utf-7"),
        ("Café".encode("cp1252"), "text/html; charset=no-such-thing"),
    ],
)
def test_accents_survive_right_and_wrong_labels(body: bytes, kind: str) -> None:
    assert decode(body, kind).endswith("Café")


def test_the_quotes_of_windows_survive_in_a_page_that_is_utf_8_elsewhere() -> None:
    assert decode("naïf ".encode() + b"\x93taman\x94") == "naïf “taman”"


def test_a_declared_legacy_encoding_is_used() -> None:
    assert decode("Москва".encode("windows-1251"), "text/html; charset=windows-1251") == "Москва"


def test_nuls_are_taken_out() -> None:
    assert decode(b"ta\0man") == "taman"


@given(st.binary(max_size=200), st.text(max_size=40))
def test_no_bytes_and_no_label_raise(body: bytes, label: str) -> None:
    assert "\0" not in decode(body, f"text/html; charset={label}")


def test_a_text_with_very_many_impossible_bytes_is_windows_1252_and_one_with_a_few_is_utf_8() -> None:
    assert decode("tamán ".encode("cp1252") * 20_000) == "tamán " * 20_000
    assert decode("kota – ".encode() + b"tam\xe1n " * 100) == "kota – " + "tamán " * 100
