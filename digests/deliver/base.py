"""The contract of a mailer, in prose and as a Protocol. `tests/contracts/mailer.py` holds every backend to it.

A mailer hands over one message to one address. It keeps nothing: what was tried and how it ended is the ledger's. What
it promises is little: an ending that is known is told truly, and one that is not known is told as that. It may hold a
connection between two calls; `close` gives it up. It is used by one thread.
"""

from dataclasses import dataclass
from typing import Protocol

from kliping.errors import KlipingError


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is handed over: bytes with CRLF line ends, lines of at most 998 octets, ASCII."""

    sender: str  # bare address, for bounces
    recipient: str  # bare address
    message_id: str  # with its angle brackets
    message: bytes


class Later(KlipingError):  # noqa: N818 - the errors read as endings
    """Not now (4xx, no connection): the message was surely not taken. Try again after a while."""


class Refused(KlipingError):  # noqa: N818
    """Never for this address (5xx). Others may be served. `code`: the SMTP reply, 0 where there is none."""

    def __init__(self, detail: str, code: int = 0) -> None:
        super().__init__(detail)
        self.code = code


class Unknown(KlipingError):  # noqa: N818
    """The connection was lost after the message and before the answer: it may have been taken (RFC 1047)."""


class Stopped(KlipingError):  # noqa: N818
    """The server refuses us as a whole (credentials, encryption): nobody is served until someone mends it."""


class Mailer(Protocol):
    """Hands over messages."""

    @property
    def patience(self) -> float:
        """Seconds after which a `send` that did not return can only be dead: the lease of a row in the ledger."""
        ...

    def send(self, envelope: Envelope, /) -> None:
        """Hand over one message. On return it is durable with whom it was given to.

        Raises Later, Refused, Unknown, Stopped; after each of them the next `send` may be called.
        """
        ...

    def close(self) -> None:
        """Give up the connection, if there is one. `send` may be called again afterwards."""
        ...
