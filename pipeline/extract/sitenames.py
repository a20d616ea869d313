"""What a site calls itself, and titles that name it, an office or a place in the site instead of a story."""

import re
from functools import cache, lru_cache

from kliping.indonesian.names import is_name
from kliping.urls import host_of, registrable_domain
from pipeline.extract.plain import plain
from pipeline.extract.statements import Statements, line
from pipeline.extract.wordlists import entries, words

SEPARATORS = re.compile(r"\s+[-–—|•·●»«›‹~/*_<>►➤▷]{1,2}\s+|\s*::\s*|\s*\|\s*|:\s+")
_SHORTEST = 4  # letters of a site's name that is looked for inside other words
_PART = re.compile(r"\s+(?:[-–—|]\s*)?\(?(?:halaman|hal|laman|page)\.?\s+(?:all|semua|\d{1,3})\)?\s*$", re.IGNORECASE)


def site_names(said: Statements, url: str) -> frozenset[str]:
    """What the site calls itself, in plain form."""
    publisher = said.article.get("publisher")
    name = publisher.get("name") if isinstance(publisher, dict) else publisher
    host = host_of(url)
    domain = registrable_domain(host) if host else ""
    names = (said.first("og:site_name"), line(name), host, domain, domain.partition(".")[0])
    return frozenset(filter(None, map(plain, names)))


def without_site(title: str, sites: frozenset[str]) -> str:
    """`title` without parts at its ends that name the site: "Kota Maju - Radar Contoh" gives "Kota Maju"."""
    while True:
        cuts = list(SEPARATORS.finditer(title))
        if cuts and _names_site(title[cuts[-1].end() :], cuts[-1][0], sites):
            title = title[: cuts[-1].start()]
        elif cuts and _names_site(title[: cuts[0].start()], cuts[0][0], sites):
            title = title[cuts[0].end() :]
        else:
            title = _PART.sub("", title)
            return "" if plain(title) in sites else title.strip()


def without_suffix(title: str, sites: frozenset[str]) -> str:
    """A printed headline without the site's name behind a dash or bar; a colon stays, for it parts who speaks."""
    cuts = list(SEPARATORS.finditer(title))
    is_suffix = cuts and ":" not in cuts[-1][0] and _names_site(title[cuts[-1].end() :], cuts[-1][0], sites)
    return title[: cuts[-1].start()] if is_suffix else title


def is_general(title: str, sites: frozenset[str]) -> bool:
    """Whether `title` names the site, an office or a place in the site: "Berita", "Pemerintah Kota Depok"."""
    key = plain(title)
    return not key or is_site(title, sites) or key in _page_names() or _is_office(key)


def is_site(title: str, sites: frozenset[str]) -> bool:
    """Whether `title` is the site's name, with or without its blanks: "Kabar Contoh", "KabarContoh"."""
    key = plain(title)
    return key in sites or _joined(key) in map(_joined, sites)


@cache
def _page_names() -> frozenset[str]:
    return frozenset(entries("pagenames.txt"))


@lru_cache(maxsize=4096)
def _is_office(key: str) -> bool:
    parts = key.split()
    office = words("institutions.txt")
    return not office.isdisjoint(parts) and all(part in office or is_name(part) for part in parts)


def _names_site(part: str, separator: str, sites: frozenset[str]) -> bool:
    """Whether `part` is the site's name, with a word or two about it; before and behind a colon with none."""
    key = plain(part)
    if not key or is_site(part, sites):
        return True
    if ":" in separator and "::" not in separator:
        return False
    names = [name for name in map(_joined, sites) if len(name) >= _SHORTEST]
    return _is_office(key) or any(name in _joined(key) and len(_joined(key)) < 2 * len(name) + 12 for name in names)


def _joined(key: str) -> str:
    return key.replace(" ", "")
