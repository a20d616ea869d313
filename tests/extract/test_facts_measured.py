"""Facts of real pages, also when what their heads state is taken away: as on sites whose heads say nothing."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from benchmarks.data import read_bytes
from benchmarks.extract_judge import same_time
from benchmarks.extract_truth import Truth, pages
from kliping.article import Found
from pipeline.extract import Reading, read_page
from pipeline.extract.charset import decode
from pipeline.extract.plain import plain
from tests.measured import data

SOMEWHERE = "https://kabarcontoh.example/1"


def _without_scripts(html: str) -> str:
    return re.sub(r"(?is)<script[^>]*ld\+json.*?</script>", "", html)


def _without_head(html: str) -> str:
    return re.sub(r"(?is)<meta\b[^>]*>|<title.*?</title>", "", _without_scripts(html))


def _without_headings(html: str) -> str:
    return re.sub(r"(?i)<(/?)h[1-6]\b", r"<\1div", html)


def _read(truth: Truth, changed: Callable[[str], str]) -> Reading:
    html = changed(decode(read_bytes(truth.path), ""))
    url = truth.url or SOMEWHERE
    return read_page(
        html.encode(), url=url, answered=url, zone="Asia/Jakarta", fetched_at=datetime(2026, 11, 24, tzinfo=UTC),
        content_type="text/html; charset=utf-8", found=Found(way="hand"),
    )  # fmt: skip


@pytest.mark.parametrize("changed", [str, _without_scripts, _without_head, _without_headings])
def test_titles_and_days_are_read_from_what_is_left(changed: Callable[[str], str]) -> None:
    wrong = []
    for truth in pages(data("pages-id")):
        found = _read(truth, changed)
        published = found.published.instant.isoformat() if found.published else ""
        if truth.title is not None and plain(truth.title) != plain(found.title):
            wrong.append((truth.name, found.title))
        if truth.published is not None and not same_time(truth.published[:10], published):
            wrong.append((truth.name, published))
    assert len(wrong) <= (2 if changed is _without_headings else 0), wrong


def test_bylines() -> None:
    """All but one, whose truth is the editor."""
    labelled = [truth for truth in pages(data("pages-id")) if truth.authors is not None]
    right = [set(map(plain, truth.authors or ())) == set(map(plain, _read(truth, str).byline)) for truth in labelled]
    assert right.count(False) <= 1
