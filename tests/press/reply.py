"""An answer before it is sent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from html import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Status, headers and a body, whole or as a stream. Status 0: the connection is closed without an answer."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    stream: Iterator[bytes] | None = None  # sent chunked
    modified: datetime | None = None

    def with_headers(self, more: Mapping[str, str]) -> "Reply":
        return replace(self, headers={**self.headers, **more})


def html(text: str, *, modified: datetime | None = None) -> Reply:
    headers = {"Content-Type": "text/html; charset=UTF-8"}
    return Reply(headers=headers, body=text.encode("utf-8", "surrogatepass"), modified=modified)


def xml(text: str, *, modified: datetime | None = None) -> Reply:
    return Reply(headers={"Content-Type": "application/xml; charset=UTF-8"}, body=text.encode(), modified=modified)


def plain(text: str) -> Reply:
    """A robots.txt; a site without one answers 404, which means no restriction (RFC 9309, 2.3.1.3)."""
    if not text:
        return missing("Not Found")
    return Reply(headers={"Content-Type": "text/plain; charset=UTF-8"}, body=text.encode())


def missing(words: str, status: int = 404) -> Reply:
    text = f"<!doctype html><html><head><title>{status}</title></head><body><h1>{escape(words)}</h1></body></html>"
    return replace(html(text), status=status)


def conditional(reply: Reply, headers: Mapping[str, str]) -> Reply:
    """Add validators to a whole 200 answer, or answer 304 where the client's still hold (RFC 9110, 13.2.2)."""
    if reply.status != 200 or reply.stream is not None:
        return reply
    tag = f'"{sha256(reply.body).hexdigest()[:16]}"'
    reply = reply.with_headers({"ETag": tag} | _last_modified(reply.modified))
    asked = headers.get("If-None-Match")
    if asked is not None:
        same = tag in [part.strip().removeprefix("W/") for part in asked.split(",")]
    else:
        same = _not_since(headers.get("If-Modified-Since"), reply.modified)
    return Reply(status=304, body=b"", headers=reply.headers) if same else reply


def _last_modified(modified: datetime | None) -> dict[str, str]:
    return {"Last-Modified": _http_date(modified)} if modified else {}


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _not_since(since: str | None, modified: datetime | None) -> bool:
    if not since or not modified:
        return False
    try:
        return modified <= parsedate_to_datetime(since)
    except ValueError:
        return False
