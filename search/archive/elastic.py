"""The archive at scale: Elasticsearch 9, one index for each UTC month of first sightings behind one alias.

`elastic_layout.py` says what lies where, `elastic_state.py` which generation is current. A document's version is the
engine's external version, so an older write never undoes a newer one. Nothing is asked of the server that needs
scripts, ingest pipelines or plug-ins; the rows are the source of a rebuild, so no `_reindex` either.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from elasticsearch import Elasticsearch as Client

from kliping.errors import Unavailable
from kliping.settings import Elasticsearch
from search.archive import cursor as cursors
from search.archive.base import Document, Filters, Order, Rebuild, Results
from search.archive.elastic_client import answering, connect, kind_of
from search.archive.elastic_indices import Indices
from search.archive.elastic_layout import MAPPING, generation_of, read
from search.archive.elastic_rebuild import ElasticRebuild
from search.archive.elastic_search import Asked, Searcher, check
from search.archive.elastic_state import LEASE, Lease, State, StateFile
from search.archive.elastic_write import Bulk, Line, Wait, batches, line
from search.archive.hits import hit
from search.match import leaves
from search.query import Query
from search.snippet import Highlighter

PREFIX: Final = "kliping"  # of all names, where the setting gives none
TIME_LIMIT: Final = 1.0  # seconds of a search; reliability.md E2, M17
PAGE: Final = 500  # documents fetched at once by `documents`
KEEP: Final = "2m"  # how long the engine keeps a view open between two pages of `documents`

Widen = Callable[[Query], Query]


class Moved(Exception):  # noqa: N818 - no error: a generation went away while we wrote to it
    """The index that a document was meant for belongs to a generation that is no more."""


class ElasticArchive:
    """See `search/archive/base.py`. `urls` are servers of one cluster. `limit` and `lease` in seconds."""

    def __init__(
        self,
        urls: Sequence[str],
        prefix: str = PREFIX,
        *,
        widen: Widen,
        options: Elasticsearch = Elasticsearch(),
        limit: float = TIME_LIMIT,
        lease: float = LEASE,
        wait: Wait = time.sleep,
    ) -> None:
        self._client: Client = connect(urls, options)
        self._prefix = prefix
        self.place = f"{urls[0]}/{prefix}"
        self._widen = widen
        self._reads = prefix
        self._lease = lease
        self._indices = Indices(self._client, prefix, self.place, options)
        self._file = StateFile(self._client, prefix, self.place, options.replicas)
        self._bulk = Bulk(self._client, self.place, self._home, wait)
        self._searcher = Searcher(self._client, self.place, limit)
        self._state: State | None = None  # as last looked at; every write looks again when it is done

    # Writing

    def add(self, documents: Sequence[Document]) -> None:
        """See the contract. Written to the current generation, and to the one that is being made."""
        for batch in batches(documents):
            state = self._writable()
            while True:
                for generation in state.targets():
                    self._send([line(self._prefix, generation.number, ready) for ready in batch])
                found = self._look()
                if found.targets() == state.targets():
                    break
                self._indices.settle(found)
                state = self._writable()

    def _writable(self) -> State:
        """By which state to write. One that forbids it is looked at again: whoever rebuilt may have ended."""
        state = self._state
        if state is None or not state.is_ours:
            state = self._look()
            state.check_writing()
        return state

    def _send(self, lines: Sequence[Line]) -> None:
        with suppress(Moved):  # the look after the write finds the same, and writes by the new state
            self._bulk.send(lines)

    def _home(self, index: str) -> None:
        """Make the index of a month, unless its generation went away since we looked."""
        found = self._file.begun().state
        if generation_of(self._prefix, index) not in {generation.number for generation in found.targets()}:
            raise Moved
        self._indices.create(index, found)

    def refresh(self) -> None:
        """See the contract."""
        self._indices.refresh()

    # Reading

    def search(
        self,
        desk: str,
        query: Query | None,
        filters: Filters = Filters(),
        *,
        order: Order = "newest",
        limit: int = 20,
        cursor: str = "",
        exact: bool = False,
    ) -> Results:
        """See the contract. By relevance the engine's best candidates are ordered by our own formula."""
        question = cursors.question(desk, query, filters, order, exact=exact)
        place = cursors.read(cursor, question)
        wide = query if query is None or exact else self._widen(query)
        self._checked()
        asked = Asked(self._reads, desk, wide, filters, place, limit, question)
        found = self._searcher.newest(asked) if order == "newest" else self._searcher.ranked(asked)
        highlighter = Highlighter(leaves(wide) if wide else ())
        hits = tuple(hit(document, score, highlighter) for document, score in found.documents)
        return Results(hits=hits, total=found.total, cursor=found.cursor, facets=found.facets)

    def get(self, desk: str, document: str) -> Document | None:
        """See the contract."""
        self._checked()
        asked = {"bool": {"filter": [{"term": {"desk": desk}}, {"term": {"id": document}}]}}
        with answering(self.place):
            answer = self._client.search(
                index=self._reads, routing=desk, query=asked, size=1, ignore_unavailable=True, source_includes=["body"]
            ).body
        check(answer, self.place)
        hits = answer["hits"]["hits"]
        return read(hits[0]["_source"]) if hits else None

    def documents(self, desk: str) -> Iterator[Document]:
        """See the contract. One view of the archive, held open by the engine."""
        self._checked()
        view = self._open_view(desk)
        if view is None:
            return
        after: dict[str, Any] = {}
        try:
            while True:
                with answering(self.place):
                    answer = self._client.search(
                        pit={"id": view, "keep_alive": KEEP},
                        query={"term": {"desk": desk}},
                        sort=[{"id": "asc"}],
                        size=PAGE,
                        track_total_hits=False,
                        source_includes=["body"],
                        **after,
                    ).body
                check(answer, self.place)
                page, view = answer["hits"]["hits"], answer["pit_id"]
                if not page:
                    return
                after = {"search_after": page[-1]["sort"]}
                yield from (read(found["_source"]) for found in page)
        finally:
            with suppress(Unavailable), answering(self.place):  # it ends by itself
                self._client.close_point_in_time(id=view)

    def _open_view(self, desk: str) -> str | None:
        """A view of all indices; None where there are none."""
        try:
            with answering(self.place):
                view: str = self._client.open_point_in_time(index=self._reads, routing=desk, keep_alive=KEEP)["id"]
        except Unavailable as error:
            if kind_of(error.__cause__)[1] == "index_not_found_exception":
                return None
            raise
        return view

    def count(self, desk: str) -> int:
        """See the contract."""
        self._checked()
        asked = {"bool": {"filter": [{"term": {"desk": desk}}, {"term": {"active": True}}]}}
        with answering(self.place):
            found = self._client.count(index=self._reads, routing=desk, query=asked, ignore_unavailable=True)
        return int(found["count"])

    def problems(self) -> list[str]:
        """See the contract."""
        held = self._file.read()
        if held is None:
            return []
        try:
            held.state.check()
        except Unavailable as error:
            return [str(error)]
        return self._indices.problems(held.state)

    # Rebuilding

    @contextmanager
    def rebuild(self) -> Iterator[Rebuild]:
        """See the contract. All months under a new prefix; the alias is turned to them in one call."""
        lease = Lease(self._file, self._lease)
        self._indices.remove_strays(lease.take(self._indices.highest()))
        self._look()
        fresh = ElasticRebuild(self._prefix, self._indices, lease, self._bulk.send, self._look)
        try:
            yield fresh
            fresh.finish()
        except (Unavailable, KeyboardInterrupt, SystemExit, GeneratorExit):
            with suppress(Unavailable):  # then it ends by itself
                lease.let_go()
            raise
        except BaseException:
            with suppress(Unavailable):  # then the next rebuild takes it away
                lease.give_up()
                self._indices.remove_strays(self._look())
            raise

    def close(self) -> None:
        """Give the connections back; the next call opens them again."""
        self._client.close()

    # The state

    def _look(self) -> State:
        """The state as it is now."""
        self._state = self._file.begun().state
        return self._state

    def _checked(self) -> None:
        """What searches read is of our mapping. Looks once, and makes nothing: reading must work where all is full."""
        if self._state is None or self._state.current.mapping != MAPPING:
            held = self._file.read()
            if held is None:
                return
            self._state = held.state
        self._state.check()
