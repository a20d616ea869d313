"""The judgement on real labelled pairs, where the measurement data is at hand."""

import os
from argparse import Namespace
from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from benchmarks.data import default_folder
from benchmarks.pairs import measure, read_rows
from kliping.article import Article, Published
from pipeline.deduplicate.names import is_moved, number_of
from pipeline.deduplicate.text import Text
from tests.measured import data

NEEDED = ("labels/pairs.jsonl", "click-id/articles.jsonl.xz")


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    folder = default_folder()
    missing = [name for name in NEEDED if not (folder / name).exists()]
    if missing:
        message = f"measurement data {', '.join(missing)} is missing (set KLIPING_DATA)"
        if os.environ.get("KLIPING_REQUIRE_ALL") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return measure(Namespace(data=folder, flow=0))


def test_copies_are_found_and_little_else_is_called_a_copy(report: dict[str, Any]) -> None:
    found = report["ours"]["all"]
    assert found["copy_recall"] >= 0.95
    assert found["copy_precision"] >= 0.95


def test_other_reports_of_one_event_are_not_merged(report: dict[str, Any]) -> None:
    assert report["ours"]["all"]["merged_precision"] >= 0.95
    assert report["ours"]["between outlets"]["wrong"] == 0


def test_more_is_found_with_fewer_errors_than_by_plain_similarity(report: dict[str, Any]) -> None:
    ours, plain = report["ours"]["all"], report["jaccard_of_5_grams"]["all"]
    assert ours["merged_recall"] > plain["merged_recall"] + 0.05
    assert ours["wrong"] < plain["wrong"]


def test_of_22_136_articles_none_is_taken_for_another_that_moved() -> None:
    """Some share a number in their addresses; every address is an article of its own."""
    named: dict[str, list[Article]] = defaultdict(list)
    for row, article in read_rows(data("click-id/articles.jsonl.xz").parents[1]):
        dated = replace(article, published=_published(row))
        if number := number_of(dated):
            named[number].append(dated)
    shared = [pair for articles in named.values() for pair in combinations(articles, 2) if pair[0].id != pair[1].id]
    assert shared
    assert [(a.url, b.url) for a, b in shared if is_moved(Text(a), Text(b))] == []


def _published(row: dict[str, Any]) -> Published | None:
    try:
        instant = datetime.strptime(f"{row['date']} {row['time'][:5]}", "%Y-%m-%d %H:%M")  # noqa: DTZ007
    except ValueError:
        return None
    at = instant.replace(tzinfo=ZoneInfo("Asia/Jakarta"))
    return Published(instant=at, zone="Asia/Jakarta", precision="minute", source="page", raw="")
