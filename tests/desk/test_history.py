"""The history of a clip as its page tells it, after an outlet edited, redated, withdrew and returned a story."""

from collections.abc import Callable
from hashlib import sha256

import pytest

from desk.history import TOLD
from desk.office import Office
from kliping.wording import plain
from tests.desk import newsroom
from tests.desk.browser import Answer, Browser
from tests.desk.outlet import GONE_PAGE, Outlet

DESK = f"/{newsroom.DESK.id}"
STORY = next(story for story in newsroom.STORIES if story.path == "budaya/festival-payung")
EDITED = (STORY.paragraphs[0].replace("akhir pekan ini", "bulan depan"), *STORY.paragraphs[1:])
TITLE = "Festival Payung Ditunda"


@pytest.fixture
def outlet(office: Office) -> Outlet:
    return Outlet(office, STORY)


@pytest.fixture
def reader(as_role: Callable[[str], Browser]) -> Browser:
    return as_role("reader")


def clip(reader: Browser, outlet: Outlet, path: str = "") -> Answer:
    answer = reader.get(f"{DESK}/kliping/{outlet.article.id}{path}")
    assert answer.status == 200
    return answer


def events(answer: Answer) -> list[str]:
    """What the history says, the newest first."""
    return [str(node.text_content()) for node in answer.page.xpath("//ol[@class='history']/li/p/b")]


def said(answer: Answer) -> str:
    return plain(answer.page.find(".//main").text_content())


def test_a_story_that_never_changed_says_when_it_was_read_and_keeps_its_page(outlet: Outlet, reader: Browser) -> None:
    answer = clip(reader, outlet)
    assert events(answer) == ["Pertama dibaca"]
    digest = sha256(newsroom.page_of(STORY)).hexdigest()
    assert digest in said(answer)
    stored = reader.get(str(answer.page.xpath("//ol[@class='history']//a[contains(@href, '/halaman/')]/@href")[0]))
    assert (stored.body, stored["x-content-sha256"]) == (newsroom.page_of(STORY), digest)


def test_an_edit_is_shown_word_by_word_and_the_earlier_text_stays(outlet: Outlet, reader: Browser) -> None:
    outlet.edits(1, TITLE, EDITED)
    answer = clip(reader, outlet)
    assert events(answer) == ["Judul dan isi berubah", "Pertama dibaca"]
    assert [node.text for node in answer.page.xpath("//del")] == ["Kembali Digelar", "akhir pekan ini"]
    assert [node.text for node in answer.page.xpath("//ins")] == ["Ditunda", "bulan depan"]
    assert "Riwayat naskah · 1 perubahan" in said(answer)
    assert "diubah 1 kali" in said(answer)
    earlier = clip(reader, outlet, "/naskah/1")
    assert str(earlier.page.find(".//h1").text) == STORY.title
    assert STORY.paragraphs[0] in said(earlier)
    assert TITLE in said(clip(reader, outlet, "/naskah/2"))
    for version in ("0", "3", "x", "1e0", "%00"):
        assert reader.get(f"{DESK}/kliping/{outlet.article.id}/naskah/{version}").status == 404


def test_other_quotation_marks_are_no_change(outlet: Outlet, reader: Browser) -> None:
    outlet.edits(1, f"{STORY.title}\u200b", [text.replace(" ", "\u00a0", 3) for text in STORY.paragraphs])
    assert events(clip(reader, outlet)) == ["Pertama dibaca"]


def test_another_date_alone_is_told(outlet: Outlet, reader: Browser) -> None:
    outlet.edits(3, later=2)
    answer = clip(reader, outlet)
    assert events(answer) == ["Tanggal terbit berubah", "Pertama dibaca"]
    assert [node.text for node in answer.page.xpath("//del | //ins")] == [
        "23 Nov 2026, 10.00 WIB",
        "23 Nov 2026, 12.00 WIB",
    ]


@pytest.mark.parametrize(
    ("status", "how"), [(404, "media menjawab 404 (tidak ditemukan)"), (410, "media menjawab 410 (sudah dihapus)")]
)
def test_a_withdrawal_keeps_the_last_page_as_evidence(outlet: Outlet, reader: Browser, status: int, how: str) -> None:
    outlet.edits(1, TITLE, EDITED)
    edited = outlet.article
    outlet.answers(2, status=status)
    answer = clip(reader, outlet)
    assert events(answer) == ["Ditarik media", "Judul dan isi berubah", "Pertama dibaca"]
    assert f"Ditarik media pada 23 Nov 2026, 12.06 WIB: {how}." in said(answer)
    assert EDITED[0] in said(answer)
    kept = reader.get(f"{DESK}/kliping/{edited.id}/halaman")
    assert edited.fetch is not None
    assert (kept.status, kept["x-content-sha256"]) == (200, edited.fetch.body)
    assert EDITED[0] in kept.body.decode()
    assert kept["content-disposition"].endswith('-20261123T040600Z.html.txt"')


def test_a_page_that_says_so_withdraws_and_is_kept_too(outlet: Outlet, reader: Browser) -> None:
    outlet.says_it_is_gone(1)
    answer = clip(reader, outlet)
    assert events(answer) == ["Ditarik media", "Pertama dibaca"]
    assert "halamannya menyatakan berita ini dihapus" in said(answer)
    [notice] = answer.page.xpath("//a[text()='Unduh halaman penarikan']/@href")
    assert reader.get(str(notice)).body == GONE_PAGE.encode()


def test_what_was_withdrawn_may_return(outlet: Outlet, reader: Browser) -> None:
    outlet.answers(1, status=404)
    outlet.edits(2)
    outlet.answers(3, status=410)
    outlet.edits(4, TITLE)
    answer = clip(reader, outlet)
    assert events(answer) == [
        "Dimuat kembali, judul berubah", "Ditarik media", "Dimuat kembali, isinya sama", "Ditarik media",
        "Pertama dibaca",
    ]  # fmt: skip
    assert "Ditarik media pada" not in said(answer)


def test_many_changes_are_listed_and_the_newest_told(outlet: Outlet, reader: Browser) -> None:
    for hour in range(1, TOLD + 3):
        outlet.edits(hour / 10, f"{STORY.title} hari {hour}")
    answer = clip(reader, outlet)
    assert len(events(answer)) == TOLD + 3
    assert len(answer.page.xpath("//details[@class='revision']")) == TOLD
    assert len(answer.page.xpath("//details[@class='revision'][@open]")) == 1


def test_a_live_page_and_a_barrier_are_named(outlet: Outlet, reader: Browser) -> None:
    body = newsroom.page_of(STORY).decode()
    live = '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "x"}</script>'
    paragraphs = "".join(f"<p>{text} Panitia menambah pengumuman.</p>" for text in STORY.paragraphs)
    outlet.answers(1, body.replace("<body>", f"{live}<body>").replace("</article>", f"{paragraphs}</article>").encode())
    assert outlet.article.kind == "live"
    assert "laporan langsung" in said(clip(reader, outlet))


def test_pages_of_other_articles_are_not_given(outlet: Outlet, reader: Browser) -> None:
    other = Outlet(outlet.office, newsroom.STORIES[0]).article
    assert reader.get(f"{DESK}/kliping/{outlet.article.id}/halaman/{other.page}").status == 404
    assert reader.get(f"{DESK}/kliping/{outlet.article.id}/halaman/x").status == 404
