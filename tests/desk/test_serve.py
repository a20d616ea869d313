"""The pages as a child of the supervisor: they answer over HTTP, stay alive under heavy searches, stop when asked."""

import http.client
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep

import pytest

from desk.serve import serve
from kliping.errors import ConfigError
from kliping.settings import Web
from tests.desk import newsroom
from tests.servers.server import free_ports

DESK = newsroom.DESK.id
READY = 60.0  # seconds: a shared machine stalls for tens of them


@pytest.fixture
def taken() -> Iterator[socket.socket]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening


def test_an_address_that_is_taken_is_told(folder: Path, taken: socket.socket) -> None:
    office = newsroom.office_of(folder, Web(port=taken.getsockname()[1]))
    with pytest.raises(ConfigError, match="cannot listen"):
        serve(lambda: None, lambda: False, office)
    newsroom.close(office)


def _ask(port: int, path: str, cookie: str = "", method: str = "GET", body: str = "") -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Connection": "close"}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer


def _wait_until_it_answers(port: int, alive: threading.Event) -> None:
    """Its first sign of life, then its first answer; a stalled machine has a minute for each."""
    assert alive.wait(READY), "the pages gave no sign of life"
    until = monotonic() + READY
    while True:
        try:
            assert _ask(port, "/sehat").status == 200
        except OSError:
            assert monotonic() < until, f"nothing answers at port {port}"
            sleep(0.05)
        else:
            return


def test_many_searches_at_once_are_all_answered_and_health_with_them(folder: Path) -> None:
    (port,) = free_ports(1)
    office = newsroom.office_of(folder, Web(port=port, plain_http=True))
    asked, alive = threading.Event(), threading.Event()
    thread = threading.Thread(target=serve, args=(alive.set, asked.is_set, office))
    thread.start()
    _wait_until_it_answers(port, alive)
    form = f"nama=reader&sandi={newsroom.PASSWORD.replace(' ', '+')}"
    cookie = str(_ask(port, "/masuk", method="POST", body=form).getheader("Set-Cookie")).partition(";")[0]
    paths = [f"/{DESK}/arsip?q=" + "+OR+".join(["warga", "jalan", "kota", "layanan"] * 8), "/sehat", f"/{DESK}/"] * 20
    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(lambda path: _ask(port, path, cookie).status, paths))
    asked.set()
    thread.join(30)
    assert not thread.is_alive()
    assert set(statuses) == {200}
    newsroom.close(office)
