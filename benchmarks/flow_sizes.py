"""Bytes of one article in each store: what a disk must hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from elasticsearch import Elasticsearch as Client
from sqlalchemy import text

from benchmarks.flow_ground import Ground, publish
from benchmarks.flow_stages import drained
from kliping.command.build import Parts
from kliping.settings import resolve
from pipeline.flow import ARTICLES, TOPICS
from tests.servers.server import Server


@dataclass(frozen=True, kw_only=True)
class Size:
    """A store and what one article takes in it, bytes."""

    store: str
    article: float


def sizes(ground: Ground, count: int) -> list[Size]:
    """Of `count` articles with texts of their own that went through all stages from [articles] on."""
    with ground.parts("sizes") as parts:
        publish(parts, ARTICLES, list(ground.articles(count)))
        for stage in ("deduplicate", "tag", "index"):
            drained(parts, stage)
        found = [*_topics(parts), *_stores(parts, ground.stores.servers)]
        return [Size(store=name, article=total / count) for name, total in found]


def _topics(parts: Parts) -> Iterator[tuple[str, int]]:
    for topic in TOPICS:
        total = sum(len(record.payload) for record in parts.bus.read(topic))
        if total:
            yield f"[{topic}], payload", total


def _stores(parts: Parts, servers: Mapping[str, Server]) -> Iterator[tuple[str, int]]:
    if not servers:
        yield "bus, SQLite files", _files(Path(resolve(parts.settings, parts.settings.bus).partition(":")[2]), "*")
        var = Path(parts.settings.root) / "var"
        yield "database, SQLite", _files(var, "kliping.db*")
        yield "archive, FTS5", _files(var, "archive.db.*")
        return
    yield "database, PostgreSQL", _postgresql(parts)
    yield "archive, Elasticsearch", _elasticsearch(parts)


def _files(folder: Path, pattern: str) -> int:
    return sum(file.stat().st_size for file in folder.glob(pattern) if file.is_file() and not file.is_symlink())


def _postgresql(parts: Parts) -> int:
    """Tables, indexes and TOAST of our schema."""
    query = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = {}"
    with parts.database.read() as connection:
        return int(connection.execute(text(query.format("'public'::regnamespace"))).scalar_one())


def _elasticsearch(parts: Parts) -> int:
    """The primaries of our indices after a merge to one segment, as they are after some hours."""
    url, _, prefix = parts.settings.archive.rpartition("/")
    with Client(url) as client:
        client.indices.forcemerge(index=f"{prefix}.g*", max_num_segments=1)
        client.indices.flush(index=f"{prefix}.g*")
        stats = client.indices.stats(index=f"{prefix}.g*", metric="store")
    return int(stats["_all"]["primaries"]["store"]["size_in_bytes"])
