"""The desk in a real browser, as staff walk through it: at a phone's width and on a desk, in axe's eyes, as pictures.

Pictures are kept in the folder that KLIPING_PICTURES names, else in the test's own.
"""

import os
import re
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desk.office import Office
from desk.serve import serve
from digests import editions
from digests.schedule import slot_of
from kliping.clock import now
from kliping.settings import Web
from tests.desk import newsroom
from tests.desk.outlet import Outlet

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
DESK = f"/{newsroom.DESK.id}"


@pytest.fixture
def chromium() -> Iterator[Any]:
    if CHROMIUM is None:
        if os.environ.get("KLIPING_REQUIRE_ALL") == "1":
            pytest.fail("KLIPING_REQUIRE_ALL=1 and there is no Chromium; install the Debian package chromium")
        pytest.skip("no Chromium: install the Debian package chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """The pages served by the supervised child's own function, in a thread."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    office = newsroom.office_of(folder, Web(port=port, plain_http=True))
    _close_edition(office)
    asked, alive = threading.Event(), threading.Event()
    thread = threading.Thread(target=serve, args=(alive.set, asked.is_set, office))
    thread.start()
    assert alive.wait(30)
    yield f"http://127.0.0.1:{port}"
    asked.set()
    thread.join(30)
    assert not thread.is_alive()
    newsroom.close(office)


def _close_edition(office: Office) -> None:
    editions.close(office.database, newsroom.DESK, office.outlets, slot_of(newsroom.DESK, now()), now(), "http://desk")


@dataclass
class Walk:
    """One person at one width."""

    page: Any
    width: int
    pictures: Path

    def look(self, name: str) -> None:
        """Take a picture; nothing overflows the width, axe finds nothing, nothing came from elsewhere."""
        self.page.wait_for_load_state()
        self.page.screenshot(path=self.pictures / f"{name}-{self.width}.png", full_page=True)
        overflow = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{name} is {overflow} px wider than {self.width}"
        assert _violations(self.page) == []

    def sees(self, what: Any, times: int = 1) -> None:
        """Wait until it is there: a click comes back before the page that it asks for has come."""
        playwright.expect(what).to_have_count(times)

    def press(self, label: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).click()

    def follow(self, label: str) -> None:
        self.page.get_by_role("navigation").get_by_role("link", name=label, exact=True).click()


def _violations(page: Any) -> list[str]:
    from axe_core_python.sync_playwright import Axe  # type: ignore[import-untyped]

    found = Axe().run(page, options=WCAG)["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}" for one in found for node in one["nodes"]
    ]


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (360, "light"), (1200, "light")])
def test_staff_walk_through_the_desk(chromium: Any, address: str, tmp_path: Path, width: int, scheme: str) -> None:
    pictures = Path(os.environ.get("KLIPING_PICTURES", tmp_path)) / scheme
    pictures.mkdir(parents=True, exist_ok=True)
    page = chromium.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    walk = Walk(page, width, pictures)
    for step in (_log_in, _today, _archive, _clip, _watches, _editions, _outlets, _system):
        step(walk, address)
    assert all(url.startswith(address) for url in asked), "something was loaded from elsewhere"
    assert [text for text in said if "401" not in text and "Failed to load resource" not in text] == []


@pytest.mark.parametrize("width", [360, 1200])
def test_what_became_of_stories_that_were_sent_fits_every_width(
    chromium: Any, address: str, folder: Path, tmp_path: Path, width: int
) -> None:
    office = newsroom.office_of(folder)
    renamed, gone = (Outlet(office, newsroom.STORIES[number]) for number in (0, 4))
    renamed.edits(3, f"{'Jalan Mekarsari Mulai Diperbaiki Setelah Keluhan Warga ' * 3}{'x' * 60}")
    gone.answers(3, status=404)
    walk = Walk(chromium.new_page(viewport={"width": width, "height": 800}), width, tmp_path)
    walk.page.goto(f"{address}{DESK}/edisi/pratinjau")
    _log_in_as(walk, "reader")
    walk.page.goto(f"{address}{DESK}/edisi/pratinjau")
    walk.sees(walk.page.get_by_role("heading", name="Perubahan pada berita yang sudah dikirim · 2"))
    walk.look("pratinjau-perubahan")
    walk.page.get_by_role("link", name="Festival Payung Kembali Digelar").click()
    walk.sees(walk.page.get_by_role("heading", name="Riwayat naskah"))
    newsroom.close(office)


def _log_in(walk: Walk, address: str) -> None:
    page = walk.page
    page.goto(address + DESK + "/")
    walk.look("1-masuk")
    _log_in_as(walk, "operator")


def _log_in_as(walk: Walk, name: str) -> None:
    walk.page.get_by_label("Nama akun").fill(name)
    walk.page.get_by_label("Kata sandi").fill(newsroom.PASSWORD)
    walk.press("Masuk")


def _today(walk: Walk, address: str) -> None:
    walk.sees(walk.page.get_by_role("heading", name="Senin, 23 November 2026", level=1))
    walk.sees(walk.page.get_by_text("Dimuat 2 media: 1 asli, 1 salinan"), times=2)
    walk.look("2-hari-ini")


