"""The table of regions, and the regions of an article."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kliping.indonesian.datafiles import rows
from kliping.indonesian.gazetteer import gazetteer, place_words
from kliping.indonesian.places import RegionMention, find_regions
from kliping.indonesian.regions import lies_in, regions, zone_of
from kliping.indonesian.words import tokens
from tests.measured import rows_of

TANGERANG = ("36.03", "36.71")


def _codes(title: str, *paragraphs: str, path: str = "") -> list[str]:
    """Codes in order of rank, each once; an ambiguous name as its candidates joined by a bar."""
    found = find_regions(title, paragraphs, path)
    return list(dict.fromkeys(mention.code or "|".join(mention.candidates) for mention in found))


def test_counts_of_the_official_table() -> None:
    levels = [sum(region.level == level for region in regions()) for level in (0, 1, 2)]
    assert levels == [38, 514, 7285]
    kinds = [region.kind for region in regions() if region.level == 1]
    assert (kinds.count("kabupaten"), kinds.count("kota")) == (416, 98)


def test_table_agrees_with_the_measured_one() -> None:
    official = {row[0]: row[1] for row in rows_of("wilayah/wilayah.tsv.gz")[1:] if row[0].count(".") < 3}
    assert {region.code: region.name for region in regions()} == {code: name.strip() for code, name in official.items()}


def test_the_tree() -> None:
    table = regions()
    city = table["36.71"]
    assert (city.name, city.short, city.kind, city.parent) == ("Kota Tangerang", "Tangerang", "kota", "36")
    assert [region.short for region in table.children("36.74")] == [
        "Serpong", "Serpong Utara", "Pondok Aren", "Ciputat", "Ciputat Timur", "Pamulang", "Setu",
    ]  # fmt: skip
    assert [region.name for region in table.around("36.71.05")] == ["Cipondoh", "Kota Tangerang", "Banten"]
    assert len(table.children()) == 38
    assert table.get("99") is None
    assert "36.71" in table
    assert lies_in("36.71.05", "36")
    assert not lies_in("36.71", "36.7")
    assert all(region.parent in table for region in table if region.level)


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("36.71", "Asia/Jakarta"), ("21", "Asia/Jakarta"), ("61.71", "Asia/Pontianak"), ("62", "Asia/Pontianak"),
        ("63.03", "Asia/Makassar"), ("51", "Asia/Makassar"), ("76", "Asia/Makassar"), ("81", "Asia/Jayapura"),
        ("91.71", "Asia/Jayapura"), ("96", "Asia/Jayapura"), ("", "Asia/Jakarta"),
    ],
)  # fmt: skip
def test_zone_by_province(code: str, zone: str) -> None:
    assert zone_of(code) == zone
    if code:
        assert regions()[code].zone.key == zone


@pytest.mark.parametrize(
    ("title", "codes"),
    [
        ("Pemkot Tangerang Tertibkan PKL", ["36.71"]),
        ("Wali Kota Tangerang Lantik Pejabat", ["36.71"]),
        ("Bupati Tangerang Resmikan Jembatan", ["36.03"]),
        ("Kab. Tangerang Raih Adipura", ["36.03"]),
        ("Tangerang Selatan Raih Adipura", ["36.74"]),
        ("Tangsel Raih Adipura", ["36.74"]),
        ("Warga Tangerang Keluhkan Jalan", ["36.03|36.71"]),
        ("Tangerang Raya Siaga Banjir", ["36.03", "36.71", "36.74"]),
        ("Kotim Siaga Karhutla", ["62.02"]),
        ("Babel Ekspor Timah", ["19"]),
        ("Bangka Tengah Panen Raya", ["19.04"]),
        ("Bengkulu Diguncang Gempa", ["17"]),
        ("Wali Kota Bengkulu Tinjau Gempa", ["17.71"]),
        ("Kecamatan Pinang Kebanjiran", ["36.71.11"]),
        ("Kecamatan Larangan Kebanjiran", ["33.29.15|35.28.08|36.71.13"]),
        ("Polres Metro Tangerang Kota Tangkap Pencuri", ["36.71"]),
        ("Pangkalpinang dan Pangkal Pinang", ["19.71"]),
        ("Palangka Raya, Palangkaraya", ["62.71"]),
        ("Sumatra Utara", ["12"]),
        ("Jakarta Selatan", ["31.74"]),
    ],
)
def test_the_word_before_decides(title: str, codes: list[str]) -> None:
    assert _codes(title) == codes


@pytest.mark.parametrize(
    "title",
    [
        "Nasib Malang Menimpa Warga",
        "Aksi Serang Kantor Desa",
        "Harga Batu dan Benda Kuno",
        "nasib malang di batu",
        "Buah Pinang Mahal",
        "Persita Tangerang Menang",
        "Resep Tahu Sumedang",
        "Macet di Jalan Malang",
        "Jalan Raya Serpong Rusak",
        "Semen Padang FC Menang",
        "Radar Banten Terbit",
        "Kanwil Kemenkumham Banten Sidak",
        "LBH Surabaya Dampingi Warga",
        "Kegiatan Desa Sukabumi",
        "Malang Post Terbit",
        "",
    ],
)
def test_names_no_place(title: str) -> None:
    assert _codes(title) == []


def test_everyday_words_are_places_where_that_is_plain() -> None:
    assert _codes("Kota Batu Dilanda Longsor") == ["35.79"]
    assert _codes("Banjir di Serang") == ["36.04|36.73"]
    assert _codes("", "Banjir melanda warga Medan sejak pagi.") == ["12.71"]


def test_bare_name_is_settled_by_the_article_but_never_the_dateline() -> None:
    body = "TANGERANG, Warta - Banjir merendam ratusan rumah."
    assert _codes("Banjir di Tangerang", body) == ["36.03|36.71"]
    told = find_regions("Banjir di Tangerang", [body, "Pemkot Tangerang mengirim perahu."])
    assert [(mention.code, mention.matched) for mention in told] == [
        ("36.71", "Tangerang"),
        ("36.71", "Tangerang"),
        ("", "TANGERANG"),
    ]
    assert _codes("Banjir di Tangerang", "Bupati Maesyal meninjau.")[0] == "36.03"
    assert _codes("Banjir di Tangerang", "Bupati dan Wali Kota meninjau.") == ["36.03|36.71"]


def test_kecamatan_are_believed_by_the_region_around_them() -> None:
    assert _codes("", "Banjir di Ciledug, Kota Tangerang.") == ["36.71", "36.71.06"]
    assert _codes("", "Banjir di Ciledug, Kabupaten Cirebon.") == ["32.09", "32.09.02"]
    assert _codes("", "Banjir di Ciledug.") == []
    assert _codes("", "Warga Sepatan Timur mengeluh.") == ["36.03.30"]
    assert _codes("Pemkab Tangerang", "Warga Pasarkemis dan Teluk Naga.")[0] == "36.03"
    assert set(_codes("Pemkab Tangerang", "Warga Pasarkemis dan Teluk Naga.")) >= {"36.03.12", "36.03.13"}


def test_primary_region_comes_first() -> None:
    codes = _codes(
        "Pemkab Tangerang Gelar Pelatihan Humas",
        "Pelatihan dibuka Bupati Tangerang.",
        "Hadir Diskominfo Kota Tangerang, Kabupaten Serang, Kabupaten Lebak, Kota Cilegon, Provinsi Banten.",
    )
    assert codes[0] == "36.03"
    assert set(codes) == {"36.03", "36.71", "36.04", "36.02", "36.72", "36"}
    destination = _codes("", "Rombongan Pemkot Madiun berangkat ke Surabaya.")
    assert destination == ["35.77", "35.78"]


@pytest.mark.parametrize(
    ("path", "codes"),
    [
        ("/kota-tangerang/2025/01/banjir", ["36.71"]),
        ("/kabupaten-tangerang/banjir", ["36.03"]),
        ("/tangsel/banjir", ["36.74"]),
        ("/jatim/banjir", ["35"]),
        ("/tangerang/banjir", ["36.03|36.71"]),
        ("/batu/banjir", []),
        ("/read/banjir-di-kota-tangerang", []),
        ("", []),
    ],
)
def test_region_folder_of_the_path(path: str, codes: list[str]) -> None:
    assert _codes("", path=path) == codes


def test_mentions_show_their_words() -> None:
    (mention,) = find_regions("", ["Rapat", "Warga Kota Tangerang Selatan hadir."])
    assert mention == RegionMention("36.74", 0.7, "text", 1, 6, 28, "Kota Tangerang Selatan")


_WORDS = st.sampled_from(
    ["Tangerang", "Kota", "Kabupaten", "Selatan", "Batu", "Ciledug", "KECAMATAN", "di", "Jalan", "Raya", ".", "Sampit"]
)


@given(st.one_of(st.text(), st.lists(_WORDS).map(" ".join)), st.lists(_WORDS).map(" ".join), st.text())
def test_spans_point_into_the_article(title: str, paragraph: str, path: str) -> None:
    for mention in find_regions(title, [paragraph], path):
        text = {"title": title, "text": paragraph, "url": path}[mention.where]
        assert text[mention.start : mention.end] == mention.matched != ""
        assert 0 < mention.weight <= 1
        assert (mention.code in regions()) != (len(mention.candidates) > 1)


def test_data_files_are_sound() -> None:
    for word, codes, kind in rows("region-words.tsv"):
        assert kind in {"short", "seat", "joint"}
        assert all(code in regions() for code in codes.split(",")), word
        assert gazetteer().exactly(tokens(word)) is not None
    kinds = {row[0] for row in rows("places.tsv")}
    assert all(place_words(kind) for kind in kinds)
    assert all(tokens(word) == [word] for kind in kinds for word in place_words(kind))
