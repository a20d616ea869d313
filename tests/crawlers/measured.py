"""The measurement data that the tests of this room read, where it is installed."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest


def data(name: str) -> Path:
    """A file of the data folder. Without it the test is skipped; fails when everything is required."""
    root = Path(os.environ.get("KLIPING_DATA") or Path(__file__).parents[2] / ".." / "shared" / "data")
    path = root / name
    if not path.exists():
        message = f"measurement data {name} is missing (set KLIPING_DATA)"
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
