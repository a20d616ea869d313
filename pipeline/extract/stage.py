"""The stage: a fetched Page in, the Article that it holds out. I/O: the page store and the outlets' templates."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

from kliping.article import Article, Fetch, Page, article_id, revision_id
from kliping.errors import Rejected, Unavailable
from kliping.pages import PageStore
from kliping.wire import Message
from pipeline.extract.ahead import Ahead, Read
from pipeline.extract.charset import decode
from pipeline.extract.job import Failed, Job, job_of
from pipeline.extract.joining import joined
from pipeline.extract.links import is_home
from pipeline.extract.pool import Pool
from pipeline.extract.process import Result
from pipeline.extract.reading import Asked, Reading, within
from pipeline.extract.sample import Sample
from pipeline.extract.template import Template
from pipeline.extract.templates import Templates
from pipeline.extract.weight import SlowPageError, check_body, check_size
from pipeline.stage import Drop, Slow

GONE = frozenset((404, 410))
log = logging.getLogger(__name__)


class ReaderBugError(RuntimeError):
    """A child's traceback: a mistake of ours."""


@dataclass(slots=True)
class Extract:
    """Reads one page.

    404, 410 and pages that say in words that the story is gone give an Article with `withdrawn`, without title and
    text: the id is the asked address's, what is known of the story is kept by whoever stored it. A page without text
    keeps its title and link under the flag `empty_text`. Drops: `not_html`, `block_page`, `home_page`, `list_page`,
    `no_title`, `http_status`. Slow, in the line, where it weighs more or takes longer than any real page. Raises
    Rejected (`too_large`, `extract_timeout`, `extract_memory`, `extract_crashed`), and what page store and pool raise.
    """

    pages: PageStore
    templates: Templates | None = None  # None: every page is read whole
    pool: Pool | None = None  # None: pages are read in this process, however long that takes
    in_line: bool = False  # pages that take long are for the lane beside it
    _ahead: Ahead | None = field(init=False)

    def __post_init__(self) -> None:
        self._ahead = Ahead(self.pool) if self.pool else None

    def prepare(self, messages: Sequence[Message], beat: Callable[[], None], /) -> None:
        """Read the pages of a batch at once, as many as the pool has children."""
        if self._ahead is None:
            return
        pages = [page for page in messages if isinstance(page, Page) and _ending(page) is None]
        pieces = {key: partial(self._job_ahead, piece) for page in pages for key, piece in _pieces(page)}
        self._ahead.read(pieces, beat)

    def __call__(self, page: Page, /) -> Article | Drop | Slow:
        ended = _ending(page)
        if ended is not None:
            return ended
        try:
            return self._outcome(page, self._read(page))
        except SlowPageError as slow:
            return Slow(str(slow))

    def _outcome(self, page: Page, reading: Reading) -> Article | Drop:
        if reading.refused == "gone":
            return _withdrawn(page)
        if reading.refused or reading.kind == "list":
            return Drop(reading.refused or "list_page", reading.title)
        reading = self._joined(page, reading)
        return _article(page, reading) if reading.title or reading.paragraphs else Drop("no_title")

    def _read(self, page: Page) -> Reading:
        read = self._piece(page.message_id, page)
        reading = _known(read.result)
        self._teach(page, read.templates, reading)
        return reading

    def _teach(self, page: Page, tried: Sequence[Template], reading: Reading) -> None:
        """Let the templates see what was read. A mistake of ours in learning costs speed, and no article."""
        try:
            if self.templates:
                self.templates.saw(page, tried, reading, self._whole)
        except Unavailable:
            raise
        except Exception:
            log.exception("%s: a bug in learning from %s", page.outlet, page.url)

    def _piece(self, key: str, piece: Page) -> Read:
        """What came of a page or of a further part of it, read now where it was not read ahead."""
        read = self._ahead.take(key) if self._ahead else None
        if read is None:
            job = self._job(piece, self._templates(piece))
            read = Read(self._result(job), job.templates)
        if self.in_line and isinstance(read.result, Failed) and read.result.failed == "extract_timeout":
            raise SlowPageError(read.result.detail)
        return read

    def _joined(self, page: Page, reading: Reading) -> Reading:
        """The article with the text of its further parts. One that cannot be read is missing, as one not had is."""
        if not page.parts and not page.incomplete:
            return reading
        further = [self._further(key, piece) for key, piece in islice(_pieces(page), 1, None)]
        paragraphs, cut = within(joined([reading.paragraphs, *filter(None, further)]))
        flags = [flag for flag in reading.flags if flag != "empty_text" or not paragraphs]
        missing = page.incomplete or None in further
        flags += [flag for flag, holds in (("text_cut", cut), ("part_missing", missing)) if holds]
        return replace(reading, paragraphs=paragraphs, flags=tuple(dict.fromkeys(flags)))

    def _further(self, key: str, piece: Page) -> tuple[str, ...] | None:
        try:
            return _known(self._piece(key, piece).result).paragraphs
        except Rejected:
            return None
        except ReaderBugError:  # tried again at once it is the same bug; at the crawler's next look it may be mended
            log.exception("%s: a bug in reading a further part of %s", piece.outlet, piece.url)
            return None

    def _whole(self, page: Page) -> Sample | None:
        """A page as a sample: read again, without a template; None where it cannot be."""
        try:
            job = self._job(page, ())
            html = decode(job.body, job.content_type)
            asked = Asked(
                address=page.answered or page.url, zone=page.zone, fetched_at=page.fetched_at, found=page.found
            )
            return Sample(html, asked, _known(self._result(job)))
        except (Rejected, SlowPageError):
            return None

    def _result(self, job: Job) -> Result:
        result = self.pool.read([lambda: job])[0] if self.pool else None
        return result if result is not None else job.read()

    def _templates(self, page: Page) -> tuple[Template, ...]:
        return self.templates.of(page) if self.templates else ()

    def _job(self, page: Page, tried: Sequence[Template]) -> Job:
        return job_of(page, self._body(page), tried)

    def _job_ahead(self, page: Page) -> Job | None:
        """The job of a page; None where it cannot be read: the reason comes when it is its turn."""
        try:
            return self._job(page, self._templates(page))
        except (Rejected, SlowPageError):
            return None

    def _body(self, page: Page) -> bytes:
        check_size(page.size, in_line=self.in_line)
        body = self.pages.get(page.body) if page.body else b""
        check_body(body, in_line=self.in_line)
        return body


def _pieces(page: Page) -> Iterator[tuple[str, Page]]:
    """The page and its further parts, each with a key of its own that begins with the page's."""
    yield page.message_id, page
    for number, part in enumerate(page.parts, 2):
        yield f"{page.message_id} {number}", replace(page, body=part, size=0, parts=())


def _ending(page: Page) -> Article | Drop | None:
    """How a page ends that need not be read."""
    if page.status in GONE:
        return _withdrawn(page)
    if not 200 <= page.status < 300:
        return Drop("http_status", str(page.status))
    return Drop("home_page", page.answered) if is_home(page.answered) and not is_home(page.url) else None


def _known(result: Result) -> Reading:
    if isinstance(result, Failed):
        if result.failed == "bug":
            raise ReaderBugError(result.detail)
        raise Rejected(result.failed, result.detail)
    return result


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
        fetch=Fetch(asked=page.url, answered=page.answered or page.url, status=page.status, body=page.body),
    )


def _withdrawn(page: Page) -> Article:
    nothing = Reading(url=page.url, flags=("withdrawn",))
    return replace(_article(page, nothing), withdrawn=True)
