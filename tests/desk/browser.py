"""A browser as far as a server can tell: cookies, `Sec-Fetch-Site`, forms; straight into the application."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from lxml import html
from starlette.applications import Starlette


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def __getitem__(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name.lower()), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name.lower()]

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def page(self) -> html.HtmlElement:
        return html.document_fromstring(self.text)


@dataclass
class Browser:
    """Keeps cookies; sends what a browser sends from a page of ours."""

    app: Starlette
    host: str = "kliping.test"
    scheme: str = "https"
    address: str = "10.0.0.7"
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("GET", path, headers=headers)

    def post(
        self, path: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        own = {"sec-fetch-site": "same-origin"} if headers is None else headers
        return self.ask("POST", path, urlencode(form or {}).encode(), own)

    def log_in(self, name: str, password: str) -> Answer:
        return self.post("/masuk", {"nama": name, "sandi": password})

    def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        sent = {"host": self.host, "content-type": "application/x-www-form-urlencoded", **(headers or {})}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{key}={value}" for key, value in self.cookies.items())
        answer = asyncio.run(self._exchange(method, path, body, sent))
        for line in answer.all("set-cookie"):
            for key, morsel in SimpleCookie(line).items():
                self.cookies.pop(key, None)
                if morsel.value and morsel["max-age"] != "0":
                    self.cookies[key] = morsel.value
        return answer

    async def _exchange(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(path)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": self.scheme,
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": [(key.encode(), value.encode("latin-1")) for key, value in headers.items()],
            "client": (self.address, 50000),
            "server": (self.host, 443),
        }
        incoming = [{"type": "http.request", "body": body, "more_body": False}]
        got: list[dict[str, object]] = []

        async def receive() -> dict[str, object]:
            return incoming.pop(0) if incoming else {"type": "http.disconnect"}

        async def send(message: dict[str, object]) -> None:
            got.append(message)

        await self.app(scope, receive, send)  # type: ignore[arg-type]
        start = next(message for message in got if message["type"] == "http.response.start")
        chunks = [message.get("body", b"") for message in got if message["type"] == "http.response.body"]
        names: list[tuple[bytes, bytes]] = start["headers"]  # type: ignore[assignment]
        read = [(key.decode().lower(), value.decode("latin-1")) for key, value in names]
        return Answer(int(str(start["status"])), read, b"".join(chunks))  # type: ignore[arg-type]
