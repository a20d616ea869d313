"""The pages, feeds and listing pages of `pages-id`, served over loopback as the outlets that they came from.

Links in feeds and listing pages point to the loopback port; pages are served to the byte. What is not in the set is
answered 404 and counted.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from benchmarks.data import need, read_bytes, read_lines
from kliping.outlets import COLUMNS
from kliping.urls import host_of, registrable_domain

_LINK = re.compile(rb"https?://([A-Za-z0-9.\-]+)(?=[/\"'<\s?#&\]])")
_TYPES = {"article": "text/html", "index": "text/html", "feed": "application/rss+xml"}


@dataclass
class Site:
    """One outlet: the host that its own feed and listing pages get, and what the set has of it."""

    domain: str
    feeds: list[str] = field(default_factory=list)
    listings: list[str] = field(default_factory=list)
    pages: list[dict[str, Any]] = field(default_factory=list)
    host: str = ""


class RealSites:
    """A server for the set; a context manager. `served` counts answers by kind, "missing" are the 404s."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "pages-id"
        rows = list(read_lines(need(self.folder / "truth.jsonl")))
        self.served: Counter[str] = Counter()
        self.answers: dict[tuple[str, str], tuple[str, bytes]] = {}
        self.sites: dict[str, Site] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.port = int(self.server.server_address[1])
        self._thread = Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self._load(rows)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def pages(self) -> list[str]:
        """The addresses of all article pages, as they can be fetched."""
        return [row["at"] for site in self.sites.values() for row in site.pages]

    @property
    def hosts(self) -> set[str]:
        """All hosts that feeds, listing pages and articles name."""
        return {host for host, _ in self.answers} | self._linked

    def outlets_csv(self) -> str:
        """The outlet list for Kliping."""
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS)
        writer.writeheader()
        for site in self.sites.values():
            row = dict.fromkeys(COLUMNS, "") | {"id": site.domain, "name": site.domain, "domain": site.domain}
            writer.writerow(row | {"feeds": " ".join(site.feeds), "listings": " ".join(site.listings)})
        return text.getvalue()

    def answer(self, host: str, target: str) -> tuple[int, str, bytes]:
        """Status, content type and body for a request."""
        if target == "/robots.txt":
            self.served["robots.txt"] += 1
            return 404, "text/plain", b""
        kind, body = self.answers.get((host, target), ("missing", b""))
        self.served[kind] += 1
        return (200, _TYPES[kind], body) if body else (404, "text/plain", b"")

    def _load(self, rows: Iterable[dict[str, Any]]) -> None:
        rows = list(rows)
        domains = {row["site"]: _domain(row, rows) for row in rows}
        for domain in domains.values():
            self.sites.setdefault(domain, Site(domain, host=domain))
        bodies = {row["file"]: read_bytes(self.folder / row["file"]) for row in rows}
        found = {host.decode().lower() for body in bodies.values() for host in _LINK.findall(body)}
        self._linked = {host for host in found if registrable_domain(host) in self.sites}
        for number, row in enumerate(rows):
            self._place(self.sites[domains[row["site"]]], row, bodies[row["file"]], number)
        for site in self.sites.values():
            self._add_feed(site)

    def _place(self, site: Site, row: dict[str, Any], body: bytes, number: int) -> None:
        if row["kind"] == "article":
            url = urlsplit(row["url"] or f"http://{site.host}/made-up/{number}")
            target = url.path + (f"?{url.query}" if url.query else "")
            self.answers[url.hostname or "", target] = ("article", body)
            site.pages.append(row | {"at": f"http://{url.hostname}:{self.port}{target}"})
            return
        target = f"/{row['kind']}/{number}"
        self.answers[site.host, target] = (row["kind"], self._relinked(body))
        addresses = site.feeds if row["kind"] == "feed" else site.listings
        addresses.append(f"http://{site.host}:{self.port}{target}")

    def _relinked(self, body: bytes) -> bytes:
        """Links to hosts of the set get the loopback port; all others stay what they are."""

        def relink(match: re.Match[bytes]) -> bytes:
            host = match[1].decode().lower()
            return f"http://{host}:{self.port}".encode() if host in self._linked else match[0]

        return _LINK.sub(relink, body)

    def _add_feed(self, site: Site) -> None:
        """A feed for the pages that no given feed or listing page links."""
        given = b"".join(
            body for (host, _), (kind, body) in self.answers.items() if kind != "article" and host == site.host
        )
        missing = [row for row in site.pages if row["at"].encode() not in given]
        if not missing:
            return
        items = "".join(f"<item><link>{escape(row['at'])}</link></item>" for row in missing)
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{site.domain}</title>{items}</channel></rss>'
        self.answers[site.host, "/added.xml"] = ("feed", body.encode())
        site.feeds.append(f"http://{site.host}:{self.port}/added.xml")


def _domain(row: dict[str, Any], rows: Iterable[dict[str, Any]]) -> str:
    """The registrable domain of a site: that of its pages, else of the first link of its feed or listing page."""
    mine = [other for other in rows if other["site"] == row["site"]]
    urls = [other["url"] for other in mine if other.get("url")] or [
        url for o in mine for url in o.get("first_links", ())
    ]
    return registrable_domain(host_of(urls[0])) if urls else str(row["site"])


def _handler(sites: RealSites) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            host = (self.headers.get("Host") or "").partition(":")[0].lower()
            status, kind, body = sites.answer(host, self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet: the counts say it."""

    return Handler
