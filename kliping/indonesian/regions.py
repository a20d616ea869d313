"""The official regions of Indonesia: provinces, regencies and cities, districts, by Kemendagri code.

Codes carry the tree: "36.71.05" lies in "36.71", which lies in "36". Villages are left out (see the data file).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

from kliping.indonesian.datafiles import rows

Kind = Literal["provinsi", "kabupaten", "kota", "kecamatan"]

SYSTEM: Final = "kemendagri"
"""The code system; BPS codes look alike and are others."""

_PREFIXES: Final = (
    "Kabupaten Administrasi ",
    "Kota Administrasi ",
    "Kabupaten ",
    "Kota ",
    "Daerah Khusus Ibukota ",
    "Daerah Istimewa ",
)
_FIRST_CITY: Final = 71  # second part of a code: 01 to 69 kabupaten, 71 to 99 kota
_PONTIANAK: Final = frozenset({"61", "62"})
_WITA: Final = frozenset({"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"})
_WIT_FROM: Final = 81  # Maluku 81, 82, all Papua 91 to 96


@dataclass(frozen=True, slots=True)
class Region:
    """One region. `name` is official ("Kota Tangerang Selatan"), `short` is without its type ("Tangerang Selatan")."""

    code: str
    name: str
    short: str
    kind: Kind

    @property
    def level(self) -> int:
        """0 province, 1 kabupaten or kota, 2 kecamatan."""
        return self.code.count(".")

    @property
    def parent(self) -> str:
        """The code of the region around it; '' for a province."""
        return self.code.rpartition(".")[0]

    @property
    def zone(self) -> ZoneInfo:
        """The zone of its clocks, by province."""
        return ZoneInfo(zone_of(self.code))


class Regions:
    """All regions by code, with the tree."""

    def __init__(self, every: Mapping[str, Region]) -> None:
        self._every = every
        self._children: dict[str, list[str]] = defaultdict(list)
        for region in every.values():
            self._children[region.parent].append(region.code)

    def __len__(self) -> int:
        return len(self._every)

    def __iter__(self) -> Iterator[Region]:
        return iter(self._every.values())

    def __contains__(self, code: object) -> bool:
        return code in self._every

    def __getitem__(self, code: str) -> Region:
        """The region of `code`. Raises KeyError for a code that the table has not."""
        return self._every[code]

    def get(self, code: str) -> Region | None:
        return self._every.get(code)

    def children(self, code: str = "") -> tuple[Region, ...]:
        """The regions directly inside `code`; the provinces for ''."""
        return tuple(self._every[child] for child in self._children.get(code, ()))

    def around(self, code: str) -> tuple[Region, ...]:
        """The region and those around it, the smallest first."""
        parts = code.split(".")
        inner = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
        return tuple(self._every[each] for each in inner if each in self._every)


def lies_in(code: str, outer: str) -> bool:
    """Whether region `code` is `outer` or inside of it."""
    return code == outer or code.startswith(outer + ".")


def zone_of(code: str) -> str:
    """The IANA zone of the province that `code` lies in."""
    province = code[:2]
    if province in _PONTIANAK:
        return "Asia/Pontianak"
    if province in _WITA:
        return "Asia/Makassar"
    return "Asia/Jayapura" if province.isdigit() and int(province) >= _WIT_FROM else "Asia/Jakarta"


@cache
def regions() -> Regions:
    """The table, read once: 38 provinces, 514 kabupaten and kota, 7,285 kecamatan."""
    return Regions({code: _region(code, name) for code, name in rows("regions.tsv")})


def _region(code: str, name: str) -> Region:
    prefix = next((prefix for prefix in _PREFIXES if name.startswith(prefix)), "") if code.count(".") < 2 else ""
    return Region(code, name, name.removeprefix(prefix), _kind(code))


def _kind(code: str) -> Kind:
    parts = code.split(".")
    if len(parts) == 1:
        return "provinsi"
    if len(parts) == 3:
        return "kecamatan"
    return "kota" if int(parts[1]) >= _FIRST_CITY else "kabupaten"
