"""An HTTP server on the loopback that answers as Elasticsearch does where the archive writes, and fails by script.

Only bulk writes, the state document and the making of indices are there. Versions are external, as the archive sends
them. Every request is logged; `script` holds what happens to the next bulks, `broken` what happens to all requests.
"""

import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = Mapping[str, Any]
FLOOD = "index blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark]"


@dataclass(frozen=True)
class Items:
    """One bulk is answered, but these documents end otherwise: id -> status, type of the error, its reason."""

    otherwise: Mapping[str, tuple[int, str, str]]


@dataclass(frozen=True)
class Whole:
    """The whole request is refused."""

    status: int
    kind: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Reset:
    """The connection is reset; with `done` after the documents were written."""

    done: bool = False


@dataclass(frozen=True)
class Truncated:
    """Everything is written, and half of the answer is sent."""


@dataclass(frozen=True)
class Slow:
    """Everything is written, and the answer comes too late."""

    seconds: float


Event = Items | Whole | Reset | Truncated | Slow


@dataclass
class FakeEngine:
    """`documents`: id -> version. `bulks`: the ids of each bulk, in order. `events`: bulks and what tests add.

    `fates`: id -> how the document ends the next times it is sent.
    """

    url: str = ""
    script: deque[Event] = field(default_factory=deque)
    broken: Event | None = None
    fates: dict[str, list[tuple[int, str, str]]] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)
    bulks: list[list[str]] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    indices: set[str] = field(default_factory=set)
    state: dict[str, Any] | None = None
    changes: int = 0

    def next_event(self) -> Event | None:
        return self.broken or (self.script.popleft() if self.script else None)

    def bulk(self, lines: list[bytes], event: Event | None) -> Json:
        """Write what the script lets pass; the answer, item by item."""
        actions = [json.loads(line)["index"] for line in lines[::2]]
        self.bulks.append([action["_id"] for action in actions])
        self.events.append("bulk")
        scripted = event.otherwise if isinstance(event, Items) else {}
        items = [self._item(action, scripted.get(action["_id"]) or self._fate(action["_id"])) for action in actions]
        return {"took": 1, "errors": any("error" in item for item in items), "items": [{"index": i} for i in items]}

    def _fate(self, document: str) -> tuple[int, str, str] | None:
        left = self.fates.get(document)
        return left.pop(0) if left else None

    def _item(self, action: Json, scripted: tuple[int, str, str] | None) -> Json:
        if scripted:
            status, kind, reason = scripted
            return {"_id": action["_id"], "status": status, "error": {"type": kind, "reason": reason}}
        if action["_index"].removesuffix(".write") not in self.indices:
            missing = {"type": "index_not_found_exception", "reason": "no such index"}
            return {"_id": action["_id"], "status": 404, "error": missing}
        if self.documents.get(action["_id"], 0) >= action["version"]:
            conflict = {"type": "version_conflict_engine_exception", "reason": "current version is higher or equal"}
            return {"_id": action["_id"], "status": 409, "error": conflict}
        self.documents[action["_id"]] = action["version"]
        return {"_id": action["_id"], "status": 201, "result": "created"}

    def answer(self, method: str, path: str, body: bytes, event: Event | None) -> tuple[int, Json]:
        """Any request but a refused one."""
        if path.startswith("/_bulk"):
            return 200, self.bulk([line for line in body.split(b"\n") if line], event)
        if "/_doc/state" in path or "/_create/state" in path:
            return self._state(method, body)
        if method == "GET":
            return 200, {}
        if method == "PUT" and not path.startswith("/_index_template"):
            self.indices.add(path.strip("/").partition("?")[0])
        return 200, {"acknowledged": True}

    def _state(self, method: str, body: bytes) -> tuple[int, Json]:
        place = {"_seq_no": self.changes, "_primary_term": 1}
        if method == "GET":
            return (200, {"_source": self.state, "found": True, **place}) if self.state else (404, {"found": False})
        self.state = json.loads(body)
        self.changes += 1
        return 201, {"result": "created", "_seq_no": self.changes, "_primary_term": 1}


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # a client may keep its connection open
    block_on_close = False


@contextmanager
def serving() -> Iterator[FakeEngine]:
    """A fake engine on a free loopback port."""
    engine = FakeEngine()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"engine": engine}))
    engine.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield engine
    server.shutdown()
    server.server_close()
    thread.join()


class _Handler(BaseHTTPRequestHandler):
    engine: FakeEngine
    protocol_version = "HTTP/1.1"

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        is_bulk = self.path.startswith("/_bulk")
        event = self.engine.next_event() if is_bulk else self.engine.broken
        match event:
            case Whole(status, kind, reason):
                if is_bulk:
                    self.engine.events.append("bulk")
                self.send(status, {"error": {"type": kind, "reason": reason}, "status": status})
            case Reset(done):
                if done:
                    self.engine.answer(self.command, self.path, body, None)
                self.reset()
            case Truncated():
                self.send(*self.engine.answer(self.command, self.path, body, None), cut=True)
            case Slow(seconds):
                answer = self.engine.answer(self.command, self.path, body, None)
                time.sleep(seconds)
                self.send(*answer)
            case _:
                self.send(*self.engine.answer(self.command, self.path, body, event))

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any  # noqa: N815 - http.server's names

    def send(self, status: int, answer: Json, *, cut: bool = False) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        try:
            self.wfile.write(data[: len(data) // 2] if cut else data)
        except OSError:
            cut = True  # nobody waits any more
        self.close_connection = cut

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """The engine's own log is what tests read."""
