"""An invented city with a day of news, through the real stages: pages on the bus, extract to index, one worker each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

from crawlers.frontier import Frontier
from desk.office import Office
from desk.past import Past
from kliping import accounts
from kliping.article import Found, Page
from kliping.database import Database, migrate
from kliping.desks import Desk, Watch
from kliping.outlets import Outlet
from kliping.outlets_staff import Outlets
from kliping.pages import FolderPages
from kliping.settings import Web
from kliping.wire import encode
from pipeline.attempts import Attempts
from pipeline.bus import Bus, Outgoing, open_bus
from pipeline.deduplicate import Deduplicate
from pipeline.extract import Extract
from pipeline.flow import FLOW, PAGES
from pipeline.index import Index
from pipeline.tag import Tag
from pipeline.worker import Worker
from search.archive import open_archive

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # Monday, 14.00 WIB
DESK = Desk(
    id="kota-sukaraya",
    name="Pemerintah Kota Sukaraya",
    zone="Asia/Jakarta",
    watches=(
        Watch(id="kota", title="Kota Sukaraya", query="sukaraya"),
        Watch(id="pupr", title="Dinas PUPR", query='"dinas pupr" OR "jalan berlubang"'),
    ),
)
OTHER = Desk(id="kab-hulu", name="Pemerintah Kabupaten Hulu", zone="Asia/Jayapura")
NAMES = {"suara": "Suara Raya", "kabar": "Kabar Raya", "radar": "Radar Sukaraya", "warta": "Warta Mekarsari"}
OUTLETS = {
    id_: Outlet(id=id_, name=name, domain=f"{id_}.test", feeds=(f"https://{id_}.test/feed",))
    for id_, name in NAMES.items()
}
PASSWORD = "kata sandi yang panjang"
ROLES = ("reader", "editor", "operator", "admin")

ROADS = (
    "Warga RW 04 Kelurahan Mekarsari, Kota Sukaraya, mengeluhkan jalan berlubang yang tidak kunjung diperbaiki.",
    "Laporan mereka kepada Dinas PUPR sejak September belum ditindaklanjuti. Tiga pengendara jatuh dalam sepekan.",
    "Ketua RW 04, Sutarman, berharap perbaikan dimulai sebelum musim hujan mencapai puncaknya pada bulan Desember.",
    "Pemerintah kota menyatakan anggaran pemeliharaan masih menunggu pengesahan perubahan bersama dewan.",
)
CARDS = (
    "Dinas Kependudukan dan Pencatatan Sipil Kota Sukaraya membuka layanan perekaman KTP elektronik setiap Sabtu.",
    "Pada hari pertama sebanyak 412 warga dilayani sampai pukul dua siang, kata kepala dinas di kantornya.",
    "Layanan akhir pekan berlaku sampai akhir tahun dan tidak dipungut biaya apa pun dari pemohon.",
    "Warga cukup membawa kartu keluarga dan datang lebih awal karena jumlah antrean setiap harinya dibatasi.",
)
FESTIVAL = (
    "Festival Payung kembali digelar akhir pekan ini di Lapangan Merdeka setelah dua tahun tidak diadakan.",
    "Panitia menyiapkan seribu payung hias, panggung musik, dan bazar makanan dari tiga puluh pedagang kecil.",
    "Wali Kota Sukaraya dijadwalkan membuka acara pada Sabtu sore bersama para seniman dan pelajar setempat.",
)


@dataclass(frozen=True, kw_only=True)
class Story:
    """One page of the invented press, `hours` before NOW."""

    outlet: str
    path: str
    title: str
    paragraphs: tuple[str, ...]
    hours: float
    author: str = "Redaksi"

    @property
    def url(self) -> str:
        return f"https://{self.outlet}.test/{self.path}"


STORIES = (
    Story(outlet="suara", path="kota/jalan-mekarsari", title="Warga Keluhkan Jalan Berlubang di Mekarsari",
          paragraphs=ROADS, hours=5.8),
    Story(outlet="kabar", path="berita/jalan-mekarsari-rusak", title="Jalan Mekarsari Rusak, Dinas PUPR Belum Menjawab",
          paragraphs=ROADS, hours=5.3),
    Story(outlet="radar", path="layanan/ktp-sabtu", title="Disdukcapil Buka Layanan Sabtu",
          paragraphs=CARDS, hours=7.2),
    Story(outlet="warta", path="layanan/rekam-ktp", title="Rekam KTP Kini Bisa Hari Sabtu",
          paragraphs=CARDS, hours=6.9),
    Story(outlet="kabar", path="budaya/festival-payung", title="Festival Payung Kembali Digelar",
          paragraphs=FESTIVAL, hours=4),
    Story(outlet="warta", path="olahraga/liga", title="Liga Antarkampung Ditunda Sepekan",
          paragraphs=("Liga sepak bola antarkampung ditunda sepekan karena hujan deras yang merendam lapangan utama.",
                      "Panitia akan mengumumkan jadwal baru setelah pengeringan lapangan selesai pada hari Jumat."),
          hours=3),
)  # fmt: skip


def page_of(story: Story) -> bytes:
    """A page as outlets write them, every text escaped as it should be."""
    at = (NOW - timedelta(hours=story.hours)).isoformat()
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in story.paragraphs)
    return (
        f"<!doctype html><html lang=id><head><meta charset=utf-8><title>{escape(story.title)}</title>"
        f'<meta property="og:title" content="{escape(story.title)}"><meta property="og:type" content="article">'
        f'<meta property="article:published_time" content="{at}"><meta name=author content="{escape(story.author)}">'
        f"<body><article><h1>{escape(story.title)}</h1><div class=body>{text}</div></article></body></html>"
    ).encode()


def build(folder: Path, stories: Iterable[Story] = STORIES) -> None:
    """An installation in `folder` with the stories read, and an account for each role (its name the role's)."""
    office = office_of(folder)
    migrate(office.database)
    Frontier(office.database).sync_sources(office.outlets.values())
    publish(office, stories)
    work(office)
    for role in ROLES:
        accounts.add(office.database, role, PASSWORD, role, DESK.id, "test")  # type: ignore[arg-type]
    close(office)


def office_of(folder: Path, web: Web = Web()) -> Office:
    """The office over the stores in `folder`."""
    database = Database(f"sqlite:///{folder}/kliping.db")
    return Office(
        database=database,
        open_archive=lambda: open_archive(f"sqlite:{folder}/archive.db"),
        open_bus=lambda: open_bus(f"sqlite:{folder}/bus", partitions=2, lease=30),
        pages=FolderPages(folder / "pages"),
        web=web,
        desks={DESK.id: DESK, OTHER.id: OTHER},
        outlets=Outlets(database, OUTLETS),
        past=Past(wait=lambda seconds: None),  # no other process holds older watches here
    )


def close(office: Office) -> None:
    """Give back what this thread opened, after what the pages began."""
    assert office.past.finish(60)
    office.archive.close()
    office.bus.close()
    office.database.close()


def publish(office: Office, stories: Iterable[Story]) -> None:
    """Store the pages and put them on the bus, as the crawlers do."""
    for story in stories:
        body = page_of(story)
        page = Page(
            url=story.url,
            answered=story.url,
            outlet=story.outlet,
            zone="Asia/Jakarta",
            status=200,
            fetched_at=NOW - timedelta(hours=story.hours - 0.1),
            body=office.pages.put(body),
            size=len(body),
            headers={"content-type": "text/html; charset=utf-8"},
            found=Found(way="feed", where=f"https://{story.outlet}.test/feed"),
        )
        office.bus.publish(PAGES, [Outgoing(id=page.message_id, key=page.key, payload=encode(page))])


def work(office: Office) -> None:
    """Every stage until nothing waits."""
    stages = {
        "extract": Extract(office.pages),
        "deduplicate": Deduplicate(office.database),
        "tag": Tag(office.desks.values(), office.database),
        "index": Index(office.database, office.archive),
    }
    for _ in range(2):  # deduplicate sends earlier members of a group again
        for step in FLOW:
            _drain(office.bus, office.database, step.name, stages[step.name])


def _drain(bus: Bus, database: Database, name: str, stage: object) -> None:
    step = next(step for step in FLOW if step.name == name)
    with bus.consumer(step.reads, step.name, name) as consumer:
        worker = Worker(step, stage, bus, consumer, Attempts(database, name))  # type: ignore[arg-type]
        while bus.waiting(step.reads, step.name):
            worker.once()
