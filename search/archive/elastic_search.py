"""The questions that Elasticsearch is asked: a page by time, a page by relevance, and what the matches are filed under.

By relevance the engine picks WINDOW candidates with its own score and `search/rank.py` orders them, by frequencies
counted in their texts: so both backends rank by one formula. Further windows follow as pages are turned.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from elasticsearch import Elasticsearch as Client

from kliping.errors import Unavailable
from kliping.indonesian.words import token_spans
from search import rank
from search.archive import cursor as cursors
from search.archive import elastic_query as dsl
from search.archive.base import TOTAL_LIMIT, Document, Filters
from search.archive.cursor import Place
from search.archive.elastic_client import TOO_HEAVY, described, is_timeout, searching, told
from search.archive.elastic_layout import FACETS, read
from search.archive.numbers import second_of
from search.match import Leaf, Phrases, leaves
from search.query import All, Query, QueryError

WINDOW: Final = 200  # candidates; benchmarks/search.py: the first ten of every judged query are then as embedded
RANKED: Final = 2_000  # matches that pages by relevance reach, as embedded
GRACE: Final = 2.0  # seconds on top of a search's limit for the way and for a busy machine
VALUES: Final = 10_000  # of one facet; a desk knows at most 7,841 regions, fewer outlets, watches and agencies
IN_TIME: Final = [{"second": "desc"}, {"article": "asc"}]


class Asked(NamedTuple):
    """A search: what it names, asks and has been given before."""

    reads: str  # an alias or index pattern
    desk: str
    query: Query | None
    filters: Filters
    place: Place | None
    limit: int
    question: str

    def clauses(self) -> list[dsl.Clause]:
        return dsl.selection(self.desk, self.query, self.filters)


class Found(NamedTuple):
    """A page."""

    documents: list[tuple[Document, float]]
    total: int
    cursor: str
    facets: dict[str, dict[str, int]]


class Searcher:
    """Asks one cluster. `limit`: seconds of a search."""

    def __init__(self, client: Client, place: str, limit: float) -> None:
        self._client = client.options(request_timeout=limit + GRACE)
        self._place = place
        self._timeout = f"{max(1, int(limit * 1000))}ms"

    def newest(self, asked: Asked) -> Found:
        """A page by time; documents of one second by article id."""
        body: dict[str, Any] = {"size": asked.limit + 1, "sort": IN_TIME, **self._counting(asked)}
        if asked.place:
            body["search_after"] = [asked.place.second, asked.place.article]
        (answer,) = self._ask(asked, [body])
        hits = answer["hits"]["hits"]
        shown = hits[: asked.limit]
        more = len(hits) > len(shown) > 0
        cursor = cursors.written(Place(asked.question, *shown[-1]["sort"])) if more else ""
        return Found(
            [(read(hit["_source"]), 0.0) for hit in shown], _total(answer), cursor, self._facets(asked, answer)
        )

    def ranked(self, asked: Asked) -> Found:
        """A page by relevance."""
        given = asked.place.given if asked.place else 0
        query = asked.query or All()
        things = list(dict.fromkeys(rank.things(query)))
        counts = [_count(asked.desk, thing) for thing in (All(), *things)]
        counts[0]["aggs"] = {"length": {"avg": {"field": "length"}}}
        window, skipped = given - given % WINDOW, given % WINDOW
        answer, everything, *containing = self._ask(asked, [self._window(asked, query, window), *counts])
        documents = _total(everything)
        rarities = {t: rank.rarity(documents, _total(n)) for t, n in zip(things, containing, strict=True)}
        length = everything.get("aggregations", {}).get("length", {}).get("value") or 1.0
        ordered = _ordered([read(hit["_source"]) for hit in answer["hits"]["hits"]], query, rarities, length)
        shown = ordered[skipped : skipped + asked.limit]
        given += len(shown)
        more = shown and given < min(_total(answer), RANKED)
        cursor = cursors.written(Place(asked.question, 0, given=given)) if more else ""
        return Found(shown, _total(answer), cursor, self._facets(asked, answer))

    def _window(self, asked: Asked, query: Query, start: int) -> dict[str, Any]:
        body = {**self._counting(asked), "from": start, "size": WINDOW, "sort": ["_score", *IN_TIME]}
        body["query"] = {"bool": {"filter": asked.clauses(), "should": [dsl.scoring(query)]}}
        return body

    def _counting(self, asked: Asked) -> dict[str, Any]:
        """The part of a request that selects and counts, on the first page with facets."""
        body = _selecting(asked.clauses())
        return body if asked.place else {**body, "aggs": _by_facet()}

    def _facets(self, asked: Asked, answer: Mapping[str, Any]) -> dict[str, dict[str, int]]:
        """Facets of the first page; of more matches than TOTAL_LIMIT only the newest are counted."""
        if asked.place:
            return {}
        if answer["hits"]["total"]["relation"] == "gte":
            answer = self._newest_counted(asked)
        return {name: counted for name in FACETS if (counted := _buckets(answer, name))}

    def _newest_counted(self, asked: Asked) -> Mapping[str, Any]:
        oldest = {**_selecting(asked.clauses()), "from": TOTAL_LIMIT - 1, "size": 1, "sort": IN_TIME, "_source": False}
        (answer,) = self._ask(asked, [oldest])
        second, article = answer["hits"]["hits"][0]["sort"]
        body = {**_selecting([*asked.clauses(), dsl.after(second, article)]), "size": 0, "aggs": _by_facet()}
        return self._ask(asked, [body])[0]

    def _ask(self, asked: Asked, bodies: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The answers to some searches, sent together. An archive that nobody has written yet is empty."""
        header: dict[str, Any] = {"index": asked.reads, "routing": asked.desk, "ignore_unavailable": True}
        header["allow_partial_search_results"] = False  # a missing shard is an error, not fewer hits
        requests = [part for body in bodies for part in (header, {**body, "timeout": self._timeout})]
        with searching(self._place):
            answers: list[dict[str, Any]] = self._client.msearch(searches=requests).body["responses"]
        for answer in answers:
            check(answer, self._place)
        return answers


