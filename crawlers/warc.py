"""Pages out of WARC files (ISO 28500), plain or gzip with a member a record: only answers with status 200.

A file is read as a stream, a record at a time, so its size does not matter; what cannot be read is passed over.
"""

import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final, cast

from crawlers.sitemaps import instant
from kliping.clock import now

MAX_HEAD: Final = 64 * 1024  # bytes of a record's or an answer's header lines
_GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """An answer that somebody else fetched. Header names are as in `Content-Type`."""

    url: str
    at: datetime
    status: int
    headers: Mapping[str, str]
    body: bytes


class WarcError(Exception):
    """The file is no WARC, or breaks off."""


def captured(file: Path, max_body: int) -> Iterator[Captured]:
    """The usable answers of a file; bodies above `max_body` bytes are passed over. Raises WarcError, OSError."""
    with file.open("rb") as plain:
        packed = plain.peek(2)[:2] == _GZIP
        with cast("BinaryIO", gzip.open(plain)) if packed else plain as stream:
            try:
                yield from _records(stream, max_body)
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                raise WarcError(f"{file}: {error}") from None


def _records(stream: BinaryIO, max_body: int) -> Iterator[Captured]:
    first = True
    while line := stream.readline(MAX_HEAD):
        if not line.strip():
            continue
        if not line.startswith(b"WARC/"):
            raise WarcError("no WARC record where one must begin" if first else "a record of the wrong length")
        first = False
        fields = _fields(stream)
        length = int(fields.get("Warc-Length") or fields.get("Content-Length") or 0)
        wanted = fields.get("Warc-Type") == "response" and length <= max_body + MAX_HEAD
        content = _content(stream, length, keep=wanted)
        answer = _answer(fields, content, max_body) if wanted else None
        if answer is not None:
            yield answer


def _fields(stream: BinaryIO) -> dict[str, str]:
    """Header lines up to the empty one."""
    fields: dict[str, str] = {}
    size = 0
    while (line := stream.readline(MAX_HEAD)).strip():
        size += len(line)
        if size > MAX_HEAD:
            raise WarcError("endless header lines")
        name, _, value = line.decode("utf-8", "replace").partition(":")
        fields[name.strip().title()] = value.strip()
    return fields


def _content(stream: BinaryIO, length: int, *, keep: bool) -> bytes:
    """The block of a record; read and forgotten where it is not wanted."""
    kept = []
    while length > 0:
        piece = stream.read(min(length, 1 << 20))
        if not piece:
            raise WarcError("a record breaks off")
        length -= len(piece)
        if keep:
            kept.append(piece)
    return b"".join(kept)


def _answer(fields: Mapping[str, str], content: bytes, max_body: int) -> Captured | None:
    stream = io.BytesIO(content)
    status = stream.readline(MAX_HEAD).split()
    headers = _fields(stream)
    at = instant(fields.get("Warc-Date", ""))
    if len(status) < 2 or not status[0].startswith(b"HTTP/") or status[1] != b"200" or at is None:
        return None
    body = _decoded(stream.read(), headers, max_body)
    if body is None or "html" not in headers.get("Content-Type", "").lower():
        return None
    url = fields.get("Warc-Target-Uri", "").strip("<>")  # some writers put it in brackets
    return Captured(url=url, at=min(at, now()), status=200, headers=headers, body=body)


def _decoded(body: bytes, headers: Mapping[str, str], limit: int) -> bytes | None:
    """The body without its transfer and content codings; None where they are broken, unknown or too large."""
    if "chunked" in headers.get("Transfer-Encoding", "").lower():
        body = _unchunked(body)
    coding = headers.get("Content-Encoding", "").lower().strip()
    if coding in ("", "identity"):
        return body if len(body) <= limit else None
    if coding not in ("gzip", "x-gzip", "deflate"):
        return None
    unpacker = zlib.decompressobj(47)  # gzip or zlib, by what stands there
    try:
        content = unpacker.decompress(body, limit)
    except zlib.error:
        return body if coding == "gzip" and body.lstrip()[:1] == b"<" else None  # writers that unpacked it already
    return content if unpacker.eof else None


def _unchunked(body: bytes) -> bytes:
    """The chunks put together; a body that is no longer chunked as it is."""
    stream, pieces = io.BytesIO(body), []
    while size := stream.readline(64).partition(b";")[0].strip():
        try:
            length = int(size, 16)
        except ValueError:
            return body
        if length == 0:
            break
        pieces.append(stream.read(length))
        stream.readline(8)
    return b"".join(pieces)
