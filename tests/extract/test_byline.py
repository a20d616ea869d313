"""The people of the byline, apart from editors, desks and sites."""

import pytest

from tests.extract.pages import STORY, html, paragraphs, read

BODY = paragraphs(*STORY)


def linked(author: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "author": {author}}}</script>'


@pytest.mark.parametrize(
    ("page", "names"),
    [
        (html(BODY, head=linked('{"@type": "Person", "name": "Siti Contoh"}')), ("Siti Contoh",)),
        (html(BODY, head=linked('[{"name": "Siti Contoh"}, {"name": "Budi Umpama"}]')), ("Siti Contoh", "Budi Umpama")),
        (html(BODY, head=linked('"Siti Contoh"')), ("Siti Contoh",)),
        (html(BODY, head='<meta name="author" content="Siti Contoh">'), ("Siti Contoh",)),
        (html("<p>Penulis: Siti Contoh</p>", BODY), ("Siti Contoh",)),
        (html("<p>Pewarta: Siti Contoh dan Budi Umpama</p>", BODY), ("Siti Contoh", "Budi Umpama")),
        (html("<p>Oleh Siti Contoh - Selasa, 24 November 2026</p>", BODY), ("Siti Contoh",)),
        (html("<td>Penulis</td><td>: Siti Contoh</td><td>Editor</td><td>: Budi Umpama</td>", BODY), ("Siti Contoh",)),
        (html('<div class="author">Siti Contoh - kabarcontoh</div>', BODY), ("Siti Contoh",)),
        (html(BODY, "<p>Penulis: Siti Contoh | Editor: Budi Umpama</p>"), ("Siti Contoh",)),
    ],
)
def test_writers_are_found_wherever_they_are_named(page: str, names: tuple[str, ...]) -> None:
    assert read(page).byline == names


@pytest.mark.parametrize(
    "desk", ["Redaksi", "Admin", "Tim Kabar", "Kabar Contoh", "Diskominfo Kota Maju", "https://x.example/a"]
)
def test_desks_sites_and_addresses_are_no_people(desk: str) -> None:
    head = f'<meta property="og:site_name" content="Kabar Contoh"><meta name="author" content="{desk}">'
    assert read(html(BODY, head=head)).byline == ()


def test_whom_the_page_calls_editor_is_no_writer() -> None:
    page = html(
        "<p>Penulis: Siti Contoh</p>", BODY, "<p>Editor: Budi Umpama</p>", head=linked('{"name": "Budi Umpama"}')
    )
    assert read(page).byline == ("Siti Contoh",)
