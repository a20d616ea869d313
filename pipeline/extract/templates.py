"""The templates of outlets at work: learned from pages that were read whole, dated, checked again, given up.

An outlet has one for each design of its pages. A reading must be the same whenever a message is read again, and an
article that is looked at again must not seem changed because we have learned something. So a template speaks for the
articles that were first seen after it came into force, some minutes after it was learned, when every worker has heard
of it, and before it ended. Rows are never changed but for how a template fares and its end.

Whoever fits a template is read by it. The first pages of one, and one page in CHECK later on, are read whole too and
compared. A template that is wrong too often has drifted; one whose pages stay away while pages come that fit none has
changed: either ends it (`pipeline.extract.watch`). Pages that fit none are samples of the next one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import select

from kliping.article import Page
from kliping.clock import monotonic
from kliping.database import Database
from kliping.tables import articles, templates
from pipeline.extract.body import ENOUGH
from pipeline.extract.learn import fits
from pipeline.extract.reading import Reading
from pipeline.extract.sample import Sample
from pipeline.extract.school import School
from pipeline.extract.template import Template
from pipeline.extract.watch import Watch

Whole = Callable[[Page], Sample | None]  # a page read again, all of it; None where it cannot be

REREAD: Final = timedelta(hours=25)  # an article is looked at again for 24 hours, crawlers.schedule says
LOOK: Final = 60.0  # seconds between two looks at the templates; well below the time until they are in force
CHECK: Final = 50  # one page in so many is read whole too and compared


@dataclass(frozen=True, slots=True)
class Term:
    """A template and when it is in force."""

    template: Template
    share: float  # of the outlet's pages, when it was learned
    start: datetime
    end: datetime | None

    def holds(self, at: datetime) -> bool:
        return self.start <= at and (self.end is None or at < self.end)


@dataclass(slots=True)
class Templates:
    """The templates of all outlets, for one worker."""

    database: Database
    _school: School = field(init=False)
    _watch: Watch = field(init=False)
    _known: dict[str, list[Term]] = field(default_factory=dict)  # by outlet, oldest first
    _looked: float = float("-inf")

    def __post_init__(self) -> None:
        self._school, self._watch = School(self.database), Watch(self.database)

    def of(self, page: Page) -> tuple[Template, ...]:
        """The templates that speak for `page`, oldest first: a newer one sees only what the older ones do not fit."""
        if monotonic() - self._looked > LOOK:
            self._look()
        terms, at = self._known.get(page.outlet, ()), page.fetched_at
        bounds = (bound for term in terms for bound in (term.start, term.end) if bound)
        if any(at - REREAD < bound <= at for bound in bounds):
            at = self._first_seen(page)
        return tuple(term.template for term in terms if term.holds(at))

    def _first_seen(self, page: Page) -> datetime:
        """When the page's article was first read, if this page is one of the looks at it again."""
        query = select(articles.c.first_seen).where(articles.c.id == page.subject)
        with self.database.read() as connection:
            seen: datetime | None = connection.execute(query).scalar()
        return seen if seen and timedelta() <= page.fetched_at - seen < REREAD else page.fetched_at

    def saw(self, page: Page, tried: Sequence[Template], reading: Reading, whole: Whole) -> None:
        """Learn from what was read of a page; `whole` reads all of one.

        Pages of the past teach nothing, and stories that are too short to be known by their box neither.
        """
        short = sum(map(len, reading.paragraphs)) < ENOUGH
        if page.origin == "backfill" or reading.kind != "article" or reading.refused or short:
            return
        if reading.design >= 0:
            news = self._fitted(page, tried, reading, whole)
        else:
            news = bool(tried) and self._watch.missed(page, tried)
            news = (self._teaches(page, tried) and self._taught(page, reading, whole)) or news
        if news:
            self._looked = float("-inf")

    def _fitted(self, page: Page, tried: Sequence[Template], reading: Reading, whole: Whole) -> bool:
        mine = tried[reading.design]
        news = self._watch.fitted(page, tried, mine)
        if not self._watch.is_doubted(mine) and int(page.message_id[:8], 16) % CHECK:
            return news
        sample = whole(page)
        right = sample is None or fits(mine, reading, sample.reading)
        return self._watch.checked(page, mine, right=right) or news

    def _teaches(self, page: Page, tried: Sequence[Template]) -> bool:
        """Whether a page that was read whole shows something new: not a design that is learned and not in force yet,
        and no design of the past."""
        terms = self._known.get(page.outlet, ())
        if tried:
            return not any(term.end is None and term.start > page.fetched_at for term in terms)
        return all(term.end is not None and term.end <= page.fetched_at for term in terms)

    def _taught(self, page: Page, reading: Reading, whole: Whole) -> bool:
        seen = max((self._watch.seen(term.template) for term in self._known.get(page.outlet, ())), default=0)
        return self._school.teach(page, reading, whole, seen)

    def _look(self) -> None:
        query = select(templates).order_by(templates.c.outlet, templates.c.learned_at)
        found: dict[str, list[Term]] = {}
        with self.database.read() as connection:
            for row in connection.execute(query).mappings():
                template = msgspec.json.decode(row["body"], type=Template)
                term = Term(template, row["share"], row["starts_at"], row["ends_at"])
                found.setdefault(row["outlet"], []).append(term)
                self._watch.begin(template, term.share)
        self._known, self._looked = found, monotonic()
