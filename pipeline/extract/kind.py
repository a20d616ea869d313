"""What sort of page it is: a story, or a live page, a gallery, a film, a list of other pages. Pure.

Order of trust: what JSON-LD says, what the headline begins with, what the address says. A list is only what does not
call itself an article and says little itself: to take a story for a list would lose it.
"""

import re
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from kliping.article import ArticleKind
from pipeline.extract.linkeddata import ARTICLE_TYPES
from pipeline.extract.outline import Outline
from pipeline.extract.prose import is_linked, prose
from pipeline.extract.statements import Statements
from pipeline.extract.title import plain
from pipeline.extract.wordlists import entries

_STATED: Final[tuple[tuple[ArticleKind, frozenset[str]], ...]] = (
    ("live", frozenset(("liveblogposting",))),
    ("gallery", frozenset(("imagegallery", "mediagallery"))),
)
_LISTS: Final = frozenset(("collectionpage", "searchresultspage", "profilepage"))
_SHORT: Final = 1500  # characters of prose that the text under a gallery or a film has at most
_LITTLE: Final = 600  # characters of prose on a page that is nothing but a list: teasers are cards, not prose
_LINKS: Final = 12  # links that a list has at least
_STAMPS: Final = 4  # entries with a time of day that make a live page
_STAMP = re.compile(r"^\W*(?:[01]?\d|2[0-3])[.:][0-5]\d\b(?:\s*(?:WIB|WITA|WIT))?")


def kind_of(said: Statements, page: Outline, *, url: str, title: str, size: int) -> ArticleKind:
    """The kind of a page. `size`: characters of the text that was read as its body."""
    stated = next((kind for kind, types in _STATED if not types.isdisjoint(said.types)), None)
    named = _by_title(title) or _by_path(url)
    if stated == "live" or (named == "live" and _is_running(page)):
        return "live"
    if stated == "gallery" or (named == "gallery" and size <= _SHORT):
        return "gallery"
    if _is_film(said) or (named == "video" and size <= _SHORT):
        return "video"
    return "list" if _is_list(said, page, named, size) else "article"


def _is_film(said: Statements) -> bool:
    """Whether the page is there for a film; a story with a film in it calls itself an article."""
    film = "videoobject" in said.types or said.first("og:type").startswith("video")
    return film and ARTICLE_TYPES.isdisjoint(said.types) and said.first("og:type") != "article"


def _is_list(said: Statements, page: Outline, named: ArticleKind | None, size: int) -> bool:
    if not ARTICLE_TYPES.isdisjoint(said.types) or said.first("og:type") == "article":
        return False
    links = sum(is_linked(block) for block in page.blocks)
    called = named == "list" or not _LISTS.isdisjoint(said.types)
    return called and links >= _LINKS and min(size, sum(map(prose, page.blocks))) <= _LITTLE


def _is_running(page: Outline) -> bool:
    return sum(_STAMP.match(block.text) is not None for block in page.blocks) >= _STAMPS


def _by_title(title: str) -> ArticleKind | None:
    """What the first words call the page: "FOTO: Banjir …", "Video Detik-detik …" or "[Live] …"."""
    lead = re.split(r"[:|\]\-–—]", title, maxsplit=1)
    return _words("title").get(plain(lead[0])) if len(lead) > 1 else None


def _by_path(url: str) -> ArticleKind | None:
    """What a part of the address other than the last one calls it; the last one is the story's own name."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.lower().split("/") if segment]
    places = [(parts.hostname or "").partition(".")[0], *(segments[:-1] if len(segments) > 1 else segments)]
    return next((kind for place in places if (kind := _words("path").get(place))), None)


@cache
def _words(place: str) -> dict[str, ArticleKind]:
    rows = (entry.split(" ", 2) for entry in entries("kinds.txt"))
    return {word: _KINDS[kind] for kind, where, listed in rows if where == place for word in listed.split(",")}


_KINDS: Final[dict[str, ArticleKind]] = {"gallery": "gallery", "video": "video", "live": "live", "list": "list"}
