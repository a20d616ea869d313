"""Further parts of an article: `?page=2`, `/2`, "Halaman selanjutnya", or the whole of it at `?page=all`. Pure.

An address is a part of an article only when it is the article's own with another number: rel=next alone is not
believed, since WordPress says it of the next article.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawlers.links import Link, read_anchors
from kliping.urls import canonical_host

MAX_PARTS: Final = 10  # of one article, the first included
MAX_BYTES: Final = 16 * 1024 * 1024  # of all parts together: twice the cap of a page
_PARAMETER: Final = re.compile(r"page|halaman|hal|hlm|p", re.IGNORECASE)
_ALL: Final = re.compile(r"all|full|semua", re.IGNORECASE)
_TAIL: Final = re.compile(r"(?:/page|/halaman|/hal)?/(\d{1,2})/?$", re.IGNORECASE)
_SAYS_PART: Final = re.compile(
    r"\W*(\d{1,2}|next|next page|(halaman )?(ber|se)(ikut|lanjut)(nya)?|halaman \d{1,2}|lanjut(kan)?( membaca)?|›|»|→"
    r"|>{1,2}|all|semua|selengkapnya|(lihat|tampilkan|baca) (semua|seluruh\w*)( halaman)?|show all|single page"
    r"|satu halaman)\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """An article's own address and the part of it that an address names; 0: the whole."""

    article: str
    part: int


def place(url: str) -> Place:
    """Which part of what an address is; an address without a number is part 1."""
    parts = urlsplit(url)
    kept, part = [], 1
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if _PARAMETER.fullmatch(name) and ((value.isdigit() and len(value) <= 2) or _ALL.fullmatch(value)):
            part = int(value) if value.isdigit() else 0
        else:
            kept.append((name, value))
    path = parts.path
    tail = _TAIL.search(path)
    if tail and 2 <= int(tail[1]) <= MAX_PARTS:
        part, path = int(tail[1]), path[: tail.start()]
    article = f"{canonical_host(parts.hostname or '')}{path.rstrip('/')}?{urlencode(sorted(kept))}"
    return Place(article, part)


def next_part(html: str | bytes, url: str) -> str:
    """The address of the part after the one at `url`, or of the whole article, as the page names it; '' if neither.

    Only addresses on the same host that are the article's own with another number.
    """
    here = place(url)
    if here.part == 0:
        return ""
    found = {place(link.url).part: link.url for link in reversed(read_anchors(html, url)) if _is_part(link, here, url)}
    return found.get(0) or found.get(here.part + 1, "")


def _is_part(link: Link, here: Place, url: str) -> bool:
    there = place(link.url)
    same_host = urlsplit(link.url).hostname == urlsplit(url).hostname
    wanted = there.part in (0, here.part + 1) and there.part <= MAX_PARTS
    return same_host and there.article == here.article and wanted and bool(_SAYS_PART.fullmatch(link.text.strip()))
