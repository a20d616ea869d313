"""How the pages say times, numbers and codes: one way each. Pure."""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from kliping.article import Published
from kliping.indonesian import formats
from kliping.indonesian.zones import zone_name

TONES: Final = {"negatif": "▼ Negatif", "netral": "● Netral", "positif": "▲ Positif", "": "belum dinilai"}
RELATIONS: Final = {"original": "asli", "copy": "salinan", "rewrite": "tulisan ulang"}
KINDS: Final = {"article": "", "live": "laporan langsung", "gallery": "galeri foto", "video": "video", "list": "daftar"}
FLAGS: Final = {"paywall": "berbayar, hanya awalnya yang terbaca", "paid_placement": "iklan atau advertorial"}
STAGES: Final = {
    "fetch": "Pengambilan", "extract": "Pembacaan halaman", "deduplicate": "Pencarian salinan",
    "tag": "Penandaan", "index": "Pengarsipan",
}  # fmt: skip
VERDICTS: Final = {"passed": "diteruskan", "dropped": "tidak diteruskan", "dead": "gagal", "retried": "dicoba lagi"}
ROLES: Final = {"reader": "pembaca", "editor": "penyunting", "operator": "operator", "admin": "pengelola"}
STATES: Final = {
    "due": "menunggu diambil", "reread": "sudah dibaca, akan ditengok lagi", "done": "selesai dibaca",
    "dropped": "tidak akan diambil",
}  # fmt: skip
WAYS: Final = {
    "feed": "umpan RSS", "listing": "halaman daftar berita", "sitemap": "peta situs", "hand": "tautan dari staf",
    "backfill": "pengisian arsip lama",
}  # fmt: skip
REASONS: Final = {
    "emptied": "halamannya terbuka tanpa isi; teks terakhir tetap disimpan",
    "postdated": "isinya sama, hanya tanggal terbitnya diubah",
    "older_revision": "sudah ada pembacaan yang lebih baru",
    "not_an_article": "halaman yang hilang ini tidak pernah terbaca sebagai berita",
    "no_desk": "tidak memenuhi satu pun pantauan",
    "unchanged": "isinya sama dengan yang sudah tersimpan",
    "stale": "ada versi yang lebih baru",
    "no_title": "judulnya tidak ditemukan di halaman",
    "home_page": "ini halaman depan atau kanal, bukan berita",
    "list_page": "ini halaman daftar berita, bukan berita",
    "http_status": "media menjawab dengan kode kesalahan",
    "block_page": "media menampilkan halaman penghalang robot, bukan berita",
    "too_large": "halamannya terlalu besar",
    "page_missing": "halaman mentahnya tidak ada di penyimpanan",
    "page_damaged": "halaman mentahnya rusak di penyimpanan",
    "robots": "robots.txt media melarang pembacaan otomatis",
    "robots_unreachable": "robots.txt media tidak dapat dibaca",
    "blocked_address": "alamat jaringannya tidak diizinkan",
    "retry_after": "media meminta kita menunggu",
    "dns": "nama situsnya tidak ditemukan",
    "refused_connection": "situs menolak sambungan",
    "unreachable": "situs tidak terjangkau",
    "connection_lost": "sambungan terputus",
    "tls": "sertifikat keamanannya tidak sah",
    "timeout": "situs tidak menjawab pada waktunya",
    "bad_encoding": "halamannya tidak dapat dibaca",
    "data_loss": "halamannya terpotong",
    "bad_response": "jawaban situs rusak",
    "redirect_loop": "terlalu banyak pengalihan",
    "bad_url": "alamatnya tidak sah",
    "url_too_long": "alamatnya terlalu panjang",
    "not_html": "jawabannya bukan halaman web",
    "outlet_disabled": "media ini dimatikan di daftar media",
    "removed": "sumber ini tidak ada lagi di daftar media",
    "daily_cap": "batas berita baru per hari tercapai",
    "window_overrun": "umpannya hanya memuat berita baru; sumber lain media ini dibaca segera",
    "feed_damaged": "umpannya rusak, dibaca sebagian",
    "feed_empty": "umpannya kosong",
    "feed_is_html": "jawabannya halaman web, bukan umpan RSS",
    "feed_doctype": "umpannya memuat perintah yang tidak kami jalankan",
    "listing_empty": "tidak ada tautan berita di halaman daftar",
    "listing_too_long": "daftarnya terlalu panjang, hanya bagian depan yang dibaca",
    "feed_too_long": "umpannya terlalu panjang, hanya bagian depan yang dibaca",
    "trap": "alamatnya berulang tanpa akhir",
    "undecodable": "pesannya tidak dapat dibaca",
    "newer_version": "pesannya dari versi Kliping yang lebih baru",
    "archive_refused": "ditolak oleh arsip pencarian",
    "unencodable": "isinya tidak dapat disimpan di arsip",
    "too_many_desks": "arsip tidak dapat memuat desk lagi",
    "second_full": "terlalu banyak berita pada detik yang sama",
    "bug": "kesalahan program",
    "killed": "prosesnya mati berulang kali saat mengerjakannya",
    "error": "kesalahan yang belum dikenal",
}  # fmt: skip
_STATUS: Final = {"404": "tidak ditemukan", "410": "sudah dihapus", "403": "dilarang", "401": "perlu masuk"}


def short_day(value: date) -> str:
    """23 Nov 2026."""
    return f"{value.day} {formats.MONTHS[value.month - 1][:3]} {value.year}"


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """06.00 WIB."""
    return f"{formats.clock(instant.astimezone(zone))} {zone_name(zone)}"


def moment(instant: datetime | None, zone: ZoneInfo) -> str:
    """23 Nov 2026, 06.00 WIB; "belum pernah" for None."""
    if instant is None:
        return "belum pernah"
    return f"{short_day(instant.astimezone(zone).date())}, {clock(instant, zone)}"


def stated(published: Published) -> str:
    """A time that an outlet prints, on its own clock, as exactly as it does."""
    zone = ZoneInfo(published.zone)
    if published.precision == "day":
        return short_day(published.instant.astimezone(zone).date())
    return moment(published.instant, zone)


def near(instant: datetime, zone: ZoneInfo, today: date) -> str:
    """The time for someone who reads on `today`: 08.12 WIB; kemarin 21.50 WIB; 20 Nov 2026, 08.00 WIB."""
    there = instant.astimezone(zone).date()
    if there == today:
        return clock(instant, zone)
    if there == today - timedelta(days=1):
        return f"kemarin {clock(instant, zone)}"
    return moment(instant, zone)


def reason(code: str) -> str:
    """A reason code in plain words; a code that has none as it is."""
    if code.startswith("http_"):
        status = code.removeprefix("http_")
        return f"media menjawab {status}" + (f" ({_STATUS[status]})" if status in _STATUS else "")
    return REASONS.get(code, code)
