"""The desks: one government each, with its watches. TOML files in `config/desks/`."""

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from kliping.errors import ConfigError
from kliping.settings import convert, read_toml


class Watch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a desk looks for: a query in the language that staff type (see `search/query.py`)."""

    id: str
    title: str
    query: str


class Desk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One government that the press is read for."""

    id: str
    name: str
    region: str = ""  # code of the region that it governs
    zone: str = "Asia/Jakarta"
    watches: tuple[Watch, ...] = ()


def load_desks(folder: Path) -> dict[str, Desk]:
    """All desks of `folder/*.toml` by id. Raises ConfigError naming the file and what is wrong."""
    found: dict[str, Desk] = {}
    for file in sorted(folder.glob("*.toml")):
        desk = convert(read_toml(file), Desk, file)
        _check(desk, file)
        if desk.id in found:
            raise ConfigError(f"{file}: desk id {desk.id!r} is there already")
        found[desk.id] = desk
    return found


def _check(desk: Desk, file: Path) -> None:
    try:
        ZoneInfo(desk.zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigError(f"{file}: [zone] expected an IANA name such as Asia/Jakarta, got {desk.zone!r}") from None
    ids = [watch.id for watch in desk.watches]
    if len(set(ids)) < len(ids):
        raise ConfigError(f"{file}: [watches] two watches share an id")
