"""Bar C6: no other HTTP client stands in the code, so whatever leaves the machine passes the guard."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawlers.crawl import ROOT

CLIENTS = {
    *(
        "aiobotocore",
        "aiohttp",
        "botocore",
        "boto3",
        "elastic_transport",
        "elasticsearch",
        "ftplib",
        "httpcore",
        "httpx",
    ),
    *("http.client", "kafka", "niquests", "playwright", "pycurl", "requests", "s3fs", "selenium", "socket", "treq"),
    *("twisted.web.client", "urllib.request", "urllib3", "websockets", "xmlrpc.client"),
}
FETCHERS = {  # trafilatura's, the standard library's, asyncio's, and fsspec's way to any scheme
    *("fetch_url", "fetch_response", "urlopen", "urlretrieve", "create_connection", "open_connection", "url_to_fs"),
}
# Who talks to the installation's own servers, and what with. Their addresses come from kliping.toml, never from a page.
OWN_SERVERS = {
    "kliping/command/health.py": {"socket"},
    "kliping/pages/s3.py": {"aiohttp", "botocore", "s3fs"},
    "pipeline/bus/kafka": {"create_connection", "kafka", "socket"},
    "search/archive/elastic": {"elasticsearch"},
    "crawlers/render.py": {"playwright"},  # a browser without a network: every request is answered by the crawl
    "pipeline/extract/nursery.py": {"socket"},  # a pair of sockets between two processes of this machine
    "pipeline/extract/child.py": {"socket"},  # its other end
    "crawlers/spider.py": {"socket"},  # the machine's name, no connection
}
THE_GUARD = Path("crawlers/guard.py")
FILES = [
    file.relative_to(ROOT)
    for room in ("kliping", "crawlers", "pipeline", "search", "digests", "desk")
    for file in (ROOT / room).rglob("*.py")
    if file.relative_to(ROOT) != THE_GUARD
]


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def named(tree: ast.AST) -> set[str]:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def allowed(file: Path) -> set[str]:
    """What a module may use, by its name or by what the names of a family of modules begin with."""
    name = file.as_posix()
    return next((libraries for begin, libraries in OWN_SERVERS.items() if name.startswith(begin)), set())


def used(file: Path) -> set[str]:
    """The clients and fetchers that a module names."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    clients = {client for name in imported(tree) for client in CLIENTS if f"{name}.".startswith(f"{client}.")}
    return clients | (named(tree) & FETCHERS)


@pytest.mark.parametrize("file", FILES, ids=str)
def test_no_other_client(file: Path) -> None:
    assert used(file) <= allowed(file)


@pytest.mark.parametrize("begin", OWN_SERVERS)
def test_every_exception_is_needed(begin: str) -> None:
    files = [file for file in FILES if file.as_posix().startswith(begin)]
    assert OWN_SERVERS[begin] == {name for file in files for name in used(file)}


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 10
    assert (ROOT / THE_GUARD).exists()
