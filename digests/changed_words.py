"""The words that all forms share for what outlets did to stories that were sent before, in Indonesian. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from digests.edition import Change, Edition, TextChange
from digests.words import moment
from kliping.indonesian.formats import number, short_date

HEADING: Final = "Perubahan pada berita yang sudah dikirim"
SHOWN: Final = 5  # in a form; outlets retitle 7.5 % of what they publish (Guo et al. 2022), of 31 stories two or three
_TEXTS: Final[dict[TextChange, str]] = {"corrected": "isi diralat", "rewritten": "isi banyak berubah"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One change, as it is told."""

    what: str  # Judul berubah, isi diralat (kemarin 12.06 WIB)
    before: str  # the title that was told
    after: str  # the title now, '' where it is the same
    outlet: str
    number: int  # of the edition that sent it
    day: str  # 22 November 2026
    article: str

    @property
    def where(self) -> str:
        """ "Suara Raya, dikirim dalam edisi 213, 22 November 2026"."""
        return f"{self.outlet}, dikirim dalam edisi {self.number}, {self.day}"

    @property
    def titles(self) -> str:
        """ "Old → new"."""
        return f"{self.before} → {self.after}" if self.after else self.before


def lines(edition: Edition, most: int | None = SHOWN) -> list[Line]:
    """The changes that a form shows."""
    return [_line(edition, change) for change in edition.changes[:most]]


def left(edition: Edition) -> str:
    """ "dan 3 lainnya"; '' where all are shown."""
    more = len(edition.changes) - SHOWN
    return f"dan {number(more)} lainnya" if more > 0 else ""


def _line(edition: Edition, change: Change) -> Line:
    return Line(
        what=f"{', '.join(_what(change)).capitalize()} ({moment(edition, change.at)})",
        before=change.before,
        after="" if change.title == change.before else change.title,
        outlet=change.outlet,
        number=change.number,
        day=short_date(date.fromisoformat(change.day)),
        article=change.article,
    )


def _what(change: Change) -> Iterator[str]:
    if change.what == "withdrawn":
        yield "ditarik media"
    if change.what == "returned":
        yield "dimuat kembali"
    if change.title != change.before:
        yield "judul berubah"
    if change.text:
        yield _TEXTS[change.text]
