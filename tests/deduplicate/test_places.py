"""Groups, originals and chains, from edges alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kliping.article import Published
from pipeline.deduplicate.places import EXACT_MEMBERS, Edge, Member, appeared, components, places, told_size
from tests.deduplicate.made import START, article, words


def member(name: str, minutes: int) -> Member:
    return Member(id=name, outlet=f"outlet-{name}", appeared=START + timedelta(minutes=minutes))


def edge(a: str, b: str, score: float = 0.9, kind: str = "copy") -> Edge:
    a, b = sorted((a, b))
    return Edge(a=a, b=b, kind="copy" if kind == "copy" else "rewrite", score=score)


def test_the_earliest_is_the_original_and_the_smallest_id_names_the_group() -> None:
    found = places([member("a", 5), member("b", 1), member("c", 9)], [edge("a", "b"), edge("b", "c", 0.5, "rewrite")])
    assert found["b"].relation == "original"
    assert found["b"].of == ""
    assert (found["a"].relation, found["a"].of) == ("copy", "b")
    assert (found["c"].relation, found["c"].of, found["c"].score) == ("rewrite", "b", 0.5)
    assert {one.group for one in found.values()} == {"a"}
    assert all(one.members == 3 and one.outlets == ("outlet-a", "outlet-b", "outlet-c") for one in found.values())


def test_who_has_no_edge_to_the_original_hangs_on_the_best_way_there() -> None:
    members = [member(name, minutes) for minutes, name in enumerate("oabc")]
    found = places(members, [edge("o", "a"), edge("o", "b"), edge("a", "c", 0.7), edge("b", "c", 0.8)])
    assert found["c"].of == "b"


def test_components_are_what_edges_hold_together() -> None:
    found = components("abcdef", [edge("a", "b"), edge("b", "c"), edge("a", "c"), edge("e", "f")])
    assert sorted((sorted(inside), len(links)) for inside, links in found) == [
        (["a", "b", "c"], 3),
        (["d"], 0),
        (["e", "f"], 1),
    ]


def test_a_lone_article_is_an_original() -> None:
    assert places([member("a", 0)], [])["a"].members == 1


@given(st.data())
def test_places_do_not_depend_on_order_and_lead_to_the_original(data: st.DataObject) -> None:
    names = "abcdefgh"
    members = [member(name, data.draw(st.integers(0, 3))) for name in names]
    tree = [edge(names[i], names[data.draw(st.integers(0, i - 1))], data.draw(st.floats(0, 1))) for i in range(1, 8)]
    links = list({(one.a, one.b): one for one in tree}.values())
    found = places(members, links)
    assert found == places(data.draw(st.permutations(members)), data.draw(st.permutations(links)))
    original = min(members, key=lambda one: one.order).id
    for name in names:
        steps = 0
        while name != original:
            name, steps = found[name].of, steps + 1
            assert steps < len(names)


def test_told_sizes_are_exact_first_and_then_grow_in_steps() -> None:
    told = [told_size(size) for size in range(1, 1000)]
    assert told[:EXACT_MEMBERS] == list(range(1, EXACT_MEMBERS + 1))
    assert told == sorted(told)
    assert all(size * 8 // 9 <= one <= size for size, one in enumerate(told, 1))
    assert len(set(told[EXACT_MEMBERS:])) < 30


def test_one_more_in_a_huge_group_moves_nobody() -> None:
    members = [member(f"{number:04}", number) for number in range(400)]
    links = [edge("0000", one.id) for one in members[1:]]
    before = places(members[:-1], links[:-1])
    after = places(members, links)
    assert [one for one in before if before[one] != after[one]] == []


@pytest.mark.parametrize(
    ("precision", "hours", "expected"),
    [("minute", -3, -3), ("minute", 5, 0), ("day", -30, -6), ("day", -3, 0), ("day", 69_000_000, 0)],
)
def test_an_article_appeared_when_printed_but_not_after_we_saw_it(precision: str, hours: int, expected: int) -> None:
    instant = START + timedelta(hours=hours)
    published = Published(
        instant=instant,
        zone="Asia/Jakarta",
        precision="day" if precision == "day" else "minute",
        source="page",
        raw="",
    )
    assert appeared(replace(article("a", words(1)), published=published)) == START + timedelta(hours=expected)


def test_an_article_without_a_date_appeared_when_we_saw_it() -> None:
    assert appeared(article("a", words(1))) == START
