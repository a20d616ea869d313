"""The archive at scale keeps the contract on a real Elasticsearch, and what only servers can get wrong."""

from collections.abc import Callable

import pytest

from kliping.settings import Elasticsearch as Options
from search.archive import Archive
from search.archive.elastic import ElasticArchive
from search.expand import Lexicon, expand
from search.query import Query
from tests.contracts.archive import ArchiveContract

FAMILIES = {"tertib": ("menertibkan", "ditertibkan", "penertiban")}
LEXICON = Lexicon(family=lambda word: FAMILIES.get(word, ()), synonyms=lambda _: ())


def widen(query: Query) -> Query:
    return expand(query, LEXICON)


def opened(url: str, **given: object) -> ElasticArchive:
    server, _, prefix = url.rpartition("/")
    return ElasticArchive([server], prefix, widen=widen, **given)  # type: ignore[arg-type]


class TestElasticArchive(ArchiveContract):
    @pytest.fixture
    def reopen(self, elasticsearch_url: str) -> Callable[[], Archive]:
        return lambda: opened(elasticsearch_url)

    @pytest.fixture
    def unreachable(self) -> Archive:
        return ElasticArchive(["http://127.0.0.1:9"], "x", widen=widen, options=Options(timeout=1.0))
