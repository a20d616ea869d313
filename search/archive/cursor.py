"""Cursors: where a page ended, bound to the question that it answers. Both backends hand them out."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

import msgspec

from kliping.article import digest
from search.archive.base import Filters, Order
from search.query import Query, QueryError, show


class Place(msgspec.Struct, array_like=True, frozen=True):
    """The last document of a page. Newest: its second and article. Relevance: newest second ranked, hits given."""

    question: str
    second: int
    article: str = ""
    given: int = 0


def question(desk: str, query: Query | None, filters: Filters, order: Order, *, exact: bool) -> str:
    """A short name for what was asked."""
    asked = show(query) if query else ""
    return digest(desk, asked, msgspec.json.encode(filters).decode(), order, str(exact))[:12]


def written(place: Place) -> str:
    """The opaque form of a place."""
    return urlsafe_b64encode(msgspec.json.encode(place)).decode("ascii").rstrip("=")


def read(cursor: str, asked: str) -> Place | None:
    """The place of a cursor, None for ''. QueryError when it is none of ours or of another question."""
    if not cursor:
        return None
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        place = msgspec.json.decode(raw, type=Place)
    except (NotBase64, UnicodeEncodeError, msgspec.DecodeError):
        raise QueryError("Halaman lanjutan tidak dikenal: ulangi pencarian dari awal") from None
    if place.question != asked or place.second < 0 or place.given < 0:
        raise QueryError("Halaman lanjutan ini milik pencarian lain: ulangi pencarian dari awal")
    return place
