"""Messages as bytes: JSON with a kind and a version, typed on the way in; unknown fields are ignored, never pickle.

A new field gets a default and no new version. A change that old readers cannot take raises the version in `KINDS`; a
stored sample of every old version lies under `tests/messages/`.
"""

from typing import Protocol, TypeVar

import msgspec

from kliping.article import Article, Grouped, Page, Tagged
from kliping.errors import Rejected

MAX_MESSAGE = 1024 * 1024  # bytes: Kafka's default max.request.size, so in the contract of every bus


class Message(Protocol):
    """What every message on the bus can say about itself."""

    @property
    def message_id(self) -> str:
        """Function of the content: the same message again has the same id."""
        ...

    @property
    def key(self) -> str:
        """Messages of one key keep their order."""
        ...

    @property
    def subject(self) -> str:
        """The article id that the trace files this message under."""
        ...


KINDS: dict[str, tuple[type[Message], int]] = {
    "page": (Page, 1),
    "article": (Article, 1),
    "grouped": (Grouped, 1),
    "tagged": (Tagged, 1),
}
_NAMES = {kind: name for name, (kind, _) in KINDS.items()}
M = TypeVar("M", bound=Message)


class _Envelope(msgspec.Struct):
    kind: str
    version: int
    body: msgspec.Raw


_envelopes = msgspec.json.Decoder(_Envelope)


def encode(message: Message) -> bytes:
    """A message as bytes. Raises Rejected('too_large') above MAX_MESSAGE."""
    name = _NAMES[type(message)]
    body = msgspec.Raw(msgspec.json.encode(message))
    data = msgspec.json.encode(_Envelope(kind=name, version=KINDS[name][1], body=body))
    if len(data) > MAX_MESSAGE:
        raise Rejected("too_large", f"{name} message of {len(data)} bytes, limit {MAX_MESSAGE}")
    return data


def decode(data: bytes, expected: type[M]) -> M:
    """A message from bytes. Raises Rejected('undecodable') naming what is wrong.

    Rejected('newer_version') for one that a newer version of this program wrote: its dead letter keeps it whole, and
    once this one is upgraded too it can be sent again.
    """
    try:
        envelope = _envelopes.decode(data)
        kind, version = KINDS.get(envelope.kind, (None, 0))
        if kind is not expected:
            raise Rejected("undecodable", f"{envelope.kind} version {envelope.version}, not {expected.__name__}")
        if envelope.version > version:
            told = f"{envelope.kind} version {envelope.version}, this program reads up to {version}"
            raise Rejected("newer_version", f"{told}: upgrade it, then `kliping dead retry --reason newer_version`")
        return msgspec.json.decode(envelope.body, type=expected)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:  # the last: nested a thousand deep
        raise Rejected("undecodable", str(error)) from error
