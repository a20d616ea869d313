"""The room's own data files: UTF-8 text with a header of `#` lines that says origin and date."""

from collections.abc import Iterator
from importlib.resources import files


def lines(name: str) -> Iterator[str]:
    """The lines of data file `name`, without header, comments and empty lines."""
    text = files("kliping.indonesian").joinpath("data", name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield line


def rows(name: str) -> Iterator[list[str]]:
    """The lines of tab-separated data file `name` as lists of columns."""
    for line in lines(name):
        yield line.split("\t")
