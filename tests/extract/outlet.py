"""An outlet with a template of its own: pages as a content management system makes them, each with another story."""

from datetime import UTC, datetime, timedelta

from kliping.article import Found, Page
from kliping.pages import FolderPages
from pipeline.extract.reading import Asked

START = datetime(2026, 11, 24, 1, tzinfo=UTC)
OFFICES = (
    "perhubungan", "kesehatan", "pendidikan", "pertanian", "perdagangan", "kebudayaan", "perikanan", "kehutanan",
    "pariwisata", "ketenagakerjaan", "perpustakaan", "kependudukan", "pemadam kebakaran", "lingkungan hidup",
)  # fmt: skip
OWN = "Ikuti terus kabar terbaru dari redaksi kami setiap hari tanpa henti."  # printed in the story on every page


def story(number: int) -> tuple[str, ...]:
    office = OFFICES[number % len(OFFICES)]
    return tuple(
        f"Kepala dinas {office} menyampaikan langkah {step} dari program tahun {2000 + number} kepada warga {place}."
        for step, place in (("pertama", "kota lama"), ("kedua", "pesisir"), ("ketiga", "lereng"), ("akhir", "rawa"))
    )


def headline(number: int) -> str:
    return f"Dinas {OFFICES[number % len(OFFICES)].title()} Siapkan Program Tahun {2000 + number}"


def html(number: int, *, story_class: str = "isi-berita") -> str:
    """The page of a story; another `story_class` is another design."""
    paragraphs = "".join(f"<p>{text}</p>" for text in story(number))
    others = "".join(
        f'<li><a href="/b/{n}">{headline(n)}</a><p>{story(n)[0]}</p></li>' for n in range(number, number + 5)
    )
    return f"""<html lang="id"><head><title>{headline(number)} - Kabar Contoh</title></head><body>
<div class="atas"><a href="/">Kabar Contoh</a></div>
<div class="wadah utama-{number}"><div class="{story_class}-kotak"><h1>{headline(number)}</h1>
<div class="tanggal">Selasa, 24 November 2026 08:{number % 60:02d} WIB</div>
<div class="{story_class}"><p>{OWN}</p>{paragraphs}
<div class="kotak-kuis">Kuis minggu ini: berapa jembatan di kota kita, kirim jawaban nomor {number}</div></div></div>
<div class="samping"><ul>{others}</ul></div></div></body></html>"""


def asked(number: int) -> Asked:
    return Asked(
        address=address(number), zone="Asia/Jakarta", fetched_at=START + timedelta(hours=9), found=Found(way="hand")
    )


def address(number: int) -> str:
    return f"https://kabar.example/b/{number}/program"


def page(store: FolderPages, number: int, at: datetime, **design: str) -> Page:
    return Page(
        url=address(number), answered=address(number), outlet="kabar", zone="Asia/Jakarta", status=200, fetched_at=at,
        body=store.put(html(number, **design).encode()), size=2000, headers={"Content-Type": "text/html"},
        found=Found(way="feed"),
    )  # fmt: skip
