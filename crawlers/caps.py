"""Caps that Scrapy and Twisted lack. Body size, unpacked size and total time are Scrapy's own: see `settings`."""

from typing import Any, Final

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.http import Request, Response
from twisted.internet.interfaces import IAddress

from crawlers.reasons import BadEncoding, TooLargeError

MAX_HEADERS: Final = 64 * 1024  # bytes of one response's header lines; Apache and nginx send 8 to 32 KiB at most
MAX_CODINGS: Final = 2  # Content-Encoding layers; each may cost a whole DOWNLOAD_MAXSIZE of work


class CodingsMiddleware:
    """Refuses bodies that are packed more often than any honest server packs them."""

    def process_response(self, request: Request, response: Response) -> Response:
        codings = b",".join(response.headers.getlist("Content-Encoding")).count(b",") + 1
        if codings > MAX_CODINGS:
            raise BadEncoding(f"{codings} content codings on {request.url}")
        return response


class _BoundedParser(_LenientHTTPClientParser):
    """Twisted bounds a header line (16 KiB) but neither their number nor that of 1xx answers."""

    _header_bytes = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802
        self._header_bytes += len(line) + 2
        if self._header_bytes > MAX_HEADERS:
            raise TooLargeError(f"more than {MAX_HEADERS} bytes of headers")
        super().lineReceived(line)


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Any:
        answer = super().request(request)
        if self._parser is not None:
            self._parser.__class__ = _BoundedParser
        return answer


class BoundedFactory(_LenientHTTP11ClientFactory):
    """Makes Scrapy's HTTP/1.1 connections with the cap on headers; TooLargeError ends a response that outgrows it."""

    def buildProtocol(self, addr: IAddress | None) -> _BoundedProtocol:  # noqa: ARG002, N802
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
