"""The measurement data that tests read, where they are installed. They are no part of the project."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from benchmarks.data import VARIABLE, default_folder


def data(name: str) -> Path:
    """A file of the data folder. Without it the test is skipped; fails where everything is required (CI)."""
    path = default_folder() / name
    if not path.exists():
        message = f"measurement data {name} is missing (set {VARIABLE})"
        if os.environ.get("KLIPING_REQUIRE_ALL") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return path


def first_links(kind: str) -> list[tuple[str, bytes, list[str]]]:
    """Site, document and first links of the feeds (`feed`) or section pages of pages-id."""
    folder = data("pages-id/truth.jsonl").parent
    rows: list[dict[str, Any]] = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()]
    wanted = [row for row in rows if "first_links" in row and row["file"].startswith(kind)]
    return [(row["site"], gzip.decompress((folder / row["file"]).read_bytes()), row["first_links"]) for row in wanted]


def rows_of(name: str) -> list[list[str]]:
    """The lines of a tab-separated file as columns."""
    path = data(name)
    content = path.read_bytes()
    text = (gzip.decompress(content) if name.endswith(".gz") else content).decode("utf-8")
    return [line.split("\t") for line in text.splitlines()]
