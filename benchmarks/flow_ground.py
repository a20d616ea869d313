"""What the flow is measured on: an installation with one desk and, in Kafka mode, real servers, made anew each time."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

from benchmarks.click import click_articles
from benchmarks.data import need, read_bytes, read_lines
from benchmarks.storm.ground import Mode, Stores
from kliping.article import Article, Found, Page
from kliping.command.build import Parts
from kliping.database import migrate
from kliping.pages import PageStore
from kliping.wire import Message, encode
from pipeline.bus import Outgoing
from pipeline.flow import STEPS
from tests.installation import Installation, settings_toml
from tests.servers.elasticsearch import Elasticsearch
from tests.servers.kafka import Kafka
from tests.servers.postgresql import PostgreSQL

DESK: Final = "ukur"
DESK_TOML: Final = """
id = "ukur"
name = "Ukur"

[[watches]]
id = "pemda"
title = "Pemerintah daerah"
query = 'pemkot OR pemkab OR pemprov OR "wali kota" OR bupati OR gubernur'

[[watches]]
id = "layanan"
title = "Layanan"
query = 'puskesmas OR rsud OR "jalan rusak" OR banjir OR sampah'

[[watches]]
id = "semua"
title = "Semua berita"
query = "*"
"""
OUTLETS_CSV: Final = "id,name,domain,region,kind,zone,feeds,listings,sitemaps,terms,enabled\n"


@dataclass(frozen=True)
class Ground:
    """Makes installations on the stores of a mode. `data`: where the measurement data lie."""

    folder: Path
    stores: Stores
    data: Path

    @property
    def mode(self) -> Mode:
        return "kafka" if self.stores.servers else "embedded"

    @contextmanager
    def installation(self, name: str, *, workers: int = 1, batch: int = 32) -> Iterator[Installation]:
        """An empty installation with a schema and one desk that takes everything."""
        made = Installation(self.folder / name)
        work = {"processes": dict.fromkeys(STEPS, workers), "batch": batch}
        made.configure(settings_toml(self._fresh(), work=work), OUTLETS_CSV, {DESK: DESK_TOML})
        with made.parts() as parts:
            migrate(parts.database)
        yield made

    @contextmanager
    def parts(self, name: str, **options: int) -> Iterator[Parts]:
        """The stores of an installation of its own."""
        with self.installation(name, **options) as made, made.parts() as parts:
            yield parts

    def articles(self, count: int) -> list[Article]:
        """Articles with texts of their own."""
        return list(click_articles(self.data, count))

    def pages(self, store: PageStore, count: int) -> Iterator[Page]:
        """Pages of real sites, each under many addresses; `outlet` counts them, so that each can be found alone."""
        rows = [row for row in read_lines(need(self.data / "pages-id" / "truth.jsonl")) if row["kind"] == "article"]
        bodies = [(row, store.put(read_bytes(self.data / "pages-id" / row["file"]))) for row in rows]
        for number, (row, body) in enumerate(islice(cycle(bodies), count)):
            yield page(f"https://{row['site']}.test/{number}", f"o{number}", body)

    def _fresh(self) -> Mapping[str, Any]:
        """New places on the servers; nothing where the stores are files of the installation."""
        servers = self.stores.servers
        if not servers:
            return {}
        kafka, elastic, postgresql = servers["kafka"], servers["elasticsearch"], servers["postgresql"]
        assert isinstance(kafka, Kafka)
        assert isinstance(elastic, Elasticsearch)
        assert isinstance(postgresql, PostgreSQL)
        return {"bus": kafka.fresh(), "archive": elastic.fresh(), "database": postgresql.fresh()}


def page(url: str, outlet: str, body: str) -> Page:
    """A page that was fetched just now; body: its hash in the page store."""
    return Page(
        url=url,
        answered=url,
        outlet=outlet,
        zone="Asia/Jakarta",
        status=200,
        fetched_at=datetime.now(UTC),
        body=body,
        headers={"Content-Type": "text/html"},
        found=Found(way="feed"),
    )


def publish(parts: Parts, topic: str, messages: list[Message]) -> None:
    """Put messages on the bus, in portions that any broker takes."""
    for start in range(0, len(messages), 500):
        some = messages[start : start + 500]
        parts.bus.publish(topic, [Outgoing(id=m.message_id, key=m.key, payload=encode(m)) for m in some])
