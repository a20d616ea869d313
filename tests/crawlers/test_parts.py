"""Parts of an article: only its own address with another number is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.parts import MAX_PARTS, brings_more, next_part, part_of

URL = "https://a.test/berita/1/panen-raya"


@pytest.mark.parametrize(
    ("address", "part"),
    [
        (URL, 1),
        (f"{URL}/", 1),
        (f"{URL}?page=1", 1),
        (f"{URL}?page=0", 1),
        (f"{URL}?page=2", 2),
        (f"{URL}?halaman=3", 3),
        (f"{URL}?showpage=2", 2),
        (f"{URL}/2", 2),
        (f"{URL}/page/4/", 4),
        (f"{URL}/halaman/2", 2),
        (f"{URL}?page=all", 0),
        (f"{URL}?show=all", 0),
        (f"{URL}?single=1", 0),
        (f"{URL}/full", 0),
        ("https://www.a.test/berita/1/panen-raya?page=2", 2),
        (f"{URL}?x=1&page=2", None),  # another parameter: another page
        (f"{URL}/komentar?page=2", None),
        (f"{URL}?cpage=2", None),
        (f"{URL}-2", None),
        (f"{URL}/2026", None),
        (f"{URL}/2?page=3", None),
        ("https://a.test/berita/1", None),
        ("https://b.test/berita/1/panen-raya?page=2", None),
    ],
)
def test_an_address_names_its_part(address: str, part: int | None) -> None:
    assert part_of(address, URL) == part


def test_a_number_that_the_articles_own_address_ends_with_is_no_part() -> None:
    assert part_of("https://a.test/berita/3", "https://a.test/berita/2") is None
    assert part_of("https://a.test/berita/2/2", "https://a.test/berita/2") == 2
    assert next_part('<a href="/berita/3">Berikutnya</a>', "https://a.test/berita/2", "https://a.test/berita/2") == ""


@pytest.mark.parametrize(
    ("own", "other"),
    [("?p=1", "?p=2"), ("?p=77", "?p=78"), ("index.php?p=7", "index.php?p=8"), ("b.php?p=12", "b.php?p=13")],
)
def test_a_number_that_alone_names_the_article_is_no_part(own: str, other: str) -> None:
    """A blog's plain address: its next number is its next post."""
    url = f"https://a.test/{own}"
    assert next_part(f'<a href="/{other}">Selanjutnya »</a>', url, url) == ""


def test_a_blog_s_plain_address_may_have_parts() -> None:
    assert part_of("https://a.test/?p=8&page=2", "https://a.test/?p=8") == 2
    assert part_of("https://a.test/?p=9&page=2", "https://a.test/?p=8") is None


def test_parameters_that_name_the_article_belong_to_it() -> None:
    article = "https://a.test/index.php?id=12&kat=3"
    assert part_of("https://a.test/index.php?kat=3&id=12&hal=2", article) == 2
    assert part_of("https://a.test/index.php?kat=3&id=13&hal=2", article) is None
    assert part_of(f"{article}&page=all", f"{article}&page=2") == 0


@pytest.mark.parametrize(
    "words",
    [
        "2", "[2]", "Halaman 2", "Hal. 2", "Bagian 2", "Page 2", "Next", "Next »", "Next page", "Halaman selanjutnya",
        "Selanjutnya", "Halaman Berikutnya →", "Baca halaman berikutnya", "Lanjut ke halaman 2", "Lanjutkan membaca",
        "Baca selanjutnya", "Klik halaman selanjutnya", "Lanjut »", "Lanjutan", "»", "Baca selengkapnya",
    ],
)  # fmt: skip
def test_the_next_part_is_called_so(words: str) -> None:
    assert next_part(f'<p>Isi</p><a href="?page=2">{words}</a>', URL, URL) == f"{URL}?page=2"


