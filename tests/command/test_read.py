"""`kliping read` on files: one object a line in order, whatever is broken among them, and where each fact was read."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import warm
from tests.installation import CHECKOUT, Installation
from tests.measured import data

PARAGRAPHS = [
    f"Paragraf ke-{number} menceritakan jalannya rapat warga di balai desa, yang dihadiri camat dan para ketua RT."
    for number in range(5)
]
KEYS = {"title", "text", "published", "modified", "byline", "kind", "confidence", "sources", "removed", "refused"}


def html(canonical: str = "", time: str = "2026-11-24T08:30:00") -> bytes:
    link = '<a href="/jalan-desa">Jalan desa itu selesai dibangun</a>'
    told = "".join(f"<p>{text}</p>" for text in (PARAGRAPHS[0], link, *PARAGRAPHS[1:], "ADVERTISEMENT"))
    address = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    return (
        f"<html><head><title>Rapat warga digelar</title>{address}"
        f'<meta property="article:published_time" content="{time}">'
        f'<meta property="article:modified_time" content="2026-11-24T09:00:00+07:00"></head>'
        f'<body><h1>Rapat warga digelar</h1><div class="author">Oleh: Rina Wulandari</div>'
        f'<div class="entry-content">{told}</div></body></html>'
    ).encode()


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    made = Installation(tmp_path)
    outlets = "id,name,domain,region,zone\nteluk,Suara Teluk,suarateluk.test,71,Asia/Makassar\n"
    desk = 'id = "a"\nname = "A"\n[[watches]]\nid = "w"\ntitle = "W"\nquery = "desa"\n'
    made.configure("", outlets, {"a": desk})
    return made


def written(folder: Path, **files: bytes) -> list[str]:
    for name, body in files.items():
        (folder / name).write_bytes(body)
    return [str(folder / name) for name in files]


def test_each_page_is_one_object_in_order_also_among_broken_ones(installation: Installation, tmp_path: Path) -> None:
    packed = gzip.compress(html())
    names = written(
        tmp_path, good=html(), packed=packed, cut=packed[:-20], empty=b"", pdf=b"%PDF-1.7 x", binary=os.urandom(4000),
        last=html(),
    )  # fmt: skip
    sources = [*names[:-1], str(tmp_path), str(tmp_path / "hilang"), "nama\udcff", names[-1]]
    found = installation.lines("read", *sources, check=(1,))
    assert [row["source"] for row in found] == [*sources[:-2], "nama\ufffd", sources[-1]]
    assert [row.get("error", "").partition(":")[0] for row in found] == [
        "", "", "bad_encoding", "no_title", "not_html", "not_html", "Is a directory", "No such file or directory",
        "No such file or directory", "",
    ]  # fmt: skip
    for row in (found[0], found[1], found[-1]):
        assert row.keys() >= KEYS
        assert row["text"] == "\n".join(PARAGRAPHS)


def test_facts_come_with_their_source_and_what_is_gone_with_its_reason(
    installation: Installation, tmp_path: Path
) -> None:
    (name,) = written(tmp_path, page=html())
    (row,) = installation.lines("read", name, "--url", "https://lain.test/berita/rapat-warga-digelar")
    assert (row["title"], row["byline"], row["kind"]) == ("Rapat warga digelar", ["Rina Wulandari"], "article")
    assert (row["published"], row["modified"]) == ("2026-11-24T08:30:00+07:00", "2026-11-24T09:00:00+07:00")
    assert row["removed"] == [
        {"text": "ADVERTISEMENT", "reason": "B010"},
        {"text": "Jalan desa itu selesai dibangun", "reason": "links"},
    ]
    assert row["sources"].keys() >= {"title", "text", "published", "modified", "byline", "url"}
    assert 0 < row["confidence"] <= 1
    told = installation.kliping("read", name).stdout
    assert "[B010] ADVERTISEMENT" in told
    assert "2026-11-24T08:30:00+07:00 Asia/Jakarta (2026-11-24T08:30:00) [meta]" in told


def test_a_day_stays_a_day_and_no_time_is_null(installation: Installation, tmp_path: Path) -> None:
    names = written(tmp_path, day=html(time="2026-11-24"), none=html(time=""))
    assert [row["published"] for row in installation.lines("read", *names)] == ["2026-11-24", None]


def test_a_file_says_itself_whose_clock_it_has(installation: Installation, tmp_path: Path) -> None:
    address = "https://suarateluk.test/berita/rapat-warga-digelar"
    own, other = written(tmp_path, own=html(address), other=html())
    told = installation.lines("read", own, other)
    assert [(row["url"], row["published"]) for row in told] == [
        (address, "2026-11-24T08:30:00+08:00"),
        ("", "2026-11-24T08:30:00+07:00"),
    ]


def test_a_page_is_read_in_a_folder_without_an_installation(tmp_path: Path) -> None:
    written(tmp_path, page=html())
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KLIPING_")}
    said = warm.run("kliping", "read", "page", "--json", environment=environment, folder=tmp_path, timeout=60.0)
    assert (said.returncode, json.loads(said.stdout)["title"]) == (0, "Rapat warga digelar")


def test_an_installation_that_is_named_must_be_whole(installation: Installation, tmp_path: Path) -> None:
    [name] = written(tmp_path, page=html())
    for listed in (installation.config.parent / "outlets").iterdir():
        listed.unlink()
    assert "no outlet list" in installation.kliping("read", name, check=(1, 2)).stderr


def test_addresses_are_given_one_a_file(installation: Installation, tmp_path: Path) -> None:
    names = written(tmp_path, a=html(), b=html())
    urls = ["--url", "https://lain.test/foto/a-b", "--url", "https://suarateluk.test/video/a-b"]
    told = installation.lines("read", *names, *urls)
    assert [row["kind"] for row in told] == ["gallery", "video"]
    assert [row["published"][-6:] for row in told] == ["+07:00", "+08:00"]
    assert "2 files, 1 addresses" in installation.kliping("read", *names, *urls[:2], check=(2,)).stderr
    assert "no web address" in installation.kliping("read", names[0], "--url", "lain.test", check=(2,)).stderr


def test_a_page_comes_from_standard_input(installation: Installation) -> None:
    command = [sys.executable, "-m", "kliping", "read", "-", "--json"]
    told = subprocess.run(
        command, cwd=CHECKOUT, env=installation.environment(), input=html(), stdout=subprocess.PIPE, check=True
    ).stdout
    row: dict[str, Any] = json.loads(told)
    assert (row["source"], row["title"]) == ("-", "Rapat warga digelar")


def test_what_never_ends_is_too_large(installation: Installation, tmp_path: Path) -> None:
    (bomb,) = written(tmp_path, bomb=gzip.compress(bytes(20 << 20)))
    told = installation.lines("read", "/dev/zero", bomb, check=(1,))
    assert [row["error"].partition(":")[0] for row in told] == ["too_large", "too_large"]


def test_the_real_pages_are_read_in_one_call(installation: Installation) -> None:
    folder = data("pages-id/truth.jsonl").parent / "pages"
    names = sorted(map(str, folder.iterdir()))
    told = installation.lines("read", *names)
    assert [row["source"] for row in told] == names
    assert all(row["title"] and row["text"] and row["published"] and "error" not in row for row in told)
