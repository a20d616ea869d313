"""Small pages in the shapes that Indonesian themes use; all text is ours."""

from datetime import UTC, datetime

from kliping.article import Found
from pipeline.extract import Reading, read_page

URL = "https://www.kabarcontoh.example/berita/101/wali-kota-resmikan-taman"
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TITLE = "Wali Kota Resmikan Taman Kota Maju"
LEAD = "Wali Kota Maju meresmikan taman kota yang dibangun dengan dana daerah pada tahun ini, Selasa (24/11/2026)."
SECOND = "Taman itu dilengkapi lapangan, tempat bermain anak, dan kolam penampung air hujan bagi warga sekitar."
QUOTE = '"Silakan dirawat bersama, karena taman ini milik warga," kata wali kota kepada warga yang hadir.'
STORY = (LEAD, SECOND, QUOTE)


def html(*body: str, head: str = "", title: str = f"{TITLE} - Kabar Contoh") -> str:
    """A page with a head, a headline and `body` below it."""
    return f"<html><head><title>{title}</title>{head}</head><body><h1>{TITLE}</h1>{''.join(body)}</body></html>"


def paragraphs(*texts: str) -> str:
    """Texts as <p> in a box."""
    return f"<div>{''.join(f'<p>{text}</p>' for text in texts)}</div>"


def read(
    page: str | bytes, *, url: str = URL, zone: str = "Asia/Jakarta", kind: str = "", found: Found | None = None
) -> Reading:
    """What is read from a page at a fixed time."""
    body = page.encode() if isinstance(page, str) else page
    return read_page(
        body, url=url, answered=url, zone=zone, fetched_at=NOW, content_type=kind, found=found or Found(way="hand")
    )
