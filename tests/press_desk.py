"""A Kliping installation that reads a press: outlets, desk and the hosts that may lie on loopback."""

import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kliping.outlets import COLUMNS
from tests.installation import Installation, settings_toml
from tests.press.files import desk_toml
from tests.press.press import Press

EVERYTHING = 'id = "semua"\nname = "Semua"\n\n[[watches]]\nid = "semua"\ntitle = "Semua berita"\nquery = "*"\n'


def install(
    folder: Path,
    press: Press,
    *,
    everything: bool = False,
    crawl: Mapping[str, Any] | None = None,
    top: Mapping[str, Any] | None = None,
    **tables: Any,
) -> Installation:
    """An installation in `folder` that reads `press` as its outlets; `crawl` and other tables override defaults.

    top: settings outside of all tables, such as the stores.
    """
    installation = Installation(folder, offset=_offset(press))
    hosts = {"allow": press.allow, "hosts": dict.fromkeys(press.hosts, "127.0.0.1")}
    desks = {"press": desk_toml(press.scenario)} | ({"semua": EVERYTHING} if everything else {})
    installation.configure(
        settings_toml(top or {}, crawl={**hosts, **(crawl or {})}, **tables), outlets_csv(press), desks
    )
    return installation


def outlets_csv(press: Press) -> str:
    """The press's outlets as Kliping's list."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(press.outlets)
    return text.getvalue()


def _offset(press: Press) -> float:
    """How far the press's clock is from the real one, seconds."""
    return (press.now() - datetime.now(UTC)).total_seconds()
