"""What every page of the sheet has: measures, styles, the foot."""

from hashlib import sha256
from html import escape
from typing import Any, Final

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_CENTER, TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from digests.edition import Edition, Tone, pack_edition
from digests.render.fonts import SANS, SERIF, printable, register

MARGIN: Final = 15 * mm
WIDTH: Final = A4[0] - 2 * MARGIN
FACE: Final = ("FONTNAME", (0, 0), (-1, -1), f"{SANS}-Regular")  # of empty cells too, or Helvetica comes in unembedded
INK: Final = HexColor("#1c1b19")
SOFT: Final = HexColor("#5c584f")
RULE: Final = HexColor("#b9b3a4")  # darker than on the screen: a hair of pale ink is lost in a copier
LINK: Final = "#0b4f8a"
TONES: Final[dict[Tone, Color]] = {
    "negatif": HexColor("#a3271c"),
    "netral": HexColor("#5c584f"),
    "positif": HexColor("#1d6b3a"),
    "": HexColor("#5c584f"),
}
HASH_SHOWN: Final = 16  # hex digits: enough to compare by eye, 64 bits


def style(
    size: float, *, face: str = SANS, bold: bool = False, centred: bool = False, **changes: Any
) -> ParagraphStyle:
    """A paragraph style of the sheet."""
    register()
    font = f"{face}-{'Bold' if bold else 'Regular'}"
    usual = {"textColor": INK, "alignment": TA_CENTER if centred else TA_LEFT, "splitLongWords": 1}
    return ParagraphStyle(font, fontName=font, fontSize=size, leading=size * 1.25, **(usual | changes))


def paragraph(text: str, look: ParagraphStyle, *, href: str = "") -> Paragraph:
    """Untrusted `text` as a paragraph, linked to `href`."""
    shown = escape(printable(text))
    return Paragraph(f'<a href="{escape(href)}" color="{LINK}">{shown}</a>' if href else shown, look)


def joined(parts: list[tuple[str, ParagraphStyle]]) -> Paragraph:
    """Untrusted texts one after the other in one paragraph of the first one's style, each in its own typeface."""
    texts = (f'<font name="{look.fontName}">{escape(printable(text))}</font>' for text, look in parts)
    return Paragraph(" ".join(texts), parts[0][1])


def linked(parts: list[tuple[str, str]], look: ParagraphStyle) -> Paragraph:
    """Several (text, href) in one paragraph, a line each."""
    lines = (f'<a href="{escape(href)}" color="{LINK}">{escape(printable(text))}</a>' for text, href in parts)
    return Paragraph("<br/>".join(lines), look)


def serif(size: float, *, bold: bool = False, **changes: Any) -> ParagraphStyle:
    """A style for what the press wrote."""
    return style(size, face=SERIF, bold=bold, **changes)


def counted_canvas(edition: Edition) -> type[Canvas]:
    """A canvas that writes the foot of each page once it knows how many there are."""
    sidik = sha256(pack_edition(edition)).hexdigest()[:HASH_SHOWN]
    officer = f" · Petugas: {printable(edition.officer)}" if edition.officer else ""
    left = printable(f"{edition.name} · edisi {edition.number}, {edition.day}")
    middle = f"sidik {sidik}{officer}"

    class Counted(Canvas):  # type: ignore[misc]
        """Keeps the pages until the last one is there."""

        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self.kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - reportlab's name
            self.kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self.kept, 1):
                self.__dict__.update(page)
                _foot(self, left, middle, f"halaman {number} dari {len(self.kept)}")
                Canvas.showPage(self)
            Canvas.save(self)

    return Counted


def _foot(canvas: Any, left: str, middle: str, right: str) -> None:
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, MARGIN + 5 * mm, MARGIN + WIDTH, MARGIN + 5 * mm)
    canvas.setFillColor(SOFT)
    canvas.setFont(f"{SANS}-Regular", 8)
    canvas.drawString(MARGIN, MARGIN + mm, left)
    canvas.drawCentredString(MARGIN + WIDTH * 0.58, MARGIN + mm, middle)
    canvas.drawRightString(MARGIN + WIDTH, MARGIN + mm, right)
