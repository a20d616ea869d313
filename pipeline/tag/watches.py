"""What the desks look for: their watches, read once, then held against every article in one pass."""

from collections.abc import Iterable
from typing import Final

from kliping.article import Article, Tag
from kliping.desks import Desk, Watch
from kliping.errors import ConfigError
from kliping.indonesian.families import family
from kliping.indonesian.synonyms import synonyms
from kliping.indonesian.words import token_spans
from pipeline.tag.evidence import Passages, first_of
from search.expand import Lexicon, expand
from search.match import Matcher
from search.query import Query, QueryError, parse

EQUAL: Final = Lexicon(family=family, synonyms=synonyms)
"""What a watch's words are widened by: families, and phrases that mean the same. A search may also join what is only
near (ASN and PNS); a tag is a statement, so it may not."""

Met = dict[str, tuple[Tag, ...]]  # desk -> the watches that the article meets


class Watches:
    """The watches of all desks. Raises ConfigError at the start for one that cannot be read."""

    def __init__(self, desks: Iterable[Desk], lexicon: Lexicon = EQUAL) -> None:
        pairs = [(desk, watch) for desk in desks for watch in desk.watches]
        self._watches = {(desk.id, watch.id): watch for desk, watch in pairs}
        queries = {(desk.id, watch.id): expand(read_query(desk, watch), lexicon) for desk, watch in pairs}
        self._matcher = Matcher(queries)

    def met_by(self, article: Article) -> Met:
        """The desks that `article` concerns, each with its watches in their order, and the words that show it.

        Title and text are sought separately, as in the archive. A watch for everything rests on no words.
        """
        spans = self._matcher.find(token_spans(article.title), token_spans(article.text))
        passages = Passages(article)
        met: Met = {}
        for desk, watch in (key for key in self._watches if key in spans):
            evidence = first_of(passages.cite(span.where, span.start, span.end) for span in spans[desk, watch])
            tag = Tag(id=watch, name=self._watches[desk, watch].title, evidence=evidence)
            met[desk] = (*met.get(desk, ()), tag)
        return met


def check_watches(desks: Iterable[Desk]) -> None:
    """Raise ConfigError for the first watch that cannot be read."""
    for desk in desks:
        for watch in desk.watches:
            read_query(desk, watch)


def read_query(desk: Desk, watch: Watch) -> Query:
    """The query of a watch as a tree. Raises ConfigError naming file, desk, watch and position."""
    try:
        return parse(watch.query)
    except QueryError as error:
        where = f"{desk.file or 'desks'}: desk {desk.id!r}, watch {watch.id!r}"
        raise ConfigError(f"{where}: [query] {error}: {watch.query!r}") from None
