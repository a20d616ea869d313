"""Normalising, tokens with their places, sentences."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kliping.indonesian.sentences import abbreviations, sentence_spans, sentences
from kliping.indonesian.words import normalise, stop_words, token_spans, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jum’at Jum'at JUMAT", ["jumat", "jumat", "jumat"]),
        ("e-KTP, KTP-el; E-Planning", ["ektp", "ktp", "el", "eplanning"]),
        ("warga-warga Covid-19 ke-15", ["warga", "warga", "covid", "19", "ke", "15"]),
        ("Rp1,5 miliar", ["rp", "1", "5", "miliar"]),
        ("Rp 1.500.000.000", ["rp", "1500000000"]),
        ("pukul 14.35", ["pukul", "14", "35"]),
        ("30% dan 38,5 %", ["30", "persen", "dan", "38", "5", "persen"]),
        ("SP4N-LAPOR!", ["sp4n", "lapor"]),
        ("selesai.Wali Kota_Baru", ["selesai", "wali", "kota", "baru"]),
        ("Al-Qur’an ﬁlm ＫＴＰ kafé", ["al", "quran", "film", "ktp", "kafe"]),
        ("so\u00adsial wali\u00a0kota ta\u200bta", ["sosial", "wali", "kota", "tata"]),
        ("Jum&#8217;at &amp; Sabtu&nbsp;malam", ["jumat", "sabtu", "malam"]),
        ("", []),
        ("\ud800 – …", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_normalise_keeps_punctuation_in_one_form() -> None:
    assert normalise("  “Réfor\u00admasi” –\u00a0Jum’at &amp; KTP‑el ") == '"reformasi" - jumat ktp-el'


def test_spans_point_at_the_printed_words() -> None:
    text = "Jum&#8217;at ﬁlm “Réformasi” Rp1,5 30 %"
    assert [text[start:end] for _, start, end in token_spans(text)] == [
        "Jum&#8217;at", "ﬁlm", "Réformasi", "Rp", "1", "5", "30", "%",
    ]  # fmt: skip


_TRICKY = st.text(st.sampled_from("aB1é'’-–.%& \u00a0\u200b\n;#&ampRp½ﬁİßΣｶﾞ한\u0301\ud800"), max_size=30)


@given(st.one_of(st.text(), _TRICKY))
@example("&amp;amp;#39;")
def test_normalise_is_idempotent_and_keeps_tokens(text: str) -> None:
    plain = normalise(text)
    assert normalise(plain) == plain
    assert tokens(plain) == tokens(text)


@given(st.one_of(st.text(), _TRICKY))
def test_spans_are_ordered_and_spell_their_token(text: str) -> None:
    spans = token_spans(text)
    assert [token for token, _, _ in spans] == tokens(text)
    for token, start, end in spans:
        assert 0 <= start < end <= len(text)
        assert token in tokens(text[start:end]) or token == "persen"
    assert all(one[1] <= two[1] for one, two in pairwise(spans))


@given(st.lists(st.sampled_from(["wali", "e-KTP", "Rp1,5", "Jum'at", "22.136", "30%"])))
def test_tokens_joined_by_blanks_are_the_same_tokens(words: list[str]) -> None:
    """What the archives index: their own tokenizers must find exactly our tokens in it."""
    once = tokens(" ".join(words))
    assert tokens(" ".join(once)) == once


def test_stop_words_keep_negation_and_judgement() -> None:
    assert {"yang", "wib", "ujarnya"} <= stop_words()
    assert not {"tidak", "tak", "belum", "bukan", "jangan", "tanpa", "kurang", "baik", "naik"} & stop_words()
    assert all(tokens(word) == [word] for word in stop_words())


@pytest.mark.parametrize(
    "parts",
    [
        ["Wali Kota Drs. H. Sachrudin, M.Si. hadir di Jl. Daan Mogot pukul 14.35 WIB.", "Ia pulang."],
        ["Dikutip dari Pelitabanten.com, Kab. Serang menerima Rp. 5 juta.", "Benar!"],
        ["“Apa kabar?” tanya warga.", "“Baik,” jawab K.H. Ma'ruf."],
        ["Rapat selesai (29/5).", "12 orang hadir."],
        ["Rapat selesai..", "Lalu bubar …"],
        ["Baris pertama tanpa titik\n", "Baris kedua"],
        ["Surat No. 12/2025 a.n. Kepala Dinas diterima.", "Plt. Camat hadir."],
    ],
)
def test_sentences(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == [part.strip() for part in parts]


def test_a_missing_blank_after_the_point_still_ends_the_sentence() -> None:
    assert sentences("Rapat selesai.Wali Kota pulang.") == ["Rapat selesai.", "Wali Kota pulang."]


@given(st.one_of(st.text(), st.text(st.sampled_from('aB. !?\n"”(1'), max_size=40)))
def test_sentences_lose_nothing_but_blanks(text: str) -> None:
    spans = sentence_spans(text)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    assert all(one[1] <= two[0] for one, two in pairwise(spans))


def test_abbreviations_are_plain() -> None:
    assert {"drs", "jl", "s.sos", "plt"} <= abbreviations()
    assert all(word == word.strip(".") for word in abbreviations())
