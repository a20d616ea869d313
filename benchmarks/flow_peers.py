"""The servers themselves, asked by their own libraries with nothing of ours between: what our stages could reach.

Kafka: the messages of [articles] in and out again. Elasticsearch: their documents through `helpers.bulk`, on our
mapping. The embedded mode has no servers; the peer of its stages is the bare stage.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from elasticsearch import Elasticsearch as Client
from elasticsearch.helpers import bulk
from kafka import KafkaConsumer, KafkaProducer

from benchmarks.flow_ground import Ground
from kliping.article import Article
from kliping.settings import Elasticsearch as Options
from kliping.wire import encode
from search.archive import elastic_layout
from search.archive.base import Document
from tests.servers.elasticsearch import Elasticsearch
from tests.servers.kafka import Kafka

SILENCE = 5_000  # milliseconds without a record after which a consumer gives up


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A bare library: items a second."""

    name: str
    rate: float


def peers(ground: Ground, count: int) -> list[Peer]:
    """The rates of the servers; none in embedded mode."""
    if not ground.stores.servers:
        return []
    articles = ground.articles(count)
    kafka, elastic = ground.stores.servers["kafka"], ground.stores.servers["elasticsearch"]
    assert isinstance(kafka, Kafka)
    assert isinstance(elastic, Elasticsearch)
    return [*_kafka(kafka, [encode(article) for article in articles]), _bulk(elastic, articles)]


def _kafka(server: Kafka, payloads: list[bytes]) -> Iterator[Peer]:
    topic = server.fresh().rpartition("/")[2]
    options: dict[str, Any] = {"bootstrap_servers": server.bootstrap}
    _make(topic, options)
    producer = KafkaProducer(acks="all", enable_idempotence=True, max_request_size=2**21, **options)
    began = time.perf_counter()
    for payload in payloads:
        producer.send(topic, payload)
    producer.flush()
    yield Peer(name="kafka-python, produce", rate=len(payloads) / (time.perf_counter() - began))
    producer.close()
    consumer = KafkaConsumer(topic, auto_offset_reset="earliest", consumer_timeout_ms=SILENCE, **options)
    began = time.perf_counter()  # the first fetch brings more than one record, so it counts
    for _ in payloads:
        next(consumer)
    yield Peer(name="kafka-python, consume", rate=len(payloads) / (time.perf_counter() - began))
    consumer.close()


def _make(topic: str, options: dict[str, Any]) -> None:
    from kafka import KafkaAdminClient

    admin = KafkaAdminClient(**options)
    admin.create_topics({topic: {"num_partitions": 8, "replication_factor": 1}})
    admin.wait_for_topics([topic])
    admin.close()


def _bulk(server: Elasticsearch, articles: list[Article]) -> Peer:
    """Batches of 500, the library's own default."""
    index = server.fresh().rpartition("/")[2]
    template = elastic_layout.template("x", 1, Options())["template"]
    with Client(server.url) as client:
        client.indices.create(index=index, settings=template["settings"], mappings=template["mappings"])
        documents = [elastic_layout.prepare(_document(article)) for article in articles]
        began = time.perf_counter()
        bulk(client, (_action(index, one) for one in documents))
        seconds = time.perf_counter() - began
        client.indices.delete(index=index)
    return Peer(name="elasticsearch, helpers.bulk", rate=len(articles) / seconds)


def _action(index: str, prepared: elastic_layout.Prepared) -> dict[str, Any]:
    source = msgspec.json.decode(prepared.source)
    return {"_index": index, "_id": prepared.document.id, "routing": "ukur", "_source": source}


def _document(article: Article) -> Document:
    return Document(
        id=article.id,
        desk="ukur",
        article=article.id,
        version=1,
        active=True,
        url=article.url,
        outlet=article.outlet,
        title=article.title,
        text=article.text,
        published=article.published.instant if article.published else None,
        first_seen=article.first_seen,
        sort_at=article.first_seen,
        watches=("semua",),
        regions=(),
        agencies=(),
        tone="",
        group=article.id,
        relation="original",
        outlets=1,
        withdrawn=False,
    )
