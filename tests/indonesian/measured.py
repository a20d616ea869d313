"""The measurement data that the tests of this room read, where it is installed."""

import gzip
import os
from pathlib import Path

import pytest


def text_of(name: str) -> str:
    """The file `name` of the data folder. Without it the test is skipped; fails when everything is required."""
    root = Path(os.environ.get("KLIPING_DATA") or Path(__file__).parents[2] / ".." / "shared" / "data")
    path = root / name
    if not path.exists():
        message = f"measurement data {name} is missing (set KLIPING_DATA)"
        if os.environ.get("KLIPING_REQUIRE_ALL") == "1":
            pytest.fail(message)
        pytest.skip(message)
    content = path.read_bytes()
    return (gzip.decompress(content) if name.endswith(".gz") else content).decode("utf-8")


def rows_of(name: str) -> list[list[str]]:
    """The lines of a tab-separated file as columns."""
    return [line.split("\t") for line in text_of(name).splitlines()]
