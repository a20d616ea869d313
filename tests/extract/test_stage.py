"""The door of the extract stage: which answers become articles, which end here, and why."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kliping.article import Article, Found, Page, article_id
from kliping.errors import Rejected
from kliping.pages import FolderPages
from pipeline.extract import Extract, Pool
from pipeline.extract.ahead import Read
from pipeline.extract.job import Failed
from pipeline.extract.stage import ReaderBugError
from pipeline.extract.weight import MAX_BODY
from pipeline.stage import Drop, Slow

URL = "https://www.kabarcontoh.example/berita/101/wali-kota-resmikan-taman"
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SENTENCE = "Wali Kota Maju meresmikan taman kota yang dibangun dengan dana daerah pada tahun ini."
SECOND = "Taman itu dilengkapi lapangan, tempat bermain anak, dan kolam penampung air hujan bagi warga."
THIRD = "Peresmian itu dihadiri camat, lurah, dan puluhan warga yang datang sejak pagi hari."
PAGE = f"""<html><head><title>Wali Kota Resmikan Taman - Kabar Contoh</title></head>
<body><h1>Wali Kota Resmikan Taman</h1><p>Selasa, 24 November 2026 08:30 WIB</p>
<div><p>{SENTENCE}</p><p>{SECOND}</p>
<p>"Silakan dirawat bersama," kata wali kota kepada warga yang hadir.</p></div></body>
</html>"""


@pytest.fixture
def store(tmp_path: Path) -> FolderPages:
    return FolderPages(tmp_path)


def page(store: FolderPages, body: str | bytes = PAGE, *, status: int = 200, url: str = URL, answered: str = "",
         kind: str = "text/html; charset=utf-8", title: str = "") -> Page:  # fmt: skip
    data = body.encode() if isinstance(body, str) else body
    return Page(
        url=url, answered=answered or url, outlet="contoh", zone="Asia/Jakarta", status=status, fetched_at=NOW,
        body=store.put(data) if data else "", size=len(data), headers={"Content-Type": kind},
        found=Found(way="feed", title=title),
    )  # fmt: skip


def article(outcome: Article | Drop | Slow) -> Article:
    assert isinstance(outcome, Article)
    return outcome


def test_a_page_becomes_an_article_and_the_same_one_again(store: FolderPages) -> None:
    message = page(store)
    read = article(Extract(store)(message))
    assert read.title == "Wali Kota Resmikan Taman"
    assert read.id == article_id(URL)
    assert read.published is not None
    assert read.published.instant == datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
    assert (read.published.precision, read.published.source) == ("minute", "page")
    assert len(read.paragraphs) == 3
    assert (read.page, read.outlet, read.first_seen) == (message.message_id, "contoh", NOW)
    assert Extract(store)(message) == read


def test_the_parts_of_an_article_become_one_text_with_each_line_once(store: FolderPages) -> None:
    further = f"<html><body><h1>Wali Kota Resmikan Taman</h1><div><p>{SENTENCE}</p><p>{THIRD}</p></div></body></html>"
    message = page(store)
    alone = article(Extract(store)(message)).paragraphs
    joined = article(Extract(store)(replace(message, parts=(store.put(further.encode()),)))).paragraphs
    assert joined == (*alone, THIRD)


def test_a_part_that_is_missing_or_cannot_be_read_is_said(store: FolderPages) -> None:
    message = page(store)
    alone = article(Extract(store)(message))
    assert article(Extract(store)(replace(message, incomplete=True))).flags == (*alone.flags, "part_missing")
    lost = article(Extract(store)(replace(message, parts=("0" * 64,))))
    assert (lost.paragraphs, lost.flags) == (alone.paragraphs, (*alone.flags, "part_missing"))


def test_a_bug_of_ours_in_reading_a_further_part_costs_that_part_and_is_logged(
    store: FolderPages, caplog: pytest.LogCaptureFixture
) -> None:
    message = page(store)
    alone = article(Extract(store)(message))
    with Pool(children=1) as pool:
        stage = Extract(store, pool=pool)
        assert stage._ahead
        bug = Failed(failed="bug", detail="ZeroDivisionError: a bug of ours")
        stage._ahead._found[f"{message.message_id} 2"] = Read(bug, ())  # as a child answers
        read = article(stage(replace(message, parts=(store.put(b"<p>Teks"),))))
        stage._ahead._found[message.message_id] = Read(bug, ())
        with pytest.raises(ReaderBugError):
            stage(message)
    assert (read.paragraphs, read.flags) == (alone.paragraphs, (*alone.flags, "part_missing"))
    assert "ZeroDivisionError: a bug of ours" in caplog.text


def test_parts_are_read_ahead_with_their_page(store: FolderPages) -> None:
    whole = store.put(PAGE.replace("</div>", f"<p>{THIRD}</p></div>").encode())
    message = replace(page(store), parts=(whole,))
    with Pool(children=2) as pool:
        stage = Extract(store, pool=pool)
        stage.prepare([message], lambda: None)
        pool.close()
        pool.children = 0  # whatever is not read yet can never be
        read = article(stage(message))
    assert read == article(Extract(store)(message))
    assert read.paragraphs[-1] == THIRD


@pytest.mark.parametrize("status", [404, 410])
def test_a_gone_page_withdraws_the_article_of_the_asked_address(store: FolderPages, status: int) -> None:
    read = article(Extract(store)(page(store, b"", status=status)))
    assert read.withdrawn
    assert (read.id, read.title, read.paragraphs) == (article_id(URL), "", ())


def test_a_page_that_says_it_is_gone_withdraws_too(store: FolderPages) -> None:
    body = "<title>Halaman tidak ditemukan - Kabar Contoh</title><h1>404</h1><p>Silakan kembali ke beranda.</p>"
    assert article(Extract(store)(page(store, body))).withdrawn


def test_a_headline_that_begins_like_an_error_is_none(store: FolderPages) -> None:
    body = PAGE.replace("Wali Kota Resmikan Taman", "404 Guru Honorer Diangkat Wali Kota")
    assert not article(Extract(store)(page(store, body))).withdrawn


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (b"%PDF-1.7 ...", "application/pdf", "not_html"),
        (b"\x89PNG\r\n\x1a\n", "text/html", "not_html"),
        (b'{"a": 1}', "application/json", "not_html"),
        (b'<?xml version="1.0"?>\n<rss version="2.0"></rss>', "text/xml", "not_html"),
        (b"<title>Just a moment...</title><p>Checking your browser</p>", "text/html", "block_page"),
        (b"", "text/html", "no_title"),
        (b"<html><body></body></html>", "text/html", "no_title"),
    ],
)
def test_what_is_no_article_is_dropped_with_its_reason(store: FolderPages, body: bytes, kind: str, reason: str) -> None:
    outcome = Extract(store)(page(store, body, kind=kind))
    assert isinstance(outcome, Drop)
    assert outcome.reason == reason


def test_a_server_error_is_dropped(store: FolderPages) -> None:
    outcome = Extract(store)(page(store, "", status=503))
    assert isinstance(outcome, Drop)
    assert (outcome.reason, outcome.detail) == ("http_status", "503")


def test_a_story_answered_by_the_front_page_is_dropped(store: FolderPages) -> None:
    outcome = Extract(store)(page(store, answered="https://www.kabarcontoh.example/"))
    assert isinstance(outcome, Drop)
    assert outcome.reason == "home_page"


@pytest.mark.parametrize("body", ["", "<html><body><div></div></body></html>"])
def test_a_page_without_text_is_kept_with_the_title_of_the_feed(store: FolderPages, body: str) -> None:
    read = article(Extract(store)(page(store, body, title="Jembatan Baru Dibuka")))
    assert (read.title, read.paragraphs) == ("Jembatan Baru Dibuka", ())
    assert "empty_text" in read.flags
    assert read.sources["title"] == "feed"


def test_a_body_that_is_too_large_is_rejected_before_it_is_loaded(store: FolderPages) -> None:
    message = page(store)
    large = replace(message, size=MAX_BODY + 1)
    with pytest.raises(Rejected, match="too_large"):
        Extract(store)(large)


def test_a_missing_body_is_rejected(store: FolderPages) -> None:
    message = page(store)
    lost = replace(message, body="0" * 64)
    with pytest.raises(Rejected, match="page_missing"):
        Extract(store)(lost)
