"""URLs that a source named: which are taken, and the rows of the frontier that they and the sources become. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from crawlers.schedule import Kind
from kliping.article import Found, Origin, article_id, digest
from kliping.outlets import Outlet
from kliping.urls import INVISIBLE, host_of, is_web_url

MAX_URL: Final = 2048  # bar C16
MAX_REPEATS: Final = 3  # of one path segment (bar C16): /a/b/a/b/a/b/a is a trap
MAX_HOST: Final = 253  # RFC 1035, 2.3.4, as text
BY_HAND, SOURCE, FOUND, AGAIN = 100, 50, 0, -10  # priorities: somebody waits; cheap and may bring much; the rest
BACKFILL_SOURCE, BACKFILL = -19, -20  # the past can wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """The URL of an article, with what its source said about it."""

    url: str
    outlet: str
    found: Found
    origin: Origin = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """What became of discoveries. `refused`: reason -> URLs (`bad_url`, `url_too_long`, `trap`, `daily_cap`)."""

    new: int = 0
    known: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)


def cleaned(url: str) -> str:
    """A URL without blanks and control characters, as it will be asked."""
    return INVISIBLE.sub("", url)


def refusal(url: str) -> str:
    """Why a URL is never asked; '' when it may be."""
    if len(url) > MAX_URL:
        return "url_too_long"
    if not is_web_url(url) or len(host_of(url)) > MAX_HOST:
        return "bad_url"
    repeats = Counter(segment for segment in urlsplit(url).path.split("/") if segment)
    return "trap" if max(repeats.values(), default=0) > MAX_REPEATS else ""


def sifted(found: Iterable[Discovery]) -> tuple[dict[str, Discovery], Counter[str]]:
    """Discoveries by article id, the first of twins; and how many were refused why."""
    refused: Counter[str] = Counter()
    wanted: dict[str, Discovery] = {}
    for discovery in found:
        reason = refusal(cleaned(discovery.url))
        if reason:
            refused[reason] += 1
        else:
            wanted.setdefault(article_id(discovery.url), discovery)
    return wanted, refused


def article_row(discovery: Discovery, at: datetime) -> dict[str, Any]:
    """The row of an article that is due at once."""
    url = cleaned(discovery.url)
    row = _row(article_id(url), url, "article", discovery.outlet, discovery.found, FOUND, at)
    return row | ({"origin": "backfill", "priority": BACKFILL} if discovery.origin == "backfill" else {})


def source_id(url: str) -> str:
    """The id of a source."""
    return digest("source", url)


def source_rows(outlet: Outlet, at: datetime) -> Iterator[dict[str, Any]]:
    """The rows of an outlet's sources, due at once."""
    kinds: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("feed", outlet.feeds),
        ("listing", outlet.listings),
        ("sitemap", outlet.sitemaps),
        ("wordpress", (outlet.wordpress,) if outlet.wordpress else ()),
    )
    for kind, urls in kinds:
        for url in urls:
            row = _row(source_id(url), url, kind, outlet.id, Found(way="hand"), SOURCE, at)
            yield row | {"zone": outlet.zone}


def backfill_row(url: str, kind: Kind, outlet: str, at: datetime) -> dict[str, Any]:
    """The row of a source that is read once, for what it names of the past."""
    row = _row(digest("backfill", url), url, kind, outlet, Found(way="backfill"), BACKFILL_SOURCE, at)
    return row | {"origin": "backfill"}


def _row(id_: str, url: str, kind: Kind, outlet: str, found: Found, priority: int, at: datetime) -> dict[str, Any]:
    return {
        "id": id_,
        "url": url,
        "kind": kind,
        "outlet": outlet,
        "host": host_of(url),
        "found": msgspec.json.encode(found).decode(),
        "origin": "live",
        "state": "due",
        "priority": priority,
        "discovered_at": at,
        "due_at": at,
    }
