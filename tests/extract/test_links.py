"""Which address a story goes under, and its picture."""

import json

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


@pytest.mark.parametrize(
    ("stated", "url"),
    [
        (f"{URL}?utm_source=WP&utm_medium=box", URL),
        (f"{URL}?id=7&fbclid=x", f"{URL}?id=7"),
        (f"{URL}#komentar", URL),
        (URL.replace("https:", "http:"), URL),
        (URL.removeprefix("https:"), URL),
        (URL.removeprefix("https://"), URL),
        ("berita/101/wali-kota-resmikan-taman", URL),
        ("wali-kota-resmikan-taman", URL),
        ("http://kabarcontoh.example/berita/101/taman", "http://kabarcontoh.example/berita/101/taman"),
    ],
)
def test_a_canonical_link_is_made_one_that_opens(stated: str, url: str) -> None:
    found = read(html(BODY, head=f'<link rel="canonical" href="{stated}">'))
    assert (found.url, found.sources["url"]) == (url, "canonical")


@pytest.mark.parametrize("stated", [f"{URL}/amp", f"{URL}?amp", f"{URL}?amp=1", URL.replace("www.", "amp.")])
def test_no_story_is_linked_by_its_amp_page(stated: str) -> None:
    assert read(html(BODY, head=f'<link rel="canonical" href="{stated}">')).url == URL
    found = read(html(BODY, head=f'<link rel="canonical" href="{URL}">'), url=stated)
    assert (found.url, found.sources["url"]) == (URL, "canonical")


def test_a_copy_that_names_the_original_of_another_site_keeps_its_own_address() -> None:
    original = "https://kabarlain.example/berita/7/wali-kota-resmikan-taman"
    assert read(html(BODY, head=f'<link rel="canonical" href="{original}">')).url == URL


def og(content: str) -> str:
    return f'<meta property="og:image" content="{content}">'


def linked(image: object, **more: object) -> str:
    item = {"@type": "NewsArticle", "image": image, **more}
    return f'<script type="application/ld+json">{json.dumps(item)}</script>'


PHOTO = "https://www.kabarcontoh.example/foto/1.jpg"


@pytest.mark.parametrize(
    ("head", "source"),
    [
        (og("/foto/1.jpg"), "meta"),
        (og("//www.kabarcontoh.example/foto/1.jpg"), "meta"),
        (og("") + og("data:image/png;base64,AA") + og("/foto/1.jpg"), "meta"),
        (og("/assets/logo.png") + linked("/foto/1.jpg"), "json-ld"),
        (og("https://www.kabarcontoh.example/foto") + linked(["/foto/1.jpg"]), "json-ld"),
        (og("/img/no-image.jpg") + linked({"@type": "ImageObject", "contentUrl": "/foto/1.jpg"}), "json-ld"),
        (linked({"@id": "#primaryimage"}, thumbnailUrl="/foto/1.jpg"), "json-ld"),
        ('<meta name="twitter:image" content="/foto/1.jpg">', "meta"),
    ],
)
def test_the_picture_is_the_storys_and_absolute(head: str, source: str) -> None:
    found = read(html(BODY, head=head))
    assert (found.picture, found.sources["picture"]) == (PHOTO, source)


@pytest.mark.parametrize("content", ["data:image/png;base64,AA", "/logo-kabar.png", "javascript:alert(1)", "http://["])
def test_what_is_no_picture_of_a_story(content: str) -> None:
    assert read(html(BODY, head=og(content))).picture == ""


def test_blanks_in_a_pictures_address_are_written_out() -> None:
    assert read(html(BODY, head=og("/foto/wali kota.jpg"))).picture.endswith("/foto/wali%20kota.jpg")
