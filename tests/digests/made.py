"""Editions made up in memory: a usual day, an empty one, one far too large."""

from datetime import UTC, datetime, timedelta
from typing import Any

from digests.edition import Change, Coverage, Edition, Item, Quiet, Section, Silent, Tone, Update
from kliping.article import digest

CLOSED = datetime(2026, 11, 22, 23, 0, 4, tzinfo=UTC)  # Monday, 06.00 WIB
URL = "https://kliping.sukaraya.test"
OUTLETS = (
    "Suara Raya",
    "Kabar Raya",
    "Radar Sukaraya",
    "Raya Post",
    "Warta Mekarsari",
    "Lintas Raya",
    "Mekar TV",
    "Titik",
)
_STORIES: tuple[tuple[Section, Tone, str, str], ...] = (
    (
        "attention",
        "negatif",
        "Warga Keluhkan Jalan Berlubang di Mekarsari, Dinas PU Belum Menjawab",
        "Sejumlah warga RW 04 menyebut laporan mereka sejak September belum ditindaklanjuti. Tiga pengendara jatuh.",
    ),
    (
        "attention",
        "negatif",
        "Anggaran Bocor? Wakil Rakyat Pertanyakan Serapan APBD",
        "Serapan triwulan ketiga baru 48 persen. Kepala BPKAD menyebut lelang mundur karena revisi dokumen.",
    ),
    (
        "about",
        "positif",
        "Disdukcapil Buka Layanan Sabtu, Antrean Rekam KTP Terurai",
        "Layanan akhir pekan melayani 412 warga pada hari pertama. Jadwal berlaku sampai akhir tahun.",
    ),
    (
        "about",
        "netral",
        "Musrenbang Kecamatan Cipta Digelar Pekan Depan",
        "Musyawarah membahas 37 usulan. Warga dapat menyampaikan usulan tambahan sampai Jumat.",
    ),
    ("about", "", "Festival Payung Raya Kembali, Dibuka Wali Kota", "Sebanyak 1.200 payung dihias pelajar."),
    ("rest", "", "Pemprov Salurkan Bantuan Benih ke Delapan Daerah", "Bantuan disalurkan bertahap hingga Desember."),
)


def item(number: int = 1, **changes: Any) -> Item:
    """An item; what the number leaves open can be given."""
    section, tone, title, excerpt = _STORIES[(number - 1) % len(_STORIES)]
    seen = CLOSED - timedelta(hours=1, minutes=7 * number)
    values: dict[str, Any] = {
        "article": digest(str(number)),
        "section": section,
        "tone": tone,
        "title": title,
        "excerpt": excerpt,
        "outlet": OUTLETS[number % len(OUTLETS)],
        "url": f"https://suararaya.test/2026/11/22/berita-nomor-{number}",
        "published": seen - timedelta(minutes=20),
        "first_seen": seen,
        "agencies": ("Dinas Pekerjaan Umum",) if number % 2 else (),
        "outlets": (OUTLETS[number % len(OUTLETS)], *OUTLETS[: number % 6]),
        "copies": (),
    }
    values["outlets"] = tuple(dict.fromkeys(values["outlets"]))
    return Item(**(values | changes))


def edition(*items: Item, **changes: Any) -> Edition:
    """An edition of `items`."""
    silent = (
        Silent(outlet="Lintas Raya", since=CLOSED - timedelta(hours=28), reason="timeout"),
        Silent(outlet="Mekar TV", since=None, reason="robots"),
    )
    values: dict[str, Any] = {
        "desk": "kota-sukaraya",
        "name": "Pemerintah Kota Sukaraya",
        "unit": "Dinas Komunikasi dan Informatika",
        "address": "Jalan Payung Raya Nomor 1, Sukaraya 10001",
        "officer": "Ratna Puspitasari",
        "zone": "Asia/Jakarta",
        "number": 214,
        "day": "2026-11-23",
        "due_at": CLOSED - timedelta(seconds=4),
        "closed_at": CLOSED,
        "items": items,
        "coverage": Coverage(
            outlets=40,
            read=38,
            silent=silent,
            quiet=(Quiet(outlet="Pena Raya", since=CLOSED - timedelta(hours=47), daily=8.2),),
            articles=1_234,
            since=CLOSED - timedelta(hours=24, seconds=1),
        ),
        "watches": ("Pemerintah kota", "Kecamatan"),
        "public_url": URL,
    }
    return Edition(**(values | changes))


def change(number: int = 1, **changes: Any) -> Change:
    """A story of the edition before that was retitled; what else it is can be given."""
    values: dict[str, Any] = {
        "article": digest("sent", str(number)),
        "outlet": OUTLETS[number % len(OUTLETS)],
        "number": 213,
        "day": "2026-11-22",
        "what": "changed",
        "before": "Warga Keluhkan Jalan Rusak, Dinas PU Bungkam",
        "title": "Jalan Rusak Dikeluhkan Warga, Dinas PU Siapkan Perbaikan",
        "at": CLOSED - timedelta(hours=8, minutes=54),
    }
    return Change(**(values | changes))


def withdrawal(number: int = 2, **changes: Any) -> Change:
    """A story of the edition before that its outlet took down."""
    title = "Pejabat Kota Diduga Terima Suap Proyek Drainase"
    return change(number, **({"what": "withdrawn", "before": title, "title": title} | changes))


def usual() -> Edition:
    """A day as most are: sorted by section, one item late, one story carried by more outlets now, two changed."""
    items = sorted(map(item, range(1, 25)), key=lambda one: ("attention", "about", "rest").index(one.section))
    items[4] = item(5, section=items[4].section, late=True, published=CLOSED - timedelta(hours=40), outlets=OUTLETS)
    update = Update(
        article=digest("old"), title="Pasar Raya Dibuka Lagi", number=213, outlets=("Raya Post", "Titik"), copies=("c",)
    )
    return edition(*items, updates=(update,), changes=(withdrawal(), change()))
