"""Labelled pages: which sets a folder holds, and what is true of each page.

Two forms are known. `truth.jsonl`: a row a page with `file`, `kind` (`article` or what else the page is; rows of kind
`feed` are no pages and passed over) and, as far as known, `url`, `title`, `published`, `authors`, `body`,
`article_kind`, `site`. `ground-truth.json`: an object of page names to `articleBody` and `url`, the pages in `html/`.
A row that cannot be used is named and costs itself only.
"""

import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

from benchmarks.data import read_bytes
from kliping.article import ArticleKind

LINES: Final = "truth.jsonl"
OBJECT: Final = "ground-truth.json"
_SHORT_NAME: Final = 12  # hex digits of a page name that is a hash
# What label makers call a page, as our kinds; a label that is neither here nor a kind of ours is not judged.
_KINDS: Final[Mapping[str, ArticleKind]] = {
    "index": "list", "section": "list", "category": "list", "tag": "list", "photo": "gallery", "photos": "gallery",
    "news": "article", "opinion": "article", "feature": "article", "release": "article", "paywall": "article",
    "liveblog": "live",
}  # fmt: skip


class RowError(ValueError):
    """What is wrong with a row of a truth file."""


@dataclass(frozen=True, slots=True)
class Truth:
    """One page and what stands in it. A fact that is None is not labelled; only of an article the body is."""

    name: str
    path: Path
    url: str
    body: str
    title: str | None = None
    published: str | None = None
    authors: tuple[str, ...] | None = None
    kind: ArticleKind | None = None
    is_article: bool = True
    site: str = ""  # whose page it is, where the truth says so


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that cannot be used, and why."""

    row: str
    error: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """The pages of a set, and the rows that are broken."""

    pages: tuple[Truth, ...]
    broken: tuple[Broken, ...] = ()


def sets(folder: Path) -> dict[str, Path]:
    """The folders with a truth file of a known form by name: those in `folder`, and `folder` itself."""
    inside = sorted(path for path in folder.iterdir() if path.is_dir())
    return {path.name: path for path in (folder, *inside) if (path / LINES).is_file() or (path / OBJECT).is_file()}


def pages(folder: Path) -> list[Truth]:
    """The labelled articles of a set, without the rows that are broken and the pages that are something else."""
    return [truth for truth in labelled(folder).pages if truth.is_article]


def labelled(folder: Path) -> Labelled:
    """All that a set's truth file says. Raises ValueError where that cannot be read at all, OSError without it."""
    found: list[Truth] = []
    broken: list[Broken] = []
    for name, row in _rows(folder):
        try:
            if truth := _truth(folder, row() if callable(row) else row, name):
                read_bytes(truth.path)
                found.append(truth)
        except (ValueError, OSError, EOFError, zlib.error) as error:
            broken.append(Broken(name, str(error) or type(error).__name__))
    return Labelled(tuple(found), tuple(broken))


def _rows(folder: Path) -> Iterator[tuple[str, Any]]:
    """The rows of a truth file with their names: a decoded one, or what decodes it (and may fail)."""
    if (folder / LINES).is_file():
        lines = (folder / LINES).read_text(encoding="utf-8-sig", errors="replace").split("\n")
        yield from (
            (f"{LINES}:{n}", lambda line=line: json.loads(line)) for n, line in enumerate(lines, 1) if line.strip()
        )
        return
    content = json.loads((folder / OBJECT).read_text(encoding="utf-8-sig"))
    if not isinstance(content, dict):
        raise RowError(f"{OBJECT} is no object")
    yield from content.items()


def _truth(folder: Path, row: object, name: str) -> Truth | None:
    """One page; None for a row that is about something else. Raises RowError."""
    if not isinstance(row, dict):
        raise RowError("no object")
    if (folder / LINES).is_file():
        return _of_line(folder, row)
    path = folder / "html" / f"{name}.html.gz"
    path = path if path.exists() else path.with_suffix("")
    return _of_article(row, name[:_SHORT_NAME], path, _text(row, "articleBody") or "")


def _of_line(folder: Path, row: Mapping[str, Any]) -> Truth | None:
    kind, file = _text(row, "kind") or "article", _text(row, "file")
    if kind == "feed":
        return None
    if not file:
        raise RowError("no file")
    name = Path(file).name.partition(".html")[0]
    if kind != "article":
        return Truth(
            name,
            folder / file,
            _text(row, "url") or "",
            "",
            kind=_kind(kind),
            is_article=False,
            site=_text(row, "site") or "",
        )
    body = _text(row, "body")
    if body is None:
        raise RowError("no body")
    return _of_article(row, name, folder / file, body)


def _of_article(row: Mapping[str, Any], name: str, path: Path, body: str) -> Truth:
    authors = row.get("authors")
    if authors is not None and not (isinstance(authors, list) and all(isinstance(author, str) for author in authors)):
        raise RowError(f"authors: a list of names expected, got {authors!r}")
    return Truth(
        name,
        path,
        _text(row, "url") or "",
        body,
        title=_text(row, "title"),
        published=_text(row, "published"),
        authors=None if authors is None else tuple(authors),
        kind=_kind(_text(row, "article_kind") or ""),
        site=_text(row, "site") or "",
    )


def _kind(label: str) -> ArticleKind | None:
    known: tuple[ArticleKind, ...] = get_args(ArticleKind)
    return _KINDS.get(label) or next((kind for kind in known if kind == label), None)


def _text(row: Mapping[str, Any], key: str) -> str | None:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise RowError(f"{key}: text expected, got {value!r:.80}")
    return value
