"""What the desks look for: their watches, read once, then held against every article in one pass."""

from collections.abc import Collection, Iterable
from typing import Final

from kliping.article import Article, Tag
from kliping.desks import Desk, Watch
from kliping.errors import ConfigError
from kliping.indonesian.families import family
from kliping.indonesian.synonyms import synonyms
from kliping.indonesian.words import token_spans
from pipeline.tag.evidence import Limits, Passages, first_of
from pipeline.tag.namesakes import is_about_namesake
from search.expand import Lexicon, expand
from search.match import Matcher, Span
from search.query import Query, QueryError, parse

EQUAL: Final = Lexicon(family=family, synonyms=synonyms)
"""What a watch's words are widened by: families, and phrases that mean the same. A search may also join what is only
near (ASN and PNS); a tag is a statement, so it may not."""

Key = tuple[str, str]  # desk, watch
Met = dict[Key, tuple[Span, ...]]  # the watches that an article meets, in their order, and the words that show it


class Watches:
    """The watches of all desks. Raises ConfigError at the start for one that cannot be read."""

    def __init__(self, desks: Iterable[Desk], lexicon: Lexicon = EQUAL) -> None:
        self._watches = {(desk.id, watch.id): (desk, watch) for desk in desks for watch in desk.watches}
        queries = {key: expand(read_query(*each), lexicon) for key, each in self._watches.items()}
        self._matcher = Matcher(queries)

    def met_by(self, article: Article) -> Met:
        """The watches whose query `article` meets. Title and text are sought separately, as in the archive."""
        found = self._matcher.find(token_spans(article.title), token_spans(article.text))
        return {key: found[key] for key in self._watches if key in found}

    def without_namesakes(self, met: Met, named: Collection[str]) -> Met:
        """`met` without watches that leave an article which names the regions `named` to their namesake."""
        return {key: spans for key, spans in met.items() if not self._leaves(key, named)}

    def _leaves(self, key: Key, named: Collection[str]) -> bool:
        desk, watch = self._watches[key]
        return watch.same_name == "leave" and is_about_namesake(desk.region, named)

    def tags(self, met: Met, article: Article, limits: Limits) -> dict[str, tuple[Tag, ...]]:
        """Desk, sorted -> a tag for each of its watches in `met`. A watch for everything rests on no words."""
        passages = Passages(article)
        tags: dict[str, tuple[Tag, ...]] = {}
        for (desk, watch), spans in sorted(met.items(), key=lambda item: item[0][0]):
            evidence = first_of((passages.cite(span.where, span.start, span.end) for span in spans), limits.evidence)
            tag = Tag(id=watch, name=self._watches[desk, watch][1].title, evidence=evidence)
            tags[desk] = (*tags.get(desk, ()), tag)
        return tags


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
