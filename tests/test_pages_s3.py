"""The page store on S3, against moto's server on loopback, and against servers that answer nothing good."""

import asyncio
import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import pytest
from fsspec.asyn import sync
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem

from kliping.errors import Unavailable
from kliping.pages import PageStore, open_pages
from kliping.settings import S3
from tests.contracts.pages import BODY, Inside, PagesContract
from tests.servers.server import free_ports

_numbers = count()


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def options(endpoint: str) -> S3:
    return S3(endpoint=endpoint, region="us-east-1", key="kliping", secret="rahasia", timeout=20)


@pytest.fixture
def direct(options: S3) -> S3FileSystem:
    """The server seen by another client."""
    return S3FileSystem(key=options.key, secret=options.secret, endpoint_url=options.endpoint, skip_instance_cache=True)


@pytest.fixture
def bucket(direct: S3FileSystem) -> str:
    name = f"halaman-{next(_numbers)}"
    direct.mkdir(name)
    return name


class Objects:
    """The objects below a root."""

    def __init__(self, files: S3FileSystem, root: str) -> None:
        self.files, self.root = files, root

    def names(self) -> list[str]:
        self.files.invalidate_cache()
        return [name.removeprefix(f"{self.root}/") for name in self.files.find(self.root)]

    def read(self, name: str) -> bytes:
        return bytes(self.files.cat_file(f"{self.root}/{name}"))

    def overwrite(self, name: str, data: bytes) -> None:
        self.files.pipe_file(f"{self.root}/{name}", data)


class TestS3(PagesContract):
    @pytest.fixture
    def pages(self, bucket: str, options: S3) -> PageStore:
        return open_pages(f"s3://{bucket}/kliping", s3=options)

    @pytest.fixture
    def inside(self, bucket: str, direct: S3FileSystem) -> Inside:
        return Objects(direct, f"{bucket}/kliping")


def refused(pages: PageStore, match: str) -> None:
    for ask in (lambda: pages.get("0" * 64), lambda: pages.put(BODY)):
        with pytest.raises(Unavailable, match=match) as caught:
            ask()
        assert "rahasia" not in str(caught.value)


def test_a_bucket_that_is_not_there_is_no_missing_page(options: S3) -> None:
    refused(open_pages("s3://tidak-ada", s3=options), "bucket does not exist")


def test_without_a_key_it_says_so(endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    refused(open_pages("s3://halaman", s3=S3(endpoint=endpoint, timeout=5)), "credentials")


def test_a_server_that_is_not_there_is_unavailable(options: S3) -> None:
    url = f"http://127.0.0.1:{free_ports(1)[0]}"
    refused(open_pages("s3://halaman", s3=S3(endpoint=url, key="kliping", secret="rahasia")), "Could not connect")


@contextmanager
def answering(status: int, body: bytes = b"") -> Iterator[str]:
    """A server that gives one answer to everything."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_HEAD = answer  # noqa: N815 - the base class's names

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "code"),
    [(403, "AccessDenied"), (403, "SignatureDoesNotMatch"), (500, "InternalError"), (503, "SlowDown"), (404, "")],
)
def test_an_answer_that_is_no_page_is_unavailable(status: int, code: str) -> None:
    """404 without a code is a proxy or another kind of server, not a page that is missing."""
    body = f"<Error><Code>{code}</Code><Message>{code} said</Message></Error>".encode() if code else b""
    with answering(status, body) as url:
        pages = open_pages("s3://halaman", s3=S3(endpoint=url, region="x", key="kliping", secret="rahasia"))
        refused(pages, code or "404|Not Found")


def test_a_silent_server_is_left_within_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        pages = open_pages("s3://halaman", s3=S3(endpoint=url, region="x", key="k", secret="rahasia", timeout=0.5))
        refused(pages, "page store s3://halaman: ")


PROGRAM = """
import multiprocessing, sys
from kliping.pages import open_pages
from kliping.settings import S3

def put(url, bucket):
    pages = open_pages(f"s3://{bucket}", s3=S3(endpoint=url, region="us-east-1", key="k", secret="s"))
    assert pages.get(pages.put(b"isi")) == b"isi"

if __name__ == "__main__":
    put(*sys.argv[1:])
    child = multiprocessing.get_context("spawn").Process(target=put, args=sys.argv[1:])
    child.start()
    child.join()
    print("both", child.exitcode)
"""


def test_a_process_and_its_spawned_child_end_without_a_word(endpoint: str, bucket: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    command = [sys.executable, "-W", "error", str(program), endpoint, bucket]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "both 0\n", "")


def test_it_may_be_called_where_an_event_loop_runs(bucket: str, options: S3, direct: S3FileSystem) -> None:
    """As in a test or a tool whose thread has a loop; requests run on s3fs's own."""
    pages = open_pages(f"s3://{bucket}", s3=options)

    async def put() -> str:
        return pages.put(BODY)

    content = asyncio.run(put())
    assert pages.get(content) == BODY
    assert sync(direct.loop, direct._exists, f"{bucket}/{content[:2]}/{content}.zst")