def check(answer: Mapping[str, Any], place: str) -> None:
    """Raises QueryError for an answer that ran out of time, Unavailable for one that is an error."""
    kind, reason = described(answer.get("error") or "")
    if answer.get("timed_out") or is_timeout(str(answer.get("error"))):
        raise QueryError(TOO_HEAVY)
    if "error" in answer or "hits" not in answer:
        raise Unavailable(f"{place}: {told(int(answer.get('status', 0)), (kind, reason))}")


def _selecting(clauses: Sequence[dsl.Clause]) -> dict[str, Any]:
    return {"query": {"bool": {"filter": list(clauses)}}, "track_total_hits": TOTAL_LIMIT, "_source": ["body"]}


def _by_facet() -> dict[str, Any]:
    return {name: {"terms": {"field": name, "size": VALUES}} for name in FACETS}


def _count(desk: str, query: Query) -> dict[str, Any]:
    """How many documents of a desk a query matches, up to TOTAL_LIMIT: beyond it a word tells nothing."""
    return {**_selecting([*dsl.living(desk), dsl.matching(query)]), "size": 0}


def _total(answer: Mapping[str, Any]) -> int:
    return int(answer["hits"]["total"]["value"])


def _buckets(answer: Mapping[str, Any], name: str) -> dict[str, int]:
    buckets = answer.get("aggregations", {}).get(name, {}).get("buckets", ())
    return {bucket["key"]: bucket["doc_count"] for bucket in buckets}


def _ordered(
    documents: Sequence[Document], query: Query, rarities: Mapping[Query, float], average: float
) -> list[tuple[Document, float]]:
    """Documents by our own relevance, the best first; equals by time."""
    phrases = Phrases(leaves(query))
    score = rank.scorer(query, rarities)
    scored = []
    for document in documents:
        frequencies, length = _frequencies(document, phrases)
        scored.append((document, score(frequencies, length / max(1.0, average))))
    return sorted(scored, key=lambda each: (-each[1], -second_of(each[0].sort_at), each[0].article))


def _frequencies(document: Document, phrases: Phrases) -> tuple[dict[Leaf, float], float]:
    """How often each leaf occurs in a document, and its length; the title weighted."""
    length = 0.0
    counted: dict[Leaf, float] = {}
    for text, weight in ((document.title, rank.TITLE_WEIGHT), (document.text, 1.0)):
        tokens = token_spans(text)
        length += weight * len(tokens)
        for leaf, _, _ in phrases.occurrences(tokens):
            counted[leaf] = counted.get(leaf, 0.0) + weight
    return counted, length
