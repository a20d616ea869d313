"""Addresses in pasted text: found, trimmed, opened, never invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.discovery import refusal
from crawlers.pasted import MAX_PASTED, addresses


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[24/11/26 07.15.10] Bu Rina: https://a.test/berita/1", ["https://a.test/berita/1"]),
        ("24/11/26 07.15 - Pak Adi: baca (https://a.test/berita/1), ya.", ["https://a.test/berita/1"]),
        ("lihat https://a.test/berita_(1).", ["https://a.test/berita_(1)"]),
        ("*https://a.test/1* _https://a.test/2_ ~https://a.test/3~", [f"https://a.test/{n}" for n in (1, 2, 3)]),
        ("\u200ehttps://a.test/1\u200f <https://a.test/1?utm_source=wa>", ["https://a.test/1"]),
        ("HTTPS://A.test/Satu\nhttp://www.a.test/Satu/", ["HTTPS://A.test/Satu"]),
        ("https://l.wrap.test/l.php?u=https%3A%2F%2Fa.test%2F1%3Fx%3D2&h=AT0", ["https://a.test/1?x=2"]),
        ("https://www.wrap.test/url?sa=t&q=https%3A%2F%2Fa.test%2F1&ved=0", ["https://a.test/1"]),
        ("https://wrap.test/?url=https%3A%2F%2Fl.wrap.test%2Fl.php%3Fu%3Dhttps%253A%252F%252Fa.test%252F1", ["https://a.test/1"]),
        ("https://a.test/berita/1?url=https%3A%2F%2Fb.test%2F", ["https://a.test/berita/1?url=https%3A%2F%2Fb.test%2F"]),
        ("https://wrap.test/url?q=javascript:alert(1)", ["https://wrap.test/url?q=javascript:alert(1)"]),
        ("ftp://a.test/1 www.a.test javascript:x https:// http://", []),
    ],
)  # fmt: skip
def test_what_is_found(text: str, found: list[str]) -> None:
    assert addresses(text) == found


@given(st.text(alphabet=st.sampled_from("htps:/.?&=u()[]*,a1 \n\u200e%"), max_size=200))
def test_any_text_gives_addresses_that_may_be_asked(text: str) -> None:
    assert [url for url in addresses(text) if refusal(url)] == []


def test_a_long_paste_is_bounded() -> None:
    assert len(addresses("\n".join(f"https://a.test/{n}" for n in range(900)))) == MAX_PASTED
