"""Further parts of an article: `?page=2`, `/2`, "Halaman selanjutnya", or the whole of it at `?page=all`. Pure.

An address is a part of an article only when it is the article's own with another number: rel=next alone is not
believed, since WordPress says it of the next article. Pages of comments have such addresses too; they give themselves
away by the box in which they are linked, or by bringing nothing new of the story.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawlers.links import Link, read_anchors
from kliping.urls import canonical_host

MAX_PARTS: Final = 10  # of one article, the first included
MAX_BYTES: Final = 16 * 1024 * 1024  # of all parts together: twice the cap of a page
_NUMBER: Final = re.compile(r"page|halaman|hal|hlm|p|pg|paged|part|showpage", re.IGNORECASE)
_WHOLE: Final = re.compile(r"page|pages|halaman|hal|hlm|p|show|showpage|view|tampil", re.IGNORECASE)
_ALL: Final = re.compile(r"all|full|semua", re.IGNORECASE)
_SINGLE: Final = re.compile(r"single(page)?|fullpage|allpages?", re.IGNORECASE)
_TAIL: Final = re.compile(r"(?:/page|/halaman|/hal)?/(?:(\d{1,2})|all|full|semua)/?", re.IGNORECASE)
_SAYS_PART: Final = re.compile(
    r"\W*((hal(aman)?|page|bagian|part)?\W*\d{1,2}|next( page| part)?"
    r"|((lanjut|lanjutkan|baca|klik|buka|ke) )*(halaman )?(ber|se)(ikut|lanjut)(nya)?"
    r"|(lanjut|lanjutkan|baca|ke)( ke| membaca)?( halaman \d{1,2})?|lanjutan|›|»|→|>{1,2}"
    r"|all|semua|(baca )?selengkapnya"
    r"|((lihat|tampilkan|baca|show|view|read|klik) )?(semua|seluruh\w*|all|full|satu)( halaman| pages?)?"
    r"|single page|(baca )?versi lengkap)\W*",
    re.IGNORECASE,
)
_HOMES: Final = ("", "/index.php", "/index.html")
_LONGEST_WORDS: Final = 60  # characters of a link to a part; the pattern above is for lines, not for texts
# Boxes whose links lead to pages of something else: what readers say, other stories, the site's own archive
_BESIDE: Final = re.compile(r"comment|komentar|respon[ds]|disqus|related|terkait|sidebar|widget|footer", re.IGNORECASE)
_TEXT: Final = re.compile(r">([^<>]*[^\W\d_][^<>]*)")  # words between two tags
_SILENT: Final = re.compile(r"<(script|style|title)\b.*?(</\1|\Z)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Cut:
    """An address without what names a part, and the part that it names: None for no part, 0 for the whole."""

    host: str
    path: str
    rest: str
    part: int | None


def part_of(url: str, article: str) -> int | None:
    """Which part of `article` an address is: 1 for its own, 0 for the whole of it; None for an address of another."""
    own, other = _cut(article), _cut(url)
    if (other.host, other.rest) != (own.host, own.rest):
        return None
    if other.path == own.path:
        return 1 if other.part is None else other.part
    tail = _TAIL.fullmatch(other.path, len(own.path)) if other.path.startswith(own.path) else None
    if tail is None or other.part is not None:
        return None
    return int(tail[1] or 0) if tail[1] is None or int(tail[1]) >= 1 else None


def next_part(html: str | bytes, url: str, article: str, *, whole: bool = True) -> str:
    """The address of the part after the one at `url` as the page names it; '' if it names none.

    The first page's word for the `whole` article comes before that, where it is wanted. A whole that still names the
    second part may be a server's that does not know that address of its own: then that part is asked after all.
    """
    here = part_of(url, article)
    if here is None or (part_of(article, article) or 0) > 1:  # a number of its own names it: `/?p=77`, `b.php?hal=12`
        return ""
    links = reversed(read_anchors(html, url, _BESIDE))
    found = {part: link.url for link in links if (part := _further(link, article)) is not None}
    return (found.get(0, "") if whole and here == 1 else "") or found.get(here + 1 if here else 2, "")


def _further(link: Link, article: str) -> int | None:
    if len(link.text) > _LONGEST_WORDS or not _SAYS_PART.fullmatch(link.text):
        return None
    return part_of(link.url, article) if urlsplit(link.url).hostname == urlsplit(article).hostname else None


def brings_more(html: str, before: tuple[str, ...]) -> bool:
    """Whether a page has words that none of the pages `before` it has: a server that knows no further part repeats one.

    Linear in the size of the pages.
    """
    return not _lines(html) <= frozenset().union(*map(_lines, before))


def _lines(html: str) -> frozenset[str]:
    return frozenset(" ".join(text.split()) for text in _TEXT.findall(_SILENT.sub("<", html)))


def _cut(url: str) -> _Cut:
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    kept: list[tuple[str, str]] = []
    numbers: list[tuple[str, str]] = []
    whole = False
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if _NUMBER.fullmatch(name) and value.isdecimal() and len(value) <= 2:
            numbers.append((name, value))
        elif (_WHOLE.fullmatch(name) and _ALL.fullmatch(value)) or (_SINGLE.fullmatch(name) and value == "1"):
            whole = True
        else:
            kept.append((name, value))
    if not kept and path in _HOMES:  # nothing else names the article
        kept, numbers = numbers[:1], numbers[1:]
    part = 0 if whole else max(int(numbers[-1][1]), 1) if numbers else None  # many servers count 0 and 1 as the first
    return _Cut(canonical_host(parts.hostname or ""), path, urlencode(sorted(kept)), part)
