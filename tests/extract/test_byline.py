"""The people of the byline, apart from editors, desks and sites."""

import json

import pytest

from tests.extract.pages import STORY, html, paragraphs, read

BODY = paragraphs(*STORY)


def linked(author: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "author": {author}}}</script>'


@pytest.mark.parametrize(
    ("page", "names"),
    [
        (html(BODY, head=linked('{"@type": "Person", "name": "Siti Contoh"}')), ("Siti Contoh",)),
        (html(BODY, head=linked('[{"name": "Siti Contoh"}, {"name": "Budi Umpama"}]')), ("Siti Contoh", "Budi Umpama")),
        (html(BODY, head=linked('"Siti Contoh"')), ("Siti Contoh",)),
        (html(BODY, head='<meta name="author" content="Siti Contoh">'), ("Siti Contoh",)),
        (html("<p>Penulis: Siti Contoh</p>", BODY), ("Siti Contoh",)),
        (html("<p>Pewarta: Siti Contoh dan Budi Umpama</p>", BODY), ("Siti Contoh", "Budi Umpama")),
        (html("<p>Oleh Siti Contoh - Selasa, 24 November 2026</p>", BODY), ("Siti Contoh",)),
        (html("<td>Penulis</td><td>: Siti Contoh</td><td>Editor</td><td>: Budi Umpama</td>", BODY), ("Siti Contoh",)),
        (html('<div class="author">Siti Contoh - kabarcontoh</div>', BODY), ("Siti Contoh",)),
        (html(BODY, "<p>Penulis: Siti Contoh | Editor: Budi Umpama</p>"), ("Siti Contoh",)),
        (html('<span class="author">Posted by Siti Contoh, Marketing Manager</span>', BODY), ("Siti Contoh",)),
        (html('<span class="author"><b>Published:</b><br>08:30, 24 November 2026</span>', BODY), ()),
        (html('<span class="author">Siti Contoh Monday, November 24, 2026</span>', BODY), ("Siti Contoh",)),
        (html('<div class="byline">By Siti Contoh<br>on November 24, 2026</div>', BODY), ("Siti Contoh",)),
        (html('<div class="byline">Kabar Contoh<br>on November 24, 2026</div>', BODY), ()),
    ],
)
def test_writers_are_found_wherever_they_are_named(page: str, names: tuple[str, ...]) -> None:
    assert read(page).byline == names


@pytest.mark.parametrize(
    "desk", ["Redaksi", "Admin", "Tim Kabar", "Kabar Contoh", "Diskominfo Kota Maju", "https://x.example/a"]
)
def test_desks_sites_and_addresses_are_no_people(desk: str) -> None:
    head = f'<meta property="og:site_name" content="Kabar Contoh"><meta name="author" content="{desk}">'
    assert read(html(BODY, head=head)).byline == ()


def test_whom_the_page_calls_editor_is_no_writer() -> None:
    page = html(
        "<p>Penulis: Siti Contoh</p>", BODY, "<p>Editor: Budi Umpama</p>", head=linked('{"name": "Budi Umpama"}')
    )
    assert read(page).byline == ("Siti Contoh",)


SITI, BOTH = ("Siti Contoh",), ("Siti Contoh", "Budi Umpama")
DATE = "<p>Selasa, 24 November 2026 08:30 WIB</p>"
WARGA = '<meta property="og:site_name" content="Suara Warga">'


def meta(content: str, name: str = "author") -> str:
    return f'<meta name="{name}" content="{content}">'


def authored(author: object) -> str:
    return linked(json.dumps(author))


PORTRAIT = "Lulus dari Universitas Maju dan meliput lingkungan serta kelautan sejak sepuluh tahun lalu."


