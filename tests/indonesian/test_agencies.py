"""Agencies that an article names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kliping.indonesian.agencies import agencies, find_agencies
from kliping.indonesian.datafiles import rows
from kliping.indonesian.words import tokens


def _found(*paragraphs: str) -> list[tuple[str, str | None, str]]:
    """Urusan ('?' while ambiguous), level and printed words of each mention."""
    mentions = find_agencies("", paragraphs)
    return [(mention.agency.urusan if mention.agency else "?", mention.level, mention.matched) for mention in mentions]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Diskominfo Kota Tangerang rapat.", [("2.16", "kota", "Diskominfo")]),
        ("Dinas Kominfo dan Dishub.", [("2.16", None, "Dinas Kominfo"), ("2.15", None, "Dishub")]),
        (
            "Kepala Dinas Komunikasi dan Informatika (Diskominfo) hadir.",
            [("2.16", None, "Dinas Komunikasi dan Informatika"), ("2.16", None, "Diskominfo")],
        ),
        ("Dinkes Kab. Tangerang", [("1.02", "kabupaten", "Dinkes")]),
        ("Dislutkan Prov. Kalteng", [("3.25", "provinsi", "Dislutkan")]),
        ("Pemkot Tangerang, Pemkab Serang", [("0", "kota", "Pemkot"), ("0", "kabupaten", "Pemkab")]),
        ("Dinas Pendidikan dan Kebudayaan", [("1.01", None, "Dinas Pendidikan dan Kebudayaan")]),
        ("Satpol PP dan Pol PP", [("1.05", None, "Satpol PP"), ("1.05", None, "Pol PP")]),
        (
            "Dinas Pemberdayaan Perempuan, Perlindungan Anak, Pengendalian Penduduk dan Keluarga Berencana",
            [
                (
                    "2.08",
                    None,
                    "Dinas Pemberdayaan Perempuan, Perlindungan Anak, Pengendalian Penduduk dan Keluarga Berencana",
                )
            ],
        ),
        ("Perjalanan dinas pejabat itu", []),
        ("Nama saya Ori", []),
        ("", []),
    ],
)
def test_finds(text: str, found: list[tuple[str, str | None, str]]) -> None:
    assert _found(text) == found


def test_ambiguous_short_form_takes_the_long_name_of_the_article() -> None:
    fisheries = _found("Dinas Kelautan dan Perikanan (DKP) membagi bibit.", "Kepala DKP hadir.")
    assert fisheries[-1] == ("3.25", None, "DKP")
    assert _found("Kepala DKP hadir.", "Dinas Ketahanan Pangan rapat.")[0] == ("2.09", None, "DKP")
    assert _found("Kepala DKP hadir.") == [("?", None, "DKP")]
    (mention,) = find_agencies("Kepala DKP hadir", [])
    assert {agency.urusan for agency in mention.candidates} == {"2.09", "3.25"}


def test_owner_tells_whose_the_agency_is() -> None:
    owners = {m.agency.owner for m in find_agencies("Polres, DPRD, Dishub", []) if m.agency}
    assert owners == {"pusat", "lain", "daerah"}


def test_the_table_is_sound() -> None:
    assert len(set(agencies())) == len(agencies())
    for row in rows("agencies.tsv"):
        assert row[1] in {"daerah", "pusat", "lain"}
        assert all(tokens(form) for form in [row[2], *(row[3].split(";") if len(row) > 3 else [])]), row
    sure: dict[tuple[str, ...], str] = {}
    for row in rows("agencies.tsv"):
        for form in [row[2], *(row[3].split(";") if len(row) > 3 else [])]:
            if not form.strip().startswith("?"):
                assert sure.setdefault(tuple(tokens(form)), row[2]) == row[2], form


_WORDS = st.sampled_from(
    ["Dinas", "Pendidikan", "dan", "Kebudayaan", "DKP", "Kota", "Satpol", "PP", ",", "(DLH)", "BPK"]
)


@given(st.one_of(st.text(), st.lists(_WORDS).map(" ".join)), st.lists(_WORDS).map(" ".join))
def test_spans_point_into_the_article(title: str, paragraph: str) -> None:
    for mention in find_agencies(title, [paragraph]):
        text = title if mention.where == "title" else paragraph
        assert text[mention.start : mention.end] == mention.matched != ""
        assert (mention.agency is None) == bool(mention.candidates)
