"""Pages that were made to hurt a reader, a kind a line: what strangers may send, and what broken sites do send.

Each kind is a story that should be read, in the middle of something that costs; kinds that hold none say so.
"""

from collections.abc import Callable
from typing import Final

MANY: Final = 100_000  # of whatever a kind repeats
LARGE: Final = 12_000_000  # bytes of a page that is large
TITLE: Final = "Wali Kota Resmikan Taman Kota Maju"
STORY: Final = (
    "Wali Kota Maju meresmikan taman kota yang dibangun dengan dana daerah pada tahun ini, Selasa (24/11/2026).",
    "Taman itu dilengkapi lapangan, tempat bermain anak, dan kolam penampung air hujan bagi warga sekitar.",
    '"Silakan dirawat bersama, karena taman ini milik warga," kata wali kota kepada warga yang hadir di sana.',
)
_PARAGRAPHS: Final = "".join(f"<p>{text}</p>" for text in STORY)

Kind = Callable[[], bytes]


def _page(*, before: str = "", after: str = "", head: str = "", body: str = "") -> bytes:
    """A story with something before it, behind it, in its head or on its body tag."""
    return (
        f"<!DOCTYPE html><html><head><title>{TITLE}</title>{head}</head><body{body}>{before}<h1>{TITLE}</h1>"
        f"<div>{_PARAGRAPHS}</div>{after}</body></html>"
    ).encode("utf-8", "surrogatepass")


def _linked(text: str) -> bytes:
    return _page(head=f'<script type="application/ld+json">{text}</script>')


# What lines are parted by: over long runs of it a careless pattern goes back and forth
PIECES: Final = (
    " ", ".", "(", "- ", "1", "24/11/2026 ", "a, ", "Oleh ", "| ", ": ", "Baca juga ", "\u00a0", "(*", "_-_", "/", "1 ",
    "Aa ", "(a)", "12:30 ", '",', "*", "halaman 1 ", "A. ", "@a ", "A",
)  # fmt: skip


