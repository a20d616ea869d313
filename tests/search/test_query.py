"""The query language: every string is a query or a QueryError, and what is shown reads back as the same tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query import All, And, Not, Or, Phrase, Query, QueryError, Word, parse, show


def word(*tokens: str) -> Word:
    return Word(tokens)


EXAMPLES: list[tuple[str, Query]] = [
    ("Banjir", word("banjir")),
    ("pemkot tangsel", And((word("pemkot"), word("tangsel")))),
    ("pemkot AND tangsel", And((word("pemkot"), word("tangsel")))),
    ("pemkot DAN tangsel", And((word("pemkot"), word("tangsel")))),
    ("banjir ATAU genangan", Or((word("banjir"), word("genangan")))),
    ("a b OR c", Or((And((word("a"), word("b"))), word("c")))),
    ("a (b OR c)", And((word("a"), Or((word("b"), word("c")))))),
    ('"Wali  Kota, Depok"', Phrase(("wali", "kota", "depok"))),
    ("“wali kota”", Phrase(("wali", "kota"))),
    ('batu -"batu bara"', And((word("batu"), Not(Phrase(("batu", "bara")))))),
    ("batu NOT bara", And((word("batu"), Not(word("bara"))))),
    ("batu AND NOT bara", And((word("batu"), Not(word("bara"))))),
    ("x (-a -b)", And((word("x"), Not(word("a")), Not(word("b"))))),
    ("NOT NOT banjir", word("banjir")),
    ("KTP-el", word("ktp", "el")),
    ("e-KTP", word("ektp")),
    ("Jum'at", word("jumat")),
    ("30%", word("30", "persen")),
    ("Banjir - kata warga", And((word("banjir"), word("kata"), word("warga")))),
    ("WARGA TIDAK SETUJU", And((word("warga"), word("tidak"), word("setuju")))),
    ("dan", word("dan")),
    ("*", All()),
    ("* -iklan", And((All(), Not(word("iklan"))))),
    ("a-b(c)", And((word("a", "b"), word("c")))),
]


@pytest.mark.parametrize(("text", "tree"), EXAMPLES)
def test_reads(text: str, tree: Query) -> None:
    assert parse(text) == tree
    assert parse(show(tree)) == tree


@pytest.mark.parametrize(
    ("text", "says", "position"),
    [
        ("", "Ketik sedikitnya satu kata", None),
        ("!!! ...", "Ketik sedikitnya satu kata", None),
        ('banjir "wali kota', "Tanda kutip belum ditutup", 8),
        ("(banjir", "Kurung buka belum ditutup", 1),
        ("banjir)", "Kurung tutup tanpa kurung buka", 7),
        ("()", "Tanda kurung kosong", 2),
        ("AND banjir", "harus dimulai dengan kata", 1),
        ("banjir OR", "Harus ada kata setelah OR", 10),
        ("banjir OR OR hujan", "Harus ada kata setelah OR", 11),
        ("-banjir", "bukan hanya yang dikecualikan", 1),
        ("NOT (banjir OR hujan)", "bukan hanya yang dikecualikan", 1),
        ("-a -b", "bukan hanya yang dikecualikan", 1),
        ("a OR -b", "NOT tidak dapat menjadi pilihan", 6),
        ("x AND (a OR NOT b)", "NOT tidak dapat menjadi pilihan", 13),
        ("x NOT (y NOT (-a -b))", "bukan hanya yang dikecualikan", 3),
        ("a" * 513, "paling banyak 512 karakter", None),
        ("a " * 33, "paling banyak 32 kata", None),
        ("(" * 40 + "a" + ")" * 40, "terlalu bertingkat", 10),
    ],
)
def test_refuses_and_says_where(text: str, says: str, position: int | None) -> None:
    with pytest.raises(QueryError, match=says) as refused:
        parse(text)
    assert refused.value.position == position


PIECES = st.sampled_from(
    ["banjir", "e-KTP", "KTP-el", "1.500", "Rp1,5", "30%", "e.x", '"', '"a b"', "(", ")", "-", "AND", "OR", "NOT", "*"]
)


@given(st.text(max_size=600) | st.lists(PIECES, max_size=40).map(" ".join) | st.lists(PIECES, max_size=20).map("".join))
def test_every_string_is_a_query_or_a_query_error(text: str) -> None:
    try:
        tree = parse(text)
    except QueryError:
        return
    assert parse(show(tree)) == tree
