"""The words that all forms share: tone, time, counts, coverage, in Indonesian. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from digests.edition import Coverage, Edition, Item, Quiet, Section, Silent, Tone, Update
from kliping.indonesian.formats import clock, long_date, number, short_date
from kliping.indonesian.zones import zone_name

SHAPES: Final[Mapping[Tone, str]] = {"negatif": "▼", "netral": "●", "positif": "▲", "": ""}
LABELS: Final[Mapping[Tone, str]] = {
    "negatif": "Negatif",
    "netral": "Netral",
    "positif": "Positif",
    "": "belum dinilai",
}
OUTLETS_NAMED: Final = 6  # in a line of a mail; all of them stand on the clip's page and in the sheet
SILENT_NAMED: Final = 10
LONGEST_TITLE: Final = 90  # characters of a title inside a sentence
_REASONS: Final[Mapping[str, str]] = {
    "robots": "dilarang robots.txt",
    "robots_unreachable": "robots.txt tidak terbaca",
    "retry_after": "minta jeda",
    "dns": "alamat tidak ditemukan",
    "refused_connection": "menolak sambungan",
    "unreachable": "tidak terhubung",
    "connection_lost": "sambungan putus",
    "tls": "sertifikat tidak sah",
    "timeout": "tidak menjawab",
    "blocked_address": "alamat diblokir",
    "too_large": "halaman terlalu besar",
    "": "belum pernah dibaca",
}


def tone_words(tone: Tone) -> str:
    """ "▼ Negatif"; "belum dinilai" where nobody judged."""
    return f"{SHAPES[tone]} {LABELS[tone]}".strip()


def section_title(edition: Edition, section: Section) -> str:
    """The heading of a section."""
    headings = {"attention": "Perlu perhatian", "about": f"Tentang {edition.name}", "rest": "Berita lain"}
    return headings[section]


def heading(edition: Edition) -> str:
    """ "Senin, 23 November 2026 · 06.00 WIB", with a word when it was late."""
    closed = edition.closed_at.astimezone(edition.clock)
    late = " (terlambat)" if edition.late else ""
    return f"{long_date(edition.date)} · {clock(closed)} {zone_name(edition.zone)}{late}"


def when(edition: Edition, item: Item) -> str:
    """The item's own time: "06.45 WIB", "kemarin 21.50 WIB", "20 November 2026 21.50 WIB"."""
    if item.published is None:
        return f"ditemukan {moment(edition, item.first_seen)}"
    if item.day_only:
        return _day(edition, item.published) or "hari ini"
    return moment(edition, item.published)


def moment(edition: Edition, instant: datetime) -> str:
    """ "06.45 WIB" of the edition's own day, "kemarin 21.50 WIB", "20 November 2026 21.50 WIB"."""
    local = instant.astimezone(edition.clock)
    return f"{_day(edition, instant)} {clock(local)} {zone_name(edition.zone)}".strip()


def _day(edition: Edition, instant: datetime) -> str:
    """The day as seen from the edition: '' for its own."""
    day = instant.astimezone(edition.clock).date()
    if day == edition.date:
        return ""
    return "kemarin" if day == edition.date - timedelta(days=1) else short_date(day)


def counts(edition: Edition) -> str:
    """ "31 berita, 19 media"."""
    return f"{number(len(edition.items))} berita, {number(edition.outlets())} media"


def tallies(edition: Edition) -> list[tuple[Tone, str]]:
    """Tones that occur with their words: ("negatif", "▼ 6 negatif"), …, ("", "2 belum dinilai")."""
    counted = edition.counted()
    return [
        (tone, f"{SHAPES[tone]} {number(many)} {LABELS[tone].lower()}".strip())
        for tone, many in counted.items()
        if many
    ]


def carried(item: Item) -> str:
    """ "dimuat 12 media: Suara Raya, Kabar Raya dan 10 lain"; '' for a single one."""
    if len(item.outlets) < 2:
        return ""
    return f"dimuat {number(len(item.outlets))} media: {named(item.outlets)}"


