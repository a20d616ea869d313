"""Pages that a browser puts together: the story is read from the data in them, and nothing of other stories."""

import json
from typing import Any

import pytest

from pipeline.extract.document import parse
from pipeline.extract.embedded import embedded_story
from tests.extract.pages import STORY, TITLE, read

OTHER = {"title": "Jalan lingkar selesai", "content": "".join(f"<p>{text} Lagi dan lagi.</p>" for text in STORY * 3)}
MARKUP = "".join(f"<p>{text}</p>" for text in STORY)
STRING = {"headline": TITLE, "excerpt": STORY[0], "content": MARKUP, "terkait": [OTHER, OTHER]}
BLOCKS = {
    "title": TITLE,
    "content_elements": [
        {"type": "image", "caption": "Wali kota memotong pita di taman kota yang baru saja selesai, Selasa pagi."},
        *({"type": "text", "content": f"<b>{text[:9]}</b>{text[9:]}"} for text in STORY),
    ],
}
NODES = {
    "judul": TITLE,
    "dokumen": {
        "nodes": [
            {"type": "paragraph", "nodes": [{"leaves": [{"text": text[:12]}, {"text": text[12:], "marks": ["bold"]}]}]}
            for text in STORY
        ]
    },
}
LINES = {"name": TITLE, "isi": "\n\n".join(STORY)}


def in_next(story: Any) -> str:
    data = {"props": {"pageProps": {"populer": [OTHER], "detail": {"data": story}}}}
    return f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script>'


def in_window(story: Any) -> str:
    return f"<script>window.__INITIAL_STATE__ = {json.dumps([{'berita': story}, OTHER])};window.x=1</script>"


def in_attribute(story: Any) -> str:
    escaped = json.dumps({"component": "Berita", "props": {"post": story}}).replace('"', "&quot;").replace("<", "&lt;")
    return f'<div id="app" data-page="{escaped}"></div>'


def page(hidden: str) -> str:
    return f'<html><head><title>{TITLE}</title></head><body><div id="root">Memuat…</div>{hidden}</body></html>'


@pytest.mark.parametrize("placed", [in_next, in_window, in_attribute])
@pytest.mark.parametrize("story", [STRING, BLOCKS, NODES, LINES], ids=["string", "blocks", "nodes", "lines"])
def test_the_story_is_read_from_the_data_of_the_page(placed: Any, story: Any) -> None:
    reading = read(page(placed(story)))
    assert reading.paragraphs == tuple(STORY)
    assert (reading.title, reading.sources["text"]) == (TITLE, "script")
    assert "empty_text" not in reading.flags


@pytest.mark.parametrize(
    "hidden",
    [
        in_next(OTHER),
        in_next({"title": TITLE, "ringkasan": "Pendek saja."}),
        in_next({"title": TITLE, "terkait": [OTHER]}),
        '<script type="application/json">{"title": "' + TITLE + '", "isi": "terpotong',
        '<script type="application/json">' + "[" * 100_000 + "</script>",
    ],
    ids=["another story", "no text", "related", "broken", "deep"],
)
def test_where_no_data_hold_the_story_none_is_read(hidden: str) -> None:
    root = parse(page(hidden))
    assert root is not None
    assert sum(len(line) for line in embedded_story(root, TITLE)) < 20


def test_a_story_that_is_printed_is_read_where_it_is_printed() -> None:
    printed = page(in_next(STRING)).replace("Memuat…", f"<h1>{TITLE}</h1>{MARKUP * 1}")
    assert read(printed).sources["text"] == "outline"
