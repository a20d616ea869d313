"""The pure core: bytes of a page in, everything that it says out. No clock, no files, no network; never raises."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from kliping.article import ArticleKind, Found, Published
from kliping.text import clean_line, shorten
from pipeline.extract.body import ENOUGH, Body, read_body, read_known_body
from pipeline.extract.byline import read_byline
from pipeline.extract.charset import decode
from pipeline.extract.claims import Dated
from pipeline.extract.clean import Removed, is_paid
from pipeline.extract.dateline import headline_index
from pipeline.extract.dating import Claims, date_story
from pipeline.extract.document import parse, within_limits
from pipeline.extract.kind import kind_of
from pipeline.extract.language import language_of
from pipeline.extract.links import picture, story_url
from pipeline.extract.opinion import Opinion, stated
from pipeline.extract.outline import Outline
from pipeline.extract.paywall import is_stub
from pipeline.extract.published import read_published
from pipeline.extract.refusal import is_html, refusal
from pipeline.extract.section import read_section
from pipeline.extract.statements import Statements, statements
from pipeline.extract.template import Template, views
from pipeline.extract.title import read_title, site_names
from pipeline.extract.walk import outline

_WORTH_KEEPING = 100  # characters of the paragraph that is cut
MAX_TEXT = 200_000  # characters of a story; keeps a message far below the bus's 1 MiB. Long reads have 30,000


ReadText = Callable[[str, int | None, Sequence[Opinion]], Body]  # by the title, the block that prints it, opinions


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a page says. `sources` names where each fact was read, `refused` why it is no article ('' if it is)."""

    url: str = ""
    title: str = ""
    paragraphs: tuple[str, ...] = ()
    published: Published | None = None
    byline: tuple[str, ...] = ()
    section: str = ""
    language: str = ""
    picture: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    kind: ArticleKind = "article"
    modified: Published | None = None
    confidence: float = 0.0  # of the text: how far a second opinion agrees, 0 to 1
    removed: tuple[Removed, ...] = ()
    refused: str = ""
    design: int = -1  # index of the template that the page fits, among those given; -1: read whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is known of a page before it is read."""

    address: str  # that answered
    zone: str  # IANA name of the outlet's clock
    fetched_at: datetime
    found: Found  # what the feed or listing told about it


def read_page(
    body: bytes,
    *,
    url: str,
    answered: str,
    zone: str,
    fetched_at: datetime,
    content_type: str = "",
    found: Found,
    templates: Sequence[Template] = (),
) -> Reading:
    """Read one HTML page.

    `url` is the address that was asked, `answered` the one that answered; `zone` is the IANA name of the outlet's
    clock; `found` says what the feed or listing told about the page. The first of the outlet's `templates` that the
    page fits is used, and named by `design`; a page that fits none of them is read whole, under the flag
    `template_missed`.
    """
    asked = Asked(address=answered or url, zone=zone, fetched_at=fetched_at, found=found)
    if not is_html(body, content_type):
        return Reading(url=asked.address, refused="not_html")
    html = decode(body, content_type)
    known = read_known(html, asked, templates) if templates else None
    if known is not None:
        return known
    whole = read_whole(html, asked)
    return whole if whole.refused or not templates else replace(whole, flags=(*whole.flags, "template_missed"))


def read_whole(html: str, asked: Asked) -> Reading:
    """All of a page, of whatever outlet."""
    small, cut = within_limits(html)
    root = parse(small)
    if root is None:
        return _from_feed(asked)
    page = outline(root)
    reading = _read(statements(root), page, asked, partial(read_body, root, page, small))
    return replace(reading, flags=(*reading.flags, "page_cut")) if cut else reading


def read_known(html: str, asked: Asked, templates: Sequence[Template]) -> Reading | None:
    """A page of a known outlet, cut down; None where it fits no template or says too little to be sure."""
    for design, said, page in views(html, templates):
        reading = _read(said, page, asked, partial(read_known_body, page, templates[design]))
        enough = sum(map(len, reading.paragraphs)) >= ENOUGH
        if enough and reading.title and not reading.refused:
            return replace(reading, design=design)
    return None


def _from_feed(asked: Asked) -> Reading:
    """What is left of an empty page: the title and time of the feed."""
    title = read_title(Statements(), Outline((), ()), url=asked.address, feed_title=asked.found.title)
    told = [Dated(asked.found.published, "feed")]
    dated = read_published(told, zone=asked.zone, fetched_at=asked.fetched_at)
    sources = {"title": title.source} if title.text else {}
    flags = ("empty_text", *dated.flags, *(() if dated.published else ("no_date",)))
    return Reading(url=asked.address, title=title.text, published=dated.published, sources=sources, flags=flags)


def _read(said: Statements, page: Outline, asked: Asked, read_text: ReadText) -> Reading:
    address = asked.address
    title = read_title(said, page, url=address, feed_title=asked.found.title)
    if refused := refusal(title.text, page):
        return Reading(url=address, title=title.text, refused=refused)
    headline = headline_index(page, title.text)
    body = read_text(title.text, headline, list(stated(said, asked.found)))
    paragraphs, cut = within(body.cleaned.paragraphs)
    claims = Claims(said, page, headline, address, asked.found.published)
    dated, changed = date_story(claims, zone=asked.zone, fetched_at=asked.fetched_at)
    size = sum(map(len, paragraphs))
    link, link_source = story_url(said, address)
    image, image_source = picture(said, address)
    sites = site_names(said, address)
    byline, byline_source = read_byline(said, page, headline, sites)
    section, section_source = read_section(said, page, title.text, sites)
    language, language_source = language_of(" ".join(paragraphs), said.language)
    sources = {
        "url": link_source, "title": title.source, "text": body.source, "byline": byline_source,
        "published": dated.published.source if dated.published else "", "section": section_source,
        "picture": image_source, "language": language_source,
    }  # fmt: skip
    flags = _flags(
        empty=not paragraphs, dated=dated.published is not None, cut=cut, paid=is_paid(body.cleaned),
        stub=is_stub(said, page, size, headline),
    )  # fmt: skip
    kind = kind_of(said, page, url=address, title=title.text, size=size, headline=headline)
    return Reading(
        url=link, title=title.text, paragraphs=paragraphs, published=dated.published, byline=byline, section=section,
        language=language, picture=image, sources={fact: source for fact, source in sources.items() if source},
        flags=(*flags, *dated.flags, *changed.flags), removed=body.cleaned.removed, kind=kind,
        modified=changed.published, confidence=body.confidence,
    )  # fmt: skip


def within(paragraphs: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """Cleaned paragraphs up to MAX_TEXT characters, and whether any had to go."""
    kept: list[str] = []
    room = MAX_TEXT
    for text in paragraphs:
        line = clean_line(text)
        if len(line) > room:
            return (*kept, shorten(line, room)) if room > _WORTH_KEEPING else tuple(kept), True
        room -= len(line)
        kept.extend([line] if line else [])
    return tuple(kept), False


def _flags(*, empty: bool, dated: bool, cut: bool, paid: bool, stub: bool) -> tuple[str, ...]:
    named = (
        ("empty_text", empty), ("no_date", not dated), ("text_cut", cut), ("paid_placement", paid), ("paywall", stub),
    )  # fmt: skip
    return tuple(name for name, holds in named if holds)
