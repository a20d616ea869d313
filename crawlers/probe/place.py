"""Where an outlet is at home, and which clock it prints: from its host, its name, its titles and its pages. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Final

from kliping.indonesian.datafiles import rows
from kliping.indonesian.places import find_regions
from kliping.indonesian.regions import regions, zone_of
from kliping.indonesian.words import tokens
from kliping.indonesian.zones import ZONES, zone_name
from kliping.outlets import DEFAULT_ZONE

SHORTEST: Final = 5  # letters of a region's name inside a host: shorter ones are parts of other words
SHARE: Final = 0.5  # of the titles that name a province must name the same one
LEAST: Final = 3  # titles


def region_of(host: str, name: str, titles: Sequence[str]) -> str:
    """The code of the region that an outlet is about, '' where nothing says so.

    A region in the host or the name of the outlet counts before the places of its titles; a name that a city and a
    regency share means their province.
    """
    official = re.search(r"([a-z]+?)(kota|kab|prov)\.go\.id$", host)
    if official:
        found = _official(official[1], official[2])
        if found:
            return found
    words = "".join(character for character in f"{host.partition(':')[0]} {name}".lower() if character.isalnum())
    names = [word for word in _names() if word in words]
    if names:
        return _common(_names()[max(names, key=len)])
    return _province(titles)


def zone_for(region: str, printed: Counter[str]) -> tuple[str, str]:
    """The zone and what told it. A region's clock is known; without one the pages' own words count."""
    if region in regions():
        return zone_of(region), "region"
    if printed:
        word = printed.most_common(1)[0][0]
        return ZONES[word].key, "pages"
    return DEFAULT_ZONE, "default"


def disagreement(zone: str, printed: Counter[str]) -> str:
    """A note where the pages print other clocks than that of the zone."""
    word = printed.most_common(1)[0][0] if printed else ""
    if not word or word == zone_name(zone):
        return ""
    return f"its pages print {word}, while its region has {zone_name(zone)}"


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Names and short forms of provinces, regencies and cities, written together -> codes."""
    found: dict[str, list[str]] = {}
    for region in regions():
        if region.level < 2:
            found.setdefault("".join(tokens(region.short)), []).append(region.code)
    for word, codes, kind in rows("region-words.tsv"):
        if kind == "short":
            found.setdefault("".join(tokens(word)), []).extend(codes.split(","))
    return {name: tuple(dict.fromkeys(codes)) for name, codes in found.items() if len(name) >= SHORTEST}


def _official(name: str, kind: str) -> str:
    wanted = {"kota": "kota", "kab": "kabupaten", "prov": "provinsi"}[kind]
    codes = _names().get(name, ())
    return next((code for code in codes if regions()[code].kind == wanted), "")


def _common(codes: Sequence[str]) -> str:
    """One code, or the province that several lie in, or ''."""
    if len(codes) == 1:
        return codes[0]
    provinces = {code[:2] for code in codes}
    return provinces.pop() if len(provinces) == 1 else ""


def _province(titles: Sequence[str]) -> str:
    """The province that most titles which name a place name."""
    named: Counter[str] = Counter()
    placed = 0
    for title in titles:
        found = {mention.code[:2] for mention in find_regions(title, ()) if mention.code}
        placed += bool(found)
        named.update(found)
    if not named:
        return ""
    province, number = named.most_common(1)[0]
    return province if number >= LEAST and number > SHARE * placed else ""
