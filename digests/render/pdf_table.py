"""The table of the sheet, one row an item; the head is repeated, no row is split over pages."""

from collections.abc import Iterator
from typing import Any, Final

from reportlab.lib.units import mm
from reportlab.platypus import LongTable

from digests import words
from digests.edition import Edition, Item
from digests.rank import SECTIONS
from digests.render.pdf_page import FACE, INK, RULE, TONES, linked, paragraph, serif, style
from kliping.indonesian.formats import number
from kliping.indonesian.zones import zone_name

_WIDTHS: Final = tuple(width * mm for width in (8, 19, 22, 39, 50, 16, 14, 12))  # 180 mm in all


def table(edition: Edition) -> Any:
    """All items, by section."""
    rows: list[list[Any]] = [_head(edition)]
    spans: list[tuple[Any, ...]] = []
    for row, section in _rows(edition):
        if section:
            at = len(rows)
            spans += [("SPAN", (0, at), (-1, at)), ("NOSPLIT", (0, at), (0, at + 1))]
        rows.append(row)
    return LongTable(rows, colWidths=_WIDTHS, repeatRows=1, style=[*_STYLE, *spans])


_STYLE: Final[list[tuple[Any, ...]]] = [
    FACE,
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 3),
    ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
    ("LINEABOVE", (0, 0), (-1, 0), 0.8, INK),
    ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
]


def _head(edition: Edition) -> list[Any]:
    look = style(8, bold=True)
    zone = zone_name(edition.zone)
    titles = ("No", f"Tanggal/Jam ({zone})", "Media", "Judul", "Ringkasan", "Nada", "Jumlah media", "Tautan")
    return [paragraph(title, look) for title in titles]


def _rows(edition: Edition) -> Iterator[tuple[list[Any], bool]]:
    """Rows with whether they are a section's heading."""
    numbered = list(enumerate(edition.items, 1))
    for section in SECTIONS:
        mine = [(index, item) for index, item in numbered if item.section == section]
        if mine:
            colour = TONES["negatif"] if section == "attention" else INK
            heading = paragraph(words.section_title(edition, section).upper(), style(8, bold=True, textColor=colour))
            yield [heading, *[""] * (len(_WIDTHS) - 1)], True
        for index, item in mine:
            yield _row(edition, index, item), False


def _row(edition: Edition, index: int, item: Item) -> list[Any]:
    plain = style(8)
    judged = style(8, bold=bool(item.tone), textColor=TONES[item.tone])
    links = [("asli", item.url)] if item.url else []
    return [
        paragraph(number(index), plain),
        paragraph(_moment(edition, item), plain),
        paragraph(item.outlet, plain),
        paragraph(item.title, serif(8.5, bold=True)),
        paragraph(item.excerpt, serif(8)),
        paragraph(words.tone_words(item.tone), judged),
        paragraph(number(len(item.outlets)), style(8, centred=True)),
        linked([*links, ("kliping", edition.clip_url(item.article))], plain),
    ]


def _moment(edition: Edition, item: Item) -> str:
    """Day and hour, the day also when it is the edition's own: the sheet is kept."""
    local = (item.published or item.first_seen).astimezone(edition.clock)
    day = f"{local:%d/%m/%Y}"
    return day if item.day_only else f"{day} {local:%H.%M}"
