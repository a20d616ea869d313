"""Pictures of the desk and of the mail for the README: `python -m tests.pictures DIR`.

The sample press is read by the shipped commands on two days, the first day's edition is closed, staff judge three
stories in a real browser, and what Chromium then shows is kept. Takes about two minutes.
"""

import argparse
import os
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from desk.office import Office
from desk.serve import serve
from kliping import accounts
from kliping.clock import OFFSET_VARIABLE
from kliping.command.build import Parts
from tests.installation import Installation
from tests.press.press import Press
from tests.press_desk import install

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # Tuesday, 16.30 WIB: a day with most of its news
GAP = 0.05  # seconds between two requests to one outlet: the press is ours
EDITION_AT = "16:30"  # so that the mail is of the same hour, and not late
COLOURS = 256  # of a picture; the pages have few besides the greys of letters
LARGEST = 200_000  # bytes of a picture: a README is read over a phone's network
PHONE, WIDE, MAIL = (390, 844), (1200, 900), (600, 900)  # px, the first screen of each
NAME, PASSWORD = "siti", "sandi untuk gambar saja"
JUDGED = (
    ("Air Keruh Lima Hari", "▼ Negatif"),
    ("Tiga Kali Lapor Sejak September", "▼ Negatif"),
    ("Dishub tawarkan tiga rute pengumpan", "▲ Positif"),
)
SEARCH = "keluhan jalan rusak"
READY = 60.0  # seconds until the pages must listen


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description="Pictures for the README.")
    parser.add_argument("folder", type=Path, metavar="DIR", help="where the pictures go (docs/pictures)")
    folder: Path = parser.parse_args(argv).folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, Press(now=NOW, running=True, delay=0) as press:
        installation = _read_two_days(Path(place), press)
        os.environ[OFFSET_VARIABLE] = str(installation.offset)  # the pages run in this process
        _take(installation, press.scenario.desk.id, folder)
    return _told(sorted(folder.glob("*.png")))


def _read_two_days(folder: Path, press: Press) -> Installation:
    """An installation that read the press yesterday, when it closed an edition, and today."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    web = {"port": port, "public_url": f"http://localhost:{port}"}
    installation = install(folder, press, crawl={"gap": GAP}, web=web)
    _edition_at(installation, EDITION_AT)
    installation.kliping("migrate")
    yesterday = replace(installation, offset=installation.offset - timedelta(days=1).total_seconds())
    press.set_clock(NOW - timedelta(days=1))
    _read(yesterday, press)
    yesterday.kliping("digest", "close", "--desk", press.scenario.desk.id)
    press.set_clock(NOW)
    _read(installation, press)
    return installation


def _edition_at(installation: Installation, hour: str) -> None:
    for file in (installation.folder / "config" / "desks").glob("*.toml"):
        file.write_text(f'edition_at = "{hour}"\n' + file.read_text("utf-8"), "utf-8")


def _read(installation: Installation, press: Press) -> None:
    installation.scrapy("crawl", "feeds")
    for outlet in press.scenario.outlets:
        if outlet.listing:
            installation.scrapy("crawl", "sites", "-a", f"outlet={outlet.id}")
    installation.kliping("work", "--until-idle")


def _take(installation: Installation, desk: str, folder: Path) -> None:
    with installation.parts() as parts, _served(parts, desk) as address, sync_playwright() as started:
        accounts.add(parts.database, NAME, PASSWORD, "editor", desk, "pictures")
        browser = _browser(started)
        context = browser.new_context(color_scheme="light", locale="id-ID")
        page = context.new_page()
        _log_in(page, f"{address}/{desk}/")
        for title, tone in JUDGED:
            _judge(page, f"{address}/{desk}/arsip?q={title}", tone)
        _picture(context, f"{address}/{desk}/", WIDE, folder / "hari-ini.png")
        _picture(context, f"{address}/{desk}/", PHONE, folder / "hari-ini-ponsel.png")
        _picture(context, f"{address}/{desk}/arsip?q={SEARCH}", WIDE, folder / "arsip.png")
        _picture(context, _mail(installation, desk).as_uri(), MAIL, folder / "surel.png")
        browser.close()


@contextmanager
def _served(parts: Parts, desk: str) -> Iterator[str]:
    """The pages as `kliping run` serves them, in a thread."""
    config = parts.configuration
    office = Office(
        database=parts.database,
        open_archive=parts.open_archive,
        open_bus=parts.open_bus,
        pages=parts.pages,
        web=parts.settings.web,
        desks=config.desks,
        outlets=parts.outlets,
    )
    asked, alive = threading.Event(), threading.Event()
    thread = threading.Thread(target=serve, args=(alive.set, asked.is_set, office))
    thread.start()
    try:
        if not alive.wait(READY):
            sys.exit("pictures: the pages do not listen")
        yield parts.settings.web.public_url
    finally:
        asked.set()
        thread.join()


def _log_in(page: Any, address: str) -> None:
    page.goto(address)
    page.get_by_label("Nama akun").fill(NAME)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()


def _judge(page: Any, search: str, tone: str) -> None:
    """Open the first story that a search finds and set its tone."""
    page.goto(search)
    page.locator("article a").first.click()
    page.get_by_role("radio", name=tone).check()
    page.get_by_role("button", name="Simpan nada").click()


def _mail(installation: Installation, desk: str) -> Path:
    """The edition of the day as the mail has it."""
    installation.kliping("digest", "close", "--desk", desk)
    folder = installation.folder / "edition"
    installation.kliping("digest", "preview", "--desk", desk, "--number", "2", "--to", str(folder))
    return folder / "mail.html"


def _picture(context: Any, address: str, size: tuple[int, int], file: Path) -> None:
    """The first screen of an address, in a page of its own: Chromium captures none whose size is just changing."""
    page = context.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(address, wait_until="load")
    page.screenshot(path=file)
    page.close()
    Image.open(file).convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE).save(file, optimize=True)


def _browser(started: Any) -> Any:
    """The system's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        sys.exit("pictures: no Chromium; install the Debian package chromium")
    return started.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])


def _told(files: Sequence[Path]) -> int:
    """Print each file with its size; 1 where one is too large."""
    for file in files:
        print(f"{file} {file.stat().st_size:,} bytes")
    return int(any(file.stat().st_size > LARGEST for file in files))


if __name__ == "__main__":
    sys.exit(main())
