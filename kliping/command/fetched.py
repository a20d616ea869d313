"""A page for `read`: asked for as the crawler would, read from a file, or taken from standard input."""

import gzip
import sys
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from kliping.errors import KlipingError
from kliping.settings import Settings
from kliping.urls import is_web_url

STDIN = "-"
_GZIP = b"\x1f\x8b"


class UnreadableError(KlipingError):
    """The page could not be had, or its reading failed."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it was had. `url` is where it came from, '' for a file of unknown origin."""

    body: bytes
    url: str
    answered: str
    content_type: str


def fetched_from(source: str, address: str, settings: Settings) -> Fetched:
    """The page of an address or a file. Raises UnreadableError with the reason."""
    return _asked(source, settings) if is_web_url(source) else _from_file(source, address)


def _asked(url: str, settings: Settings) -> Fetched:
    from crawlers.once import fetch_once

    answer = fetch_once(url, settings)
    if answer.reason:
        raise UnreadableError(answer.reason)
    return Fetched(answer.body, url, answer.answered, answer.headers.get("Content-Type", "text/html"))


def _from_file(source: str, address: str) -> Fetched:
    try:
        body = _body(source)
        body = _limited(BytesIO(body), packed=True) if body.startswith(_GZIP) else body
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UnreadableError(f"bad_encoding: {error}") from None
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL in it
        raise UnreadableError(getattr(error, "strerror", None) or str(error)) from None
    return Fetched(body, address, address, "")


def _body(source: str) -> bytes:
    if source == STDIN:
        return _limited(sys.stdin.buffer)
    with Path(source).open("rb") as file:
        return _limited(file)


def _limited(file: BinaryIO, *, packed: bool = False) -> bytes:
    """All of a file, as far as the stage takes it: a device or a small packed file may have no end."""
    from pipeline.extract.weight import MAX_BODY

    body = (gzip.GzipFile(fileobj=file) if packed else file).read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        raise UnreadableError(f"too_large: more than {MAX_BODY} bytes")
    return body
