"""The contract of an archive, written for the backend that promises less (Elasticsearch).

**Writing.** `add` is idempotent by desk, id and version: of two writes of one id the higher version stands, whatever
their order; an equal or lower one changes nothing and is no error. What `add` returned for is durable; it is searchable
after the next `refresh`, perhaps earlier. A document with `active=False` is kept as a tombstone (so that an older
write cannot bring it back) and is found by no search. Where `add` raises, some of its documents may be written: give
all of them again, or after Rejected one by one.

**Searching.** Every call names its desk; there is no search without one. Text that someone typed reaches a backend
only as the tree of `search/query.py`, widened by `search/expand.py`. A word or phrase is sought in the title and in
the text, as tokens of `kliping.indonesian.words`; a phrase does not run from one into the other, but over the end of a
paragraph. Both backends match the same documents. By time the order is equal: times count in whole seconds, ties are
broken by article id. By relevance it is close, and a backend may rank the newest 2,000 matches only and page no
further. `total` is exact up to 10,000 and then means "at least". A cursor is opaque, valid for the same question only;
paging by time gives each document that was there from the beginning once, whatever is added meanwhile.

**Errors.** Unavailable: wait and try again. Rejected: this document can never be indexed. QueryError: ask otherwise.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from search.query import Query

Order = Literal["newest", "relevance"]
TOTAL_LIMIT = 10_000  # Elasticsearch's default track_total_hits


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A clip as the archive keeps it. Lists hold ids or codes; names are looked up by who shows them."""

    id: str  # clip id
    desk: str
    article: str
    version: int
    active: bool
    url: str
    outlet: str
    title: str
    text: str  # paragraphs joined by line feeds
    published: datetime | None
    first_seen: datetime
    sort_at: datetime  # published where believable, else first_seen: what "newest" orders by
    watches: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    tone: str = ""  # positif, netral, negatif; '' = not judged
    group: str = ""
    relation: str = "original"
    outlets: int = 1  # how many outlets carry it
    withdrawn: bool = False  # taken down by the outlet: still found, shown as such


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Each given filter must hold; several values of one filter are alternatives. Times: from <= sort_at < until."""

    outlets: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()  # a code also matches what lies below it: 36 finds 36.74
    agencies: tuple[str, ...] = ()
    watches: tuple[str, ...] = ()
    tones: tuple[str, ...] = ()
    start: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A found document. `snippet` is plain text of the body around the first match; `marks` are spans in it."""

    document: Document
    score: float = 0.0
    snippet: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    title_marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One page of hits. `cursor` continues it; '' at the end.

    `facets`: field of Filters -> value -> count over the newest TOTAL_LIMIT matches; only with the first page.
    """

    hits: tuple[Hit, ...]
    total: int
    cursor: str = ""
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class Rebuild(Protocol):
    """An archive that is being made beside the present one. It outlives a death of who makes it: the next one goes on.

    Unavailable also when another process has taken it over.
    """

    @property
    def reached(self) -> str:
        """The last mark of who made it before, '' at the beginning."""
        ...

    def reach(self, mark: str) -> None:
        """Note how far the making has come: what was added before is durable in it."""
        ...

    def add(self, documents: Sequence[Document]) -> None:
        """Write documents, as in an archive."""
        ...

    def stored(self, documents: Sequence[Document]) -> list[Document | None]:
        """What it holds in the place of each of these, by desk, id and month; None for nothing."""
        ...

    def total(self) -> int:
        """How many documents it holds, active or not, of all desks."""
        ...


class Archive(Protocol):
    """A store of documents. Not thread-safe; each process opens its own. One writer at a time per installation."""

    def add(self, documents: Sequence[Document]) -> None:
        """Write documents, see the contract above."""
        ...

    def refresh(self) -> None:
        """Make everything added before searchable."""
        ...

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
        """One page of the desk's documents that match. `query=None`: all. `exact`: no word families or synonyms.

        Raises QueryError for a cursor of another question, and where the query costs more than the time limit (1 s).
        """
        ...

    def get(self, desk: str, document: str) -> Document | None:
        """A document by id, active or not; seen after `refresh`, as by a search."""
        ...

    def documents(self, desk: str) -> Iterator[Document]:
        """All documents of a desk in id order, active or not: for comparing and moving."""
        ...

    def count(self, desk: str) -> int:
        """Active documents of a desk."""
        ...

    def problems(self) -> list[str]:
        """What is damaged in the store, for the doctor; nothing when it is sound. May take minutes."""
        ...

    def rebuild(self) -> AbstractContextManager[Rebuild]:
        """An archive beside this one, empty or as a rebuild left it that was killed or met Unavailable. Leaving the
        block without an exception puts it in this one's place in one step; searches see the old one until then, and
        after an exception. What is added to this one meanwhile, by any process, is in the new one too. Any other
        exception throws it away. Works on a damaged archive and on one of another version of this program.
        Unavailable while another process rebuilds."""
        ...

    def close(self) -> None: ...
