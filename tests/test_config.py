"""What is shipped in config/: every setting is there at its true default, and desks and outlets load."""

import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from kliping.desks import load_desks
from kliping.outlets_files import load_outlets
from kliping.settings import DEFAULT_FILE, Settings, convert, load, read_toml

ROOT = Path(__file__).parents[1]
FILE = ROOT / DEFAULT_FILE


def uncommented() -> dict[str, Any]:
    return tomllib.loads(re.sub(r"(?m)^#(?=[a-z_]+ = )", "", FILE.read_text("utf-8")))


def defaults() -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(Settings())
    del found["root"]
    return found


def paths(table: dict[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        yield key
        if key in ("crawl", "work"):
            yield from (f"{key}.{inner}" for inner in value)


def test_as_shipped_nothing_is_set() -> None:
    assert all(table == {} for table in read_toml(FILE).values())
    assert msgspec.structs.replace(load(FILE, {}), root=".") == Settings()


def test_every_setting_is_listed_in_the_order_of_the_code() -> None:
    assert list(paths(uncommented())) == list(paths(defaults()))


def test_uncommenting_all_of_it_gives_the_defaults() -> None:
    assert convert(uncommented(), Settings, FILE) == Settings()


def test_every_setting_is_explained_on_the_line_above() -> None:
    lines = FILE.read_text("utf-8").splitlines()
    for above, line in pairwise(lines):
        if re.match(r"#[a-z_]+ = ", line):
            assert re.match(r"# \S.*\.$", above), line


def test_the_starter_desks_load() -> None:
    desks = load_desks(ROOT / "config/desks")
    assert desks["kota-tangerang-selatan"].region == "36.74"
    assert all(desk.watches for desk in desks.values())


def test_the_starter_outlets_load_and_have_something_to_read() -> None:
    outlets = load_outlets(ROOT / "config/outlets")
    provinces = {outlet.region[:2] for outlet in outlets.values()}
    assert len(outlets) >= 300
    assert len(provinces) >= 34  # the provinces of the public lists, and '' for the whole country
    for outlet in outlets.values():
        assert outlet.sources, outlet.id


def test_outlets_that_forbid_automatic_reading_are_off() -> None:
    for outlet in load_outlets(ROOT / "config/outlets").values():
        assert outlet.forbidden == ("forbid" in outlet.terms), outlet.id
        assert not (outlet.forbidden and outlet.enabled), outlet.id


def test_every_outlet_list_says_where_it_comes_from() -> None:
    for file in (ROOT / "config/outlets").glob("*.csv"):
        header = [line for line in file.read_text("utf-8").splitlines() if line.startswith("#")]
        assert any(re.search(r"\b20\d\d\b", line) for line in header), file