def portrayed(name: str, portrait: str, box: str = "author") -> str:
    return html(BODY, "<p>Topik: taman</p>" * 12, f"<div class={box}><b>{name}</b><p>{portrait}</p></div>")


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Siti Rahayu | Selasa, 24 November 2026", ("Siti Rahayu",)),
        ("24 November 2026 oleh Siti Rahayu", ("Siti Rahayu",)),
        ("Selasa, 24 Nov 2026 - 08:20 WIB - Siti Rahayu", ("Siti Rahayu",)),
        ("24 November 2026, pukul 08.20 WIB | Siti Rahayu", ("Siti Rahayu",)),
        ("Siti Rahayu, S.Kom. | 24 November 2026", ("Siti Rahayu",)),
        ("Jawa Barat | 24 November 2026", ()),
        ("24 November 2026 | Amerika Serikat", ()),
        ("24 November 2026, 08:20 WIB | Mode Gelap", ()),
        ("Suara Pembaca | 24 November 2026", ()),
    ],
)
def test_names_that_nothing_labels_stand_in_the_line_of_the_date(line: str, names: tuple[str, ...]) -> None:
    assert read(html(f"<p>{line}</p>", BODY)).byline == names


@pytest.mark.parametrize(
    ("page", "names"),
    [
        (portrayed("Siti Contoh", PORTRAIT), SITI),
        (portrayed("Siti Contoh", ""), ()),
        (portrayed("Redaksi", PORTRAIT), ()),
        (portrayed("Budi Umpama", PORTRAIT, box="'comment author'"), ()),
    ],
)
def test_the_name_above_a_portrait_below_the_story(page: str, names: tuple[str, ...]) -> None:
    assert read(page).byline == names


def signed(end: str) -> str:
    return paragraphs(*STORY[:2], f"{STORY[2]} {end}")


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("<p>Penulis: Siti Contoh / Editor: Budi Umpama</p>", SITI),
        ("<p>Reporter : Siti Contoh Fotografer: Budi Umpama</p>", SITI),
        ("<p>Reporter: Siti Contoh &amp; Budi Umpama</p>", BOTH),
        ("<p>Reporter: Siti Contoh/Budi Umpama</p>", BOTH),
        ("<p>Penulis/Editor: Siti Contoh</p>", SITI),
        ("<p>PENULIS: SITI CONTOH</p>", ("SITI CONTOH",)),
        ("<p>Laporan Wartawan Suara Warga Depok, Siti Contoh</p>", SITI),
        ("<p>Laporan Reporter: Siti Contoh</p>", SITI),
        ("<div>Penulis</div><div>Siti Contoh</div><div>Editor</div><div>Budi Umpama</div>", SITI),
        ("<div>Siti Contoh</div><div>Penulis</div><div>Budi Umpama</div><div>Editor</div>", SITI),
        ("<p>Oleh: Siti Contoh *)</p>", SITI),
        ("<p>Oleh Siti Contoh, Selasa 24 November 2026</p>", SITI),
        ("<p>By Siti Contoh on 24 November 2026</p>", SITI),
        ("<p>Diposting oleh: Siti Contoh pada 24 November 2026</p>", SITI),
        ("<p>Penulis: Siti Contoh (Kontributor)</p>", SITI),
        ("<p>Penulis: Siti Contoh, Kontributor Depok</p>", SITI),
        ("<p>Penulis: Kontributor Depok, Siti Contoh</p>", SITI),
        ("<p>Penulis: Siti Contoh, Depok</p>", SITI),
        ("<p>Penulis: Siti Contoh, S.Pd, M.I.Kom, Ph.D dan Budi Umpama, S.E., M.M.</p>", BOTH),
        ("<p>Oleh: Dr. Siti Contoh, SH, MH</p>", ("Dr. Siti Contoh",)),
        ("<p>Penulis: M. Siti A. Contoh</p>", ("M. Siti A. Contoh",)),
        ("<p>Penulis: Nur'aini</p>", ("Nur'aini",)),
        ("<p>Penulis: Siti Contoh siti.contoh@kabar.example</p>", SITI),
        ('<div><a href="/penulis/siti" rel="author">Siti Contoh</a></div>', SITI),
        (
            '<div class="meta"><span class="author vcard"><a>Siti Contoh</a></span> 24 Nov 2026 <a>Berita</a></div>',
            SITI,
        ),
        ('<p><span itemprop="author" itemscope><b itemprop="name">Siti Contoh</b></span> Depok</p>', SITI),
        ("<p>Siti Contoh siti@kabar.example November 24, 2026 @ 8:30am</p>", SITI),
        ('<p class="author">Siti Contoh Diterbitkan 24 November 2026</p>', SITI),
        ("<p>Penulis: Siti Contoh</p><span>Pewarta</span><p>Jumlah Baca: 123</p>", SITI),
        ("<p><span>Penulis, </span><span>Siti Contoh</span></p><p>Peranan, Wartawan</p>", SITI),
        ("<p>Redaktur &amp; Reporter : Siti Contoh</p>", SITI),
        ("<p>Penulis, kata dia, harus bersabar</p>", ()),
        ("<p>Rep: Siti Contoh/ Red: Budi Umpama</p>", SITI),
        ("<p>Red: Budi Umpama</p>", ()),
        ("<p>Published by: Siti Contoh</p>", SITI),
        ("<p>Oleh: Siti Contoh Author</p>", SITI),
        ("<p>Penulis: Tim Redaksi</p>", ()),
        (meta("abc/def", "kanal:author"), ()),
        ("<p>Penulis: Humas Kab. Contoh</p>", ()),
        ("<p>Oleh: Diskominfo Kota Depok</p>", ()),
        ("<p>By admin on 24 November 2026</p>", ()),
        ("<p>Editor: Budi Umpama</p>", ()),
        ("<p>Foto: Budi Umpama</p>", ()),
        ('<figure><figcaption class="author">Budi Umpama</figcaption></figure>', ()),
        ("<p>Oleh karena itu, warga sabar</p>", ()),
        ('<ol class="comments"><li class="author">Budi Umpama berkata</li></ol>', ()),
        ('<ul class="related"><li>Judul lain <span class="author">Budi Umpama</span></li></ul>', ()),
    ],
)
def test_lines(line: str, names: tuple[str, ...]) -> None:
    assert read(html(line, DATE, BODY)).byline == names


