"""The stage: a fetched Page in, the Article that it holds out. I/O: the page store and the outlets' templates."""

from dataclasses import dataclass, replace

from kliping.article import Article, Page, article_id, revision_id
from kliping.errors import Rejected
from kliping.pages import PageStore
from pipeline.extract.links import is_home
from pipeline.extract.reading import Reading, read_page
from pipeline.extract.template import Template
from pipeline.extract.templates import Templates
from pipeline.stage import Drop

GONE = frozenset((404, 410))
# Bytes of a body. The crawler stops at its own limit; this one guards pages that came another way. The largest of 123
# real pages has 1.5 MB; only the first 4 Mi characters are parsed in any case.
MAX_BODY = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Extract:
    """Reads one page.

    404, 410 and pages that say in words that the story is gone give an Article with `withdrawn`, without title and
    text: the id is the asked address's, what is known of the story is kept by whoever stored it. A page without text
    keeps its title and link under the flag `empty_text`. Drops: `not_html`, `block_page`, `home_page`, `list_page`,
    `no_title`, `http_status`. Raises Rejected('too_large'), and what the page store raises.
    """

    pages: PageStore
    templates: Templates | None = None  # None: every page is read whole

    def __call__(self, page: Page, /) -> Article | Drop:
        if page.status in GONE:
            return _withdrawn(page)
        if not 200 <= page.status < 300:
            return Drop("http_status", str(page.status))
        if is_home(page.answered) and not is_home(page.url):
            return Drop("home_page", page.answered)
        reading = self._read(page, self._body(page))
        if reading.refused == "gone":
            return _withdrawn(page)
        if reading.refused or reading.kind == "list":
            return Drop(reading.refused or "list_page", reading.title)
        return _article(page, reading) if reading.title or reading.paragraphs else Drop("no_title")

    def _read(self, page: Page, body: bytes) -> Reading:
        template = self.templates.of(page) if self.templates else None
        reading = _read(page, body, template)
        if self.templates:
            self.templates.saw(page, body, template, reading)
        return reading

    def _body(self, page: Page) -> bytes:
        if page.size > MAX_BODY:
            raise Rejected("too_large", f"{page.size} bytes, limit {MAX_BODY}")
        body = self.pages.get(page.body) if page.body else b""
        if len(body) > MAX_BODY:
            raise Rejected("too_large", f"{len(body)} bytes, limit {MAX_BODY}")
        return body


def _read(page: Page, body: bytes, template: Template | None) -> Reading:
    headers = {name.lower(): value for name, value in page.headers.items()}
    return read_page(
        body,
        url=page.url,
        answered=page.answered,
        zone=page.zone,
        fetched_at=page.fetched_at,
        content_type=headers.get("content-type", ""),
        found=page.found,
        template=template,
    )


def _article(page: Page, reading: Reading) -> Article:
    return Article(
        id=article_id(reading.url),
        revision=revision_id(reading.title, reading.paragraphs),
        page=page.message_id,
        url=reading.url,
        outlet=page.outlet,
        title=reading.title,
        paragraphs=reading.paragraphs,
        published=reading.published,
        fetched_at=page.fetched_at,
        first_seen=page.fetched_at,
        origin=page.origin,
        byline=reading.byline,
        section=reading.section,
        language=reading.language,
        picture=reading.picture,
        sources=reading.sources,
        flags=reading.flags,
        kind=reading.kind,
        modified=reading.modified,
        confidence=reading.confidence,
    )


def _withdrawn(page: Page) -> Article:
    nothing = Reading(url=page.url, flags=("withdrawn",))
    return replace(_article(page, nothing), withdrawn=True)
