"""What sort of page it is: a story, or a live page, a gallery, a film, a list of other pages. Pure.

Order of trust: what JSON-LD says, what the headline begins with, what the address says, how the page is built.
"""

import re
from functools import cache
from itertools import takewhile
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from kliping.article import ArticleKind
from pipeline.extract.linkeddata import ARTICLE_TYPES
from pipeline.extract.listpage import is_list
from pipeline.extract.outline import HEADINGS, Block, Outline
from pipeline.extract.prose import is_linked
from pipeline.extract.several import has_several
from pipeline.extract.statements import Statements
from pipeline.extract.title import plain
from pipeline.extract.wordlists import entries

_STATED: Final[tuple[tuple[ArticleKind, frozenset[str]], ...]] = (
    ("live", frozenset(("liveblogposting",))),
    ("gallery", frozenset(("imagegallery", "mediagallery"))),
)
_SHORT: Final = 1500  # characters of prose that the text under a gallery or a film has at most
_TEXT_OF_FILM: Final = 600  # characters, of a page that only names its film's address: stories have films too
_STAMPS: Final = 4  # entries with a time of day that make a live page
_STAMP = re.compile(r"^\W*(?:[01]?\d|2[0-3])[.:][0-5]\d\b(?:\s*(?:WIB|WITA|WIT))?")
# Pictures below one another, and characters told to each: more is a story with pictures. Four will do with captions.
_PICTURES, _TOLD = 6, 140
_CAPTIONED, _TOLD_CAPTIONED = 4, 200
_FRAMES: Final = frozenset(("p", "figure", "div", "dt", "dd"))  # what pictures of a story stand in; icons: lists, cells
_FIGURES: Final = frozenset(("figure", "dl"))
_LINK: Final = 40  # characters of a link to another story; those of sections and tags are shorter
_LEAD = re.compile(r"[:|\]\-–—]")
_PAGE = re.compile(r"page|p|hal|halaman|start|\d{1,4}", re.IGNORECASE)  # what counts the pages of a list
_SEARCHES: Final = frozenset(("s", "q", "query", "cari", "search", "keyword", "kata"))


def kind_of(
    said: Statements, page: Outline, *, url: str, title: str, size: int, headline: int | None = None
) -> ArticleKind:
    """The kind of a page. `size`: characters of the text that was read as its body; `headline`: index of its block."""
    stated = next((kind for kind, types in _STATED if not types.isdisjoint(said.types)), None)
    named = _by_title(title) or _by_path(url)
    if stated == "live" or (named == "live" and _is_running(page)):
        return "live"
    if stated == "gallery" or (named == "gallery" and size <= _SHORT):
        return "gallery"
    if _is_film(said, size) or (named == "video" and size <= _SHORT):
        return "video"
    called = _words("title").get(plain(title)) == "list"
    listed = is_list(said, page, url=url, headline=headline, called=called, named=named == "list")
    if listed or has_several(said, page, url=url, headline=headline):
        return "list"
    return "gallery" if size <= _SHORT and _is_of_pictures(page, headline, size) else "article"


def _is_film(said: Statements, size: int) -> bool:
    """Whether the page is there for a film; a story with a film in it calls itself an article."""
    if not ARTICLE_TYPES.isdisjoint(said.types) or said.first("og:type") == "article":
        return False
    shown = size <= _TEXT_OF_FILM and said.first("og:video", "og:video:url", "og:video:secure_url")
    return bool(shown) or "videoobject" in said.types or said.first("og:type").startswith("video")


def _is_running(page: Outline) -> bool:
    return sum(_STAMP.match(block.text) is not None for block in page.blocks) >= _STAMPS


def _is_of_pictures(page: Outline, headline: int | None, size: int) -> bool:
    """Whether pictures follow the headline, one below the other, with little more than captions beside them."""
    if headline is None:
        return False
    told = list(takewhile(_is_of_story, page.blocks[headline + 1 :]))
    start = page.blocks[headline].box
    end = next((block.box for block in page.blocks[headline + 1 + len(told) :]), len(page.boxes))
    framed = {box for box in range(start, end) if page.pictures[box] == 1 and page.boxes[box].tag in _FRAMES}
    named = {box for box in framed if page.boxes[box].aside or page.boxes[box].tag in _FIGURES}
    captioned = named.intersection(box for block in told for box in (block.box, page.boxes[block.box].parent))
    if len(captioned) >= _CAPTIONED and size <= _TOLD_CAPTIONED * len(captioned):
        return True
    return len(framed) >= _PICTURES and size <= _TOLD * len(framed)


def _is_of_story(block: Block) -> bool:
    """Whether the story goes on: headings and long links begin what is related."""
    return block.tag not in HEADINGS and not (len(block.text) > _LINK and is_linked(block))


def _by_title(title: str) -> ArticleKind | None:
    """What the first words call the page: "FOTO: Banjir …", "Video Detik-detik …", "[Live] …", "Indeks Berita …"."""
    lead, *rest = _LEAD.split(title, maxsplit=1)
    if rest and (kind := _words("title").get(plain(lead))):
        return kind
    first = plain(title).split(" ", 3)[:3]  # two words and more need no mark behind them
    return _words("title").get(" ".join(first)) or _words("title").get(" ".join(first[:2])) if len(first) > 1 else None


def _by_path(url: str) -> ArticleKind | None:
    """What a part of the address other than the last one calls it; the last one is the story's own name.

    An address that ends in the name of a section, or that asks for words, is a list's.
    """
    parts = urlsplit(url)
    asked = {name.lower() for name, _ in parse_qsl(parts.query)}
    segments = [segment for segment in parts.path.lower().split("/") if segment]
    while len(segments) > 1 and _PAGE.fullmatch(segments[-1]):
        segments.pop()
    places = [(parts.hostname or "").partition(".")[0], *(segments[:-1] if len(segments) > 1 else segments)]
    kind = next((kind for place in places if (kind := _words("path").get(place))), None)
    if kind or not (segments or asked):
        return kind
    ends = segments and all(_PAGE.fullmatch(name) for name in asked) and _words("end").get(segments[-1])
    return "list" if ends or not _SEARCHES.isdisjoint(asked) else None


@cache
def _words(place: str) -> dict[str, ArticleKind]:
    rows = (entry.split(" ", 2) for entry in entries("kinds.txt"))
    return {word: _KINDS[kind] for kind, where, listed in rows if where == place for word in listed.split(",")}


_KINDS: Final[dict[str, ArticleKind]] = {"gallery": "gallery", "video": "video", "live": "live", "list": "list"}
