"""Two wordings held against each other: nothing is lost, typography is no change, hostile texts end."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kliping.wording import Line, compare, compare_lines, plain, reads_the_same

WORDS = st.sampled_from(("warga", "jalan", "rusak", "“jalan”", "di", "yang", "Rp2.000", "–", "-", "\u200b", " ", "\n"))
PARAGRAPHS = st.lists(st.lists(WORDS, max_size=9).map(" ".join) | st.text(max_size=20), max_size=7)


def old_text(lines: Sequence[Line]) -> list[str]:
    """The earlier wording, paragraph by paragraph, exactly."""
    return ["".join(change.old for change in line.changes) for line in lines if line.kind != "new"]


def new_text(lines: Sequence[Line]) -> list[str]:
    """The later wording, paragraph by paragraph, exactly."""
    return ["".join(change.new for change in line.changes) for line in lines if line.kind != "gone"]


def kinds(lines: Sequence[Line]) -> list[str]:
    return [line.kind for line in lines]


@given(PARAGRAPHS, PARAGRAPHS)
def test_both_wordings_can_be_read_from_the_comparison(old: list[str], new: list[str]) -> None:
    lines = compare(old, new)
    assert old_text(lines) == old
    assert new_text(lines) == new


@given(PARAGRAPHS)
def test_a_text_beside_itself_is_the_same_throughout(text: list[str]) -> None:
    assert set(kinds(compare(text, text))) <= {"same"}


@given(PARAGRAPHS, PARAGRAPHS)
def test_what_is_called_the_same_reads_the_same(old: list[str], new: list[str]) -> None:
    for line in compare(old, new):
        for change in line.changes:
            assert change.kind != "same" or plain(change.old) == plain(change.new)


def test_words_that_changed_are_told_in_their_paragraph() -> None:
    old = ["Karcis ditagih Rp10.000 di alun-alun.", "Dinas belum menjawab.", "Warga menunggu."]
    new = ["Karcis ditagih Rp5.000 di alun-alun.", "Dinas belum menjawab.", "Pengelola parkir dicopot wali kota."]
    changed, same, *rest = compare(old, new)
    assert [(change.kind, change.text.strip()) for change in changed.changes] == [
        ("same", "Karcis ditagih"), ("gone", "Rp10.000"), ("new", "Rp5.000"), ("same", "di alun-alun."),
    ]  # fmt: skip
    assert (same.kind, kinds(rest)) == ("same", ["gone", "new"])


def test_a_paragraph_put_in_between_leaves_its_neighbours_alone() -> None:
    old = ["Satu dua tiga empat lima.", "Enam tujuh delapan sembilan."]
    new = ["Satu dua tiga empat enam.", "Kalimat yang sama sekali lain.", "Enam tujuh delapan sembilan sepuluh."]
    assert kinds(compare(old, new)) == ["changed", "new", "changed"]


def test_a_stray_word_is_no_island_in_a_larger_change() -> None:
    found = compare_lines("kepala dinas di kantornya menolak", "juru bicara pemerintah di balai kota membenarkan")
    assert [change.kind for change in found] == ["gone", "new"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("“Kami kaget,” kata dia", '"Kami kaget," kata dia'),
        ("Rp 2.000 – Rp 3.000…", "Rp\u00a02.000 - Rp 3.000..."),
        ("peme\u00adrintah  kota\u200b", "pemerintah kota"),
        ("Jum’at", "Jum'at"),
    ],
)
def test_typography_is_no_change(old: str, new: str) -> None:
    assert reads_the_same([old], [new])
    assert [change.kind for change in compare_lines(old, new)] == ["same"]
    assert kinds(compare([old, "Tetap."], [new, "Tetap."])) == ["same", "same"]


def test_a_paragraph_that_is_cut_in_two_reads_the_same() -> None:
    assert reads_the_same(["Satu dua.", "Tiga."], ["Satu dua. Tiga."])
    assert not reads_the_same(["Satu dua.", "Tiga."], ["Tiga.", "Satu dua."])
    assert not reads_the_same(["Satu"], ["satu"])


def hostile(name: str) -> tuple[list[str], list[str]]:
    draw = random.Random(name)
    match name:
        case "two words":
            return [" ".join(draw.choices("ab", k=100_000))], [" ".join(draw.choices("ab", k=100_000))]
        case "two paragraphs":
            return draw.choices("ab", k=60_000), draw.choices("ab", k=60_000)
        case "another order":
            return [str(n) for n in range(30_000)], [str(n) for n in draw.sample(range(30_000), 30_000)]
        case _:
            texts = [[" ".join(draw.choices("ab", k=100)) for _ in range(1000)] for _ in range(2)]
            return texts[0], texts[1]


@pytest.mark.parametrize("name", ["two words", "two paragraphs", "another order", "noise"])
def test_hostile_texts_of_the_largest_size_are_compared_too(name: str) -> None:
    """Each of these takes difflib alone minutes to hours; what ends here ends within seconds."""
    old, new = hostile(name)
    lines = compare(old, new)
    assert old_text(lines) == old
    assert new_text(lines) == new


def test_a_long_text_with_few_changes_is_still_told_word_by_word() -> None:
    draw = random.Random(1)
    words = [f"kata{draw.randrange(900)}" if draw.random() < 0.6 else "yang" for _ in range(20_000)]
    words[::30] = [f"nama{number}" for number in range(len(words[::30]))]  # as in any text, some words occur once
    edited = [*words]
    edited[100], edited[10_000], edited[19_900] = "satu", "dua", "tiga"
    found = compare_lines(" ".join(words), " ".join(edited))
    assert [change.text.strip() for change in found if change.kind == "new"] == ["satu", "dua", "tiga"]
