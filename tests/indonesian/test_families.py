"""Affix families and synonyms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kliping.indonesian.affixes import PATTERNS, attach, nasal, possible_roots
from kliping.indonesian.datafiles import rows
from kliping.indonesian.families import LARGEST, bases, family, members
from kliping.indonesian.names import is_name
from kliping.indonesian.synonyms import longest_phrase, synonyms
from kliping.indonesian.words import tokens


@pytest.mark.parametrize(
    ("base", "active"),
    [
        ("tertib", "menertib"), ("pungut", "memungut"), ("salur", "menyalur"), ("keluh", "mengeluh"),
        ("bangun", "membangun"), ("duduk", "menduduk"), ("cegah", "mencegah"), ("jaga", "menjaga"),
        ("resmi", "meresmi"), ("layan", "melayan"), ("masuk", "memasuk"), ("nilai", "menilai"), ("wajib", "mewajib"),
        ("ambil", "mengambil"), ("gusur", "menggusur"), ("hadir", "menghadir"), ("cat", "mengecat"),
        ("sah", "mengesah"),
        ("proses", "memproses"), ("transfer", "mentransfer"), ("stabil", "menstabil"), ("kritik", "mengkritik"),
        ("syarat", "mensyarat"), ("khawatir", "mengkhawatir"), ("fokus", "memfokus"), ("zalim", "menzalim"),
    ],
)  # fmt: skip
def test_seam_of_the_nasal(base: str, active: str) -> None:
    assert nasal("me", base) == active
    if len(base) > 3:
        assert base in possible_roots(active.removeprefix("me"))


@pytest.mark.parametrize(
    ("pattern", "base", "form"),
    [
        ("ter-", "rendam", "terendam"),
        ("ber-", "rencana", "berencana"),
        ("per-an", "rumah", "perumahan"),
        ("meN-i", "beri", None),
        ("peN-an", "tertib", "penertiban"),
    ],
)
def test_other_seams(pattern: str, base: str, form: str | None) -> None:
    assert attach(pattern, base) == form


@pytest.mark.parametrize(
    "words",
    [
        "tertib menertibkan ditertibkan penertiban ketertiban tertibkan",
        "keluhan mengeluh mengeluhkan dikeluhkan keluhkan",
        "meresmikan diresmikan peresmian resmikan",
        "menyalurkan disalurkan penyaluran salurkan",
        "membangun dibangun pembangunan terbangun",
        "melayani dilayani pelayanan layanan",
        "menindak ditindak penindakan",
        "ditindaklanjuti menindaklanjuti",
        "memperbaiki diperbaiki perbaikan",
        "memungut dipungut pungutan pemungutan",
        "memberantas diberantas pemberantasan",
        "korupsi mengorupsi dikorupsi antikorupsi koruptor",
        "menyalahgunakan disalahgunakan penyalahgunaan",
        "banjir kebanjiran banjirnya",
        "kemacetan macet termacet",
        "merusak dirusak kerusakan perusakan",
        "menangani ditangani penanganan",
        "imbau mengimbau imbauan himbau menghimbau himbauan",
        "izin perizinan mengizinkan ijin perijinan",
        "mengonsumsi mengkonsumsi dikonsumsi",
        "mengaspal diaspal pengaspalan aspal",
        "dikarantinakan mengarantinakan",  # no such line in the list for -kan: by rule
        "digelandangkan menggelandangkan",
    ],
)
def test_a_family_finds_each_other(words: str) -> None:
    family_words = words.split()
    for word in family_words:
        assert set(family_words) <= set(family(word)), word


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("salur", "saluran"), ("penyaluran", "saluran"), ("pembangunan", "bangunan"), ("baik", "terbaik"),
        ("baik", "kebaikan"), ("harga", "penghargaan"), ("tangan", "penanganan"), ("perintah", "pemerintah"),
        ("pengangguran", "anggur"), ("kependudukan", "duduk"), ("jalan", "menjalankan"), ("hukum", "hukuman"),
        ("korban", "mengorbankan"), ("pasar", "pemasaran"), ("pertemuan", "temuan"), ("penahanan", "ketahanan"),
        ("sakit", "penyakit"), ("pelajar", "pelajaran"), ("dasar", "berdasarkan"), ("menyerang", "serang"),
    ],
)  # fmt: skip
def test_other_senses_stay_apart(word: str, other: str) -> None:
    assert other not in family(word)
    assert word not in family(other)


@pytest.mark.parametrize(
    "name",
    ["pemalang", "bekasi", "kediri", "pasuruan", "serang", "malang", "batu", "pekalongan", "penajam", "pesawaran",
     "disdukcapil", "dinkes", "dprd", "tangsel", "pemkot", "mempawah", "merangin", "dairi"],
)  # fmt: skip
def test_names_are_never_changed(name: str) -> None:
    assert family(name) == (name,)


def test_clitics_lead_to_the_family() -> None:
    assert "penertiban" in family("ditertibkannya")
    assert "kemacetan" in family("kemacetanlah")


def test_the_list_is_sound() -> None:
    assert len(bases()) > 1000
    for base in bases():
        assert set(base.codes) <= {*PATTERNS, "x"}, base
        assert len(set(base.codes)) == len(base.codes), base
        for word in (base.word, *base.further, *base.without):
            assert tokens(word) == [word], base
        assert len(members(base)) <= LARGEST
        assert not any(is_name(form) for form in members(base))


@given(st.one_of(st.text(), st.text(st.sampled_from("medipenyngkabtrsu"), max_size=14)))
def test_any_word_has_a_bounded_family_with_itself_first(word: str) -> None:
    found = family(word)
    assert found[0] == word
    assert len(found) == len(set(found)) <= LARGEST


def test_synonyms_find_each_other() -> None:
    assert ("walikota",) in synonyms(("wali", "kota"))
    assert ("wali", "kota") in synonyms(("walkot",))
    assert ("tangerang", "selatan") in synonyms(("tangsel",))
    assert ("ktp", "el") in synonyms(("ektp",))
    assert ("banjir",) not in synonyms(("banjir",))
    assert synonyms(("tidakada",)) == ()


def test_near_synonyms_are_for_search_only() -> None:
    assert ("pns",) not in synonyms(("asn",))
    assert ("pns",) in synonyms(("asn",), near=True)
    assert ("stunting",) not in synonyms(("gizi", "buruk"))


def test_synonym_groups_are_sound() -> None:
    for kind, group in rows("synonyms.tsv"):
        phrases = [tuple(tokens(phrase)) for phrase in group.split(";")]
        assert kind in {"equal", "near"}
        assert len(phrases) > 1, group
        assert all(1 <= len(phrase) <= longest_phrase() for phrase in phrases), group
