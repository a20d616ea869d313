"""Generated articles for load: composed from many small parts, so that no two share much of their text.

The parts file gives named lists; a part may name other lists in brackets, `{tempat}`, and `{n:5-90}` draws a
number. An article is a headline (`judul`, or `judul_lain` when it does not concern the desk), a lead (`teras`,
`teras_lain`) and sentences of different shapes (`kalimat`). Names, places and numbers stand close together in every
shape: they are what keeps word 5-grams of two articles apart.
"""

import random
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from tests.press.dates import seconds
from tests.press.scenario import Generate, Outlet, Scenario, Story, Version

Parts = Mapping[str, tuple[str, ...]]
SLOT = re.compile(r"\{([a-z_]+)\}|\{n:(\d+)-(\d+)\}")
PARAGRAPHS = (4, 7)  # after the lead, least and most; two sentences each
RESERVED = frozenset({"hari", "hari_saja", "hari_pendek", "tanggal", "bulan", "tahun"})  # dates.fill has them


def generated(scenario: Scenario) -> Iterator[Story]:
    """One story of one article each; nothing when the scenario generates none."""
    rule = scenario.generate
    if not any(_count(outlet, rule) for outlet in scenario.outlets):
        return
    parts = read_parts(scenario.folder / rule.parts)
    for outlet in scenario.outlets:
        for n in range(_count(outlet, rule)):
            yield _story(outlet, n, rule, parts)


def _count(outlet: Outlet, rule: Generate) -> int:
    return rule.articles if outlet.generate < 0 else outlet.generate


@cache
def read_parts(path: Path) -> Parts:
    """The lists of a parts file."""
    table = tomllib.loads(path.read_text("utf-8"))
    return {name: tuple(values) for name, values in table.items()}


def _story(outlet: Outlet, n: int, rule: Generate, parts: Parts) -> Story:
    draw = random.Random(f"{rule.seed}/{outlet.id}/{n}")
    ours = draw.random() < rule.relevant
    offset = seconds(rule.start) + seconds(rule.over) * n / max(1, _count(outlet, rule))
    version = Version(
        outlet=outlet.id,
        title=expand("{judul}" if ours else "{judul_lain}", parts, draw),
        text="\n\n".join(_paragraphs(ours, parts, draw)),
        after=f"{offset:.0f}s",
    )
    why = "generated: names our government" if ours else "generated: another subject"
    tone = "neutral" if ours else "none"
    return Story(id=f"gen-{outlet.id}-{n}", relevant=ours, why=why, tone=tone, article=(version,))


def _paragraphs(ours: bool, parts: Parts, draw: random.Random) -> Iterator[str]:
    shapes = draw.sample(parts["kalimat"], len(parts["kalimat"]))
    yield _sentence("{teras}" if ours else "{teras_lain}", parts, draw)
    for _ in range(draw.randint(*PARAGRAPHS)):
        yield " ".join(_sentence(shapes.pop(), parts, draw) for _ in range(2) if shapes)


def _sentence(shape: str, parts: Parts, draw: random.Random) -> str:
    text = expand(shape, parts, draw)
    return text[:1].upper() + text[1:]


def expand(text: str, parts: Parts, draw: random.Random) -> str:
    """Fill every slot of `text`, and the slots of what fills them."""

    def value(match: re.Match[str]) -> str:
        if match[2]:
            return str(draw.randint(int(match[2]), int(match[3])))
        if match[1] in RESERVED:
            return match[0]
        return expand(draw.choice(parts[match[1]]), parts, draw)

    return SLOT.sub(value, text)
