"""Failures become short codes; the ones that a server can cause are seen on a server in test_evil and test_pace."""

import gzip
import re

import brotli  # type: ignore[import-untyped]
import pytest
from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
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
from twisted.internet import error
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError, ResponseFailed, ResponseNeverReceived

import crawlers.reasons
from crawlers.reasons import BlockedAddress, Held, Refused, TooLargeError, reason_of


def failure(raised: BaseException) -> Failure:
    return Failure(raised)  # type: ignore[no-untyped-call]


def failed(*reasons: BaseException, kind: type[ResponseFailed] = ResponseFailed) -> DownloadFailedError:
    """As Scrapy raises it: its own error from Twisted's, which carries the reasons."""
    raised = DownloadFailedError("x")
    raised.__cause__ = kind([failure(reason) for reason in reasons])
    return raised


CASES: list[tuple[BaseException | Response, str]] = [
    (Response("http://a.test", status=200), "ok"),
    (Response("http://a.test", status=304), "http_304"),
    (Response("http://a.test", status=410), "http_410"),
    (HttpError(Response("http://a.test", status=404)), "http_404"),
    (Refused("robots", "x"), "robots"),
    (BlockedAddress("a.test", "x"), "blocked_address"),
    (Held("a.test", 3), "retry_after"),
    (IgnoreRequest("max redirections reached"), "redirect_loop"),
    (IgnoreRequest("of another kind"), "error"),
    (CannotResolveHostError("x"), "dns"),
    (DownloadConnectionRefusedError("x"), "refused_connection"),
    (DownloadTimeoutError("x"), "timeout"),
    (error.TCPTimedOutError(), "timeout"),  # type: ignore[no-untyped-call]
    (error.NoRouteError(), "unreachable"),  # type: ignore[no-untyped-call]
    (ResponseDataLossError(), "data_loss"),
    (failed(SSL.Error([("x", "y", "z")]), kind=ResponseNeverReceived), "tls"),
    (failed(error.ConnectionLost(), kind=ResponseNeverReceived), "connection_lost"),
    (failed(ParseError("x", b"y"), error.ConnectionDone()), "bad_response"),  # type: ignore[no-untyped-call]
    (failed(TooLargeError("x"), error.ConnectionLost()), "too_large"),
    (failed(KeyError("gzip")), "bad_response"),
    (gzip.BadGzipFile("x"), "bad_encoding"),
    (EOFError(), "bad_encoding"),
    (brotli.error("x"), "bad_encoding"),
    (UnsupportedURLSchemeError("x"), "bad_url"),
    (NotSupported("x"), "bad_url"),
    (ValueError("invalid hostname"), "bad_url"),
    (RuntimeError("a bug"), "error"),
]


@pytest.mark.parametrize(("outcome", "reason"), CASES, ids=[f"{reason}-{n}" for n, (_, reason) in enumerate(CASES)])
def test_an_outcome_has_its_code(outcome: BaseException | Response, reason: str) -> None:
    assert reason_of(outcome) == reason
    if isinstance(outcome, BaseException):
        assert reason_of(failure(outcome)) == reason


def test_every_code_is_short_and_told_in_the_table() -> None:
    told = crawlers.reasons.__doc__ or ""
    codes = {code for _, code in crawlers.reasons._CODES} | {reason for _, reason in CASES if "http_" not in reason}
    assert all(re.fullmatch("[a-z_]{2,20}", code) and f"`{code}`" in told for code in codes)
