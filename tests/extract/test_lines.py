"""The catalogue of phrases: an example of each rule is removed, and sentences of stories that look alike are kept."""

from pathlib import Path

import pytest

from pipeline.extract.clean import clean
from pipeline.extract.phrases import Rule, rules
from tests.extract.pages import TITLE

FOLDER = Path(__file__).parent / "lines"
STORY = tuple(
    f"Kepala dinas menjelaskan tahap {step} penanaman bakau kepada warga pesisir di balai desa."
    for step in ("pertama", "kedua", "ketiga", "keempat", "kelima", "keenam", "ketujuh", "kedelapan")
)
PLACES = {"start": 0, "middle": len(STORY) // 2, "end": len(STORY)}
CATALOGUE = {rule.name: rule for scope in ("cut", "inline", "line", "head", "tail", "last") for rule in rules(scope)}


def lines(name: str) -> list[str]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def story_with(line: str, place: int) -> list[str]:
    return [text for text in (*STORY[:place], line, *STORY[place:]) if text]


@pytest.mark.parametrize("example", lines("removed.txt"))
def test_what_an_outlet_prints_around_stories_is_removed(example: str) -> None:
    name, place, text = example.split(" ", 2)
    line, _, left = text.partition(" => ")
    assert CATALOGUE[name].pattern.search(line)
    found = clean(story_with(line, PLACES[place]), TITLE)
    assert list(found.paragraphs) == story_with(left, PLACES[place])
    assert found.removed


@pytest.mark.parametrize("sentence", lines("kept.txt"))
def test_a_sentence_that_looks_alike_is_kept(sentence: str) -> None:
    for place in ("start", "middle", "end"):
        told = story_with(sentence, PLACES[place])
        assert list(clean(told, TITLE).paragraphs) == told


@pytest.mark.parametrize("rule", CATALOGUE.values(), ids=lambda rule: rule.name)
def test_every_rule_has_an_example_and_spares_the_story(rule: Rule) -> None:
    assert any(example.startswith(f"{rule.name} ") for example in lines("removed.txt"))
    assert not any(rule.pattern.search(text) for text in STORY)
