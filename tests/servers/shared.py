"""Servers by kind: one of each for a whole run, whichever process asks first, and private ones."""

import json
from typing import TypeVar

from tests.servers import packages
from tests.servers.elasticsearch import Elasticsearch
from tests.servers.kafka import Kafka
from tests.servers.keeper import write_whole
from tests.servers.postgresql import PostgreSQL
from tests.servers.run import Run
from tests.servers.server import Server, free_ports

S = TypeVar("S", bound=Server)
KINDS: dict[str, type[Server]] = {"kafka": Kafka, "elasticsearch": Elasticsearch, "postgresql": PostgreSQL}


def shared(run: Run, kind: type[S]) -> S:
    """The run's server of a kind, begun by whoever asks first; `wait` before use. Raises MissingError, ServerError."""
    note = run.folder / f"{kind.__name__}.json"
    with run.alone():
        if note.exists():
            return _server(run, kind, kind.__name__, *json.loads(note.read_text("utf-8")))
        require(kind)
        ports = free_ports(2)
        server = _server(run, kind, kind.__name__, *ports)
        server.begin()
        write_whole(note, json.dumps(ports))
        return server


def private(run: Run, kind: type[S]) -> S:
    """One more server of a kind, started, for a test that kills or freezes it."""
    require(kind)
    ports = free_ports(2)
    server = _server(run, kind, f"{kind.__name__}-{ports[0]}", *ports)
    server.start()
    return server


def _server(run: Run, kind: type[S], name: str, port: int, inner: int) -> S:
    return kind(run=run, folder=run.folder / name, port=port, inner_port=inner)


def require(kind: type[Server]) -> None:
    """Have what it is made of here, fetched if need be. Raises MissingError."""
    if kind is Kafka:
        packages.kafka_jars()
    elif kind is Elasticsearch:
        packages.elasticsearch_home()
    else:
        packages.postgresql_programs()
