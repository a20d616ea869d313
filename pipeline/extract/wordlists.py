"""The room's own data files: one entry a line, `#` begins a comment line that says origin and why."""

from functools import cache
from importlib.resources import files


@cache
def entries(name: str) -> tuple[str, ...]:
    """The entries of data file `name` in order."""
    text = files("pipeline.extract").joinpath("data", name).read_text(encoding="utf-8")
    return tuple(line.rstrip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


@cache
def words(name: str) -> frozenset[str]:
    """The blank-separated words of data file `name`."""
    return frozenset(word for line in entries(name) for word in line.split())
