"""The outlets: what is read where. CSV files in `config/outlets/`, every row checked before anything is opened."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kliping.errors import ConfigError
from kliping.text import ID_FORM, is_id
from kliping.urls import host_of, is_web_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One medium. `feeds`, `listings`, `sitemaps` and `wordpress` are absolute URLs."""

    id: str
    name: str
    domain: str  # host, with a port where it is not the usual one
    region: str = ""  # region code, '' = national
    kind: str = "online"
    zone: str = "Asia/Jakarta"
    feeds: tuple[str, ...] = ()
    listings: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    wordpress: str = ""  # root of its REST interface, such as https://example.co.id/wp-json/
    render: bool = False  # its pages need a browser to show their text
    terms: str = ""  # what the outlet says about automatic reading, for people
    forbidden: bool = False  # its terms forbid it: off until an operator switches it on, which is logged
    enabled: bool = True


COLUMNS = tuple(field.name for field in fields(Outlet))
_DOMAIN = re.compile(r"[a-z0-9.-]+(:\d{1,5})?")
_LISTS = ("feeds", "listings", "sitemaps")
_FLAGS = {"yes": True, "no": False}


def load_outlets(folder: Path) -> dict[str, Outlet]:
    """All outlets of `folder/*.csv` by id, in file order. Raises ConfigError naming file, line and column."""
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise ConfigError(f"{folder}: no outlet list (*.csv) here")
    found: dict[str, Outlet] = {}
    for file in files:
        for line, outlet in _rows(file):
            if outlet.id in found:
                raise ConfigError(f"{file}:{line}: outlet id {outlet.id!r} is there already")
            found[outlet.id] = outlet
    return found


def _rows(file: Path) -> Iterator[tuple[int, Outlet]]:
    """Every row with its line; a row is one line, so a name with a line break is refused where it stands."""
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
        yield number, _outlet(dict(zip(header, row, strict=True)), where)


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


def _outlet(row: dict[str, str], where: str) -> Outlet:
    values = {key: value.strip() for key, value in row.items()}
    for key in ("id", "name", "domain"):
        if not values.get(key):
            raise ConfigError(f"{where}: column {key} must not be empty")
    if not is_id(values["id"]):
        raise ConfigError(f"{where}: column id: expected {ID_FORM}, got {values['id']!r}")
    if not _DOMAIN.fullmatch(values["domain"]):
        raise ConfigError(f"{where}: column domain: expected a host such as example.co.id, got {values['domain']!r}")
    lists = {key: _urls((values.get(key) or "").split(), f"{where}: column {key}") for key in _LISTS}
    forbidden = _flag(values, "forbidden", "no", where)
    if forbidden and values.get("enabled") == "yes":
        raise ConfigError(
            f"{where}: column enabled: the terms forbid automatic taking, so this list cannot switch it on; "
            f"an operator can: scrapy outlets --enable {values['id']}"
        )
    return Outlet(
        id=values["id"],
        name=values["name"],
        domain=values["domain"],
        region=values.get("region", ""),
        kind=values.get("kind") or "online",
        zone=_zone(values.get("zone") or "Asia/Jakarta", where),
        wordpress=_one_url(values.get("wordpress", ""), f"{where}: column wordpress"),
        render=_flag(values, "render", "no", where),
        terms=values.get("terms", ""),
        forbidden=forbidden,
        enabled=not forbidden and _flag(values, "enabled", "yes", where),
        **lists,
    )


def _urls(texts: Iterable[str], where: str) -> tuple[str, ...]:
    for text in texts:
        if not is_web_url(text):
            raise ConfigError(f"{where}: expected http(s) URLs between blanks, got {text!r}")
    return tuple(texts)


def _one_url(text: str, where: str) -> str:
    if text and not is_web_url(text):
        raise ConfigError(f"{where}: expected an http(s) URL, got {text!r}")
    return text


def _zone(name: str, where: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigError(f"{where}: column zone: expected an IANA name such as Asia/Makassar, got {name!r}") from None
    return name


def _flag(values: dict[str, str], key: str, default: str, where: str) -> bool:
    text = values.get(key) or default
    if text not in _FLAGS:
        raise ConfigError(f"{where}: column {key}: expected yes or no, got {text!r}")
    return _FLAGS[text]


def outlet_of(url: str, outlets: Iterable[Outlet]) -> Outlet | None:
    """The outlet that a URL belongs to: the longest domain that the URL's host ends in."""
    host = host_of(url)
    matching = [o for o in outlets if host == _host(o.domain) or host.endswith("." + _host(o.domain))]
    return max(matching, key=lambda outlet: len(outlet.domain), default=None)


def _host(domain: str) -> str:
    return domain.partition(":")[0].removeprefix("www.")
