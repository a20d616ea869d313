"""An outlet: what is read where. Every row, from a file or from staff, is checked here before anything is opened."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kliping.errors import ConfigError
from kliping.indonesian.regions import regions, zone_of
from kliping.indonesian.zones import zone_name
from kliping.text import ID_FORM, clean_line, is_id
from kliping.urls import host_of, is_web_url

KINDS: Final = (
    *("agency", "agency-regional", "print", "online", "network-regional", "broadcaster", "government", "blog"),
    *("aggregator", "magazine"),
)
DEFAULT_ZONE: Final = "Asia/Jakarta"
MAX_NAME: Final = 120  # characters of a name and of the terms: both stand in tables
MAX_TERMS: Final = 300
_INVENTED_FROM: Final = 97  # no decree gives provinces these numbers: test presses have their places there


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One medium. `feeds`, `listings`, `sitemaps` and `wordpress` are absolute URLs."""

    id: str
    name: str
    domain: str  # host, with a port where it is not the usual one
    region: str = ""  # region code, '' = national, or of several provinces
    kind: str = "online"
    zone: str = DEFAULT_ZONE
    feeds: tuple[str, ...] = ()
    listings: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    wordpress: str = ""  # root of its REST interface, such as https://example.co.id/wp-json/
    render: bool = False  # its pages need a browser to show their text
    terms: str = ""  # what the outlet says about automatic reading, for people
    forbidden: bool = False  # its terms forbid it: off until an operator switches it on, which is logged
    enabled: bool = True

    @property
    def sources(self) -> tuple[str, ...]:
        """The addresses at which it names its news."""
        return (*self.feeds, *self.listings, *self.sitemaps, *((self.wordpress,) if self.wordpress else ()))


COLUMNS: Final = tuple(field.name for field in fields(Outlet))
LISTS: Final = ("feeds", "listings", "sitemaps")
_DOMAIN: Final = re.compile(r"[a-z0-9.-]+(:\d{1,5})?")
_FLAGS: Final = {"yes": True, "no": False}


def outlet_of_row(row: Mapping[str, str], where: str) -> Outlet:
    """The outlet of a row: text by column, URLs between blanks, flags as yes or no; what is missing has its default.

    Raises ConfigError that begins with `where` and names the column and what was expected.
    """
    values = {key: value.strip() for key, value in row.items()}
    forbidden = _flag(values, "forbidden", "no", where)
    if forbidden and values.get("enabled") == "yes":
        raise ConfigError(
            f"{where}: column enabled: the terms forbid automatic taking, so a list cannot switch it on; "
            f"an operator can: scrapy outlets --enable {values.get('id', '')}"
        )
    region = _region(values.get("region", ""), where)
    return Outlet(
        id=_id(values.get("id", ""), where),
        name=_text(values, "name", MAX_NAME, where),
        domain=_domain(values.get("domain", ""), where),
        region=region,
        kind=_one_of(values.get("kind") or "online", KINDS, f"{where}: column kind"),
        zone=_zone(values.get("zone", ""), region, where),
        feeds=_urls(values, "feeds", where),
        listings=_urls(values, "listings", where),
        sitemaps=_urls(values, "sitemaps", where),
        wordpress=_one_url(values.get("wordpress", ""), where),
        render=_flag(values, "render", "no", where),
        terms=clean_line(values.get("terms", ""), MAX_TERMS),
        forbidden=forbidden,
        enabled=not forbidden and _flag(values, "enabled", "yes", where),
    )


def row_of(outlet: Outlet) -> dict[str, str]:
    """The row that `outlet_of_row` reads back; `enabled` is no where the terms forbid, whatever an operator decided."""
    row = {name: getattr(outlet, name) for name in COLUMNS}
    row |= {name: " ".join(row[name]) for name in LISTS}
    row |= {name: "yes" if row[name] else "no" for name in ("render", "forbidden", "enabled")}
    return row | ({"enabled": "no"} if outlet.forbidden else {})


