"""How fast an archive is made anew: `python -m benchmarks.rebuild [--archive embedded|elasticsearch|URL] [--clips N]`.

Makes rows of the articles of click-id (each again and again under other addresses until there are N) and rebuilds from
them, as `kliping archive rebuild` does: read, write, compare every document with its row, put in place. The bar is 200
clips a second embedded (reliability.md B8). Peer in the same run, of the same documents already in memory: embedded
plain FTS5 inserts in the same batches, on Elasticsearch the library's own `helpers.bulk`; neither reads rows nor
compares.
"""

import json
import lzma
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import apsw
from elasticsearch import Elasticsearch as Client
from elasticsearch.helpers import bulk

from benchmarks.data import arguments, need
from benchmarks.engine import engine
from kliping.article import Article, Clip, Copy, Grouped, Tag, article_id, clip_id, revision_id
from kliping.articles import pack_article, pack_place
from kliping.clips import BATCH, pack_clip, stored_clips
from kliping.database import Database, migrate
from kliping.tables import articles, clips
from pipeline.index import document
from pipeline.rebuild import rebuild
from search.archive import open_archive

DESK = "semua"
BEGINNING = datetime(2026, 9, 1, tzinfo=UTC)  # the clips lie a minute apart from here on, over several months


@dataclass(frozen=True, slots=True)
class Rate:
    """Clips a second, and for a rebuild the time of its two halves."""

    way: str
    clips: int
    clips_per_second: float
    write_seconds: float = 0.0
    compare_seconds: float = 0.0


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--archive", default="embedded", help="embedded (default), elasticsearch or http://HOST:PORT")
    parser.add_argument("--clips", type=int, default=10_000)
    given = parser.parse_args()
    source = need(given.data / "click-id" / "articles.jsonl.xz")
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        database = Database(f"sqlite:///{folder}/kliping.db")
        held.callback(database.close)
        migrate(database)
        _fill(database, islice(_articles(source), given.clips))
        embedded = given.archive == "embedded"
        location = f"sqlite:{folder}/archive.db" if embedded else held.enter_context(engine(given.archive))
        ours = _rebuilt(database, location)
        peer = _fts5(database, folder) if embedded else _helpers(database, location)
    for rate in (ours, peer):
        print(json.dumps(asdict(rate)) if given.json else _line(rate))


def _line(rate: Rate) -> str:
    halves = f" (write {rate.write_seconds:.1f} s, compare {rate.compare_seconds:.1f} s)" if rate.write_seconds else ""
    return f"{rate.way:34} {rate.clips} clips, {rate.clips_per_second:.0f} a second{halves}"


def _rebuilt(database: Database, location: str) -> Rate:
    archive = open_archive(location)
    written: list[float] = []

    def noted(step: str, done: int, total: int) -> None:
        if step == "write" and done == total:
            written.append(time.perf_counter())

    begun = time.perf_counter()
    done = rebuild(database, archive, noted)
    ended = time.perf_counter()
    archive.close()
    return Rate("archive rebuild", done, done / (ended - begun), written[0] - begun, ended - written[0])


def _fts5(database: Database, folder: Path) -> Rate:
    """SQLite's own full text as it comes, in batches of the same size, durable after each."""
    batches = list(_in_memory(database))
    connection = apsw.Connection(str(folder / "peer.db"))
    connection.pragma("journal_mode", "WAL")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(id UNINDEXED, title, text)")
    begun = time.perf_counter()
    for batch in batches:
        with connection:
            connection.executemany(
                "INSERT INTO words VALUES (?, ?, ?)", ((d["id"], d["title"], d["text"]) for d in batch)
            )
    return _peer("peer: plain FTS5 inserts", batches, time.perf_counter() - begun)


def _helpers(database: Database, location: str) -> Rate:
    """The library's helper into an index whose mapping the server guesses."""
    batches = list(_in_memory(database))
    url, _, prefix = location.rpartition("/")
    with Client(url) as client:
        actions = ({"_index": f"{prefix}-peer", "_id": d["id"], "_source": d} for batch in batches for d in batch)
        begun = time.perf_counter()
        bulk(client, actions)
        client.indices.refresh(index=f"{prefix}-peer")
        return _peer("peer: elasticsearch.helpers.bulk", batches, time.perf_counter() - begun)


def _peer(way: str, batches: Sequence[Sequence[Any]], seconds: float) -> Rate:
    number = sum(map(len, batches))
    return Rate(way, number, number / seconds)


def _in_memory(database: Database) -> Iterator[list[dict[str, str]]]:

    for batch in stored_clips(database):
        found = [document(stored) for stored in batch]
        yield [{"id": d.id, "title": d.title, "text": d.text, "outlet": d.outlet} for d in found]


def _articles(source: Path) -> Iterator[Article]:
    """The articles of the data, again and again, each under an address of its own."""
    with lzma.open(source, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for number, row in enumerate(cycle(rows)):
        url = f"https://{row['source']}.example/{number}"
        paragraphs = tuple(row["text"].split("\n"))
        moment = BEGINNING + timedelta(minutes=number)
        yield Article(
            id=article_id(url),
            revision=revision_id(row["title"], paragraphs),
            page=f"{number:032x}",
            url=url,
            outlet=row["source"],
            title=row["title"],
            paragraphs=paragraphs,
            published=None,
            fetched_at=moment,
            first_seen=moment,
        )


def _fill(database: Database, found: Iterator[Article]) -> None:
    clip = Clip(desk=DESK, watches=(Tag(id="semua", name="Semua"),))
    while batch := list(islice(found, BATCH)):
        with database.write() as connection:
            database.upsert(connection, articles, [_article_row(article) for article in batch])
            database.upsert(connection, clips, [_clip_row(article, clip) for article in batch])


def _article_row(article: Article) -> dict[str, Any]:
    grouped = Grouped(article=article, copy=Copy(group=article.id, outlets=(article.outlet,)), version=1)
    return {
        "id": article.id,
        "url": article.url,
        "outlet": article.outlet,
        "origin": article.origin,
        "first_seen": article.first_seen,
        "published": None,
        "appeared": article.first_seen,
        "fetched_at": article.fetched_at,
        "revision": article.revision,
        "version": 1,
        "withdrawn": False,
        "body": pack_article(article),
        "place": pack_place(grouped.copy),
        "group": article.id,
    }


def _clip_row(article: Article, clip: Clip) -> dict[str, Any]:
    return {
        "id": clip_id(DESK, article.id),
        "desk": DESK,
        "article": article.id,
        "version": 1,
        "article_version": 1,
        "state": "active",
        "origin": article.origin,
        "first_seen": article.first_seen,
        "published": None,
        "body": pack_clip(clip),
    }


if __name__ == "__main__":
    main()