def _runs() -> str:
    """Long lines of one piece each, alone and behind labels."""
    lines = (piece * (size // len(piece)) for piece in PIECES for size in (100, 1000, 100_000))
    return "".join(f"<p>{line}</p><p>Penulis: {line}x</p><p>Editor {line}!</p>" for line in lines)


def _numbered(form: str, number: int = MANY) -> str:
    return "".join(form.replace("#", str(index)) for index in range(number))


KINDS: Final[dict[str, Kind]] = {
    "deep_divs": lambda: _page(after="<div>" * MANY),
    "deep_divs_first": lambda: _page(before="<div>" * MANY),
    "deep_mixed": lambda: _page(before="<div><table><tr><td><ul><li><blockquote>" * 20_000),
    "unclosed": lambda: _page(before="<p><b><i><span>" * MANY),
    "misnested": lambda: _page(before="<a><b><i><u>" * 5_000 + "<p>x</b></a></i></u>" * 20_000),
    "long_paragraph": lambda: _page(after=f"<p>{STORY[1]} " + f"{STORY[2]} " * (LARGE // 105)),
    "long_line": lambda: _page(after="<p>" + "x" * LARGE),
    "links": lambda: _page(after=_numbered('<a href="/b/#">Judul berita nomor # yang panjang</a> ')),
    "linked_cards": lambda: _page(after=_numbered('<div><h3><a href="/b/#">Judul berita # panjang</a></h3><p>y</div>')),
    "rows": lambda: _page(after="<table>" + "<tr><td>a<td>b" * MANY),
    "colspans": lambda: _page(after="<table>" + '<tr><td colspan="1000000000" rowspan="65534">a' * 1000),
    "nul": lambda: _page(after="<p>\0" + "a\0b\0" * 1_000_000),
    "utf16_no_mark": lambda: _page(after=f"<p>{STORY[1] * 20_000}").decode().encode("utf-16-le"),
    "wrong_charset": lambda: _page(head='<meta charset="utf-7">', after="<p>") + b"\xe9 \xff\xfe" * (LARGE // 4),
    "gzip": lambda: b"\x1f\x8b\x08\x00" + bytes(range(256)) * 40_000,
    "pdf": lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40_000,
    "noise": lambda: bytes((index * index * 31 + index // 7) % 251 for index in range(4_000_000)),
    "entities": lambda: _page(after="<p>" + "&amp;&#x26;&quot;&copy" * 250_000),
    "entity_paragraphs": lambda: _page(after="<p>&lt;p&gt;&amp;" * MANY),
    "huge_attribute": lambda: _page(after=f'<div data-x="{"y" * 10_000_000}">z</div>'),
    "attributes": lambda: _page(after=f"<div {_numbered('a#=1 ')}>z</div>"),
    "classes": lambda: _page(after=f'<div class="{_numbered("c# ")}">{_PARAGRAPHS}</div>'),
    "classed_boxes": lambda: _page(after=_numbered('<div class="box-# kelas#Lain" id="i#">x</div>')),
    "metas": lambda: _page(head=_numbered('<meta property="og:x#" content="y#">')),
    "same_metas": lambda: _page(head='<meta property="article:published_time" content="kemarin sore pukul 8">' * MANY),
    "authors": lambda: _page(head=_numbered('<meta name="author" content="Nama Orang #">')),
    "deep_json": lambda: _linked('{"a":' * MANY + '"' + "x" * 14_000_000),
    "long_json": lambda: _linked('{"@type":"NewsArticle","headline":"' + "A - " * 3_000_000 + '"}'),
    "json_scripts": lambda: _page(head='<script type="application/ld+json">{"@type":"WebPage"}</script>' * 50_000),
    "json_authors": lambda: _linked('{"@type":"NewsArticle","author":[' + _numbered('"Nama #",', 30_000) + "1]}"),
    "stated_markup": lambda: _linked('{"@type":"NewsArticle","articleBody":"' + "<p><b>teks isi " * 30_000 + '"}'),
    "comments": lambda: _page(after="<!---->" * 1_000_000),
    "scripts": lambda: _page(after="<script>a<b</script><style>p{}</style>" * MANY),
    "runs": lambda: _page(before=_runs(), after=_runs()),
    "short_runs": lambda: _page(after="".join(f"<p>{piece * (1150 // len(piece))}!</p>" * 140 for piece in PIECES)),
    "blanks": lambda: _page(after="<p>" + " \n\t" * 4_000_000),
    "times": lambda: _page(after=_numbered('<time datetime="2026-11-24T08:30:00+07:00" class="published">#</time>')),
    "bad_times": lambda: _page(before='<time datetime="24 Nopember 2O26 pukul 8" pubdate>x</time>' * MANY),
    "headings": lambda: _page(after=f"<h1>{TITLE}</h1>" * MANY),
    "other_headings": lambda: _page(after=_numbered("<h1>Wali Kota Resmikan Taman ke-#</h1>")),
    "short_lines": lambda: _page(after=_numbered("<p>Baris # pukul 08.30 WIB</p>")),
    "furniture": lambda: _page(after=_numbered("<p>Baca juga: Judul berita nomor # yang panjang sekali di sini</p>")),
    "prose": lambda: _page(after=_numbered(f"<p>{STORY[1]} #</p>", 40_000)),
    "same_prose": lambda: _page(after=f"<p>{STORY[1]}</p>" * 40_000),
    "quotes": lambda: _page(after=_numbered(f"<p>{'Kata # itu panjang ' * 20}</p>", 450) + "<p>" + "z " * 900_000),
    "sections": lambda: _page(after=f"<div>{_PARAGRAPHS}<p>Berita terkait</p></div>" * 20_000),
    "svg_mathml": lambda: _page(after="<svg><math><mi><svg><foreignObject><p>x</p>" * 20_000),
    "frameset": lambda: f"<title>{TITLE}</title><frameset cols=1>{'<frame src=a><frameset>' * MANY}".encode(),
    "data_uris": lambda: _page(before=f'<img src="data:image/png;base64,{"A" * 10_000_000}">'),
    "templates": lambda: _page(after="<template shadowrootmode=open><slot><p>x</p></template>" * 50_000),
    "deep_templates": lambda: _page(after="<template><div>" * 20_000),
    "combining": lambda: _page(after="<p>" + ("a" + "\u0301\u0323" * 20 + "\u200d\U0001f469" * 10) * 60_000),
    "right_to_left": lambda: _page(after="<p>\u202e" + "\u202e\u2066olleh \u202c" * 500_000),
    "canonicals": lambda: _page(head=_numbered('<link rel="canonical" href="https://kabar.example/b/#">')),
    "bases": lambda: _page(head='<base href="http://[">' * MANY),
    "selects": lambda: _page(after="<select><option>" * 50_000),
    "list_items": lambda: _page(after="<li>x" * 200_000),
    "line_breaks": lambda: _page(after="<br>\n" * 500_000),
    "open_tags": lambda: _page(after="<a " * 1_000_000),
    "angles": lambda: _page(after="<" * 2_000_000 + "</" * 1_000_000),
    "titles": lambda: _page(head="<title>" * 200_000),
    "doctypes": lambda: _page(after="<!DOCTYPE html [" * 200_000 + "<![CDATA[" * 200_000 + "<?php " * 200_000),
}  # fmt: skip
