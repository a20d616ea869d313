"""What stands in the story's place and is none of it, each with its reason."""

from pipeline.extract.clean import Removed
from pipeline.extract.leftout import left_out

PARAGRAPHS = [
    f"Paragraf ke-{number} menceritakan jalannya rapat warga di balai desa, yang dihadiri camat dan para ketua RT."
    for number in range(4)
]
PAGE = f"""
<html><body><nav><a href="/">Beranda</a></nav><div class="entry">
<h3>Rapat warga</h3>
TELUK SARIRA - <p>{PARAGRAPHS[0]}</p>
<figure><img src="a.jpg"><figcaption>Warga hadir dalam rapat. (Foto: dok. desa)</figcaption></figure>
<p>{PARAGRAPHS[1]}</p>
<p><a href="/b">Jalan desa itu selesai dibangun</a></p><p><a href="/c">Jembatan lama ditutup dulu</a></p>
<p>{PARAGRAPHS[2]} (dok. desa)</p>
<p>ADVERTISEMENT</p>
<p>{PARAGRAPHS[3]}</p>
<p>dibaca 12 kali</p>
</div><footer>Hak cipta</footer></body></html>
"""


def test_each_block_in_the_storys_place_is_told_with_its_reason() -> None:
    told = [Removed("ADVERTISEMENT", "B010")]
    paragraphs = [f"TELUK SARIRA - {PARAGRAPHS[0]}", *PARAGRAPHS[1:]]
    assert [(gone.reason, gone.text) for gone in left_out(PAGE, paragraphs, told)] == [
        ("heading", "Rapat warga"),
        ("aside", "Warga hadir dalam rapat. (Foto: dok. desa)"),
        ("links", "Jalan desa itu selesai dibangun · Jembatan lama ditutup dulu"),
        ("furniture", "dibaca 12 kali"),
    ]


def test_a_page_without_a_story_leaves_nothing_out() -> None:
    assert left_out(PAGE, (), ()) == ()
    assert left_out("", PARAGRAPHS, ()) == ()
    assert left_out("<p>Hanya ini</p>", PARAGRAPHS, ()) == ()
