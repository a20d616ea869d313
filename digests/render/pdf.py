"""The sheet: A4, letterhead, the table of the day, then the clips one by one with a link and a QR code each."""

import io
from collections.abc import Iterator
from typing import Any, Final

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from digests import words
from digests.edition import Edition
from digests.render.fonts import SANS, register
from digests.render.pdf_clips import clips
from digests.render.pdf_head import letterhead, summary
from digests.render.pdf_page import MARGIN, WIDTH, counted_canvas
from digests.render.pdf_table import table

rl_config.useA85 = 0  # binary streams are a quarter smaller, and a mail encodes its attachments anyway

FOOT: Final = 10 * mm  # below the frame


def render_pdf(edition: Edition, logo: bytes | None) -> bytes:
    """The sheet as PDF. The same edition gives the same bytes."""
    register()
    made = io.BytesIO()
    frame = Frame(
        MARGIN,
        MARGIN + FOOT,
        WIDTH,
        A4[1] - 2 * MARGIN - FOOT,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document = BaseDocTemplate(
        made,
        pagesize=A4,
        pageTemplates=[PageTemplate("sheet", [frame])],
        title=words.subject(edition),
        author=edition.unit or edition.name,
        subject=f"Kliping berita {edition.day}",
        lang="id",
        initialFontName=f"{SANS}-Regular",
        invariant=True,
    )
    document.build(list(_story(edition, logo)), canvasmaker=counted_canvas(edition))
    return made.getvalue()


def _story(edition: Edition, logo: bytes | None) -> Iterator[Any]:
    yield from letterhead(edition, logo)
    yield from summary(edition)
    if edition.items:
        yield table(edition)
        yield from clips(edition)
