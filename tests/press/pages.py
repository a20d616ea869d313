"""Pages from themes: a theme is a folder under themes/ with two HTML templates and the small pieces they repeat.

The themes imitate the families of page that Indonesian news sites use, with their noise: menus, share boxes,
"Baca juga" blocks, related lists, tags, captions, counters, comment forms. Templates are `string.Template`s.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from tests.press.articles import slug
from tests.press.dates import english_date, full_date, long_date, zone_word

FOLDER = Path(__file__).parent / "themes"


@dataclass(frozen=True, slots=True)
class Link:
    """A link with the text and time that a list prints."""

    title: str
    url: str
    published: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands round every page of a site."""

    site: str
    home: str  # without the last slash
    menu: tuple[Link, ...]
    today: datetime  # in the outlet's zone


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """One article as a theme sees it. Addresses are absolute, times carry the outlet's zone."""

    frame: Frame
    url: str
    canonical: str  # empty: the page names none
    amp: str  # address of the AMP twin, empty: none
    title: str
    paragraphs: tuple[str, ...]
    dateline: str
    tail: str
    published: datetime
    modified: datetime
    byline: str
    editor: str
    section: str
    tags: tuple[str, ...]
    caption: str
    inline: tuple[Link, ...]  # "Baca juga" within the text
    related: tuple[Link, ...]
    popular: tuple[Link, ...]
    reads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPage:
    """A front, section, tag or index page."""

    frame: Frame
    heading: str
    links: tuple[Link, ...]
    tags: tuple[str, ...]
    newer: str  # address of the page before, empty: none
    older: str


class Theme:
    """One family of pages. Raises OSError when there is no such folder."""

    def __init__(self, name: str) -> None:
        folder = FOLDER / name
        self._article = Template((folder / "article.html").read_text("utf-8"))
        self._listing = Template((folder / "listing.html").read_text("utf-8"))
        pieces = tomllib.loads((folder / "theme.toml").read_text("utf-8"))
        self._pieces = {key: Template(value) for key, value in pieces.items()}

    def article(self, page: ArticlePage) -> str:
        """The page of one article."""
        words = self._frame(page.frame) | _times(page.published) | _texts(page)
        return self._article.substitute(
            words,
            body="\n".join(self._body(page)),
            caption=self._piece("caption", caption=escape(page.caption)) if page.caption else "",
            tags=self._tags(page.tags, page.frame.home),
            related=self._items(page.related),
            popular=self._items(page.popular),
        )

    def listing(self, page: ListingPage) -> str:
        """A page of links."""
        return self._listing.substitute(
            self._frame(page.frame),
            heading=escape(page.heading),
            rows="\n".join(self._row(link) for link in page.links),
            newer=self._piece("newer", url=escape(page.newer)) if page.newer else "",
            older=self._piece("older", url=escape(page.older)) if page.older else "",
            tags=self._tags(page.tags, page.frame.home),
        )

    def _piece(self, piece: str, /, **words: str) -> str:
        return self._pieces[piece].substitute(words)

    def _frame(self, frame: Frame) -> dict[str, str]:
        return {
            "site": escape(frame.site),
            "home": frame.home,
            "menu": self._items(frame.menu),
            "today_full": full_date(frame.today),
            "today_english": english_date(frame.today),
            "year": str(frame.today.year),
        }

    def _items(self, links: tuple[Link, ...]) -> str:
        return "".join(self._piece("item", link=_anchor(link)) for link in links)

    def _tags(self, tags: tuple[str, ...], home: str) -> str:
        """Links to the tag pages: no articles, though they look like them to some."""
        return ", ".join(self._piece("tag", home=home, slug=slug(tag), name=escape(tag)) for tag in tags)

    def _row(self, link: Link) -> str:
        times = _times(link.published) if link.published else {}
        return self._piece("row", link=_anchor(link), url=escape(link.url), **times)

    def _body(self, page: ArticlePage) -> list[str]:
        """Paragraphs with dateline and tail, and "Baca juga" after the second and, on long pages, before the last."""
        texts = [escape(part, quote=False) for part in page.paragraphs]
        if texts and page.dateline:
            texts[0] = f"<strong>{escape(page.dateline)}</strong> {texts[0]}"
        if texts and page.tail:
            texts[-1] += f" {escape(page.tail)}"
        parts = [self._piece("paragraph", text=text) for text in texts]
        for place, link in zip((2, len(parts)), page.inline, strict=False):
            if place < len(parts) + 1 and len(texts) > 3:
                parts.insert(place, self._piece("band", link=_anchor(link)))
        return parts


@cache
def theme(name: str) -> Theme:
    """The theme in the folder `name`, read once."""
    return Theme(name)


def _anchor(link: Link) -> str:
    return f'<a href="{escape(link.url)}">{escape(link.title)}</a>'


def _times(moment: datetime) -> dict[str, str]:
    return {
        "date_full": full_date(moment),
        "date_long": long_date(moment),
        "date_english": english_date(moment),
        "date_number": f"{moment:%d/%m/%Y}",
        "clock": f"{moment:%H:%M} {zone_word(moment)}",
        "clock_dot": f"{moment:%H.%M}",
    }


def _texts(page: ArticlePage) -> dict[str, str]:
    return {
        "url": escape(page.url),
        "title": escape(page.title),
        "byline": escape(page.byline),
        "editor": escape(page.editor),
        "section_title": escape(page.section.replace("-", " ").title()),
        "reads": str(page.reads),
        "published_iso": page.published.isoformat(),
        "modified_iso": page.modified.isoformat(),
        "canonical": f'<link rel="canonical" href="{escape(page.canonical)}">\n' if page.canonical else "",
        "amphtml": f'<link rel="amphtml" href="{escape(page.amp)}">\n' if page.amp else "",
        "json_ld": _json_ld(page),
    }


def _json_ld(page: ArticlePage) -> str:
    data: Mapping[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": page.title,
        "datePublished": page.published.isoformat(),
        "dateModified": page.modified.isoformat(),
        "author": {"@type": "Person", "name": page.byline},
        "publisher": {"@type": "Organization", "name": page.frame.site},
        "mainEntityOfPage": page.canonical or page.url,
    }
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
