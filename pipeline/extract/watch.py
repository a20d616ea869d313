"""The watch over templates in force: pages that fit none and pages that are misread are noted, and end a template.

What ends one is decided in `pipeline.extract.fare`. Notes are rows by message id, so a replay counts nothing twice and
a worker that begins anew goes on from them.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from kliping.article import Page
from kliping.database import Database
from kliping.designs import Ended, Miss, end, note_miss
from kliping.tables import template_misses, templates
from pipeline.extract.fare import MISSES, Fare
from pipeline.extract.template import Template

Key = tuple[str, datetime]  # outlet and when it was learned: names a template

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Missing:
    """Pages that fitted nothing since the last page of a template: how many, and when the first was fetched."""

    number: int = 0
    since: datetime | None = None


_NOTHING = _Missing()


@dataclass(slots=True)
class Watch:
    """How the templates fare, as one worker sees it."""

    database: Database
    _fares: dict[Key, Fare] = field(default_factory=dict)
    _missing: dict[Key, _Missing] = field(default_factory=dict)

    def begin(self, template: Template, share: float) -> None:
        """Know a template, if it is new: `share` of the outlet's pages was its own when it was learned."""
        self._fares.setdefault(key_of(template), Fare(share=share))

    def seen(self, template: Template) -> int:
        """Pages of its outlet since this worker knows it."""
        fare = self._fares.get(key_of(template))
        return fare.pages + fare.quiet if fare else 0

    def is_doubted(self, template: Template) -> bool:
        """Whether every page that fits it is to be checked."""
        return self._fares[key_of(template)].is_doubted

    def fitted(self, page: Page, tried: Sequence[Template], mine: Template) -> bool:
        """`page` fits `mine`, and the others that were tried do not; whether one of those ends by that."""
        key = key_of(mine)
        self._fares[key] = self._fares[key].fitted()
        if self._missing.get(key) != _NOTHING:
            with self.database.write() as connection:
                older = or_(templates.c.fits_at.is_(None), templates.c.fits_at < page.fetched_at)
                connection.execute(update(templates).where(*_is(mine), older).values(fits_at=page.fetched_at))
                self._missing[key] = _missing(connection, mine)
        return self._passed([template for template in tried if template is not mine])

    def missed(self, page: Page, tried: Sequence[Template]) -> bool:
        """`page` fits none of the templates; whether one of them ends by that."""
        with self.database.write(f"templates {page.outlet}") as connection:
            self._note(connection, page, "missed")
            for template in tried:
                self._missing[key_of(template)] = _missing(connection, template)
        return self._passed(tried)

    def checked(self, page: Page, template: Template, *, right: bool) -> bool:
        """`page`, which fits `template`, was read whole too; whether the template ends by that."""
        fare = self._fares[key_of(template)] = self._fares[key_of(template)].checked(right)
        if right:
            return False
        with self.database.write(f"templates {page.outlet}") as connection:
            self._note(connection, page, "misread")
            return fare.is_wrong and _end(connection, template, "drifted", _misread_since(connection, template))

    def _passed(self, others: Sequence[Template]) -> bool:
        """A page came that is not theirs."""
        ended = False
        for template in others:
            fare = self._fares[key_of(template)] = self._fares[key_of(template)].passed()
            missing = self._missing.get(key_of(template)) or self._look(template)
            if fare.is_gone(missing.number) and missing.since:
                with self.database.write(f"templates {template.outlet}") as connection:
                    ended = _end(connection, template, "changed", missing.since) or ended
        return ended

    def _look(self, template: Template) -> _Missing:
        with self.database.read() as connection:
            found = self._missing[key_of(template)] = _missing(connection, template)
        return found

    def _note(self, connection: Connection, page: Page, how: Miss) -> None:
        note_miss(self.database, connection, page.outlet, page.message_id, page.fetched_at, how)


def key_of(template: Template) -> Key:
    return template.outlet, template.learned_at


def _end(connection: Connection, template: Template, ended: Ended, since: datetime) -> bool:
    if not end(connection, template.outlet, template.learned_at, ended, since):
        return False
    log.warning("%s: outlet changed its pages (%s): %s holds no more", template.outlet, ended, template.region)
    return True


def _is(template: Template) -> tuple[ColumnElement[bool], ...]:
    return templates.c.outlet == template.outlet, templates.c.learned_at == template.learned_at


def _noted(template: Template, how: Miss) -> tuple[ColumnElement[bool], ...]:
    return template_misses.c.outlet == template.outlet, template_misses.c.how == how


def _missing(connection: Connection, template: Template) -> _Missing:
    fitted = select(func.coalesce(templates.c.fits_at, templates.c.starts_at)).where(*_is(template)).scalar_subquery()
    query = select(func.count(), func.min(template_misses.c.at)).where(*_noted(template, "missed"))
    return _Missing(*connection.execute(query.where(template_misses.c.at >= fitted)).one())


def _misread_since(connection: Connection, template: Template) -> datetime:
    """When the first of the pages was fetched that end it."""
    newest = select(template_misses.c.at).where(*_noted(template, "misread")).order_by(template_misses.c.at.desc())
    return min(connection.execute(newest.limit(MISSES)).scalars(), default=template.learned_at)
