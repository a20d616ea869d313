"""A story is sent, the next crawl finds it renamed or gone: the next edition tells it, the one after does not."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from desk.office import Office
from digests import editions, ledger
from digests.deliver.folder import FolderMailer
from digests.editions import Closed
from digests.message import Sender
from digests.post import Post
from digests.schedule import slot_of
from kliping import recipients
from tests.desk import newsroom
from tests.desk.browser import Answer, Browser
from tests.desk.newsroom import NOW
from tests.desk.outlet import Outlet

DESK = f"/{newsroom.DESK.id}"
RENAMED, GONE = newsroom.STORIES[0], newsroom.STORIES[4]
TITLE = "Jalan Mekarsari Mulai Diperbaiki"


def close(office: Office, days: int) -> Closed:
    at = NOW + timedelta(days=days)
    return editions.close(
        office.database, newsroom.DESK, office.outlets, slot_of(newsroom.DESK, at), at, "https://desk.test"
    )


def changes(answer: Answer) -> list[tuple[str, str]]:
    """The titles and the link of each change that a page tells."""
    return [
        (" ".join(str(line.text_content()).split()), str(line.find("a").get("href")))
        for line in answer.page.xpath("//h2[@id='perubahan']/following-sibling::ul[1]/li/p[@class='titles']")
    ]


@pytest.fixture
def changed(office: Office) -> tuple[Outlet, Outlet]:
    """Edition 1 sent both stories; then one is renamed and one is gone."""
    close(office, 0)
    renamed, gone = Outlet(office, RENAMED), Outlet(office, GONE)
    renamed.edits(3, TITLE)
    gone.answers(3, status=410)
    return renamed, gone


def test_the_next_edition_tells_it_once(
    office: Office, changed: tuple[Outlet, Outlet], as_role: Callable[[str], Browser]
) -> None:
    renamed, gone = changed
    reader = as_role("reader")
    told = [
        (GONE.title, f"{DESK}/kliping/{gone.article.id}#riwayat"),
        (f"{RENAMED.title} → {TITLE}", f"{DESK}/kliping/{renamed.article.id}#riwayat"),
    ]
    assert changes(reader.get(f"{DESK}/edisi/1")) == []
    assert changes(reader.get(f"{DESK}/edisi/pratinjau")) == told
    assert close(office, 1).items == 0
    close(office, 2)
    answer = reader.get(f"{DESK}/edisi/2")
    assert changes(answer) == told
    said = " ".join(answer.page.find(".//main").text_content().split())
    assert "Perubahan pada berita yang sudah dikirim · 2" in said
    assert "Ditarik media (kemarin 13.06 WIB)" in said
    assert "Kabar Raya, dikirim dalam edisi 1, 23 November 2026" in said
    assert "Judul berubah" in said
    assert changes(reader.get(f"{DESK}/edisi/3")) == []
    history = reader.get(told[0][1].partition("#")[0])
    assert history.page.xpath("//h2[@id='riwayat']")


def test_the_mail_tells_it_and_is_the_same_however_often_it_is_sent(
    office: Office, changed: tuple[Outlet, Outlet], tmp_path_factory: pytest.TempPathFactory
) -> None:
    recipients.add(office.database, newsroom.DESK.id, "humas@kota.test", "Humas", "ratna", NOW - timedelta(days=2))
    number = close(office, 1).number
    folder = tmp_path_factory.mktemp("outbox")
    at = NOW + timedelta(days=1)
    post = Post(office.database, FolderMailer(folder), Sender("Kliping <kliping@kota.test>"), lambda: at)
    assert post.plan(newsroom.DESK.id, number) == 1
    letter = ledger.claim(office.database, at, timedelta(seconds=1))
    assert letter is not None
    changed[0].edits(6, "Judul Ketiga")
    at += timedelta(minutes=2)  # its sender died
    assert post.deliver().sent == 1
    [mail] = folder.glob("*.eml")
    assert mail.read_bytes() == letter.message
    assert TITLE.encode() in mail.read_bytes().replace(b"=\r\n", b"")
    assert b"Judul Ketiga" not in mail.read_bytes()
