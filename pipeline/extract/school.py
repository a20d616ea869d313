"""Where outlets' pages are kept until enough of them have come to learn templates from. I/O: the database."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from kliping.article import Page
from kliping.clock import monotonic, now
from kliping.database import Database
from kliping.designs import HEARD
from kliping.tables import template_samples, templates
from kliping.wire import decode, encode
from pipeline.extract.learn import learn
from pipeline.extract.reading import Reading, read_known
from pipeline.extract.sample import Sample
from pipeline.extract.template import Template

log = logging.getLogger(__name__)

LEARN_FROM: Final = 8  # pages: two designs in equal parts, with one odd page in each; tried again at every multiple
KEPT: Final = 3 * LEARN_FROM  # pages of an outlet, the newest: enough for a design that one page in eight has
CLEAR: Final = 0.6  # confidence of a reading that may teach; whole readings of good pages have .8 and more
LONGEST: Final = 20.0  # seconds of reading for one try; 24 real pages take one or two, a worker is ended after 60
REST: Final = 86_400.0  # seconds until an outlet whose pages share nothing is tried again
_APART: Final = timedelta(microseconds=1)  # templates learned together: an instant names one


@dataclass(slots=True)
class School:
    """Samples in, templates out, for one worker."""

    database: Database
    _resting: dict[str, float] = field(default_factory=dict)  # outlet -> when it may be tried again

    def teach(self, page: Page, reading: Reading, whole: Callable[[Page], Sample | None], seen: int) -> bool:
        """Keep a page as a sample and, with enough of them, learn; whether there is something new to know of templates.

        `seen`: pages of the outlet that were seen since its templates are known, for the share of the new ones.
        """
        outlet = page.outlet
        if reading.confidence < CLEAR or self._resting.get(outlet, 0.0) > monotonic():
            return False
        with self.database.write(f"templates {outlet}") as connection:
            rows = _keep(self.database, connection, page)
        if len(rows) % LEARN_FROM:
            return False
        if len(rows) >= KEPT:
            self._resting[outlet] = monotonic() + REST  # also where learning fails, which the next page would repeat
        news = self._learn(outlet, dict(_samples(rows, whole)), seen)
        if news:
            self._resting.pop(outlet, None)
        return news

    def _learn(self, outlet: str, samples: Mapping[str, Sample], seen: int) -> bool:
        """Learn from the samples that no template reads; those that one reads, an older or a new one, teach no more.

        Whether there were any. They may be of pages that are looked at again and are read as at first, without the
        templates since then, or of a worker that had not heard of one.
        """
        new = _unread(samples, self._in_force(outlet))
        found = self._lasting(outlet, learn(outlet, list(new.values()), now()))
        if found:
            self._store(outlet, found, max(seen, len(samples)))
        left = _unread(new, found)
        if len(left) == len(samples):
            log.info("%s: %d pages share no template", outlet, len(samples))
            return False
        with self.database.write() as connection:
            known = samples.keys() - left.keys()
            connection.execute(delete(template_samples).where(template_samples.c.message.in_(known)))
        return True

    def _in_force(self, outlet: str) -> list[Template]:
        """Also those that are learned and not in force yet, by this worker or another."""
        return self._bodies(templates.c.outlet == outlet, templates.c.ends_at.is_(None))

    def _lasting(self, outlet: str, found: tuple[Template, ...]) -> list[Template]:
        """Without those that read as one did that has drifted lately: it would drift again, and be learned again."""
        lately = templates.c.ends_at > now() - timedelta(seconds=REST)
        drifted = self._bodies(templates.c.outlet == outlet, templates.c.ended == "drifted", lately)
        again = [one for one in found if _rule(one) in map(_rule, drifted)]
        for one in again:
            log.warning("%s: %s has drifted lately and is not learned again", outlet, one.region)
        return [one for one in found if one not in again]

    def _bodies(self, *where: ColumnElement[bool]) -> list[Template]:
        with self.database.read() as connection:
            bodies = connection.execute(select(templates.c.body).where(*where)).scalars().all()
        return [msgspec.json.decode(body, type=Template) for body in bodies]

    def _store(self, outlet: str, found: Sequence[Template], of: int) -> None:
        """Write templates down, unless another worker was faster."""
        at = found[0].learned_at
        dated = [replace(template, learned_at=at + index * _APART) for index, template in enumerate(found)]
        rows = [
            {
                "outlet": outlet, "learned_at": one.learned_at, "starts_at": at + HEARD,
                "body": msgspec.json.encode(one), "share": min(1.0, one.pages / of),
            }
            for one in dated
        ]  # fmt: skip
        with self.database.write(f"templates {outlet}") as connection:
            pending = (templates.c.outlet == outlet, templates.c.starts_at > at, templates.c.ends_at.is_(None))
            if connection.execute(select(func.count()).where(*pending)).scalar_one():
                return
            connection.execute(insert(templates), rows)
        for one in dated:
            log.info("%s: learned a template from %d pages: %s", outlet, one.pages, one.region)


def _unread(samples: Mapping[str, Sample], known: Sequence[Template]) -> dict[str, Sample]:
    """The samples that fit none of the templates."""
    return {message: one for message, one in samples.items() if not read_known(one.html, one.asked, known)}


def _rule(template: Template) -> tuple[str, str, tuple[str, ...]]:
    """What of a page it reads."""
    return template.region, template.body, template.skip


def _samples(rows: Sequence[tuple[str, bytes]], whole: Callable[[Page], Sample | None]) -> Iterator[tuple[str, Sample]]:
    """The pages read again, as many as there is time for."""
    until = monotonic() + LONGEST
    for message, body in rows:
        if monotonic() < until and (sample := whole(decode(body, Page))):
            yield message, sample


def _keep(database: Database, connection: Connection, page: Page) -> list[tuple[str, bytes]]:
    """Add a sample; all samples of its outlet, newest first. The oldest of too many go."""
    row = {"message": page.message_id, "outlet": page.outlet, "at": page.fetched_at, "page": encode(page)}
    database.upsert(connection, template_samples, [row], [])
    mine = select(template_samples.c.message, template_samples.c.page).where(template_samples.c.outlet == page.outlet)
    rows = connection.execute(mine.order_by(template_samples.c.at.desc(), template_samples.c.message)).all()
    old = [message for message, _ in rows[KEPT:]]
    if old:
        connection.execute(delete(template_samples).where(template_samples.c.message.in_(old)))
    return [(message, bytes(body)) for message, body in rows[:KEPT]]
