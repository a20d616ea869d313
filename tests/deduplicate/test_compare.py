"""The judgement on two texts. Word lists stand for sentences: what counts is which runs both have."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kliping.article import Article
from pipeline.deduplicate.compare import Match, judge
from pipeline.deduplicate.text import Text
from tests.deduplicate.made import article, edited, words

TEXT = words(1, 200)


def kind(one: Article, other: Article) -> str:
    match = judge(Text(one), Text(other))
    assert match == judge(Text(other), Text(one))
    return match.kind if match else ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEXT, "copy"),
        ([word.upper() for word in TEXT], "copy"),
        (edited(TEXT, 5, 0.2), "copy"),
        (TEXT[:80], "copy"),
        ([*words(7, 60), *TEXT], "copy"),
        (edited(TEXT, 5, 0.5), "rewrite"),
        (edited(TEXT, 5, 0.8), ""),
        (words(2, 200), ""),
        ([*TEXT[:40], *words(8, 300)], ""),
    ],
    ids=["same", "case", "edited", "cut", "new lead", "half reworded", "one quote", "other", "shared background"],
)
def test_between_outlets(text: list[str], expected: str) -> None:
    assert kind(article("a", TEXT), article("b", text)) == expected


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        (TEXT, "", "copy"),
        ([*TEXT, *words(4, 60)], "", "copy"),
        ([*words(4, 60), *TEXT], "", ""),
        (edited(TEXT, 5, 0.5), "", ""),
        ([*TEXT[:-1], "tambahan"], "Harga emas 24 November", ""),
    ],
    ids=["same", "continued", "follow-up over old text", "reworded", "daily list"],
)
def test_within_one_outlet(text: list[str], title: str, expected: str) -> None:
    one = article("a", TEXT, outlet="koran", title="Harga emas 23 November")
    assert kind(one, article("b", text, outlet="koran", title=title)) == expected


def test_one_price_list_on_two_days_is_two_articles() -> None:
    prices = [[str(1000 * day + number) for number in range(40)] for day in (1, 2)]
    first, second = ([*TEXT[:150], *price] for price in prices)
    assert kind(article("a", first), article("b", second)) == ""
    assert kind(article("a", first), article("b", [*first[:140], *words(3, 10), *first[150:]])) == "copy"


def test_shared_quotations_make_a_rewrite_of_what_would_be_none() -> None:
    quote = words(11, 34)
    told = [*words(12, 70), '"', *quote, '"', *TEXT[:6]]
    retold = [*words(13, 66), '"', *quote, '"', *TEXT[:6]]
    assert kind(article("a", told), article("b", retold)) == "rewrite"
    unquoted = [[word for word in text if word != '"'] for text in (told, retold)]
    assert kind(article("a", unquoted[0]), article("b", unquoted[1])) == ""


def test_short_texts_must_be_equal() -> None:
    short = TEXT[:25]
    assert kind(article("a", short), article("b", short)) == "copy"
    assert kind(article("a", short), article("b", [*short, "lagi"])) == ""


def test_a_brief_is_a_copy_elsewhere_when_nearly_all_of_it_and_its_numbers_are_the_same() -> None:
    brief = TEXT[:50]
    assert kind(article("a", brief), article("b", ["sukaraya", "kbn", *brief[:44]])) == "copy"
    assert kind(article("a", brief), article("b", [*brief[:25], *TEXT[100:125]])) == ""
    assert kind(article("a", [*brief, "12"]), article("b", [*brief, "13"])) == ""
    assert kind(article("a", brief), article("a", [*brief, "lagi"])) == ""


def test_captions_must_have_equal_titles_too() -> None:
    caption = ["foto", "istimewa"]
    assert kind(article("a", caption), article("b", caption)) == ""
    assert kind(article("a", caption, title="Banjir"), article("b", caption, title="Banjir")) == "copy"


def test_empty_texts_are_nobodys_twins() -> None:
    assert kind(article("a", [], title="Sama"), article("b", [], title="Sama")) == ""


def test_endless_repetition_is_judged_in_bounded_work() -> None:
    table = ["nol", "satu"] * 50_000
    assert kind(article("a", table), article("b", [*words(3, 50), *table])) == "copy"


def test_the_proof_is_quoted_as_printed() -> None:
    text = [word.capitalize() + "," for word in TEXT]
    match = judge(Text(article("a", text)), Text(article("b", edited(text, 5, 0.2))))
    assert match is not None
    assert 1 <= len(match.passages) <= 3
    assert all(len(one) <= 200 for one in match.passages)
    assert all(one in " ".join(text) for one in match.passages)


@given(st.text(max_size=2000), st.text(max_size=2000))
@settings(max_examples=60, deadline=None)
def test_any_two_texts_can_be_judged(one: str, other: str) -> None:
    a, b = (replace(article(name, []), paragraphs=(text, one)) for name, text in (("a", one), ("b", other)))
    assert isinstance(judge(Text(a), Text(b)), Match | None)
