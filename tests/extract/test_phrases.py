"""The quick looks at a line hide no rule that holds for it."""

import re
from itertools import islice

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.hostile.pages import PIECES
from pipeline.extract.needs import Need, needs_of
from pipeline.extract.phrases import Phrases, Rule, rules

SCOPES = ("cut", "inline", "line", "head", "tail", "last")
RULES = [rule for scope in SCOPES for rule in rules(scope)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_tried_on_whatever_it_holds_for(rule: Rule) -> None:
    @settings(
        max_examples=3, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.from_regex(rule.pattern))
    def holds(text: str) -> None:
        assert rule in Phrases([text]).fitting(rule.scope, text)

    holds()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_rule_goes_back_and_forth_over_a_line_of_one_piece(rule: Rule) -> None:
    """Behind each of its words. A careless expression takes hours for it, more than a test may; and what holds for
    such a line is tried on it."""
    said = dict.fromkeys(re.findall(r"[A-Za-z]{2,}", re.sub(r"\\.", " ", rule.pattern.pattern)))
    for word in ("", *islice(said, 8)):
        for piece in PIECES:
            line = f"{word} {piece * (400 // len(piece))}!"
            assert not rule.pattern.search(line) or rule in Phrases([line]).fitting(rule.scope, line)


@pytest.mark.parametrize(
    ("expression", "needs"),
    [
        (r"(?:\*{0,2}|\()\bbaca\s+juga\s*:\s*[^\n]{5,200}$", [("baca",), ("juga",), (":",)]),
        (r"\bgoogletag\.(?:cmd|display)\b.{0,240}?;", [("googletag.",), (";",), ("cmd", "display")]),
        (r"\s+di\s+.{3,80}?\s+dengan\s+Judul\b", [("dengan",), ("judul",), ("di",)]),
        (r"\s*\*{1,3}\s*@?\s*(?:tim)?\s*$", [("*",)]),
        (r"klik\s+di|lihat\s+semua", [("klik", "lihat")]),
        (r"\[\s*(?:video|audio)?\b[^\]]{0,200}\]", [("[",), ("]",)]),
        (r"^(?=.{0,160}$)(?=.*\b(?:wa|google\s+news)\b)(?!iklan)foto", [("foto",), ("wa", "google")]),
        (r"(?:a|\d)b{2}c?", [("b",)]),
    ],
)
def test_needs_are_what_every_match_has(expression: str, needs: list[Need]) -> None:
    assert needs_of(expression) == needs


def test_running_text_meets_few_rules() -> None:
    line = "Pemerintah kota menambah tiga taman baru di tepi sungai pada tahun ini, kata wali kota, Senin."
    phrases = Phrases([line])
    assert sum(len(phrases.fitting(scope, line)) for scope in SCOPES) < len(RULES) // 10
