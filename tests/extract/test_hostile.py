"""Pages that mean harm, are broken, or are no pages: read_page never raises and never runs away."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.hostile.pages import KINDS
from benchmarks.hostile.pages import STORY as HOSTILE_STORY
from kliping.article import Found, revision_id
from kliping.wire import MAX_MESSAGE
from pipeline.extract import read_page
from pipeline.extract.document import within_limits
from pipeline.extract.reading import MAX_TEXT
from tests.extract.pages import LEAD, QUOTE, SECOND, STORY, TITLE, html, paragraphs, read

NOW = datetime(2026, 11, 24, tzinfo=UTC)
LINKED = '{"@type":["NewsArticle",1],"author":[null,{"name":[1]}],"image":[]}'
FRAGMENTS = st.sampled_from(
    [
        "<p>", "</p>", "<div class='a-b'>", "</div>", "<h1>", "<table><tr><td>", "<br>", "<!--", "-->", "<script>",
        "</script>", f'<script type="application/ld+json">{LINKED}</script>', '<meta property="og:title" content="',
        '<time datetime="', "<![CDATA[", "&#0;", "&amp;", "\x00", "\ud800", " - ", "Baca juga: ", "Penulis : ",
        "24/11/2026 08:30 WIB", "<link rel=canonical href='http://[", "Kota Maju meresmikan taman kota. " * 4,
    ]
)  # fmt: skip


@given(st.binary(max_size=400), st.text(max_size=30))
def test_no_bytes_raise(body: bytes, text: str) -> None:
    found = Found(way="feed", title=text, published=text)
    reading = read_page(
        body, url=text, answered=text, zone="Asia/Jakarta", fetched_at=NOW, content_type=text, found=found
    )
    revision_id(reading.title, reading.paragraphs)


@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=20)), max_size=40))
def test_no_markup_raises(parts: list[str]) -> None:
    reading = read("".join(parts).encode("utf-8", "surrogatepass"))
    assert all(text.strip() == text and text for text in reading.paragraphs)


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 300 + "".join(f"<p>{text}</p>" for text in STORY),
        "<p>" + "</p><p>".join(STORY) + "</div></table></b>",
        f"<table><tr><td colspan=1000000000>{'<br>'.join(STORY)}",
        "<div " + " ".join(f'a{number}="1"' for number in range(20_000)) + f">{paragraphs(*STORY)}",
        html(paragraphs(*STORY), head=f'<script type="application/ld+json">{"[" * 50_000}</script>'),
        html("\0".join(paragraphs(*STORY))),
        f"<title>{TITLE}<body><h1>{TITLE}</h1>{paragraphs(*STORY)}",
    ],
)
def test_a_story_in_broken_markup_is_read(page: str) -> None:
    assert read(page).paragraphs == STORY


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_hostile_page_raises_and_what_is_read_is_bounded(kind: str) -> None:
    """That none of them takes long is a claim of `benchmarks.hostile`; here a test's own limit of time stands."""
    found = read(KINDS[kind]())
    assert sum(map(len, found.paragraphs)) <= MAX_TEXT
    assert found.refused in ("", "not_html")


# What follows a story does not reach it; what stands before it may, as far as its end lies beyond the limits.
BEHIND = (
    "deep_divs", "links", "linked_cards", "rows", "colspans", "entities", "huge_attribute", "attributes", "comments",
    "scripts", "headings", "other_headings", "svg_mathml", "data_uris", "templates", "deep_templates", "selects",
    "line_breaks", "open_tags", "angles", "doctypes", "blanks",
)  # fmt: skip


@pytest.mark.parametrize("kind", BEHIND)
def test_a_story_is_read_for_all_that_hangs_behind_it(kind: str) -> None:
    assert read(KINDS[kind]()).paragraphs == HOSTILE_STORY


def test_what_lies_beyond_the_limits_is_cut_and_said() -> None:
    found = read(html("".join(f"<p>{text}</p>" for text in STORY), "<hr>" * 30_000))
    assert found.paragraphs == STORY
    assert "page_cut" in found.flags
    assert "page_cut" not in read(html(paragraphs(*STORY), "<hr>" * 10_000)).flags


def test_a_picture_that_lies_in_the_page_itself_hides_no_story() -> None:
    assert read(html(f'<img src="data:image/png;base64,{"A" * 9_000_000}">', paragraphs(*STORY))).paragraphs == STORY


@given(st.integers(0, 45_000), st.integers(19_990, 20_010), st.sampled_from(["a=1 ", "x"]))
def test_limits_are_idempotent_and_keep_all_of_a_page_within_them(before: int, size: int, piece: str) -> None:
    page = f"{' ' * before}<p {piece * (size // len(piece))}>Teks</p>"
    small, cut = within_limits(page)
    assert within_limits(small) == (small, False)
    assert not cut
    assert (small == page) == (page.count("=") <= 1000 or size < 20_000)


def test_nesting_beyond_the_parsers_limit_loses_text_and_says_so() -> None:
    found = read(f"<title>{TITLE}</title>" + "<div>" * 100_000 + LEAD)
    assert found.paragraphs == ()
    assert "empty_text" in found.flags


@pytest.mark.parametrize(
    "page",
    [
        "".join(f'<a href="/{number}">Judul berita nomor {number} yang panjang</a>' for number in range(100_000)),
        "<table>" + "<tr><td>a<td>b" * 100_000,
    ],
)
def test_a_hundred_thousand_links_or_rows_are_no_story(page: str) -> None:
    assert "empty_text" in read(page).flags


def test_a_text_of_twelve_megabytes_is_cut_below_the_limit_of_a_message() -> None:
    found = read(f"<title>{TITLE}</title><p>" + f"{SECOND} " * 120_000)
    assert {"text_cut", "page_cut"} <= set(found.flags)
    assert sum(map(len, found.paragraphs)) <= MAX_TEXT < MAX_MESSAGE // 4


@pytest.mark.parametrize("body", [b"", b"   ", b"<!-- nothing -->", b"<html></html>"])
def test_an_empty_page_keeps_the_feeds_title_and_time(body: bytes) -> None:
    found = read(body, found=Found(way="feed", title=TITLE, published="Tue, 24 Nov 2026 08:30:00 +0700"))
    assert (found.title, found.paragraphs) == (TITLE, ())
    assert found.published is not None
    assert "empty_text" in found.flags


def test_a_short_story_is_not_swapped_for_the_furniture_of_the_page() -> None:
    assert read(html("<p>Selasa, 24 November 2026</p>", paragraphs(LEAD, QUOTE))).paragraphs == (LEAD, QUOTE)


def test_a_page_that_is_no_utf_8_is_read() -> None:
    page = html(paragraphs(LEAD.replace("taman", "tamán"), SECOND, QUOTE)).encode("cp1252")
    assert read(page, kind="text/html; charset=utf-8").paragraphs[0] == LEAD.replace("taman", "tamán")
