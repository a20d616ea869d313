"""The mail as plain text, at most 60 KB (bar D8)."""

from collections.abc import Iterator
from typing import Final

from digests import changed_words, words
from digests.edition import Edition, Item
from digests.rank import SECTIONS
from digests.render.fit import fitted, utf8
from digests.render.links import unsubscribe_url
from kliping.indonesian.formats import number

LARGEST: Final = 60_000  # bytes
UPDATES: Final = 20  # told by name


def render_text(edition: Edition) -> str:
    """The whole mail; items that do not fit are counted with a link to the edition's page."""
    return fitted(edition, _render, LARGEST, utf8)


def _render(edition: Edition, shown: int) -> str:
    return "\n".join([*_head(edition), *_items(edition, shown), *_updates(edition), *_foot(edition)]) + "\n"


def _head(edition: Edition) -> Iterator[str]:
    yield f"KLIPING {edition.name.upper()}"
    yield f"Edisi {edition.number} · {words.heading(edition)}"
    if edition.items:
        yield f"{words.counts(edition)}: {' · '.join(said for _, said in words.tallies(edition))}"
    else:
        yield f"Tidak ada berita baru. {words.looked_at(edition)}"
    yield f"Buka di desk: {edition.url}"
    yield f"Berhenti berlangganan: {unsubscribe_url(edition.public_url)}"


def _items(edition: Edition, shown: int) -> Iterator[str]:
    numbered = list(enumerate(edition.items[:shown], 1))
    for section in SECTIONS:
        mine = [(index, item) for index, item in numbered if item.section == section]
        if mine:
            heading = words.section_title(edition, section).upper()
            yield from ("", heading, "=" * len(heading))
        for index, item in mine:
            yield from ("", *_item(edition, index, item))
        if section == "attention":
            yield from _changes(edition)
    if left := len(edition.items) - shown:
        yield from ("", f"{number(left)} berita lain: {edition.url}")


def _item(edition: Edition, index: int, item: Item) -> Iterator[str]:
    yield f"{index}. {item.title}"
    late = " (terlambat masuk)" if item.late else ""
    withdrawn = ["ditarik medianya"] if item.withdrawn else []
    facts = [
        words.tone_words(item.tone),
        f"{item.outlet}, {words.when(edition, item)}{late}",
        *withdrawn,
        *item.agencies,
    ]
    yield f"   {' · '.join(facts)}"
    if carried := words.carried(item):
        yield f"   {carried}"
    if item.excerpt:
        yield f"   {item.excerpt}"
    if item.note:
        yield f"   Catatan: {item.note}"
    if item.url:
        yield f"   {item.url}"
    yield f"   Kliping: {edition.clip_url(item.article)}"


def _changes(edition: Edition) -> Iterator[str]:
    if edition.changes:
        yield from ("", changed_words.HEADING.upper(), "=" * len(changed_words.HEADING))
    for line in changed_words.lines(edition):
        yield from (
            "",
            f"- {line.what}: {line.titles}",
            f"  {line.where}",
            f"  Riwayat: {edition.history_url(line.article)}",
        )
    if left := changed_words.left(edition):
        yield from ("", f"{left}: {edition.changes_url}")


def _updates(edition: Edition) -> Iterator[str]:
    told = words.told_updates(edition)
    if told:
        yield from ("", "KINI JUGA DIMUAT", "================", "")
    for update in told[:UPDATES]:
        yield f"- {update.title} (edisi {update.number}) {words.now_also(update)}"
    if len(told) > UPDATES:
        yield f"- {number(len(told) - UPDATES)} lagi: {edition.url}"


def _foot(edition: Edition) -> Iterator[str]:
    coverage = (words.coverage_words(edition), words.late_words(edition))
    yield from ("", f"Cakupan: {' '.join(filter(None, coverage))}")
    yield "Kutipan milik media masing-masing."
    yield f"Berhenti berlangganan: {unsubscribe_url(edition.public_url)}"
