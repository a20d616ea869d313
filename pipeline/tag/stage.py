"""The door of the room: one article in, its clips out."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import select

from kliping import crash
from kliping.article import Article, Clip, Grouped, Tagged
from kliping.clock import monotonic, now
from kliping.database import Database
from kliping.desks import Desk
from kliping.errors import ConfigError
from kliping.tables import tagged
from kliping.watches import effective_desks, revision
from pipeline.stage import Drop
from pipeline.tag.evidence import limits_for
from pipeline.tag.mentions import Named
from pipeline.tag.watches import Met, Watches

log = logging.getLogger(__name__)

NO_DESK = "no_desk"
LEFT = "left to the region of the same name"
RELOAD_SECONDS: Final = 1.0  # between two looks at what staff changed: a saved watch counts within this time


class Tag:
    """Makes the clips of an article, by the watches of the desks' files and those that staff saved.

    Raises ConfigError at the start when a watch of a file cannot be read. `ticks` measures time in seconds.
    """

    def __init__(self, desks: Iterable[Desk], database: Database, ticks: Callable[[], float] = monotonic) -> None:
        self.desks = tuple(desks)
        self.watches = Watches(self.desks)
        self.database = database
        self._ticks = ticks
        self._look_at = ticks()
        self._revision: datetime | None = None  # of what staff saved; None: nothing, so the files' watches stand

    def __call__(self, message: Grouped, /) -> Tagged | Drop:
        """`message` with its clips, sorted by desk; Drop('no_desk') when there is none. Raises Unavailable.

        Without clips it is passed on all the same when the article met a desk before: the index withdraws them.
        """
        self._keep_up()
        article = message.article
        found = self.watches.met_by(article)
        if not found:
            return self._missed(message)
        named = Named(article)
        met = self.watches.without_namesakes(found, named.codes)
        if not met:
            return self._missed(message, LEFT)
        self._remember(message)
        return Tagged(grouped=message, clips=self._clips(met, article, named))

    def _keep_up(self) -> None:
        """Take the watches that staff saved since the last look."""
        if self._ticks() < self._look_at:
            return
        self._look_at = self._ticks() + RELOAD_SECONDS
        with self.database.read() as connection:
            newest = revision(connection)
            if newest == self._revision:
                return
            desks = effective_desks(connection, self.desks)
        self._revision = newest
        try:
            self.watches = Watches(desks)
        except ConfigError as error:  # saved by another version of this program: the watches of before go on
            log.warning("saved watches are not taken: %s", error)

    def _clips(self, met: Met, article: Article, named: Named) -> tuple[Clip, ...]:
        limits = limits_for(len({desk for desk, _ in met}))
        regions, agencies = named.regions(limits), named.agencies(limits)
        return tuple(
            Clip(desk=desk, watches=watches, regions=regions, agencies=agencies)
            for desk, watches in self.watches.tags(met, article, limits).items()
        )

    def _missed(self, message: Grouped, why: str = "") -> Tagged | Drop:
        with self.database.read() as connection:
            first = connection.execute(select(tagged.c.version).where(tagged.c.article == message.key)).scalar()
        met_before = first is not None and first <= message.version  # the same version: its watch was removed
        return Tagged(grouped=message, clips=()) if met_before else Drop(NO_DESK, why)

    def _remember(self, message: Grouped) -> None:
        """Before the clips leave: note that there are some, with the version that had them first.

        So an older version of the article, replayed, is dropped again as it was at first.
        """
        with self.database.read() as connection:
            known = connection.execute(select(tagged.c.article).where(tagged.c.article == message.key)).scalar()
        if known is None:
            row = {"article": message.key, "version": message.version, "at": now()}
            with self.database.write() as connection:
                self.database.upsert(connection, tagged, [row], update=[])
            crash.here("tag.after_rows")
