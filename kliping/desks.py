"""The desks: one government each, with its watches. TOML files in `config/desks/`."""

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from kliping.errors import ConfigError
from kliping.settings import convert, read_toml
from kliping.text import ID_FORM, is_id

SameName = Literal["take", "leave"]


class Watch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a desk looks for: a query in the language that staff type (see `search/query.py`)."""

    id: str
    title: str
    query: str
    same_name: SameName = "take"
    """"leave": not what is only about another region of the desk's name: Kabupaten X for Kota X, X Selatan for X."""


class Recipient(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who gets the desk's editions by mail. More are kept on a page of the desk."""

    address: str
    name: str = ""


class Desk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One government that the press is read for."""

    id: str
    name: str
    region: str = ""  # code of the region that it governs
    zone: str = "Asia/Jakarta"
    watches: tuple[Watch, ...] = ()
    unit: str = ""  # letterhead: the office that makes the clippings
    address: str = ""  # letterhead: a line below the unit's name
    logo: str = ""  # letterhead: a PNG or JPEG file beside the desk's file
    officer: str = ""  # who signs the sheet
    edition_at: str = "06:00"  # when the morning edition closes, in the desk's zone
    recipients: tuple[Recipient, ...] = ()
    file: str = ""  # where it was read; set by `load_desks`


def load_desks(folder: Path) -> dict[str, Desk]:
    """All desks of `folder/*.toml` by id. Raises ConfigError naming the file and what is wrong."""
    if not folder.is_dir():
        raise ConfigError(f"{folder}: no such folder; expected one with a file for each desk (*.toml)")
    found: dict[str, Desk] = {}
    for file in sorted(folder.glob("*.toml")):
        desk = _load(file)
        if desk.id in found:
            raise ConfigError(f"{file}: desk id {desk.id!r} is there already")
        found[desk.id] = desk
    return found


def _load(file: Path) -> Desk:
    raw = read_toml(file)
    if "file" in raw:
        raise ConfigError(f"{file}: [file] is not a setting")
    desk = msgspec.structs.replace(convert(raw, Desk, file), file=str(file))
    _check(desk, file)
    return desk


def _check(desk: Desk, file: Path) -> None:
    for key, name in (("id", desk.id), *((f"watches.{watch.id}.id", watch.id) for watch in desk.watches)):
        if not is_id(name):
            raise ConfigError(f"{file}: [{key}] expected {ID_FORM}, got {name!r}")
    try:
        ZoneInfo(desk.zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigError(f"{file}: [zone] expected an IANA name such as Asia/Jakarta, got {desk.zone!r}") from None
    ids = [watch.id for watch in desk.watches]
    if len(set(ids)) < len(ids):
        raise ConfigError(f"{file}: [watches] two watches share an id")
