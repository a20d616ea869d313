"""The commands that look: find, read, trace, status, doctor, dead, archive; as a user types them."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.command.conftest import Newsroom
from tests.installation import Installation


@pytest.fixture(scope="module")
def row(newsroom: Newsroom) -> dict[str, Any]:
    """A relevant article of the press as its truth has it, with a twin address."""
    rows = newsroom.press.truth()["articles"]
    return next(row for row in rows if row["relevant"] and row["reachable"] and row["twins"])


def test_find_prints_a_line_a_clip_where_nobody_watches(newsroom: Newsroom, row: dict[str, Any]) -> None:
    lines = newsroom.installation.kliping("find", f'"{row["title"]}"').stdout.splitlines()
    assert lines[0].split() == ["time", "outlet", "title", "link"]
    assert lines[-1] == "1 of 1"
    (line,) = lines[1:-1]
    assert row["title"] in line
    assert line.rpartition("  ")[2].startswith("http")


def test_find_filters_and_says_what_else_was_searched(newsroom: Newsroom) -> None:
    installation = newsroom.installation
    assert "also searched for resmikan: " in installation.kliping("find", "resmikan").stdout
    assert "also searched" not in installation.kliping("find", "--exact", "resmikan").stdout
    day = [hit["document"]["sort_at"] for hit in installation.lines("find", "--until", "2026-11-23")]
    assert day
    assert max(day) < "2026-11-23T15:00:00"  # midnight at the desk
    assert installation.lines("find", "--outlet", "nosuch", check=(1,)) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("(dokter",), "find: Kurung buka belum ditutup"),
        (("--desk", "lain"), "--desk 'lain': no such desk; there are: teluk-sarira"),
        (("--since", "kemarin"), "expected a day as YYYY-MM-DD, got 'kemarin'"),
    ],
)
def test_find_refuses_what_it_cannot_ask(newsroom: Newsroom, arguments: tuple[str, ...], said: str) -> None:
    result = newsroom.installation.kliping("find", *arguments, check=(2,))
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_nothing_found_is_told_by_the_exit_code(newsroom: Newsroom) -> None:
    assert newsroom.installation.kliping("find", "zirkonium", check=(1,)).stdout.endswith("0 of 0\n")


def test_read_tells_where_each_fact_was_read(newsroom: Newsroom, row: dict[str, Any], tmp_path: Path) -> None:
    told = newsroom.installation.kliping("read", row["url"]).stdout
    assert f"title       {row['title']} [" in told
    assert row["paragraphs"][-1] in told
    page = tmp_path / "page.html"
    page.write_text("<h1>Jembatan Baru Dibuka</h1><p>Jembatan di desa itu dibuka untuk umum sejak pagi tadi.</p>")
    assert "title       Jembatan Baru Dibuka [" in newsroom.installation.kliping("read", str(page)).stdout


def test_read_says_why_not(newsroom: Newsroom) -> None:
    installation, port = newsroom.installation, newsroom.press.internal_port
    assert "blocked_address" in installation.kliping("read", f"http://localhost:{port}/", check=(1,)).stderr
    assert "No such file" in installation.kliping("read", "tidak-ada.html", check=(1,)).stderr
    assert newsroom.press.internal_connections == 0


def test_twins_have_one_trace(newsroom: Newsroom, row: dict[str, Any]) -> None:
    (own,), (twin,) = (newsroom.installation.lines("trace", url) for url in (row["url"], row["twins"][0]))
    assert own == twin
    told = newsroom.installation.kliping("trace", row["twins"][0]).stdout
    assert {"fetch", "extract", "deduplicate", "tag", "index"} <= {line.split()[2] for line in told.splitlines()[3:]}
    assert "never seen" in newsroom.installation.kliping("trace", "https://lain.test/a", check=(1,)).stdout


def test_status_is_one_line_a_stage(newsroom: Newsroom) -> None:
    lines = newsroom.installation.kliping("status").stdout.splitlines()
    stages = [line["stage"] for line in newsroom.installation.lines("status")]
    assert [line.split()[0] for line in lines] == ["stage", *stages]


def test_submit_notes_down_or_refuses(newsroom: Newsroom, row: dict[str, Any], tmp_path: Path) -> None:
    outlet = row["url"].partition("//")[2].partition("/")[0]
    url = f"http://{outlet}/tautan-yang-terlewat/"
    assert "noted:" in newsroom.installation.kliping("submit", "--later", url).stdout
    assert "hand" in newsroom.installation.kliping("trace", url).stdout
    told = newsroom.installation.kliping("submit", url, check=(1,)).stdout
    assert "http_404" in told
    newsroom.installation.kliping("submit", "ftp://lain.test/a", check=(2,))
    chat = tmp_path / "obrolan.txt"
    chat.write_text(f"24/11/26 07.15 - Bu Rina: lihat {url}2 dan {url}3.\n", "utf-8")
    noted = newsroom.installation.kliping("submit", "--later", "--file", str(chat)).stdout
    assert noted.count("noted:") == 2
    newsroom.installation.kliping("submit", check=(2,))


def test_submit_takes_a_link_through_all_stages(newsroom: Newsroom, tmp_path: Path) -> None:
    fresh = _copy(newsroom, tmp_path)
    rows = newsroom.press.truth()["articles"]
    url = next(row["url"] for row in rows if row["relevant"] and row["reachable"])
    told = fresh.kliping("submit", url).stdout
    assert "index" in told
    assert len(fresh.lines("find")) == 1


def test_the_archive_is_made_again(newsroom: Newsroom) -> None:
    before = newsroom.installation.lines("find", "--limit", "1000")
    assert newsroom.installation.kliping("archive", "rebuild").stdout.startswith("archive: ")
    assert newsroom.installation.lines("find", "--limit", "1000") == before


def test_the_doctor_finds_what_is_broken(newsroom: Newsroom, tmp_path: Path) -> None:
    assert "WRONG" not in newsroom.installation.kliping("doctor").stdout
    sick = _copy(newsroom, tmp_path)
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "archive.db").write_bytes(b"not a database" * 100)
    (tmp_path / "var" / "pages").write_bytes(b"a file where a folder should be")
    found = {line["check"]: line["ok"] for line in sick.lines("doctor", check=(1,))}
    assert [found[name] for name in ("database", "pages", "archive")] == [False, False, False]
    assert found["configuration"]
    assert found["disk"]


def test_a_dead_letter_is_listed_shown_and_sent_again_once_it_is_mended(newsroom: Newsroom, tmp_path: Path) -> None:
    ward = _copy(newsroom, tmp_path)
    ward.kliping("migrate")
    ward.scrapy("crawl", "sites", "-a", "outlet=suarateluk")
    pages, away = tmp_path / "var" / "pages", tmp_path / "away"
    shutil.move(pages, away)
    pages.mkdir()
    ward.kliping("work", "--until-idle")
    letters = ward.lines("dead", "list")
    assert letters
    assert {letter["reason"] for letter in letters} == {"page_missing"}
    shown = ward.kliping("dead", "show", letters[0]["id"][:12]).stdout
    assert "page_missing" in shown
    assert '"url":' in shown
    ward.kliping("dead", "show", "zz", check=(1,))
    ward.kliping("dead", "retry", check=(2,))
    pages.rmdir()
    shutil.move(away, pages)
    assert ward.kliping("dead", "retry", "--all").stdout.startswith(f"{len(letters)} sent again")
    assert ward.kliping("dead", "retry", "--all").stdout.startswith("0 sent again")
    ward.kliping("work", "--until-idle")
    assert ward.lines("dead", "list") == []
    ward.kliping("status", "--verify")


def _copy(newsroom: Newsroom, folder: Path) -> Installation:
    """A fresh installation of the same press: configuration, no stores."""
    shutil.copytree(newsroom.installation.config.parent, folder / "config")
    return Installation(folder, offset=newsroom.installation.offset)