def named(names: Sequence[str], most: int = OUTLETS_NAMED) -> str:
    """Names between commas, at most `most`, the rest counted."""
    left = len(names) - most
    return ", ".join(names) if left < 1 else f"{', '.join(names[:most])} dan {number(left)} lain"


def now_also(update: Update) -> str:
    """ "kini juga dimuat Raya Post, Mekar TV"."""
    return f"kini juga dimuat {named(update.outlets)}"


def told_updates(edition: Edition) -> list[Update]:
    """Updates with something to tell: a second article of the same outlet is none."""
    return [update for update in edition.updates if update.outlets]


def preheader(edition: Edition) -> str:
    """What a mail program shows beside the subject."""
    attention = edition.in_section("attention")
    first = next(iter(attention or edition.items), None)
    if first is None:
        changed = f"{number(len(edition.changes))} berita yang sudah dikirim berubah." if edition.changes else ""
        return f"Tidak ada berita baru. {changed or covered(edition.coverage)}"
    count = f"{number(len(attention))} perlu perhatian" if attention else counts(edition)
    return f"{count}: {shortened(first.title)}"


def shortened(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"


def subject(edition: Edition) -> str:
    """The mail's subject. Nothing that strangers wrote stands in it."""
    attention = len(edition.in_section("attention"))
    what = counts(edition) if edition.items else "tidak ada berita"
    urgent = f", {number(attention)} perlu perhatian" if attention else ""
    return f"Kliping {edition.name} edisi {edition.number}, {short_date(edition.date)}: {what}{urgent}"


def covered(coverage: Coverage) -> str:
    """ "38 dari 40 media terbaca."."""
    if not coverage.outlets:
        return "Belum ada media yang dibaca."
    return f"{number(coverage.read)} dari {number(coverage.outlets)} media terbaca."


def failed(edition: Edition, most: int = SILENT_NAMED) -> str:
    """ "Gagal: Lintas Raya (sejak 02.10 WIB, tidak menjawab), …"; '' when all were read."""
    silent = edition.coverage.silent
    if not silent:
        return ""
    left = len(silent) - most
    told = ", ".join(f"{one.outlet} ({_why(edition, one)})" for one in silent[:most])
    return f"Gagal: {told}{f' dan {number(left)} lain' if left > 0 else ''}."


def quiet(edition: Edition, most: int = SILENT_NAMED) -> str:
    """ "Diam: Suara Raya (berita terakhir 20 November 2026 21.50 WIB, biasanya 8 berita sehari)."; '' for none."""
    found = edition.coverage.quiet
    if not found:
        return ""
    left = len(found) - most
    told = ", ".join(f"{one.outlet} ({_last_news(edition, one)})" for one in found[:most])
    return f"Diam: {told}{f' dan {number(left)} lain' if left > 0 else ''}."


def coverage_words(edition: Edition, most: int = SILENT_NAMED) -> str:
    """The whole statement: how many were read, who failed, who is silent."""
    return " ".join(filter(None, (covered(edition.coverage), failed(edition, most), quiet(edition, most))))


def _last_news(edition: Edition, one: Quiet) -> str:
    last = f"berita terakhir {moment(edition, one.since)}"
    daily = round(one.daily)
    return f"{last}, biasanya {number(daily)} berita sehari" if daily else last


def _why(edition: Edition, one: Silent) -> str:
    reason = _REASONS.get(one.reason) or one.reason.replace("http_", "jawaban ").replace("_", " ")
    return f"sejak {moment(edition, one.since)}, {reason}" if one.since else reason


def late_words(edition: Edition) -> str:
    """How many items appeared before the last edition and were found after it; '' for none."""
    late = sum(item.late for item in edition.items)
    return f"{number(late)} berita terlambat masuk, ditandai dengan waktunya sendiri." if late else ""


def looked_at(edition: Edition) -> str:
    """What stands on an empty day: what was looked at, and since when."""
    found, since = number(edition.coverage.articles), edition.coverage.since
    begin = f" sejak {moment(edition, since)}" if since else ""
    watches = f" Pantauan: {named(edition.watches)}." if edition.watches else ""
    return f"{found} artikel baru diperiksa{begin}; tidak satu pun menjadi berita baru untuk {edition.name}.{watches}"