@pytest.mark.parametrize(
    ("head", "names"),
    [
        (authored([{"@type": "Person", "name": "Siti Contoh"}, {"@type": "Organization", "name": "Mitra Pena"}]), SITI),
        (authored({"@type": "Organization", "name": "Mitra Pena"}), ()),
        (authored({"@type": "Person", "name": "Super Admin"}), ()),
        (authored("Siti Contoh, Budi Umpama"), BOTH),
        (authored({"name": ["Siti Contoh", "Budi Umpama"]}), BOTH),
        (meta("Siti Contoh, S.Sos., M.Si"), SITI),
        (meta("Reporter Siti Contoh"), SITI),
        (meta("Siti Contoh @siti_contoh"), SITI),
        (meta("Siti Contoh (siti@kabar.example)"), SITI),
        (WARGA + meta("Suara Warga - Siti Contoh"), SITI),
        (WARGA + meta("Siti Contoh - Suara Warga"), SITI),
        (meta("https://www.facebook.com/kabar", "article:author") + meta("Siti Contoh"), SITI),
        (WARGA + meta("SuaraWarga"), ()),
        (meta("kabarcontoh.example"), ()),
        (meta("@siti_contoh"), ()),
        (meta("siti@kabar.example"), ()),
        (meta("PT Pena Media Digital"), ()),
        (meta("Pemkab Bandung Barat"), ()),
    ],
)
def test_heads(head: str, names: tuple[str, ...]) -> None:
    assert read(html(DATE, BODY, head=head)).byline == names


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ("<div>Siti Contoh</div><div>Selasa, 24 November 2026 08:30 WIB</div>", SITI),
        ("<div>Rabu, 24 November 2026, 06:34 WIB</div><div>Siti Contoh,&nbsp;Budi (Bandung)</div>", (*SITI, "Budi")),
        ("<div>Siti Contoh - Selasa, 24/11/2026 08:30 WIB</div>", SITI),
        ("<div>Siti Contoh | 24 November 2026</div>", SITI),
        ("<div>Suara Warga - Selasa, 24/11/2026 08:30 WIB</div>", ()),
        ("<div>Hukum Kriminal</div><div>Selasa, 24/11/2026 08:30 WIB</div>", ()),
        ("<div>Jakarta Selatan</div><div>Selasa, 24/11/2026 08:30 WIB</div>", ()),
        ("<a href='/s'>Suka Suka</a><div>Suka Suka</div><div>Selasa, 24/11/2026 08:30 WIB</div>", ()),
    ],
)
def test_names_beside_the_date_without_a_label(lines: str, names: tuple[str, ...]) -> None:
    assert read(html(lines, BODY, head=WARGA)).byline == names


