"""The addresses in a mail that are each recipient's own."""

from typing import Final

from digests.edition import Edition

ANYONE: Final = "0" * 32  # stands in a frozen form where a recipient's token will be; no token is ever this


def unsubscribe_url(public_url: str, token: str = ANYONE) -> str:
    """Where a recipient unsubscribes: GET asks, POST does it."""
    return f"{public_url}/berhenti/{token}"


def personal(form: bytes, edition: Edition, token: str) -> bytes:
    """A frozen form with a recipient's own unsubscribe link; nothing else changes."""
    anyone = unsubscribe_url(edition.public_url).encode()
    return form.replace(anyone, unsubscribe_url(edition.public_url, token).encode())
