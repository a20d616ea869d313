"""Every way a request can end, as one short stable code that can be counted, stored and shown.

| code | meaning |
| --- | --- |
| `ok`, `http_<status>` | the server answered; `http_304`, `http_404`, `http_410`, `http_503` … |
| `blocked_address` | the guard refused the address, the port or a proxy |
| `robots`, `robots_unreachable` | robots.txt forbids it; robots.txt could not be read, so nothing may be |
| `retry_after` | the host asked us to wait and the time is not over |
| `dns`, `refused_connection`, `unreachable`, `connection_lost`, `tls`, `timeout` | the network |
| `too_large`, `bad_encoding`, `data_loss`, `bad_response` | caps, undecodable or truncated bodies, broken HTTP |
| `redirect_loop`, `bad_url` | more redirects than allowed; a URL that cannot be asked |
| `error` | anything else: a bug, look at the log |
"""

import gzip
import struct
import zlib
from collections.abc import Iterator
from typing import Final

import brotli  # type: ignore[import-untyped]
from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.statscollectors import StatsCollector
from scrapy.utils import _compression
from scrapy.utils._compression import _DecompressionMaxSizeExceeded
from service_identity import VerificationError
from twisted.internet import error
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError, ResponseFailed

REDIRECTS_SPENT: Final = "max redirections reached"  # how Scrapy's redirect middlewares word their IgnoreRequest


class Refused(IgnoreRequest):
    """A request that we do not make, and why: `reason` is a code of the table above, `detail` is for people."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class BlockedAddress(Refused):
    """The guard refused a connection to `host`."""

    def __init__(self, host: str, detail: str) -> None:
        super().__init__("blocked_address", f"{host}: {detail}")
        self.host = host


class Held(Refused):
    """The host asked for a pause; `seconds` of it are left."""

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__("retry_after", f"{host} asked for {seconds:.0f} s more")
        self.seconds = seconds


class TooLargeError(Exception):
    """A response outgrew a cap that is ours, not Scrapy's."""


class BadEncoding(Refused):
    """A body whose Content-Encoding we do not undo."""

    def __init__(self, detail: str) -> None:
        super().__init__("bad_encoding", detail)


_UNDECODABLE: Final = (
    zlib.error,
    gzip.BadGzipFile,
    struct.error,
    EOFError,
    brotli.error,
    _compression.zstd.ZstdError,  # type: ignore[attr-defined]  # whose zstd it is depends on Python's version
)

# The first match counts; subclasses stand before their bases. Scrapy raises DownloadCancelledError in one place only:
# when a body outgrows its maximum.
_CODES: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (TooLargeError, "too_large"),
    (_DecompressionMaxSizeExceeded, "too_large"),
    (DownloadCancelledError, "too_large"),
    (SSL.Error, "tls"),
    (VerificationError, "tls"),
    (CannotResolveHostError, "dns"),
    (error.DNSLookupError, "dns"),
    (DownloadConnectionRefusedError, "refused_connection"),
    (error.ConnectionRefusedError, "refused_connection"),
    (DownloadTimeoutError, "timeout"),
    (error.TimeoutError, "timeout"),
    (error.TCPTimedOutError, "timeout"),
    (error.ConnectError, "unreachable"),
    (ResponseDataLossError, "data_loss"),
    *((kind, "bad_encoding") for kind in _UNDECODABLE),
    (ParseError, "bad_response"),
    (error.ConnectionLost, "connection_lost"),
    (error.ConnectionDone, "connection_lost"),
    (UnsupportedURLSchemeError, "bad_url"),
    (NotSupported, "bad_url"),
    (DownloadFailedError, "bad_response"),
    (ValueError, "bad_url"),  # Twisted: an invalid host name or URI
)


def reason_of(outcome: Response | Failure | BaseException) -> str:
    """The code of a response, or of the failure that stands in its place."""
    if isinstance(outcome, Response):
        return "ok" if 200 <= outcome.status < 300 else f"http_{outcome.status}"
    raised = outcome.value if isinstance(outcome, Failure) else outcome
    if raised is None:
        return "error"
    if isinstance(raised, HttpError):
        return reason_of(raised.response)
    if isinstance(raised, Refused):
        return raised.reason
    if isinstance(raised, IgnoreRequest) and str(raised) == REDIRECTS_SPENT:
        return "redirect_loop"
    return _code_of(list(_with_causes(raised)))


def _code_of(causes: list[BaseException]) -> str:
    for kind, code in _CODES:
        if any(isinstance(cause, kind) for cause in causes):
            return code
    return "error"


def _with_causes(raised: BaseException) -> Iterator[BaseException]:
    """An exception, what it was raised from, and what Twisted wrapped into it."""
    yield raised
    if raised.__cause__ is not None:
        yield from _with_causes(raised.__cause__)
    if isinstance(raised, ResponseFailed):
        for failure in raised.reasons:
            if failure.value is not None:
                yield from _with_causes(failure.value)


def count(stats: StatsCollector | None, refused: Refused) -> None:
    """Add a refusal to a crawl's stats under `refused/<reason>`."""
    if stats is not None:
        stats.inc_value(f"refused/{refused.reason}")