def line_of(outlet: Outlet) -> str:
    """A line of an outlet list with all COLUMNS in their order."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(row_of(outlet).values())
    return text.getvalue()


def outlet_of_line(line: str, where: str) -> Outlet:
    """The outlet of one line with all COLUMNS in their order; those at the end may be missing. Raises ConfigError."""
    try:
        cells = next(csv.reader([line.strip()], strict=True), [])
    except csv.Error as error:
        raise ConfigError(f"{where}: {error}") from None
    if len(cells) > len(COLUMNS):
        raise ConfigError(f"{where}: at most {len(COLUMNS)} columns expected ({','.join(COLUMNS)}), got {len(cells)}")
    return outlet_of_row(dict(zip(COLUMNS, cells, strict=False)), where)


def outlet_of(url: str, outlets: Iterable[Outlet]) -> Outlet | None:
    """The outlet that a URL belongs to: the longest domain that the URL's host ends in; of equals the national one."""
    host = host_of(url)
    matching = [o for o in outlets if host == _host(o.domain) or host.endswith("." + _host(o.domain))]
    return max(matching, key=lambda outlet: (len(outlet.domain), not outlet.region), default=None)


def concerns(outlet: Outlet, region: str) -> bool:
    """Whether an outlet is expected to write about `region`: it is national or of the same province."""
    return not region or not outlet.region or outlet.region[:2] == region[:2]


def _host(domain: str) -> str:
    return domain.partition(":")[0].removeprefix("www.")


def _id(text: str, where: str) -> str:
    if not text:
        raise ConfigError(f"{where}: column id must not be empty")
    if not is_id(text):
        raise ConfigError(f"{where}: column id: expected {ID_FORM}, got {text!r}")
    return text


def _text(values: Mapping[str, str], key: str, limit: int, where: str) -> str:
    text = clean_line(values.get(key, ""))
    if not text:
        raise ConfigError(f"{where}: column {key} must not be empty")
    if len(text) > limit:
        raise ConfigError(f"{where}: column {key}: expected at most {limit} characters, got {len(text)}")
    return text


def _domain(text: str, where: str) -> str:
    if not text:
        raise ConfigError(f"{where}: column domain must not be empty")
    if not _DOMAIN.fullmatch(text):
        raise ConfigError(f"{where}: column domain: expected a host such as example.co.id, got {text!r}")
    return text


def _region(text: str, where: str) -> str:
    """A Kemendagri code, or one of the numbers that belong to no province."""
    invented = re.fullmatch(r"(\d\d)(\.\d\d){0,2}", text) and int(text[:2]) >= _INVENTED_FROM
    if text and text not in regions() and not invented:
        raise ConfigError(f"{where}: column region: expected a region code such as 36 or 36.74, got {text!r}")
    return text


def _zone(name: str, region: str, where: str) -> str:
    """The zone as it stands there, else that of the region. Its clocks must be those of the region."""
    known = region in regions()
    if not name:
        return zone_of(region) if known else DEFAULT_ZONE
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigError(f"{where}: column zone: expected an IANA name such as Asia/Makassar, got {name!r}") from None
    if known and zone_name(name) != zone_name(zone_of(region)):
        wanted = zone_of(region)
        raise ConfigError(
            f"{where}: column zone: region {region} has {zone_name(wanted)} ({wanted}), got {name!r}"
        ) from None
    return name


def _one_of(text: str, known: tuple[str, ...], where: str) -> str:
    if text not in known:
        raise ConfigError(f"{where}: expected one of {', '.join(known)}, got {text!r}")
    return text


def _urls(values: Mapping[str, str], key: str, where: str) -> tuple[str, ...]:
    texts = values.get(key, "").split()
    for text in texts:
        if not is_web_url(text):
            raise ConfigError(f"{where}: column {key}: expected http(s) URLs between blanks, got {text!r}")
    return tuple(dict.fromkeys(texts))


def _one_url(text: str, where: str) -> str:
    if text and (not is_web_url(text) or len(text.split()) > 1):
        raise ConfigError(f"{where}: column wordpress: expected one http(s) URL, got {text!r}")
    return text


def _flag(values: Mapping[str, str], key: str, default: str, where: str) -> bool:
    text = values.get(key) or default
    if text not in _FLAGS:
        raise ConfigError(f"{where}: column {key}: expected yes or no, got {text!r}")
    return _FLAGS[text]
