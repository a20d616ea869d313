"""The section of a story."""

import json

import pytest

from tests.extract.pages import STORY, TITLE, html, paragraphs, read

BODY = paragraphs(*STORY)


def linked(**item: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(item)}</script>'


def trail(*names: str) -> str:
    steps = [
        {"@type": "ListItem", "position": n, "item": {"@id": f"/{n}", "name": name}} for n, name in enumerate(names)
    ]
    return linked(**{"@type": "BreadcrumbList", "itemListElement": steps})


@pytest.mark.parametrize(
    ("page", "section", "source"),
    [
        (html(BODY, head=linked(**{"@type": "NewsArticle"}, articleSection="Daerah")), "Daerah", "json-ld"),
        (html(BODY, head=linked(**{"@type": "NewsArticle"}, articleSection=["Daerah", "Depok"])), "Daerah", "json-ld"),
        (html(BODY, head='<meta property="article:section" content="Daerah">'), "Daerah", "meta"),
        (html(BODY, head=trail("Home", "Daerah", TITLE)), "Daerah", "json-ld"),
        (html(BODY, head=trail("kabarcontoh", "Daerah", "Depok", TITLE)), "Daerah", "json-ld"),
        (
            f'<ul class="breadcrumb"><li><a>Beranda</a></li><li><a>Daerah</a></li><li>{TITLE}</li></ul>{html(BODY)}',
            "Daerah",
            "page",
        ),
        (f'<div class="breadcrumb"><a>Home</a> <a>Daerah</a> <a>Depok</a></div>{html(BODY)}', "Daerah", "page"),
        (f'<ul class="breadcrumb"><li><a>Beranda</a></li><li><a>{TITLE}</a></li></ul>{html(BODY)}', "", None),
        (html(BODY, head=linked(**{"@type": "BreadcrumbList"}, itemListElement=[1, {"name": 2}, None])), "", None),
    ],
)
def test_sections(page: str, section: str, source: str | None) -> None:
    found = read(page)
    assert (found.section, found.sources.get("section")) == (section, source)
