"""The sockets: one server for all outlets, told apart by the Host header, and one that nobody should ever reach."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from threading import Event, Lock
from typing import Any, cast

from tests.press.reply import Reply
from tests.press.site import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One request as the server saw it. `time` is the wall clock in UTC when it came, `sent` the bytes of the body."""

    time: str
    host: str
    path: str
    method: str
    status: int
    agent: str
    conditional: bool
    sent: int


class Log:
    """All requests so far, in memory and, when a file is given, as a line of JSON each."""

    def __init__(self, path: Path | None = None) -> None:
        self._entries: list[Logged] = []
        self._lock = Lock()
        self._file = path.open("a", encoding="utf-8", buffering=1) if path else None

    def add(self, entry: Logged) -> None:
        with self._lock:
            self._entries.append(entry)
            if self._file and not self._file.closed:
                self._file.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")

    def entries(self, host: str = "") -> tuple[Logged, ...]:
        """Requests in order of arrival, all or those for one host name."""
        with self._lock:
            return tuple(entry for entry in self._entries if host in ("", entry.host))

    def close(self) -> None:
        with self._lock:
            if self._file:
                self._file.close()


Answer = Callable[[Request], Reply]


class Outlets(ThreadingHTTPServer):
    """The press's server. `delay` seconds pass before an answer; closing wakes those who wait."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256  # storms open many connections at once

    def __init__(self, port: int, answer: Answer, delay: Callable[[str], float], log: Log) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.answer, self.delay, self.log = answer, delay, log
        self.closing = Event()
        self.errors: list[BaseException] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no error of ours (crawlers cut large bodies on purpose); a bug is kept."""
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError):
            self.errors.append(error)


class Handler(BaseHTTPRequestHandler):
    """Sends what the site answers and writes the log."""

    protocol_version = "HTTP/1.1"
    server_version = "Press"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def do_GET(self) -> None:
        arrived = datetime.now(UTC)
        server = cast(Outlets, self.server)
        path, _, query = self.path.partition("?")
        host = self.headers.get("Host", "")
        server.closing.wait(server.delay(host))
        reply = server.answer(Request(host, path, query, dict(self.headers.items())))
        sent = 0
        try:
            sent = self._send(reply)
        except ConnectionError:
            self.close_connection = True
        finally:
            server.log.add(self._logged(arrived, host, reply.status, sent))

    def do_HEAD(self) -> None:
        self.do_GET()

    def _send(self, reply: Reply) -> int:
        if reply.status == 0:
            self.close_connection = True
            return 0
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.stream is not None:
            return self._send_stream(reply)
        if reply.status != 304:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        body = b"" if self.command == "HEAD" else reply.body
        self.wfile.write(body)
        self.wfile.flush()
        return len(body)

    def _send_stream(self, reply: Reply) -> int:
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        sent = 0
        for block in reply.stream or ():
            self.wfile.write(b"%x\r\n%s\r\n" % (len(block), block))
            sent += len(block)
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()
        return sent

    def _logged(self, arrived: datetime, host: str, status: int, sent: int) -> Logged:
        asked = "If-None-Match" in self.headers or "If-Modified-Since" in self.headers
        return Logged(
            time=arrived.isoformat(timespec="milliseconds"),
            host=host.partition(":")[0].lower(),
            path=self.path,
            method=self.command,
            status=status,
            agent=self.headers.get("User-Agent", ""),
            conditional=asked,
            sent=sent,
        )

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class names it
        """The press keeps its own log."""


class Internal(ThreadingHTTPServer):
    """A service inside the wall. Every accepted connection counts, whether it asks for something or not."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Secret)
        self.connections: list[str] = []

    def process_request(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        self.connections.append(datetime.now(UTC).isoformat(timespec="milliseconds"))
        super().process_request(request, client_address)

    def handle_error(self, request: object, client_address: object) -> None:
        """Counted already."""


class Secret(BaseHTTPRequestHandler):
    """What a crawler without an address guard would bring home."""

    def do_GET(self) -> None:
        body = b"<html><body><p>rahasia</p></body></html>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class names it
        """Counted by the server."""
