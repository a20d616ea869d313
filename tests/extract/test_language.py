"""Marking a story's language by its function words."""

import json
import lzma
import re
from collections import Counter
from itertools import islice, pairwise

import pytest

from benchmarks.languages import WORDS, csui, idner, ours
from pipeline.extract.language import language_of
from pipeline.extract.wordlists import entries
from tests.extract.languages import SENTENCES
from tests.extract.pages import LEAD, QUOTE, SECOND, html, paragraphs, read
from tests.measured import data


@pytest.mark.parametrize(
    ("text", "stated", "language"),
    [
        (f"{LEAD} {SECOND} {QUOTE}", "en", ("id", "text")),
        ("The mayor opened the park that was built with the funds of the city.", "id", ("en", "text")),
        ("1 2 3", "id-ID", ("id", "stated")),
        ("1 2 3", "fr", ("", "")),
        ("Itu dan ini.", "ms", ("ms", "text")),  # words of both languages
        ("Itu dan ini.", "", ("id", "text")),
        ("A prefeitura disse ontem que o parque novo ainda não foi entregue aos moradores do bairro.", "", ("", "")),
        ("", "", ("", "")),
    ],
)  # fmt: skip
def test_languages(text: str, stated: str, language: tuple[str, str]) -> None:
    assert language_of(text, stated) == language


@pytest.mark.parametrize("code", SENTENCES)
def test_twenty_sentences_of_each_language(code: str) -> None:
    sentences = SENTENCES[code]
    assert len(sentences) == 20
    alone = [language_of(sentence, "")[0] for sentence in sentences]
    assert alone.count(code) >= 18, alone  # one sentence may lack every function word
    assert {language_of(f"{one} {other}", "") for one, other in pairwise(sentences)} == {(code, "text")}


@pytest.mark.parametrize("code", ["en", "ms", "su", "jv"])
def test_quotes_in_another_language_do_not_decide(code: str) -> None:
    story = " ".join(SENTENCES["id"])
    assert language_of(f"{story} “{' '.join(SENTENCES[code][:4])}”", "")[0] == "id"
    assert language_of(f"{' '.join(SENTENCES[code])} “{' '.join(SENTENCES['id'][:4])}”", "")[0] == code


def test_a_word_of_the_subject_does_not_decide() -> None:
    story = "Kempen itu dimulai pada Senin. Kempen tersebut diikuti warga. Kempen kempen kempen."
    assert language_of(f"{LEAD} {SECOND} {story * 5}", "")[0] == "id"


def test_a_page_is_marked_whatever_its_theme_states() -> None:
    page = html(paragraphs(*SENTENCES["su"])).replace("<html>", '<html lang="en-US">')
    assert (read(page).language, read(page).sources["language"]) == ("su", "text")


def test_each_word_stands_once_with_languages_that_are_known() -> None:
    lines = [entry.split() for entry in entries("functionwords.txt")]
    assert {
        word: often for word, often in Counter(word for _, *words in lines for word in words).items() if often > 1
    } == {}
    assert {code for owners, *_ in lines for code in re.split("[,>]", owners)} == set(SENTENCES)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Semasa hidupnya, Frans pernah menjadi penjual rokok di Surabaya.", "id"),  # one word of Malay is no proof
        ("Rakyat Kerajaan Inggris menunggu di luar istana.", "id"),
        ("Kerajaan dan syarikat itu boleh turut hadir, kata beliau.", "ms"),
        ("Toyota ngaluarkeun produk panganyarna di pasar Indonesia.", "su"),  # its endings alone tell
        ("Pelayanan hotel nguciwakake, panganane larang.", "jv"),
        ("Sidang DPR berakhir.", "id"),
        ("", ""),
    ],
)
def test_a_single_sentence(text: str, language: str) -> None:
    assert language_of(text, "")[0] == language


def test_measured_sentences_are_indonesian() -> None:
    """One at a time, of eight words and more."""
    folder = data("idner-news-2k/train.txt.gz").parents[1]
    sentences = [" ".join(words) for words in (*idner(folder), *csui(folder)) if len(words) >= WORDS]
    marked = Counter(map(ours, sentences))
    assert marked.total() > 2000
    assert marked["id"] >= 0.97 * marked.total()
    assert marked["ms"] + marked["su"] + marked["jv"] <= 0.005 * marked.total()


def test_measured_articles_are_indonesian() -> None:
    with lzma.open(data("click-id/articles.jsonl.xz"), "rt", encoding="utf-8") as lines:
        marked = [language_of(json.loads(line)["text"], "")[0] for line in islice(lines, 1000)]
    assert marked.count("id") >= 990  # lyrics in English and empty texts are among them