def _archive(walk: Walk, address: str) -> None:
    walk.page.get_by_role("searchbox", name="Cari di arsip").fill("jalan rusak")
    walk.page.get_by_role("search").first.get_by_role("button").click()
    walk.sees(walk.page.get_by_role("status").filter(has_text=re.compile("^\\s*2 berita")))
    walk.look("3-arsip-cari")
    walk.follow("Arsip")
    walk.look("3-arsip")


def _clip(walk: Walk, address: str) -> None:
    page = walk.page
    page.get_by_role("link", name="Warga Keluhkan Jalan Berlubang").click()
    walk.sees(page.locator("mark", has_text="Jalan Berlubang").first)
    walk.look("4-kliping")
    page.get_by_role("radio", name="▼ Negatif").check()
    walk.press("Simpan nada")
    walk.sees(page.get_by_text("Keputusan tersimpan."))
    page.get_by_label("Catatan", exact=True).fill("Sudah diteruskan ke Dinas PUPR.")
    walk.press("Simpan catatan")
    walk.look("5-kliping-dinilai")
    walk.follow("Hari ini")
    walk.sees(page.get_by_role("heading", name="Perlu perhatian · 1"))
    walk.look("5-hari-ini-perhatian")


def _watches(walk: Walk, address: str) -> None:
    walk.follow("Pantauan")
    walk.look("6-pantauan")
    walk.page.get_by_role("link", name="Dinas PUPR", exact=True).click()
    walk.page.get_by_label("Kata pencarian").fill('"dinas pupr" ATAU festival')
    walk.press("Coba di arsip")
    walk.sees(walk.page.get_by_role("heading", name="Hasil coba · 3"))
    walk.look("7-pantauan-coba")
    walk.press("Simpan")
    walk.sees(walk.page.get_by_text("Pantauan tersimpan."))


def _editions(walk: Walk, address: str) -> None:
    walk.follow("Edisi")
    walk.look("8-edisi")
    walk.page.get_by_role("link", name="Edisi 1", exact=True).click()
    walk.press("Salin")
    walk.page.get_by_text("Teks tersalin.").wait_for()
    walk.look("9-edisi-satu")


def _outlets(walk: Walk, address: str) -> None:
    walk.follow("Media")
    walk.look("10-media")


def _system(walk: Walk, address: str) -> None:
    page = walk.page
    walk.follow("Sistem")
    walk.look("11-sistem")
    page.get_by_label("Tempel tautan berita").fill("https://warta.test/olahraga/liga")
    walk.press("Telusuri")
    walk.sees(page.get_by_text("tidak memenuhi satu pun pantauan").first)
    walk.look("12-telusur")
    walk.press("Ambil sekali lagi")
    walk.sees(page.get_by_text("akan diambil lebih dahulu"))


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_history_is_read_at_every_width(
    chromium: Any, address: str, office: Office, tmp_path: Path, width: int, scheme: str
) -> None:
    pictures = Path(os.environ.get("KLIPING_PICTURES", tmp_path)) / scheme
    pictures.mkdir(parents=True, exist_ok=True)
    outlet = Outlet(office, newsroom.STORIES[0])
    _change(outlet)
    walk = Walk(chromium.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme), width, pictures)
    walk.page.goto(f"{address}{DESK}/kliping/{outlet.article.id}")
    _log_in_as(walk, "reader")
    walk.sees(walk.page.get_by_role("heading", name="Riwayat naskah"))
    walk.look("13-riwayat")
    for closed in walk.page.locator("details.revision:not([open]) summary").all():
        closed.click()
    walk.look("13-riwayat-terbuka")
    walk.page.get_by_role("link", name="Naskah versi 1", exact=True).first.click()
    walk.sees(walk.page.get_by_role("heading", name=newsroom.STORIES[0].title, level=1))
    walk.look("14-naskah")


def _change(outlet: Outlet) -> None:
    """What an outlet may do to a story within a day."""
    first, second, third, fourth = outlet.story.paragraphs
    answer = "Dinas PUPR menyatakan perbaikan dimulai pekan depan dengan anggaran pemeliharaan tahun ini."
    outlet.edits(0.5, "Dinas PUPR Akan Perbaiki Jalan Berlubang di Mekarsari", (first, answer, third, fourth))
    calm = second.replace("belum ditindaklanjuti", "sudah diteruskan").replace("Tiga", "Dua")
    outlet.edits(1, outlet.article.title, (first, answer, calm, third.replace("berharap", "meminta")))
    outlet.answers(1.5, status=404)
    outlet.edits(2, outlet.article.title, outlet.article.paragraphs)
    outlet.edits(2.5, outlet.article.title, outlet.article.paragraphs, later=2)
    outlet.says_it_is_gone(3)


def test_everything_works_without_javascript(chromium: Any, address: str, tmp_path: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    walk = Walk(context.new_page(), 1200, tmp_path)
    steps: tuple[Callable[[], Any], ...] = (
        lambda: walk.page.goto(address + "/masuk"),
        lambda: walk.page.get_by_label("Nama akun").fill("editor"),
        lambda: walk.page.get_by_label("Kata sandi").fill(newsroom.PASSWORD),
        lambda: walk.press("Masuk"),
        lambda: walk.page.get_by_role("link", name="Disdukcapil Buka Layanan Sabtu").first.click(),
        lambda: walk.page.get_by_role("radio", name="▲ Positif").check(),
        lambda: walk.press("Simpan nada"),
    )
    for step in steps:
        step()
    walk.sees(walk.page.get_by_text("Keputusan tersimpan."))
    context.close()
