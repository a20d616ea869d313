"""Around every answer: headers that forbid what a page does not need. Around every unsafe request: where it comes from.

CSRF is refused by `Sec-Fetch-Site` and `Origin` (bar E1): browsers set both, pages cannot. A request with neither is no
browser's and carries no cookie of one.
"""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE: Final = frozenset(("GET", "HEAD", "OPTIONS"))
CSP: Final = (  # bar E4
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    # not no-referrer: with it browsers send "Origin: null" with our own forms
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Shield:
    """The outermost layer of ours."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if scope["method"] not in SAFE and not is_from_us(Headers(scope=scope)):
            refused = PlainTextResponse("Permintaan dari situs lain ditolak.\n", 403)
            await refused(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)


def is_from_us(headers: Headers) -> bool:
    """Whether an unsafe request was made by one of our own pages, or by no page at all."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        return bool(host := urlsplit(origin).netloc) and host == headers.get("host")
    except ValueError:
        return False
