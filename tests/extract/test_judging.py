"""The extraction benchmark on sets made here: what it finds, what it passes over, and leaving an outlet's rules out."""

import gzip
import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from benchmarks.extract import run
from benchmarks.extract_judge import fastest, judge, measure, report
from benchmarks.extract_newsplease import AbsentError, news_please
from benchmarks.extract_peers import Answer, job_of, kliping
from benchmarks.extract_truth import Truth, labelled, sets
from benchmarks.extract_unseen import (
    PHRASES,
    catalogue,
    leave_out,
    look,
    outlet_name,
    read_without,
    switched_off,
    without,
)

BODY = tuple(
    f"Paragraf ke-{number} menceritakan jalannya rapat warga di balai desa, yang dihadiri camat dan para ketua RT."
    for number in range(6)
)
TAIL = "Have a tip? Send it to the desk, and we will look into whatever it is that you have seen."


def page(title: str, *paragraphs: str) -> bytes:
    told = "".join(f"<p>{text}</p>" for text in paragraphs)
    html = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><article>{told}</article></body></html>"
    return gzip.compress(html.encode())


def row(name: str, **more: Any) -> str:
    url = f"https://{name}.example/berita/rapat-warga-{name}"
    return json.dumps({"file": f"pages/{name}.html.gz", "kind": "article", "url": url, "body": "\n".join(BODY)} | more)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "lain-id" / "pages").mkdir(parents=True)
    for name, last in (("satu", TAIL), ("dua", BODY[0]), ("tiga", BODY[1])):
        (tmp_path / "lain-id" / "pages" / f"{name}.html.gz").write_bytes(page(f"Rapat {name} digelar", *BODY, last))
    (tmp_path / "lain-id" / "pages" / "rusak.html.gz").write_bytes(b"\x1f\x8bno gzip at all")
    rows = [
        row("satu", title="Rapat satu digelar"),
        row("dua", title="Judul lain", authors=["Rina"]),
        row("tiga", kind="index"),
        '{"file": "pages/satu',
        row("rusak"),
        row("hilang"),
        row("dua", body=None),
        row("dua", authors="Rina"),
        '["no object"]',
        row("dua", kind="feed"),
    ]
    (tmp_path / "lain-id" / "truth.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    (tmp_path / "other-en" / "html").mkdir(parents=True)
    (tmp_path / "other-en" / "html" / "a1.html.gz").write_bytes(page("Rapat", *BODY))
    truth = {
        "a1": {"articleBody": "\n".join(BODY), "url": None},
        "a2": {"articleBody": "x", "url": "https://a.example/"},
    }
    (tmp_path / "other-en" / "ground-truth.json").write_text(json.dumps(truth), "utf-8")
    (tmp_path / "labels").mkdir()
    return tmp_path


def instantly(_body: bytes, _url: str, seconds: float) -> Answer:
    return Answer(seconds=seconds)


def test_every_folder_with_a_known_truth_is_a_set(data: Path) -> None:
    assert list(sets(data)) == ["lain-id", "other-en"]
    assert list(sets(data / "lain-id")) == ["lain-id"]


def test_a_broken_row_is_named_and_costs_itself_only(data: Path) -> None:
    found = labelled(data / "lain-id")
    assert [(truth.name, truth.is_article, truth.kind) for truth in found.pages] == [
        ("satu", True, None),
        ("dua", True, None),
        ("tiga", False, "list"),
    ]
    assert [broken.row for broken in found.broken] == [f"truth.jsonl:{line}" for line in range(4, 10)]
    (missing,) = labelled(data / "other-en").broken
    assert missing.row == "a2"
    assert "No such file" in missing.error


def test_a_run_measures_what_is_there_and_says_what_is_not(data: Path) -> None:
    (data / "lain-id" / "kosong").mkdir()
    (data / "empty-id").mkdir()
    (data / "empty-id" / "truth.jsonl").write_text("", "utf-8")
    result = run(data, (), ("resiliparse",), rounds=1)
    assert list(result["sets"]) == ["lain-id", "other-en"]
    assert "no labelled page" in result["skipped"]["empty-id"]
    found = result["sets"]["lain-id"]
    assert (found["pages"], found["articles"], len(found["broken"])) == (3, 2, 6)
    ours, peer = found["extractors"]["kliping"], found["extractors"]["resiliparse"]
    assert (ours["f1"], ours["title"], ours["byline"], ours["kind"]) == (1.0, "1/2", "0/1", "0/1")
    assert ours["wrong"]["title"] == ["dua"]
    assert peer["byline"] is None
    assert peer["ms_median"] > 0
    missing = run(data, ("nowhere", "other-en"), (), rounds=1)
    assert "no truth.jsonl or ground-truth.json" in missing["skipped"]["nowhere"]
    assert missing["sets"]["other-en"]["extractors"]["kliping"]["f1"] == 1.0


def test_an_extractor_that_raises_has_read_nothing(data: Path) -> None:
    def broken(_body: bytes, _url: str) -> Answer:
        raise RuntimeError("no")

    found = report(measure(broken, labelled(data / "lain-id").pages))
    assert found["f1"] == 0.0
    assert [failed["page"] for failed in found["failed"]] == ["satu", "dua", "tiga"]


def test_local_time_is_on_the_clock_that_was_read_or_the_outlets() -> None:
    truth = Truth("a", Path("a"), "https://a.example/1", "", published="2026-11-24T20:59:00")
    for read in ("2026-11-24T20:59:00+08:00", "2026-11-24T13:59:00+00:00", "2026-11-24T20:59:00+07:00"):
        assert judge(truth, Answer(published=read))[2] is True, read
    assert judge(truth, Answer(published="2026-11-24T20:59:00+00:00"))[2] is True
    assert judge(truth, Answer(published="2026-11-24T19:59:00+07:00"))[2] is False


def test_an_outlet_is_read_without_the_rules_that_only_it_needs(data: Path) -> None:
    truths = [truth for truth in labelled(data / "lain-id").pages if truth.is_article]
    rows = measure(kliping, truths)
    pages = look("lain-id", truths, rows)
    assert (PHRASES, "B090") in pages[0].needs
    assert (PHRASES, "B090") in switched_off(pages, "satu")
    assert (PHRASES, "B090") not in switched_off(pages, "dua")
    unseen = leave_out(pages, {"lain-id": rows})["lain-id"]
    for way in ("all", "own"):
        assert [changed["page"] for changed in unseen[way]["changed"]] == ["satu"]
        assert "phrases: B090" in unseen[way]["off"]["satu"]
        assert unseen[way]["precision"] < 1.0 == unseen[way]["recall"]


def test_an_outlet_is_known_by_its_address_or_by_what_the_truth_calls_it() -> None:
    page = Truth("kota-1", Path("a"), "", "", site="warta.co.id")
    assert [
        outlet_name(truth)
        for truth in (
            replace(page, url="https://kota.warta.com/berita/1"),
            page,
            replace(page, site=""),
        )
    ] == ["warta", "warta", "kota-1"]


def test_of_several_rounds_the_best_time_counts(data: Path) -> None:
    truths = labelled(data / "lain-id").pages[:1]
    rounds = [measure(partial(instantly, seconds=seconds), truths) for seconds in (2.0, 0.5, 1.0)]
    assert [row.seconds for row in fastest(rounds)] == [0.5]


def test_switching_off_changes_the_copy_and_not_the_reader(data: Path) -> None:
    (truth, *_) = labelled(data / "lain-id").pages
    job = job_of(gzip.decompress(truth.path.read_bytes()), truth.url)
    (changed,) = read_without([job], {(PHRASES, "B090")})
    assert changed.paragraphs == (*BODY, TAIL)
    assert job.read().paragraphs == BODY
    assert read_without([job], ()) == [job.read()]


def test_entries_are_taken_out_of_the_text_of_a_data_file() -> None:
    assert without("# remark\nB001 line ^a$\nB002 tail ^b$\n", PHRASES, {"B001"}) == "# remark\nB002 tail ^b$\n"
    assert without("# deck\ndeck standfirst\nkicker\n", "aside.txt", {"deck"}) == "# deck\nstandfirst\nkicker\n"
    assert {"B001", "B073c"} <= catalogue()[PHRASES]
    assert "comments" in catalogue()["aside.txt"]


def test_a_peer_that_cannot_be_installed_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(AbsentError, match=r"Not a directory|File exists"), news_please(tmp_path / "file"):
        pass
