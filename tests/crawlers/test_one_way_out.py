"""Bar C6: no other HTTP client stands in the code, so whatever leaves the machine passes the guard."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawlers.crawl import ROOT

CLIENTS = {"aiohttp", "httpx", "http.client", "requests", "treq", "twisted.web.client", "urllib.request", "urllib3"}
FETCHERS = {"fetch_url", "fetch_response", "urlopen", "urlretrieve"}  # trafilatura's and the standard library's
THE_GUARD = Path("crawlers/guard.py")
FILES = [
    file.relative_to(ROOT)
    for room in ("kliping", "crawlers", "pipeline", "search")
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


@pytest.mark.parametrize("file", FILES, ids=str)
def test_no_other_client(file: Path) -> None:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    found = {name for name in imported(tree) for client in CLIENTS if f"{name}.".startswith(f"{client}.")}
    assert not found
    assert not named(tree) & FETCHERS


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 10
    assert (ROOT / THE_GUARD).exists()