@pytest.mark.parametrize(
    ("end", "names"),
    [
        ("(Siti Contoh)", SITI),
        ("(Siti Contoh/Budi Umpama)", BOTH),
        ("(Redzi)", ("Redzi",)),
        ("(irawan)", ("irawan",)),
        ("(fdl/dnl)", ()),
        ("(Red)", ()),
        ("(Humas)", ()),
        ("(ANTARA)", ()),
        ("Ia menghadap Menteri Dalam Negeri (Mendagri)", ()),
    ],
)
def test_a_story_may_end_with_the_writers_name(end: str, names: tuple[str, ...]) -> None:
    assert read(html(DATE, signed(end))).byline == names


def test_the_agencys_last_lines() -> None:
    end = "<p>Pewarta: Siti Contoh<br>Editor: Budi Umpama<br>Copyright © 2026</p>"
    assert read(html(DATE, BODY, end)).byline == SITI
    assert read(html(DATE, BODY, "<p>Pewarta : Siti Contoh, Editor: Budi Umpama</p>")).byline == SITI


def test_a_printed_writer_beats_who_uploaded_and_stays_when_editor_too() -> None:
    uploader = authored({"@type": "Person", "name": "Joko Unggah"})
    assert read(html("<p>Penulis: Siti Contoh</p>", BODY, head=uploader)).byline == SITI
    assert read(html("<p>Oleh Siti Contoh</p>", BODY, "<p>Editor: Siti Contoh</p>")).byline == SITI
    assert read(html("<p>Penulis: Redaksi</p>", BODY, head=authored("Siti Contoh"))).byline == SITI


def test_an_author_that_is_only_referred_to_is_looked_up() -> None:
    graph = {
        "@graph": [
            {"@type": "NewsArticle", "headline": "x", "author": {"@id": "#/person/7"}},
            {"@type": "Person", "@id": "#/person/7", "name": "Siti Contoh"},
        ]
    }
    assert read(html(BODY, head=f'<script type="application/ld+json">{json.dumps(graph)}</script>')).byline == SITI


def test_labels_in_lists_of_other_stories_are_theirs() -> None:
    other = '<ul class="related"><li>Judul lain</li><li>Penulis: Joko Lain</li></ul>'
    assert read(html("<p>Penulis: Siti Contoh</p>", DATE, BODY, other)).byline == SITI
    assert (
        read(html(DATE, BODY, '<footer class="entry-footer"><p>Penulis: Siti Contoh</p></footer>', other)).byline
        == SITI
    )
    assert read(html(DATE, BODY, other)).byline == ()


def test_what_is_marked_as_writer_but_holds_the_page_names_nobody() -> None:
    page = html("<span class=author>" * 30, "kata " * 100_000, "</span>" * 30, DATE, BODY)
    assert read(page).byline == ()
