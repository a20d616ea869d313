"""What of an edit is told, and where its threshold comes from."""

import json
import re
from collections import defaultdict
from dataclasses import replace

import pytest

from benchmarks.pairs import read_articles
from digests.material import REWRITTEN, changed_share, is_note, is_retitled, text_change
from tests.deduplicate.made import article
from tests.measured import data

STORY = (
    "Warga RW 04 Mekarsari mengeluhkan jalan berlubang yang tidak kunjung diperbaiki sejak September.",
    "Dinas PUPR menyatakan perbaikan menunggu pengesahan anggaran perubahan bersama dewan.",
)
WORDS = re.compile("ralat|koreksi|redaksi|hak jawab", re.IGNORECASE)
READ = {"title": "h1", "text": "x"}
BEFORE = replace(article("a", ()), title="Jalan Rusak", paragraphs=STORY, flags=(), sources=READ)


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("JALAN  RUSAK", False),
        ("Jalan\u200b Rusak", False),
        ("Jalan Rusak?", True),
        ("Jalan Tidak Rusak", True),
        ("Jalan Rusak, 5 Luka", True),
    ],
)
def test_a_title_that_says_something_else(title: str, told: bool) -> None:
    assert is_retitled(BEFORE, replace(BEFORE, title=title)) == told


def test_a_title_from_another_place_of_the_page_may_be_our_reading() -> None:
    assert not is_retitled(BEFORE, replace(BEFORE, title="Jalan Diperbaiki", sources={"title": "feed", "text": "x"}))


@pytest.mark.parametrize(
    "note",
    [
        "Ralat: jumlah korban yang benar tiga orang.",
        "KOREKSI - Nama pejabat telah diperbaiki.",
        "Catatan redaksi",
        "(Hak Jawab) Dinas PUPR menyampaikan bahwa jalan itu milik provinsi.",
        "CATATAN KOREKSI: Artikel ini telah diubah karena ada kesalahan penulisan. Redaksi mohon maaf.",
        "Judul ini telah diralat pada Senin sore.",
    ],
)
def test_an_outlets_own_correction(note: str) -> None:
    assert text_change(BEFORE, replace(BEFORE, paragraphs=(*STORY, note))) == "corrected"
    assert text_change(replace(BEFORE, paragraphs=(*STORY, note)), BEFORE) == ""


@pytest.mark.parametrize(
    "sentence", ["Koreksi harga saham berlanjut.", "Hak jawab dinas akan dikirim besok.", "Ia menolak ralat."]
)
def test_news_about_corrections_is_none(sentence: str) -> None:
    assert text_change(BEFORE, replace(BEFORE, paragraphs=(*STORY, sentence))) == ""


def test_paragraphs_that_are_cut_anew_are_no_other_text() -> None:
    one = replace(BEFORE, paragraphs=(" ".join(STORY), "Warga akan menutup lubang itu sendiri."))
    assert BEFORE.paragraphs != one.paragraphs
    assert text_change(BEFORE, one) == ""


def test_another_text_is_told_unless_it_is_live_or_was_read_otherwise() -> None:
    other = replace(BEFORE, paragraphs=(STORY[0], STORY[1].replace("menunggu", "tidak lagi menunggu")))
    new = replace(BEFORE, paragraphs=("Pemerintah kota menutup lubang itu pada hari Minggu bersama warga setempat.",))
    assert text_change(BEFORE, other) == ""
    assert text_change(BEFORE, new) == "rewritten"
    assert text_change(BEFORE, replace(new, kind="live")) == ""
    assert text_change(BEFORE, replace(new, sources={"text": "y"})) == ""
    assert text_change(BEFORE, replace(new, flags=("part_missing",))) == ""


def test_the_threshold_lies_between_edited_and_reworded_texts() -> None:
    """What `material` says of labels/pairs.jsonl."""
    rows = [json.loads(line) for line in data("labels/pairs.jsonl").read_text("utf-8").splitlines()]
    wanted = {row[end] for row in rows for end in "ab"}
    texts = {id_: one for id_, one in read_articles(data("click-id/articles.jsonl.xz").parents[1]) if id_ in wanted}
    below: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        one, other = texts[row["a"]], texts[row["b"]]
        if row["label"] == "copy" or (row["label"] == "rewrite" and one.outlet != other.outlet):
            below[row["label"]].append(changed_share(one, other) < REWRITTEN)
    counted = {label: (sum(found), len(found)) for label, found in below.items()}
    assert counted == {"copy": (58, 65), "rewrite": (2, 22)}


def test_what_is_called_a_correction_is_one() -> None:
    """Of all paragraphs of 22,136 articles; those without one of the words cannot be such a note."""
    stories = (one for _, one in read_articles(data("click-id/articles.jsonl.xz").parents[1]))
    near = (text for one in stories for text in one.paragraphs if WORDS.search(text))
    found = [text for text in near if is_note(text)]
    assert len(found) == 3
    assert all("redaksi" in text.casefold() for text in found)
