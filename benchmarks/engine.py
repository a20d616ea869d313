"""An Elasticsearch to measure: one that is running, or one of the tests' servers for as long as a benchmark takes."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from elasticsearch import Elasticsearch as Client

from tests.servers.elasticsearch import Elasticsearch
from tests.servers.run import hold
from tests.servers.shared import shared


@contextmanager
def engine(which: str) -> Iterator[str]:
    """An archive setting with a prefix of its own, of the server at `which` (http://HOST:PORT), else of a new one."""
    if which.startswith("http"):
        prefix = f"bench{secrets.token_hex(4)}"
        yield f"{which.rstrip('/')}/{prefix}"
        _clear(which, prefix)
        return
    with hold() as run:
        server = shared(run, Elasticsearch)
        server.wait()
        yield server.fresh()


def _clear(url: str, prefix: str) -> None:
    """Take away what a benchmark left in a server that goes on."""
    with Client(url) as client:
        for index in client.indices.get(index=f"{prefix}*").body:
            client.indices.delete(index=index)
        for template in client.indices.get_index_template(name=f"{prefix}*").body["index_templates"]:
            client.indices.delete_index_template(name=template["name"])
