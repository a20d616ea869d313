"""Second opinions: how far they agree, and when the outlet's own text stands in for ours."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from kliping.article import Found
from pipeline.extract import Reading, read_page
from pipeline.extract.opinion import Opinion, agreement, stated
from pipeline.extract.statements import Statements

URL = "https://kabar.example/berita/12/jalan"
SENTENCES = [
    f"Kepala dinas menjelaskan tahap {word} perbaikan jalan yang menghubungkan dua kecamatan di wilayah selatan."
    for word in ("pertama", "kedua", "ketiga", "keempat", "kelima", "keenam", "ketujuh", "kedelapan")
]
OTHERS = [
    f"Warga kampung {word} mengikuti lomba memasak yang digelar oleh koperasi perempuan pada akhir pekan ini juga."
    for word in ("satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan")
]
WORD = st.sampled_from(["jalan", "desa", "warga", "pasar", "hujan", "sungai", "kota"])
WORDS = st.lists(WORD, max_size=60).map(" ".join)


def read(shown: list[str], *, body: str = "", summary: str = "") -> Reading:
    linked = json.dumps({"@type": "NewsArticle", "headline": "Jalan Diperbaiki", "articleBody": body})
    page = (
        f'<html><head><script type="application/ld+json">{linked}</script></head><body><h1>Jalan Diperbaiki</h1>'
        f"<div>{''.join(f'<p>{text}</p>' for text in shown)}</div></body></html>"
    )
    return read_page(
        page.encode(), url=URL, answered=URL, zone="Asia/Jakarta", fetched_at=datetime(2026, 11, 24, 3, tzinfo=UTC),
        found=Found(way="feed", summary=summary),
    )  # fmt: skip


@given(WORDS, WORDS)
def test_agreement_is_a_share_and_whole_with_oneself(one: str, other: str) -> None:
    found = agreement((one,), Opinion((other,), "feed"))
    assert 0 <= found.f1 <= 1
    assert 0 <= found.recall <= 1
    if one.strip():
        assert agreement((one,), Opinion((one,), "feed")).f1 == 1


def test_what_outlet_and_reader_say_alike_is_trusted() -> None:
    reading = read(SENTENCES, body="\n".join(SENTENCES))
    assert (reading.sources["text"], reading.confidence) == ("outline", 1.0)


def test_a_text_that_the_reader_missed_is_taken_from_the_outlet() -> None:
    reading = read(OTHERS, body="\n".join(SENTENCES))
    assert (reading.sources["text"], reading.paragraphs) == ("json-ld", tuple(SENTENCES))


def test_a_feed_that_carries_the_story_is_an_opinion_too() -> None:
    summary = "".join(f"<p>{text}</p>" for text in SENTENCES)
    assert next(stated(Statements(), Found(way="feed", summary=summary))).paragraphs == tuple(SENTENCES)
    assert read(SENTENCES, summary=summary).confidence == 1.0


def test_a_lead_is_no_opinion() -> None:
    assert list(stated(Statements(article={"articleBody": SENTENCES[0]}), Found(way="feed", summary="Lead."))) == []


def test_an_abstract_in_other_words_takes_no_storys_place() -> None:
    """Feeds are kept to 600 characters: theirs is at most an abstract, and so are some bodies of JSON-LD."""
    abstract = " ".join(OTHERS[:5])
    assert len(abstract) > 400
    longer = [*SENTENCES, *(text.replace("Kepala dinas", "Camat") for text in SENTENCES)]
    for reading in (read(SENTENCES, summary=abstract), read(longer, body=abstract)):
        assert (reading.sources["text"], reading.paragraphs[0]) == ("outline", SENTENCES[0])
