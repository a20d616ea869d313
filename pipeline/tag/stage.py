"""The door of the room: one article in, its clips out."""

from collections.abc import Iterable

from sqlalchemy import select

from kliping.article import Article, Clip, Grouped, Tagged
from kliping.clock import now
from kliping.database import Database
from kliping.desks import Desk
from kliping.tables import tagged
from pipeline.stage import Drop
from pipeline.tag.evidence import limits_for
from pipeline.tag.mentions import Named
from pipeline.tag.watches import Met, Watches

NO_DESK = "no_desk"
LEFT = "left to the region of the same name"


class Tag:
    """Makes the clips of an article. Raises ConfigError at the start when a watch cannot be read."""

    def __init__(self, desks: Iterable[Desk], database: Database) -> None:
        self.watches = Watches(desks)
        self.database = database

    def __call__(self, message: Grouped, /) -> Tagged | Drop:
        """`message` with its clips, sorted by desk; Drop('no_desk') when there is none. Raises Unavailable.

        Without clips it is passed on all the same when the article met a desk before: the index withdraws them.
        """
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
        met_before = first is not None and first < message.version
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
