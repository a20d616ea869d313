"""The edition as text for a chat group: `*bold*`, `_italic_`, pieces of at most 4,000 characters."""

from collections.abc import Iterator
from typing import Final

from digests import changed_words, words
from digests.edition import Edition, Item
from digests.rank import SECTIONS
from digests.render.fit import fitted
from kliping.indonesian.formats import clock, long_date, number
from kliping.indonesian.zones import zone_name

LONGEST: Final = 4_000  # of a piece, in UTF-16 units as chat programs count; Telegram cuts at 4,096
PIECES: Final = 10  # of an edition; nobody forwards more
MARK: Final = len(" (10/10)")
BREAK: Final = "\n\f\n"  # between two pieces in the stored form
_MARKUP: Final = str.maketrans({"*": "∗", "_": " ", "~": "∼", "`": "'"})


def render_chat(edition: Edition) -> str:
    """All pieces, parted by BREAK; items beyond the tenth piece are counted."""
    return fitted(edition, _render, PIECES, lambda form: len(chat_pieces(form)))


def chat_pieces(form: str) -> list[str]:
    """The pieces of the form "chat", each to be sent as one message."""
    return form.split(BREAK)


def _render(edition: Edition, shown: int) -> str:
    pieces = _packed([_head(edition), *_items(edition, shown), *_updates(edition), _foot(edition)])
    if len(pieces) == 1:
        return pieces[0]
    return BREAK.join(f"{piece} ({index}/{len(pieces)})" for index, piece in enumerate(pieces, 1))


def _packed(blocks: list[str]) -> list[str]:
    """Blocks joined by empty lines into as few pieces as hold them, in order."""
    pieces: list[str] = []
    for block in blocks:
        longer = f"{pieces[-1]}\n\n{block}" if pieces else block
        if pieces and _units(longer) <= LONGEST - MARK:
            pieces[-1] = longer
        else:
            pieces.append(block)
    return pieces


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _head(edition: Edition) -> str:
    closed = edition.closed_at.astimezone(edition.clock)
    lines = [
        f"*KLIPING {_plain(edition.name).upper()}* — Edisi {edition.number}",
        f"{long_date(edition.date)}, {clock(closed)} {zone_name(edition.zone)}",
    ]
    if edition.items:
        lines.append(f"{words.counts(edition)}: {_tally(edition)}")
    else:
        lines.append(f"Tidak ada berita baru. {_plain(words.looked_at(edition))}")
    return "\n".join(lines)


def _tally(edition: Edition) -> str:
    """ "▼ 6  ● 15  ▲ 8  2 belum dinilai"."""
    said = (f"{words.SHAPES[tone]} {number(many)}" for tone, many in edition.counted().items() if tone and many)
    unjudged = edition.counted()[""]
    return "  ".join([*said, *([f"{number(unjudged)} belum dinilai"] if unjudged else [])])


def _items(edition: Edition, shown: int) -> Iterator[str]:
    numbered = list(enumerate(edition.items[:shown], 1))
    for section in SECTIONS:
        heading = f"*{_plain(words.section_title(edition, section)).upper()}*\n"
        for index, item in numbered:
            if item.section == section:
                yield heading + _item(edition, index, item)
                heading = ""
        if section == "attention":
            yield from _changes(edition)
    if left := len(edition.items) - shown:
        yield f"{number(left)} berita lain: {edition.url}"


def _item(edition: Edition, index: int, item: Item) -> str:
    shape = f"{words.SHAPES[item.tone]} " if item.tone else ""
    others = f", +{number(len(item.outlets) - 1)} media" if len(item.outlets) > 1 else ""
    agency = f" {item.agencies[0]}" if item.agencies else ""
    lines = [
        f"{index}. {shape}*{_plain(item.title)}*",
        f"{_plain(item.outlet)}, {words.when(edition, item)}{others}.{_plain(agency)}",
        *([f"Catatan: {_plain(item.note)}"] if item.note else []),
        item.url or edition.clip_url(item.article),
    ]
    return "\n".join(lines)


def _changes(edition: Edition) -> Iterator[str]:
    heading = f"*{changed_words.HEADING.upper()}*\n"
    for line in changed_words.lines(edition):
        told = f"- *{line.what}*: {_plain(line.titles)}\n{_plain(line.where)}"
        yield f"{heading}{told}\n{edition.history_url(line.article)}"
        heading = ""
    if left := changed_words.left(edition):
        yield f"{left}: {edition.changes_url}"


def _updates(edition: Edition) -> Iterator[str]:
    told = words.told_updates(edition)
    if told:
        lines = [f"- {_plain(one.title)}: {_plain(', '.join(one.outlets[: words.OUTLETS_NAMED]))}" for one in told[:10]]
        yield "\n".join(["*KINI JUGA DIMUAT*", *lines])


def _foot(edition: Edition) -> str:
    coverage = words.coverage_words(edition, most=5)
    return f"Selengkapnya: {edition.url}\n_Cakupan: {_plain(coverage)}_"


def _plain(text: str) -> str:
    """Text that a chat program does not read as markup."""
    return text.translate(_MARKUP)
