"""Queries and filters as Elasticsearch reads them: its query tree made from ours, never a string that it parses.

Words are sought in the title and in the text, each a field of its own, so no phrase runs from one into the other.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from search.archive import labels, numbers
from search.archive.base import Filters
from search.archive.elastic_layout import word
from search.match import Leaf
from search.query import All, And, Choice, Not, Or, Phrase, Query, Word
from search.rank import TITLE_WEIGHT, VARIANT_WEIGHT

Clause = dict[str, Any]
FIELDS: Final = (("title", TITLE_WEIGHT), ("text", 1.0))


def selection(desk: str, query: Query | None, filters: Filters) -> list[Clause]:
    """The clauses that a document of `desk` must meet; none of them scores."""
    clauses = [*living(desk), *_labelled(filters), *_in_time(filters)]
    return clauses if query is None else [*clauses, matching(query)]


def living(desk: str) -> list[Clause]:
    """The active documents of a desk."""
    return [{"term": {"desk": desk}}, {"term": {"active": True}}]


def matching(query: Query) -> Clause:
    """A clause that holds where `query` does."""
    match query:
        case Word(tokens) | Phrase(tokens):
            return _any(_sought(tokens))
        case Choice(forms):
            return _any([clause for form in forms for clause in _sought(form)])
        case All():
            return {"match_all": {}}
        case Or(parts):
            return _any([matching(part) for part in parts])
        case And(parts):
            sought = [matching(part) for part in parts if not isinstance(part, Not)]
            return {"bool": {"filter": sought, "must_not": [matching(p.part) for p in parts if isinstance(p, Not)]}}
        case Not():
            raise ValueError("a Not stands only inside an And")


def scoring(query: Query) -> Clause:
    """A clause whose score is near search/rank.py's: it picks what our own ranking then orders."""
    match query:
        case Word(tokens) | Phrase(tokens):
            return _any(_weighted(tokens, 1.0))
        case Choice(forms):
            weights = [1.0] + [VARIANT_WEIGHT] * (len(forms) - 1)
            each = [_any(_weighted(form, weight)) for form, weight in zip(forms, weights, strict=True)]
            return {"dis_max": {"queries": each}}
        case Or(parts):
            return {"dis_max": {"queries": [scoring(part) for part in parts]}}
        case And(parts):
            return _any([scoring(part) for part in parts if not isinstance(part, Not)])
        case All() | Not():
            return {"match_none": {}}


def after(second: int, article: str) -> Clause:
    """Up to and with this place in the order of time: what is not newer."""
    same = {"bool": {"filter": [{"term": {"second": second}}, {"range": {"article": {"lte": article}}}]}}
    return _any([{"range": {"second": {"gt": second}}}, same])


def _labelled(filters: Filters) -> Iterable[Clause]:
    return ({"terms": {"labels": group}} for group in labels.wanted(filters))


def _in_time(filters: Filters) -> Iterable[Clause]:
    bounds = {}
    if filters.start:
        bounds["gte"] = numbers.not_before(filters.start)
    if filters.until:
        bounds["lt"] = numbers.not_before(filters.until)
    return [{"range": {"second": bounds}}] if bounds else []


def _sought(tokens: Leaf) -> list[Clause]:
    """A word or phrase, once for each field."""
    return [clause for clause, _ in _in_fields(tokens)]


def _weighted(tokens: Leaf, weight: float) -> list[Clause]:
    return [_boosted(clause, weight * of_field) for clause, of_field in _in_fields(tokens)]


def _in_fields(tokens: Leaf) -> list[tuple[Clause, float]]:
    if len(tokens) == 1:
        return [({"term": {name: {"value": word(tokens[0])}}}, weight) for name, weight in FIELDS]
    words = " ".join(map(word, tokens))
    return [({"match_phrase": {name: {"query": words}}}, weight) for name, weight in FIELDS]


def _boosted(clause: Clause, boost: float) -> Clause:
    ((kind, fields),) = clause.items()
    return {kind: {name: {**asked, "boost": boost} for name, asked in fields.items()}}


def _any(clauses: Sequence[Clause]) -> Clause:
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}}
