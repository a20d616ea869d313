"""The top of the sheet: kop surat above a double rule, title, number and date, the sums."""

import io
from collections.abc import Iterator
from typing import Any, Final

from reportlab.lib.units import mm
from reportlab.platypus import HRFlowable, Image, Spacer, Table

from digests import changed_words, words
from digests.edition import Edition
from digests.render.pdf_page import FACE, INK, SOFT, WIDTH, joined, paragraph, serif, style
from kliping.indonesian.formats import clock, long_date
from kliping.indonesian.zones import zone_name

LOGO: Final = 18 * mm


def letterhead(edition: Edition, logo: bytes | None) -> Iterator[Any]:
    """Logo left, government, unit and address in the middle, a double rule."""
    lines = [paragraph(edition.name.upper(), style(15, bold=True, centred=True))]
    if edition.unit:
        lines.append(paragraph(edition.unit.upper(), style(12, bold=True, centred=True)))
    if edition.address:
        lines.append(paragraph(edition.address, style(9, centred=True, textColor=SOFT)))
    side = LOGO + 4 * mm if logo else 0
    cells = [[_picture(logo) if logo else "", lines, ""]]
    yield Table(
        cells,
        colWidths=[side, WIDTH - 2 * side, side],
        style=[FACE, ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LEFTPADDING", (0, 0), (-1, -1), 0)],
    )
    yield Spacer(0, 2 * mm)
    yield HRFlowable(width="100%", thickness=2, color=INK, spaceBefore=0, spaceAfter=1.2)
    yield HRFlowable(width="100%", thickness=0.6, color=INK, spaceBefore=0, spaceAfter=5 * mm)


def summary(edition: Edition) -> Iterator[Any]:
    """Title, number, date, sums, coverage; on an empty day what was looked at."""
    closed = edition.closed_at.astimezone(edition.clock)
    late = " (terlambat)" if edition.late else ""
    yield paragraph("KLIPING BERITA", style(14, bold=True, centred=True))
    moment = f"{long_date(edition.date)}, {clock(closed)} {zone_name(edition.zone)}{late}"
    yield paragraph(f"Nomor {edition.number} · {moment}", style(10, centred=True, spaceAfter=4 * mm))
    if edition.items:
        sums = f"{words.counts(edition)}: {' · '.join(said for _, said in words.tallies(edition))}."
    else:
        sums = f"Tidak ada berita baru. {words.looked_at(edition)}"
    yield paragraph(sums, style(10))
    coverage = (words.coverage_words(edition), words.late_words(edition))
    yield paragraph(f"Cakupan: {' '.join(filter(None, coverage))}", style(9, textColor=SOFT, spaceAfter=4 * mm))
    yield from _changes(edition)
    for update in words.told_updates(edition):
        yield paragraph(f"{update.title} (edisi {update.number}) {words.now_also(update)}.", style(9, spaceAfter=mm))


def _changes(edition: Edition) -> Iterator[Any]:
    """What outlets did to stories that were sent before; the rest stands on the edition's page."""
    if edition.changes:
        yield paragraph(changed_words.HEADING.upper(), style(8, bold=True, spaceAfter=mm))
    for line in changed_words.lines(edition):
        renamed = [("→", style(9)), (line.after, serif(9, bold=True))] if line.after else []
        yield joined([(f"{line.what}:", style(9, bold=True)), (line.before, serif(9)), *renamed])
        yield paragraph(line.where, style(8, spaceAfter=1.5 * mm), href=edition.history_url(line.article))
    if left := changed_words.left(edition):
        yield paragraph(left, style(8), href=edition.changes_url)
    if edition.changes:
        yield Spacer(0, 3 * mm)


def _picture(logo: bytes) -> Any:
    return Image(io.BytesIO(logo), width=LOGO, height=LOGO, kind="proportional", mask="auto")
