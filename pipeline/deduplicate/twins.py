"""The twins of an article among candidates: their texts are read, compared and remembered for a while."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, bindparam, select

from kliping.article import Article
from kliping.articles import unpack_article
from kliping.tables import articles
from pipeline.deduplicate.compare import Match, judge
from pipeline.deduplicate.index import Candidate
from pipeline.deduplicate.text import Text

Key = tuple[str, str]  # article and revision
Judged = dict[tuple[Key, Key], Match | None]

REMEMBERED: Final = 512  # texts kept in memory, some 100 kB each with all that is derived from them
LARGE: Final = 50_000  # characters; larger texts are read again instead: 512 of a megabyte would fill the memory
MOST_EDGES: Final = 10  # from one article into one group: they hold it well, and a group of n has fewer than 10 n

_groups_of = select(articles.c.id, articles.c.revision, articles.c.group).where(
    articles.c.id.in_(bindparam("ids", expanding=True))
)
_body = select(articles.c.body).where(articles.c.id == bindparam("one"))


class Twins:
    """Compares articles. Keeps the last texts, since what was near once is near again."""

    def __init__(self) -> None:
        self._texts: dict[Key, Text] = {}

    def text(self, article: Article) -> Text:
        """The words of an article."""
        return self._texts.get((article.id, article.revision)) or self._keep(Text(article))

    def matches(
        self,
        connection: Connection,
        article: Article,
        candidates: Sequence[Candidate],
        judged: Judged,
        before: Sequence[str] = (),
    ) -> dict[str, Match]:
        """The twins among candidates and among those that the machine took for twins `before`, by id.

        What `judged` knows is not compared again; what is compared is added to it.
        """
        ids = list(dict.fromkeys([*before, *(one.article for one in candidates)]))
        groups = _groups(connection, ids)
        found: dict[str, Match] = {}
        taken: Counter[str] = Counter()
        for other, revision, group in ((one, *groups[one]) for one in ids if one in groups):
            if taken[group] == MOST_EDGES and other not in before:
                continue
            match = self._judge(connection, article, (other, revision), judged)
            if match:
                found[other] = match
                taken[group] += 1
        return found

    def _judge(self, connection: Connection, article: Article, other: Key, judged: Judged) -> Match | None:
        pair = ((article.id, article.revision), other)
        if pair not in judged:
            judged[pair] = judge(self.text(article), self._load(connection, other))
        return judged[pair]

    def _load(self, connection: Connection, key: Key) -> Text:
        if key in self._texts:
            return self._texts[key]
        body = connection.execute(_body, {"one": key[0]}).scalar_one()
        return self._keep(Text(unpack_article(body)))

    def _keep(self, text: Text) -> Text:
        if sum(map(len, text.article.paragraphs)) > LARGE:
            return text
        if len(self._texts) >= REMEMBERED:
            del self._texts[next(iter(self._texts))]
        self._texts[text.article.id, text.article.revision] = text
        return text


def _groups(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Revision and group of stored articles, by id."""
    rows = connection.execute(_groups_of, {"ids": ids}) if ids else ()
    return {row.id: (row.revision, row.group) for row in rows}
