"""The outlet lists in `config/outlets/`: CSV files with a header, TOML files with `[[outlets]]`.

Every row is checked before anything is opened; an error names the file, the line (or the number of the table) and the
column. In a CSV file a line that begins with `#` is a remark.
"""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kliping.errors import ConfigError
from kliping.outlets import COLUMNS, Outlet, outlet_of_row
from kliping.settings import read_toml


def load_outlets(folder: Path) -> dict[str, Outlet]:
    """All outlets of `folder/*.csv` and `folder/*.toml` by id, in file order. Raises ConfigError."""
    files = sorted((*folder.glob("*.csv"), *folder.glob("*.toml")))
    if not files:
        raise ConfigError(f"{folder}: no outlet list (*.csv, *.toml) here")
    found: dict[str, Outlet] = {}
    owners: dict[str, str] = {}
    for file in files:
        for where, row in _tables(file) if file.suffix == ".toml" else _rows(file):
            outlet = outlet_of_row(row, where)
            if outlet.id in found:
                raise ConfigError(f"{where}: outlet id {outlet.id!r} is there already")
            check_sources(outlet, owners, where)
            found[outlet.id] = outlet
    return found


def check_sources(outlet: Outlet, owners: dict[str, str], where: str) -> None:
    """Note the outlet's sources in `owners` (URL -> outlet id). Raises ConfigError for one that another has."""
    for url in outlet.sources:
        if owners.setdefault(url, outlet.id) != outlet.id:
            raise ConfigError(f"{where}: {url} is a source of outlet {owners[url]!r} already")


def _rows(file: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Every row with its place; a row is one line, so a name with a line break is refused where it stands."""
    lines = _lines(file)
    header = next(lines, (0, []))[1]
    unknown = set(header) - set(COLUMNS)
    if unknown or "id" not in header or len(set(header)) < len(header):
        raise ConfigError(
            f"{file}: columns expected: {', '.join(COLUMNS)}; unknown: {', '.join(sorted(unknown)) or 'none'}"
        )
    for number, row in lines:
        where = f"{file}:{number}"
        if len(row) != len(header):
            raise ConfigError(f"{where}: expected {len(header)} columns as in the header, got {len(row)}")
        yield where, dict(zip(header, row, strict=True))


def _lines(file: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        lines = file.read_text("utf-8").split("\n")  # not splitlines: a name may hold U+2028
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: {error}") from None
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            try:
                yield number, next(csv.reader([line], strict=True))
            except csv.Error as error:
                raise ConfigError(f"{file}:{number}: {error}") from None


def _tables(file: Path) -> Iterator[tuple[str, dict[str, str]]]:
    raw = read_toml(file)
    tables = raw.get("outlets")
    if "outlets" not in raw and {"id", "name"} <= set(raw):
        return  # a desk's file: a small installation keeps both in one folder
    if set(raw) != {"outlets"} or not isinstance(tables, list):
        raise ConfigError(f"{file}: [[outlets]] expected and nothing else, got {', '.join(raw) or 'nothing'}")
    for number, table in enumerate(tables, 1):
        where = f"{file}: outlets {number}"
        if not isinstance(table, Mapping) or not set(table) <= set(COLUMNS):
            raise ConfigError(f"{where}: keys expected: {', '.join(COLUMNS)}")
        yield where, {key: _as_text(value, f"{where}: column {key}") for key, value in table.items()}


def _as_text(value: Any, where: str) -> str:
    """A TOML value as the cell of a CSV row would be."""
    match value:
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case list() if all(isinstance(one, str) and len(one.split()) == 1 for one in value):
            return " ".join(value)
        case _:
            raise ConfigError(f"{where}: expected text, true, false or a list of URLs")
