"""A small HTTP client for the press's own tests: it connects to the press, whatever host the address names."""

from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; redirects are not followed."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


def get(url: str, headers: Mapping[str, str] | None = None, limit: int | None = None) -> Answer:
    """GET an address of a press on 127.0.0.1; with `limit` only that many bytes of the body are read."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    connection = HTTPConnection("127.0.0.1", parts.port, timeout=10)  # seconds; loopback answers in milliseconds
    try:
        connection.request("GET", path, headers={"Host": parts.netloc, "User-Agent": "press-test", **(headers or {})})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read(limit))
    finally:
        connection.close()
