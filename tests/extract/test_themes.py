"""The story in the dress of the themes that Indonesian outlets and offices use, with the traps of each.

A page in `themes/` is the body of an HTML page. What stands between `[[` and `]]` is the story, one paragraph each;
`{1}` to `{7}` are the paragraphs of STORY. Everything else is what the outlet puts around it. All text is ours.
"""

import re
from html import unescape
from pathlib import Path

import pytest

from benchmarks.extract_robust import CHANGES, changed
from benchmarks.shingles import overlap
from tests.extract.pages import read

TITLE = "Seribu Bibit Bakau Ditanam di Pantai Utara Kota Maju"
STORY = (
    "Pemerintah Kota Maju menanam seribu bibit bakau di pantai utara untuk menahan abrasi, Selasa (24/11/2026).",
    "Kepala Dinas Kelautan, Sri Contoh, mengatakan garis pantai mundur dua belas meter dalam sepuluh tahun.",
    '"Kami minta warga ikut merawat, karena bibit yang ditinggal pasti mati," kata Sri di sela penanaman.',
    "Bibit itu dibeli dari tiga kelompok tani di Kecamatan Pesisir dengan harga Rp 2.500 per batang.",
    "Penanaman tahap kedua direncanakan pada bulan Maret tahun depan di muara Sungai Jernih.",
    "Seorang nelayan, Udin, berharap ikan kembali banyak setelah hutan bakau tumbuh di kampungnya.",
    "Dinas akan memeriksa bibit setiap bulan dan mengganti yang mati dengan bibit baru.",
)
FOLDER = Path(__file__).parent / "themes"
NAMES = sorted(path.stem for path in FOLDER.glob("*.html"))
MOSTLY = 0.75  # of what is read without any name is still the story; one theme's side column has no other sign
_MARKED = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def filled(name: str) -> str:
    """The body of a theme with title and story put in, the story still marked."""
    text = (FOLDER / f"{name}.html").read_text(encoding="utf-8").replace("{title}", TITLE)
    return re.sub(r"\{(\d)\}", lambda number: STORY[int(number[1]) - 1], text)


def page(marked: str) -> str:
    body = _MARKED.sub(r"\1", marked)
    return f"<html lang='id'><head><title>{TITLE} - Kabar Maju</title></head><body>{body}</body></html>"


def expected(marked: str) -> tuple[str, ...]:
    return tuple(" ".join(unescape(_TAG.sub("", text)).split()) for text in _MARKED.findall(marked))


@pytest.mark.parametrize("name", NAMES)
def test_the_story_and_nothing_else_is_read(name: str) -> None:
    marked = filled(name)
    assert read(page(marked)).paragraphs == expected(marked)


@pytest.mark.parametrize("name", NAMES)
def test_a_list_of_links_twice_or_inside_the_story_changes_nothing(name: str) -> None:
    marked = filled(name)
    for change in ("lists doubled", "list inside"):
        assert read(changed(page(marked), CHANGES[change])).paragraphs == expected(marked)


@pytest.mark.parametrize("name", NAMES)
def test_what_boxes_are_called_is_of_little_weight(name: str) -> None:
    marked = filled(name)
    story = "\n".join(expected(marked))
    for change in ("names gone", "names scrambled"):
        found = overlap(story, "\n".join(read(changed(page(marked), CHANGES[change])).paragraphs))
        assert found.recall == 1.0
        assert found.precision >= MOSTLY
