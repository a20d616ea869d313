"""An article's history as the page of a clip tells it: what happened, in words, with what changed. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from kliping.article import Published, Sighting
from kliping.history import Event
from kliping.wording import Change, Kind, Line

TOLD: Final = 10  # changes shown word by word, the newest; each takes up to half a second for a hostile text
GONE: Final = {404: "tidak ditemukan", 410: "sudah dihapus"}


class Segment(NamedTuple):
    """A stretch of a changed line, and the blank after it, which is never underlined or struck."""

    kind: Kind
    text: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One line that changed: what it is called, and its words."""

    name: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that an outlet did."""

    what: str  # Judul dan isi berubah
    at: datetime
    how: str = ""  # what the outlet answered
    version: int
    parts: tuple[Part, ...] = ()
    newest: bool = False  # the newest change
    redated: tuple[Published, Published] | None = None
    read_otherwise: bool = False
    evidence: Sighting  # the page with the wording in force
    notice: Sighting | None = None  # the page that says that the story was taken down


def happenings(events: Sequence[Event]) -> list[Happening]:
    """What happened, the newest first; changes beyond the TOLD newest without their words."""
    changes = [event for event in events if event.before is not None]
    told = changes[-TOLD:]
    newest = changes[-1] if changes else None
    return [_happening(event, told=event in told, newest=event is newest) for event in reversed(events)]


def changed(events: Sequence[Event]) -> int:
    """How often the wording changed."""
    return sum(event.before is not None for event in events)


def _happening(event: Event, *, told: bool, newest: bool) -> Happening:
    sighting = event.sighting
    parts = tuple(_parts(event)) if told else ()
    return Happening(
        what=_what(event),
        at=sighting.at,
        how=_how(event),
        version=event.version,
        parts=parts,
        newest=newest,
        redated=event.redated,
        read_otherwise=event.read_otherwise,
        evidence=event.evidence,
        notice=sighting if event.what == "withdrawn" and sighting.body else None,
    )


def _what(event: Event) -> str:
    match event.what:
        case "first":
            return "Pertama dibaca"
        case "withdrawn":
            return "Ditarik media"
        case "emptied":
            return "Isi tidak tampil"
        case "redated":
            return "Tanggal terbit berubah"
        case "returned":
            return f"Dimuat kembali, {_changed(event).lower()}" if event.before else "Dimuat kembali, isinya sama"
        case _:
            return _changed(event)


def _changed(event: Event) -> str:
    assert event.before is not None
    title = event.before.title != event.wording.title and bool(event.title)
    text = event.before.paragraphs != event.wording.paragraphs and bool(event.text)
    return "Judul dan isi berubah" if title and text else "Judul berubah" if title else "Isi berubah"


def _how(event: Event) -> str:
    """What the outlet answered, where that is not simply the page."""
    status = event.sighting.status
    if event.what == "emptied":
        return "halamannya terbuka tanpa isi lengkap; teks terakhir tetap disimpan"
    if event.what != "withdrawn" or not status:
        return ""
    if status == 200:
        return "halamannya menyatakan berita ini dihapus"
    return f"media menjawab {status}" + (f" ({GONE[status]})" if status in GONE else "")


def _parts(event: Event) -> Iterator[Part]:
    if title := event.title:
        yield Part(name="Judul", segments=_segments(title))
    number = 0
    for line in event.text:
        number += line.kind != "gone"
        if line.kind != "same":
            yield Part(name=_name(line, number), segments=_segments(line.changes))


def _name(line: Line, number: int) -> str:
    if line.kind == "gone":
        return "Paragraf dihapus"
    return f"Paragraf {number}" + (", baru" if line.kind == "new" else "")


def _segments(changes: Sequence[Change]) -> tuple[Segment, ...]:
    return tuple(_segment(change) for change in changes if change.text)


def _segment(change: Change) -> Segment:
    text = change.text.rstrip()
    blank = " " if change.kind == "gone" or text != change.text else ""
    return Segment(change.kind, text, blank)
