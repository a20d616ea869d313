"""Which address a story goes under, and its picture."""

import pytest

from pipeline.extract.links import is_home
from tests.extract.pages import STORY, URL, html, paragraphs, read

BODY = paragraphs(*STORY)


@pytest.mark.parametrize(
    ("stated", "url"),
    [
        (URL.replace("www.", ""), URL),
        ("/berita/101/wali-kota-resmikan-taman", f"{URL}?utm_source=x"),
        (URL, f"{URL}/2"),
        (URL, f"{URL}/amp"),
        ("https://m.kabarcontoh.example/b/9-taman", URL),
    ],
)
def test_a_canonical_link_of_the_same_owner_is_believed(stated: str, url: str) -> None:
    found = read(html(BODY, head=f'<link rel="canonical" href="{stated}">'), url=url)
    assert found.sources["url"] == "canonical"
    assert found.url.endswith(stated)


@pytest.mark.parametrize(
    "stated",
    [
        "",
        "https://www.kabarcontoh.example/",
        "https://www.kabarcontoh.example/index.php",
        "https://www.kabarcontoh.example/berita",
        "https://lain.example/berita/101/wali-kota-resmikan-taman",
        "javascript:alert(1)",
        "http://[",
    ],
)
def test_a_canonical_link_to_elsewhere_a_home_or_a_section_is_not(stated: str) -> None:
    found = read(html(BODY, head=f'<link rel="canonical" href="{stated}">'))
    assert (found.url, found.sources["url"]) == (URL, "answered")


def test_home_pages() -> None:
    assert is_home("https://kabarcontoh.example")
    assert is_home("https://kabarcontoh.example/index.php")
    assert not is_home("https://kabarcontoh.example/?p=123")
    assert not is_home(URL)


def test_the_picture_is_an_absolute_web_address() -> None:
    assert read(html(BODY, head='<meta property="og:image" content="/foto/1.jpg">')).picture == (
        "https://www.kabarcontoh.example/foto/1.jpg"
    )
    assert read(html(BODY, head='<meta property="og:image" content="data:image/png;base64,AA">')).picture == ""
