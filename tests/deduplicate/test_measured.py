"""The judgement on real labelled pairs, where the measurement data is at hand."""

import os
from argparse import Namespace
from typing import Any

import pytest

from benchmarks.data import default_folder
from benchmarks.pairs import measure

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
