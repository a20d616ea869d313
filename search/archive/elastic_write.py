"""Documents into Elasticsearch: `_bulk`, and what its answer says of each item.

A bulk answers 200 whatever became of its items. Done: written, or 409, which says that this version or a later one is
there. Again: 429 and 503, only those items, after a wait; how often is bounded, then it is Unavailable and the worker
waits. Never: what the mapping refuses is Rejected with the engine's reason. Everything else (no right, disk full, no
primary) is Unavailable: nothing is dropped for what is wrong with the engine.
"""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum, auto
from typing import Any, Final, NamedTuple

import msgspec
from elasticsearch import Elasticsearch as Client

from kliping.errors import Rejected, Unavailable
from search.archive.base import Document
from search.archive.elastic_client import answering, described, kind_of, told
from search.archive.elastic_layout import Prepared, index_name, prepare, write_name

BULK_BYTES: Final = 5_000_000  # of one request; Elastic advises "a few megabytes", its own helper takes up to 100
BULK_DOCUMENTS: Final = 500  # as clips are read
TRIES: Final = 4  # of what the engine has no room for now, before the worker takes over: about 3.5 s in all
FIRST_WAIT: Final = 0.5  # seconds, doubled at each try (bar B2)
AGAIN: Final = (429, 503)

Wait = Callable[[float], None]


class Fate(Enum):
    """What became of an item."""

    DONE = auto()
    AGAIN = auto()
    HOMELESS = auto()  # its month's index is not there
    REFUSED = auto()


class Line(NamedTuple):
    """One document on its way to one index."""

    document: Document
    month: str  # the index
    data: bytes


class Bulk:
    """Sends documents. `home` makes the index that an item needs, or raises."""

    def __init__(self, client: Client, place: str, home: Callable[[str], None], wait: Wait = time.sleep) -> None:
        self._client = client
        self._place = place
        self._home = home
        self._wait = wait

    def send(self, lines: Sequence[Line]) -> None:
        """Until every item has its end. Rejected names the first one refused, after all others were written."""
        refused: list[str] = []
        tries = 0
        while lines:
            fates = self._sent(lines)
            refused += [reason for fate, reason in fates if fate is Fate.REFUSED]
            for index in dict.fromkeys(
                line.month for line, (fate, _) in zip(lines, fates, strict=True) if fate is Fate.HOMELESS
            ):
                self._home(index)
            lines, crowded = _left(lines, fates)
            if lines:
                tries += 1
                self._pause(tries, crowded)
        if refused:
            raise Rejected("archive_refused", refused[0])

    def _sent(self, lines: Sequence[Line]) -> list[tuple[Fate, str]]:
        try:
            with answering(self._place):
                sent: Any = [line.data for line in lines]  # bytes pass the client as they are
                answer = self._client.bulk(operations=sent, require_alias=True)
        except Unavailable as error:
            status, kind = kind_of(error.__cause__)
            if status == 413:
                return self._halved(lines)
            if status in AGAIN and kind != "cluster_block_exception":
                return [(Fate.AGAIN, str(error))] * len(lines)
            raise
        return self._fates(answer.body, lines)

    def _halved(self, lines: Sequence[Line]) -> list[tuple[Fate, str]]:
        """The engine takes no request of this size."""
        if len(lines) == 1:
            return [(Fate.REFUSED, f"document {lines[0].document.id}: too large for one request")]
        half = len(lines) // 2
        return self._sent(lines[:half]) + self._sent(lines[half:])

    def _fates(self, answer: Mapping[str, Any], lines: Sequence[Line]) -> list[tuple[Fate, str]]:
        items = answer.get("items")
        if not isinstance(items, list) or len(items) != len(lines):
            raise Unavailable(f"{self._place}: an answer to a bulk of {len(lines)} that names not each of its items")
        fates = [fate(item.get("index", {}), line.document.id) for item, line in zip(items, lines, strict=True)]
        for found, reason in fates:
            if found is None:
                raise Unavailable(f"{self._place}: {reason}")
        return [(found, reason) for found, reason in fates if found is not None]

    def _pause(self, tries: int, crowded: str) -> None:
        if tries >= TRIES:
            raise Unavailable(f"{self._place}: {crowded or 'indices that are made and gone again'}")
        if crowded:
            self._wait(FIRST_WAIT * 2 ** (tries - 1) * random.uniform(0.5, 1.0))  # noqa: S311 - jitter


def fate(item: Mapping[str, Any], document: str) -> tuple[Fate | None, str]:
    """What an item of a bulk answer says; None: the engine is not fit to write."""
    status = int(item.get("status", 0))
    error = described(item.get("error") or "")
    reason = f"document {document}: {told(status, error)}"
    if 200 <= status < 300:
        return Fate.DONE, ""
    if status == 409 and error[0] == "version_conflict_engine_exception":
        return Fate.DONE, ""
    if status in AGAIN and error[0] != "cluster_block_exception":
        return Fate.AGAIN, reason
    if status == 404 and error[0] == "index_not_found_exception":
        return Fate.HOMELESS, reason
    if status == 400:
        return Fate.REFUSED, reason
    return None, reason


def _left(lines: Sequence[Line], fates: Sequence[tuple[Fate, str]]) -> tuple[list[Line], str]:
    """What has to be sent again, and why the engine had no room for it; '' where it only needed an index."""
    left = [line for line, (found, _) in zip(lines, fates, strict=True) if found in (Fate.AGAIN, Fate.HOMELESS)]
    return left, next((reason for found, reason in fates if found is Fate.AGAIN), "")


def batches(documents: Iterable[Document]) -> Iterator[list[Prepared]]:
    """Documents in portions that one request holds; prepared as they are asked for, so memory stays bounded."""
    batch: list[Prepared] = []
    size = 0
    for document in documents:
        ready = prepare(document)
        if batch and (size + len(ready.source) > BULK_BYTES or len(batch) == BULK_DOCUMENTS):
            yield batch
            batch, size = [], 0
        batch.append(ready)
        size += len(ready.source)
    if batch:
        yield batch


def line(prefix: str, generation: int, ready: Prepared) -> Line:
    """A document for one generation: its action and its source."""
    document = ready.document
    index = index_name(prefix, generation, ready.month)
    action = {
        "_index": write_name(index),
        "_id": document.id,
        "routing": document.desk,
        "version": document.version,
        "version_type": "external",
    }
    return Line(document, index, msgspec.json.encode({"index": action}) + b"\n" + ready.source)
