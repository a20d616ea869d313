"""The room's data files: each says where it comes from and when, and reads cleanly."""

from importlib.resources import files

import pytest

from kliping.indonesian.datafiles import lines

NAMES = sorted(file.name for file in files("kliping.indonesian").joinpath("data").iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_header_says_origin_and_date(name: str) -> None:
    text = files("kliping.indonesian").joinpath("data", name).read_text(encoding="utf-8")
    header = text[: text.index("\n" + next(lines(name)))]
    assert "Origin:" in header
    assert "Date" in header


@pytest.mark.parametrize("name", NAMES)
def test_lines_are_clean_and_none_stands_twice(name: str) -> None:
    read = list(lines(name))
    assert all(line == line.strip() for line in read)
    assert len(set(read)) == len(read)
