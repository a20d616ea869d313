"""JSON-LD as sites write it, whole and broken."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.linkeddata import ARTICLE_TYPES, crumbs, objects, pick, with_author
from tests.extract.pages import STORY, html, paragraphs, read

ARTICLE = '{"@context": "https://schema.org", "@type": "NewsArticle", "datePublished": "2026-11-24T08:30:00+07:00"'
AUTHOR = '"author": {"@type": "Person", "name": "Siti Contoh"}'


@pytest.mark.parametrize(
    "script",
    [
        f"{ARTICLE}, {AUTHOR}}}",
        f"<!-- {ARTICLE}, {AUTHOR}}} -->",
        f"//<![CDATA[\n{ARTICLE}, {AUTHOR}}}\n//]]>",
        f"{ARTICLE}, {AUTHOR}}};",
        f"{ARTICLE}, {AUTHOR},}}",
        f'[{ARTICLE}, "keywords": ["taman", ], {AUTHOR}}},]',
        f'{ARTICLE}, "headline": "Kata\n\tBupati", {AUTHOR}}}',
        f"{ARTICLE}, {AUTHOR}}}".replace('"', "&quot;"),
        f'{ARTICLE}, "headline": "Bupati: "Rawat Taman" Ini", {AUTHOR}}}',
        f'{ARTICLE}, "description": "tanpa akhir, {AUTHOR}',
    ],
)
def test_a_script_tells_time_and_author_whatever_is_wrong_with_it(script: str) -> None:
    found = read(html(paragraphs(*STORY), head=f'<script type="application/ld+json">{script}</script>'))
    assert found.published is not None
    assert (found.published.source, found.published.raw) == ("json-ld", "2026-11-24T08:30:00+07:00")
    assert found.byline == ("Siti Contoh",)


def test_a_broken_script_of_something_else_says_nothing() -> None:
    assert objects('{"@type": "Organization", "name": "Kabar "Contoh"", "datePublished": "2026-11-24"}') == []


@given(st.text() | st.text(alphabet='{}[]":,@typeaurhnms0 \\'))
def test_any_script_is_read(script: str) -> None:
    found = objects(script)
    assert isinstance(with_author(pick(found, ARTICLE_TYPES), found), dict)
    assert isinstance(crumbs(found), tuple)


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["@graph", "@type", "@id", "author", "name", "item", "itemListElement", "x"]), inner
            )
        ),
        max_leaves=20,
    )
)
def test_any_json_is_read(value: object) -> None:
    found = objects(json.dumps(value))
    assert isinstance(with_author(pick(found, ARTICLE_TYPES), found), dict)
    assert all(isinstance(name, str) for name in crumbs(found))


def test_of_very_many_authors_the_first_are_looked_at() -> None:
    article = {"@type": "NewsArticle", "author": [f"Nama {number}" for number in range(30_000)]}
    assert with_author(article, [article])["author"] == [f"Nama {number}" for number in range(100)]
    few = {"@type": "NewsArticle", "author": ["Ani Lestari", "Budi Santoso"]}
    assert with_author(few, [few]) == few
