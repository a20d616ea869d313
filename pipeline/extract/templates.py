"""The templates of outlets, kept: learned from pages that were read whole, dated, checked again, given up.

A reading must be the same whenever a message is read again. So a template speaks for pages that were fetched after it
came into force, some minutes after it was learned, when every worker has heard of it; pages from before are read as
they were. An article that was read without it is read without it again, or a second look would find it changed. Rows
are never changed but for the end of a template.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from kliping.article import Page
from kliping.clock import monotonic, now
from kliping.database import Database
from kliping.tables import articles, template_samples, templates
from kliping.wire import decode, encode
from pipeline.extract.learn import Sample, fits, learn
from pipeline.extract.reading import Reading
from pipeline.extract.template import Template

Whole = Callable[[Page], Sample | None]  # a page read again, all of it; None where it cannot be

log = logging.getLogger(__name__)

LEARN_FROM: Final = 8  # pages; the newest ones, three more than must agree
CLEAR: Final = 0.6  # confidence of a reading that may teach; whole readings of good pages have .8 and more
HEARD: Final = timedelta(minutes=5)  # until a new template is in force
REREAD: Final = timedelta(hours=25)  # an article is looked at again for 24 hours, crawlers.schedule says
LOOK: Final = 60.0  # seconds between two looks at the templates; well below HEARD
REST: Final = 86_400.0  # seconds until an outlet whose pages share nothing is tried again
MISSES: Final = 5  # pages in a row that do not fit: the outlet has changed its pages
CHECK: Final = 50  # one page in so many is read whole too and compared


@dataclass(slots=True)
class Templates:
    """The templates of all outlets, for one worker."""

    database: Database
    _known: dict[str, list[tuple[Template, datetime, datetime | None]]] = field(default_factory=dict)
    _looked: float = float("-inf")
    _misses: dict[str, int] = field(default_factory=dict)
    _resting: dict[str, float] = field(default_factory=dict)  # outlet -> when it may be tried again

    def of(self, page: Page) -> Template | None:
        """The template in force when `page` was fetched."""
        if monotonic() - self._looked > LOOK:
            self._known = self._all()
            self._looked = monotonic()
        fitting = (
            (template, start)
            for template, start, end in self._known.get(page.outlet, ())
            if start <= page.fetched_at and (end is None or page.fetched_at < end)
        )
        template, start = next(fitting, (None, page.fetched_at))
        return None if template and page.fetched_at - start < REREAD and self._is_older(page, start) else template

    def _is_older(self, page: Page, start: datetime) -> bool:
        """Whether the page's article was there before the template."""
        query = select(articles.c.first_seen).where(articles.c.id == page.subject)
        with self.database.read() as connection:
            seen = connection.execute(query).scalar()
        return seen is not None and seen < start

    def saw(self, page: Page, template: Template | None, reading: Reading, whole: Whole) -> None:
        """Learn from what was read of a page; `whole` reads all of one. Pages of the past teach nothing."""
        if page.origin == "backfill" or reading.kind != "article" or reading.refused:
            return
        if template is None:
            self._teach(page, reading, whole)
        elif "template_missed" in reading.flags or not _holds(page, template, reading, whole):
            self._missed(page.outlet, template)
        else:
            self._misses.pop(page.outlet, None)

    def _teach(self, page: Page, reading: Reading, whole: Whole) -> None:
        """Keep the page as a sample; with enough of them, learn."""
        if reading.confidence < CLEAR or self._resting.get(page.outlet, 0.0) > monotonic():
            return
        if any(end is None for _, _, end in self._known.get(page.outlet, ())):
            return  # one is learned already, and not in force yet for this page
        with self.database.write(f"templates {page.outlet}") as connection:
            rows = _keep(self.database, connection, page)
        if len(rows) >= LEARN_FROM:
            self._learn(page.outlet, [sample for row in rows if (sample := whole(decode(row, Page)))])

    def _learn(self, outlet: str, samples: Sequence[Sample]) -> None:
        at = now()
        template = learn(outlet, samples, at)
        if template is None:
            log.info("%s: %d pages share no template", outlet, len(samples))
            self._resting[outlet] = monotonic() + REST
            return
        row = {"outlet": outlet, "learned_at": at, "starts_at": at + HEARD, "body": msgspec.json.encode(template)}
        with self.database.write(f"templates {outlet}") as connection:
            active = select(func.count()).where(templates.c.outlet == outlet, templates.c.ends_at.is_(None))
            if not connection.execute(active).scalar_one():
                connection.execute(insert(templates).values(row))
                connection.execute(delete(template_samples).where(template_samples.c.outlet == outlet))
        self._looked = float("-inf")
        log.info("%s: learned a template from %d pages: %s", outlet, template.pages, template.region)

    def _missed(self, outlet: str, template: Template) -> None:
        self._misses[outlet] = self._misses.get(outlet, 0) + 1
        if self._misses[outlet] < MISSES:
            return
        mine = (templates.c.outlet == outlet) & (templates.c.learned_at == template.learned_at)
        with self.database.write(f"templates {outlet}") as connection:
            ended = update(templates).where(mine, templates.c.ends_at.is_(None)).values(ends_at=now() + HEARD)
            if connection.execute(ended).rowcount:
                log.warning("%s: outlet changed its pages: %d in a row do not fit its template", outlet, MISSES)
        self._misses.pop(outlet)
        self._looked = float("-inf")

    def _all(self) -> dict[str, list[tuple[Template, datetime, datetime | None]]]:
        query = select(templates).order_by(templates.c.outlet, templates.c.learned_at.desc())
        found: dict[str, list[tuple[Template, datetime, datetime | None]]] = {}
        with self.database.read() as connection:
            for row in connection.execute(query).mappings():
                template = msgspec.json.decode(row["body"], type=Template)
                found.setdefault(row["outlet"], []).append((template, row["starts_at"], row["ends_at"]))
        return found


def _keep(database: Database, connection: Connection, page: Page) -> list[bytes]:
    """Add a sample; all samples of its outlet, newest first. The oldest of too many go."""
    row = {"message": page.message_id, "outlet": page.outlet, "at": page.fetched_at, "page": encode(page)}
    database.upsert(connection, template_samples, [row], [])
    mine = select(template_samples.c.message, template_samples.c.page).where(template_samples.c.outlet == page.outlet)
    rows = connection.execute(mine.order_by(template_samples.c.at.desc(), template_samples.c.message)).all()
    old = [message for message, _ in rows[LEARN_FROM:]]
    if old:
        connection.execute(delete(template_samples).where(template_samples.c.message.in_(old)))
    return [bytes(body) for _, body in rows[:LEARN_FROM]]


def _holds(page: Page, template: Template, reading: Reading, whole: Whole) -> bool:
    """Whether the reading is right, where it is this page's turn to be read whole too."""
    if int(page.message_id[:8], 16) % CHECK:
        return True
    sample = whole(page)
    return sample is None or fits(template, reading, sample.reading)
