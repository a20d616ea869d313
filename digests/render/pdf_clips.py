"""The clips of the sheet, one by one: what paper needs that a table has no room for."""

from collections.abc import Iterator
from typing import Any, Final

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, PageBreak, Table

from digests import words
from digests.edition import Edition, Item
from digests.render.pdf_page import FACE, INK, RULE, SOFT, TONES, WIDTH, paragraph, serif, style

CODE: Final = 22 * mm
QUIET: Final = 4  # modules of white around a code, as ISO/IEC 18004 asks
SHOWN_URL: Final = 110  # characters of a printed address; the code has it whole


class Code(Flowable):  # type: ignore[misc]
    """A QR code of an address, drawn as one path of runs: crisp at any size and under a kilobyte."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.width = self.height = CODE
        code = QRCode(None, QRErrorCorrectLevel.L)
        code.addData(url)
        code.make()
        self.rows: list[list[bool]] = [[bool(cell) for cell in row] for row in code.modules]

    def draw(self) -> None:
        side = len(self.rows) + 2 * QUIET
        canvas = self.canv
        canvas.saveState()
        canvas.scale(CODE / side, CODE / side)
        canvas.setFillColor(INK)
        path = canvas.beginPath()
        for y, row in enumerate(self.rows):
            for x, length in runs(row):
                path.rect(x + QUIET, side - QUIET - 1 - y, length, 1)
        canvas.drawPath(path, stroke=0, fill=1)
        canvas.restoreState()


def runs(row: list[bool]) -> Iterator[tuple[int, int]]:
    """Start and length of each run of dark modules."""
    start: int | None = None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            yield start, x - start
            start = None


def clips(edition: Edition) -> Iterator[Any]:
    """Every item on its own, from a new page on."""
    yield PageBreak()
    yield paragraph("Kliping satu per satu", style(12, bold=True, spaceAfter=3 * mm))
    for index, item in enumerate(edition.items, 1):
        yield _clip(edition, index, item)


def _clip(edition: Edition, index: int, item: Item) -> Any:
    address = edition.clip_url(item.article)
    cells = [[_told(edition, index, item), Code(address)]]
    return Table(
        cells,
        colWidths=[WIDTH - CODE - 2 * mm, CODE + 2 * mm],
        style=[
            FACE,
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (0, 0), 0),
            ("RIGHTPADDING", (1, 0), (1, 0), 0),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
        ],
    )


def _told(edition: Edition, index: int, item: Item) -> list[Any]:
    soft = style(8.5, textColor=SOFT)
    late = " (terlambat masuk)" if item.late else ""
    withdrawn = ["ditarik medianya"] if item.withdrawn else []
    facts = [f"{item.outlet}, {words.when(edition, item)}{late}", *withdrawn, *item.agencies]
    tone = paragraph(words.tone_words(item.tone), style(8.5, bold=bool(item.tone), textColor=TONES[item.tone]))
    lines = [paragraph(f"{index}. {item.title}", serif(11, bold=True)), paragraph(" · ".join(facts), soft), tone]
    if item.excerpt:
        lines.append(paragraph(item.excerpt, serif(9.5, spaceBefore=2)))
    if item.note:
        lines.append(paragraph(f"Catatan: {item.note}", style(9, spaceBefore=2)))
    if len(item.outlets) > 1:
        lines.append(paragraph(f"Dimuat {len(item.outlets)} media: {', '.join(item.outlets)}", soft))
    if item.url:
        lines.append(paragraph(_short(item.url), style(8, spaceBefore=2), href=item.url))
    return lines


def _short(url: str) -> str:
    return url if len(url) <= SHOWN_URL else url[: SHOWN_URL - 1] + "…"
