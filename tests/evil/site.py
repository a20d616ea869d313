"""The evil site: raw sockets, so that it can also speak HTTP that no server library would let out.

`EvilSite` listens on one loopback port; the Host header picks the robots.txt mode, the path picks the trap
(`tests.evil.traps`). `Internal` listens on every local address and must never be connected.
"""

import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

Trap = Callable[["Visit"], None]


@dataclass(frozen=True, slots=True)
class Seen:
    """One request: when (monotonic), for which Host (without port), which path, with which User-Agent."""

    time: float
    host: str
    path: str
    agent: str


@dataclass(slots=True)
class Visit:
    """What a trap gets: the request, the site and the socket to answer on."""

    seen: Seen
    site: "EvilSite"
    socket: socket.socket
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self, body: bytes = b"", status: int = 200, **headers: str) -> None:
        """A well-formed response; header names are given with _ for -."""
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.send("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + body)

    def head(self, *lines: str) -> None:
        """A 200 header section as given; the body is the trap's own affair."""
        self.send("\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""]).encode("latin-1"))


class _Handler(socketserver.BaseRequestHandler):
    server: "EvilSite"

    def handle(self) -> None:
        with suppress(OSError):  # clients that hang up on a trap are the point of the exercise
            head = self._head()
            if head:
                self.server.serve(head, self.request)

    def _head(self) -> str:
        data = b""
        while b"\r\n\r\n" not in data:
            more = self.request.recv(65536)
            if not more:
                return ""
            data += more
        return data.decode("latin-1")


class EvilSite(socketserver.ThreadingTCPServer):
    """Serves traps by path on 127.0.0.1; `log` holds every request in order. With `certificate` it speaks TLS."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, traps: dict[str, Trap], internal_port: int = 0, certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.log: list[Seen] = []
        self.internal_port = internal_port
        self.closing = threading.Event()
        self._traps = traps
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if certificate else None
        if self._tls is not None and certificate is not None:
            self._tls.load_cert_chain(certificate)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def url(self, place: str) -> str:
        """`name/path` as a URL of the host name.test on this site."""
        name, _, path = place.partition("/")
        return f"http://{name}.test:{self.port}/{path}"

    def serve(self, head: str, connection: socket.socket) -> None:
        request, *lines = head.split("\r\n")
        headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
        host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
        seen = Seen(time.monotonic(), host, request.split(" ")[1], headers.get("user-agent", ""))
        self.log.append(seen)
        self._trap(seen)(Visit(seen, self, connection, headers))

    def _trap(self, seen: Seen) -> Trap:
        """The trap for host and path, for the path's first part, or a plain page."""
        first = "/" + seen.path.lstrip("/").split("/")[0]
        keys = (seen.host + seen.path, first)
        return next((self._traps[key] for key in keys if key in self._traps), self._traps["*"])

    def pages(self, host: str) -> list[Seen]:
        """Requests to `host` other than for robots.txt."""
        return [seen for seen in self.log if seen.host == host and seen.path != "/robots.txt"]

    def robots(self, host: str) -> list[Seen]:
        return [seen for seen in self.log if seen.host == host and seen.path == "/robots.txt"]

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = super().get_request()
        connection.settimeout(20)
        if self._tls is not None:
            connection = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def handle_error(self, request: object, client_address: object) -> None:
        """Threads of traps that were hung up on say nothing."""

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()


class Internal:
    """A listener on every local address, IPv4 and IPv6, one port; counts connections and never answers."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True, backlog=128)
        self.port: int = self._socket.getsockname()[1]
        self.connections: list[str] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                connection, address = self._socket.accept()
                self.connections.append(str(address[0]))
                connection.close()

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
