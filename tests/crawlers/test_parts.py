"""Parts of an article: only its own address with another number is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.parts import MAX_PARTS, next_part, place

URL = "https://a.test/berita/1/panen-raya"


@pytest.mark.parametrize(
    ("address", "part"),
    [
        (URL, 1),
        (f"{URL}/", 1),
        (f"{URL}?page=2", 2),
        (f"{URL}?halaman=3&x=1", 3),
        (f"{URL}/2", 2),
        (f"{URL}/page/4/", 4),
        (f"{URL}?page=all", 0),
        ("https://a.test/berita/1", 1),
        ("https://a.test/berita/2026", 1),
    ],
)
def test_an_address_names_its_part(address: str, part: int) -> None:
    assert place(address).part == part


@pytest.mark.parametrize(
    ("link", "words", "further"),
    [
        ("?page=2", "2", True),
        ("?page=2", "Halaman selanjutnya", True),
        (f"{URL}/2", "Lanjut »", True),
        (f"{URL}/page/2", "Berikutnya", True),
        ("?page=all", "Tampilkan semua", True),
        ("?page=3", "3", False),  # the second comes first
        ("?page=2", "Bupati panen raya bersama petani", False),  # a headline
        ("/berita/2/lain", "Berikutnya", False),
        ("http://b.test/berita/1/panen-raya?page=2", "2", False),
        (f"?page={MAX_PARTS + 90}", "99", False),
        ("?cpage=2", "Komentar berikutnya", False),
    ],
)
def test_only_the_articles_own_parts_are_followed(link: str, words: str, further: bool) -> None:
    assert bool(next_part(f'<p>Isi</p><a href="{link}">{words}</a>', URL)) is further


def test_the_whole_is_better_than_the_next_part_and_has_no_further_one() -> None:
    page = '<a href="?page=2">2</a><a href="?page=all">Semua</a>'
    assert next_part(page, URL) == f"{URL}?page=all"
    assert next_part(page, f"{URL}?page=all") == ""


def test_a_next_article_is_no_part() -> None:
    assert next_part('<link rel="next" href="/berita/2/banjir"><a rel="next" href="/berita/2/banjir">x</a>', URL) == ""
    assert next_part(f'<link rel="next" href="{URL}?page=2">', URL) == f"{URL}?page=2"


@given(st.text(max_size=60))
def test_any_address_has_a_place(text: str) -> None:
    assert 0 <= place(f"https://a.test/{text}").part <= 99
