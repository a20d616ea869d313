"""The demo's login: a password nobody knows before, and the proof that the web desk takes it."""

import secrets
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlencode

from tests.demo.command import kliping, lines
from tests.demo.place import DemoError, Place

NAME = "demo"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another
READY = 90.0  # seconds until the pages must answer: eight processes start beside them
LOOK = 0.3  # seconds


def new_password(place: Place) -> str:
    """A fresh password for the demo's account, which is made when there is none. Earlier ones end with it."""
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))  # 99 bits
    if any(account["name"] == NAME for account in lines(place, "user", "list")):
        kliping(place, "user", "password", NAME, given=password + "\n")
    else:
        kliping(place, "user", "add", NAME, "--role", "admin", "--desk", place.desk, given=password + "\n")
    return password


def wait_for_pages(place: Place, ended: Callable[[], bool]) -> None:
    """Return when the web desk answers, or when `ended()`. Raises DemoError when it does not."""
    deadline = time.monotonic() + READY
    while not ended():
        try:
            if _ask(place, "GET", "/sehat")[0] == 200:
                return
        except (OSError, HTTPException):
            pass
        if time.monotonic() > deadline:
            raise DemoError(f"the web desk does not answer at {place.url}; look into {place.folder / 'kliping.log'}")
        time.sleep(LOOK)


def is_let_in(place: Place, password: str) -> bool:
    """Whether name and password open the desk's first page."""
    form = urlencode({"nama": NAME, "sandi": password, "next": "/"})
    status, cookie = _ask(place, "POST", "/masuk", form)
    return status == 303 and _ask(place, "GET", f"/{place.desk}/", cookie=cookie)[0] == 200


def _ask(place: Place, method: str, path: str, body: str = "", cookie: str = "") -> tuple[int, str]:
    """Status and cookie of one answer."""
    connection = HTTPConnection("127.0.0.1", place.state.web_port, timeout=30)  # seconds; argon2 takes a tenth
    headers = {"Cookie": cookie} if cookie else {}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request(method, path, body or None, headers)
        answer: HTTPResponse = connection.getresponse()
        answer.read()
        return answer.status, (answer.headers.get("Set-Cookie") or "").partition(";")[0]
    finally:
        connection.close()