@pytest.mark.parametrize(
    "words",
    ["Semua", "Tampilkan semua", "Lihat semua halaman", "Show All", "View all pages", "Baca versi lengkap",
     "Satu halaman", "Single page"],
)  # fmt: skip
def test_the_whole_is_called_so(words: str) -> None:
    assert next_part(f'<a href="?page=2">2</a><a href="?page=all">{words}</a>', URL, URL) == f"{URL}?page=all"


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("?page=3", "3"),  # the second comes first
        ("?page=2", "Bupati panen raya bersama petani"),  # a headline
        ("/berita/2/lain", "Berikutnya"),
        ("http://b.test/berita/1/panen-raya?page=2", "2"),
        ("https://b.a.test/berita/1/panen-raya?page=2", "2"),
        (f"?page={MAX_PARTS + 90}", "99"),
        ("?cpage=2", "Komentar berikutnya"),
        ("/berita?page=2", "2"),  # of the listing above
    ],
)
def test_nothing_else_is_followed(link: str, words: str) -> None:
    assert next_part(f'<p>Isi</p><a href="{link}">{words}</a>', URL, URL) == ""


@pytest.mark.parametrize("box", ['id="comments"', 'class="daftar-komentar"', 'class="widget related-posts"'])
def test_pages_of_comments_and_of_lists_beside_the_story_are_no_parts(box: str) -> None:
    pages = '<a href="?page=2">2</a>'
    assert next_part(f"<div {box}><ul><li>{pages}</ul></div>", URL, URL) == ""
    body = f'<body class="single comments-open"><div {box}>x</div>Isi<div class="paging">{pages}</div>'
    assert next_part(body, URL, URL) == f"{URL}?page=2"


def test_the_whole_is_better_than_the_next_part_where_the_first_names_it() -> None:
    page = '<a href="?page=2">2</a><a href="?page=3">3</a><a href="?page=all">Semua</a>'
    assert next_part(page, URL, URL) == f"{URL}?page=all"
    assert next_part(page, URL, URL, whole=False) == f"{URL}?page=2"
    assert next_part(page, f"{URL}?page=2", URL) == f"{URL}?page=3"
    assert next_part(page, f"{URL}?page=3", URL) == ""


def test_a_whole_that_names_a_second_part_is_not_taken_at_its_word() -> None:
    assert next_part('<a href="?page=2">2</a><a href="?page=all">Semua</a>', f"{URL}?page=all", URL) == f"{URL}?page=2"
    assert next_part("<p>Semua.</p>", f"{URL}?page=all", URL) == ""


def test_a_next_article_is_no_part() -> None:
    page = '<link rel="next" href="/berita/2/banjir"><a rel="next" href="/berita/2/banjir">x</a>'
    assert next_part(page, URL, URL) == ""
    assert next_part(f'<link rel="next" href="{URL}?page=2">', URL, URL) == f"{URL}?page=2"


def test_a_page_that_repeats_another_brings_nothing_more() -> None:
    first = "<html><title>Panen - Halaman 1</title><p>Petani panen raya.</p><script>a=1</script>"
    assert not brings_more(
        "<html><title>Panen - 9</title><p>Petani panen raya.</p><b>9</b><script>b</script>", (first,)
    )
    assert brings_more("<html><title>Panen - Halaman 2</title><p>Bupati hadir.</p>", (first,))
    assert not brings_more("<p>Bupati hadir.</p>", (first, "<p>Bupati hadir.</p>"))


@pytest.mark.parametrize(
    "page", ["<script>" * 400_000, ">" + "1" * 4_000_000, "<p>x" * 400_000, f"<a href=?page=2>{'» ' * 240}" * 9_000]
)
def test_a_page_that_was_made_to_hurt_is_looked_through_once(page: str) -> None:
    assert brings_more("<p>Baru", (page,))
    assert next_part(page, URL, URL) == ""


@given(st.text(max_size=60))
def test_any_address_has_a_place(text: str) -> None:
    assert part_of(f"https://a.test/{text}", URL) in {None, *range(100)}


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_words_can_be_compared(one: str, other: str) -> None:
    assert not brings_more(one, (one, other))
