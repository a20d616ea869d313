"""An edition in every form. Comes in: an Edition and a logo. Goes out: bytes. Knows no store, no clock, no network."""

from collections.abc import Mapping
from typing import Final

from digests.edition import Edition
from digests.render.chat import render_chat
from digests.render.html import render_html
from digests.render.logo import logo_of
from digests.render.pdf import render_pdf
from digests.render.text import render_text

FORMS: Final = ("html", "text", "pdf", "chat")

__all__ = ["FORMS", "logo_of", "render"]


def render(edition: Edition, logo: bytes | None = None) -> Mapping[str, bytes]:
    """Every form of FORMS. `logo`: a PNG or JPEG for the sheet's letterhead."""
    return {
        "html": render_html(edition).encode(),
        "text": render_text(edition).encode(),
        "pdf": render_pdf(edition, logo),
        "chat": render_chat(edition).encode(),
    }
