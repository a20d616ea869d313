"""What learned templates gain: `python -m benchmarks.templates [--data DIR] [--pages N] [--json]`.

For every outlet with enough pages (real ones of pages-id, and the outlets of the sample press, whose pages are made
from a dozen designs and padded to the size of real ones): a template is learned from the first half of its pages and
tried on the others, which it has not seen. Real outlets have five pages at most: each is tried with what the others
teach, or where they are too few, with what all teach, for the time. Beside each other, in the same run: word 4-gram
F1 of the whole reader and with the template, and milliseconds a page of trafilatura's defaults (text alone), of
trafilatura with the facts that we read too, of the whole reader, the template, and the template in a child process
with the hand-over there and back.

Milliseconds are of processor time, of this process and the child together, the best of some rounds. A round reads all
pages of all outlets in turn: more lines than are remembered, so no page is found in a cache of the round before. `x`
says how many times faster the child is than trafilatura's defaults, `x facts` than trafilatura with facts.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from benchmarks.data import arguments, need, read_bytes
from benchmarks.extract_peers import FETCHED_AT, ZONE, trafilatura, trafilatura_facts
from benchmarks.extract_truth import pages as labelled
from benchmarks.padding import padded
from benchmarks.processor import processor_seconds
from benchmarks.shingles import overlap, summary
from kliping.article import Found
from pipeline.extract import Pool, Reading
from pipeline.extract.charset import decode
from pipeline.extract.job import Job
from pipeline.extract.learn import FEWEST, learn
from pipeline.extract.reading import Asked, read_whole
from pipeline.extract.sample import Sample
from pipeline.extract.template import Template
from tests.press.loading import load
from tests.press.press import FOLDER, Press

ENOUGH = 12  # pages of an outlet of which half may be kept unseen
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Page:
    """One page with the text that it truly holds."""

    body: bytes
    url: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """One outlet, measured. Times in milliseconds a page."""

    outlet: str
    pages: int
    unseen: bool  # the pages that were tried are others than those that were learned from
    learned: bool
    missed: int = 0  # tried pages that did not fit
    f1_whole: float = 0.0
    f1_template: float = 0.0
    trafilatura: float = 0.0
    facts: float = 0.0  # trafilatura with title, date and authors
    whole: float = 0.0
    template: float = 0.0
    child: float = 0.0  # with the hand-over to a child process and back

    @property
    def factor(self) -> float:
        return self.trafilatura / self.child

    @property
    def factor_with_facts(self) -> float:
        return self.facts / self.child


@dataclass(frozen=True, slots=True)
class Trial:
    """An outlet's pages, each with the templates that it is tried with."""

    outlet: str
    pages: int
    unseen: bool
    tried: Sequence[tuple[Page, tuple[Template, ...]]]

    @property
    def learned(self) -> bool:
        return any(templates for _, templates in self.tried)


def real(data: Path) -> Iterator[tuple[str, list[Page]]]:
    """The outlets of pages-id with at least FEWEST pages; a page's file name begins with its outlet's."""
    found: dict[str, list[Page]] = defaultdict(list)
    for truth in labelled(need(data / "pages-id")):
        found[truth.name.partition("-")[0]].append(Page(read_bytes(truth.path), truth.url, truth.body))
    yield from ((outlet, pages) for outlet, pages in found.items() if len(pages) >= FEWEST)


def made(number: int) -> Iterator[tuple[str, list[Page]]]:
    """The outlets of the sample press with `number` generated articles each, as they answer, padded."""
    scenario = load(FOLDER / "sukaraya.toml")
    with Press(replace(scenario, generate=replace(scenario.generate, articles=number)), delay=0.0) as press:
        found: dict[str, list[Page]] = defaultdict(list)
        for row in press.truth()["articles"]:
            if row["reachable"] and row["visible"] and len(found[row["outlet"]]) < number:
                body = padded(_fetched(row["url"], press.port), row["url"])
                found[row["outlet"]].append(Page(body, row["url"], "\n".join(row["paragraphs"])))
    yield from found.items()


def _fetched(url: str, port: int) -> bytes:
    parts = urlsplit(url)
    asked = Request(f"http://127.0.0.1:{port}{parts.path}?{parts.query}", headers={"Host": parts.netloc})
    body: bytes = urlopen(asked).read()
    return body


def trial(outlet: str, pages: Sequence[Page]) -> Trial:
    """Learn from one half, to be tried on the other; of few pages, from all but the one that is tried."""
    samples = [_sample(page) for page in pages]
    if len(pages) >= ENOUGH:
        half = len(pages) // 2
        templates = learn(outlet, samples[:half], FETCHED_AT)
        return Trial(outlet, len(pages), True, [(page, templates) for page in pages[half:]])
    left_out = [
        (page, learn(outlet, samples[:index] + samples[index + 1 :], FETCHED_AT)) for index, page in enumerate(pages)
    ]
    if all(_fits(page, templates) for page, templates in left_out):
        return Trial(outlet, len(pages), True, left_out)
    templates = learn(outlet, samples, FETCHED_AT)
    return Trial(outlet, len(pages), False, [(page, templates) for page in pages if _fits(page, templates)])


def _fits(page: Page, templates: tuple[Template, ...]) -> bool:
    return _job(page, templates).read().design >= 0


def gain(made: Trial) -> Gain:
    """What is read of the pages, in no measured time."""
    pages = [page for page, _ in made.tried]
    read = [_job(page, templates).read() for page, templates in made.tried]
    return Gain(
        outlet=made.outlet,
        pages=made.pages,
        unseen=made.unseen,
        learned=made.learned,
        missed=sum("template_missed" in reading.flags for reading in read),
        f1_whole=_f1(pages, [_job(page).read() for page in pages]),
        f1_template=_f1(pages, read),
    )


def timed(trials: Sequence[Trial], pool: Pool) -> list[dict[str, Any]]:
    """Milliseconds a page of each way to read, for each trial."""
    ways: dict[str, Callable[[Page, tuple[Template, ...]], Any]] = {
        "trafilatura": lambda page, _: trafilatura(page.body, page.url),
        "facts": lambda page, _: trafilatura_facts(page.body, page.url),
        "whole": lambda page, _: _job(page).read(),
        "template": lambda page, templates: _job(page, templates).read(),
        "child": lambda page, templates: pool.read([partial(_job, page, templates)]),
    }
    best = [dict.fromkeys(ways, float("inf")) for _ in trials]
    for _ in range(ROUNDS):
        for way, read in ways.items():
            for made, found in zip(trials, best, strict=True):
                found[way] = min(found[way], _seconds(read, made))
    return [{way: round(1000 * seconds, 2) for way, seconds in found.items()} for found in best]


def _seconds(read: Callable[[Page, tuple[Template, ...]], Any], made: Trial) -> float:
    """Of processor time, a page."""
    started = processor_seconds()
    for page, templates in made.tried:
        read(page, templates)
    return (processor_seconds() - started) / len(made.tried)


def _f1(pages: Sequence[Page], readings: Sequence[Reading]) -> float:
    texts = ("\n".join(reading.paragraphs) for reading in readings)
    return round(summary([overlap(page.text, text) for page, text in zip(pages, texts, strict=True)])["f1"], 4)


def _sample(page: Page) -> Sample:
    html, asked = decode(page.body, "text/html"), _asked(page)
    return Sample(html, asked, read_whole(html, asked))


def _asked(page: Page) -> Asked:
    return Asked(address=page.url, zone=ZONE, fetched_at=FETCHED_AT, found=Found(way="hand"))


def _job(page: Page, templates: tuple[Template, ...] = ()) -> Job:
    return Job(
        body=page.body, url=page.url, answered=page.url, zone=ZONE, fetched_at=FETCHED_AT, content_type="text/html",
        found=Found(way="hand"), templates=templates,
    )  # fmt: skip


def main() -> None:
    parser = arguments("What learned templates gain.")
    parser.add_argument("--pages", type=int, default=24, help="of each outlet of the press (default: %(default)s)")
    options = parser.parse_args()
    outlets = [trial(outlet, pages) for outlet, pages in (*real(options.data), *made(options.pages))]
    learned = [one for one in outlets if one.learned]
    with Pool(children=1).start() as pool:
        times = dict(zip((one.outlet for one in learned), timed(learned, pool), strict=True))
    gains = [replace(gain(one), **times.get(one.outlet, {})) for one in outlets]
    print(json.dumps([asdict(one) for one in gains])) if options.json else show(gains)


def show(gains: Sequence[Gain]) -> None:
    """A line an outlet, then what holds for all."""
    print(f"{'outlet':18}{'pages':>6}{'unseen':>8}{'missed':>8}{'F1 whole':>10}{'template':>10}", end="")
    print(f"{'ms: trafilatura':>18}{'+facts':>8}{'whole':>8}{'template':>10}{'child':>8}{'x':>6}{'x facts':>9}")
    for one in gains:
        print(f"{one.outlet:18}{one.pages:6}{'yes' if one.unseen else 'no':>8}", end="")
        if one.learned:
            print(f"{one.missed:8}{one.f1_whole:10.3f}{one.f1_template:10.3f}", end="")
            print(
                f"{one.trafilatura:18.2f}{one.facts:8.2f}{one.whole:8.2f}{one.template:10.2f}{one.child:8.2f}", end=""
            )
            print(f"{one.factor:6.1f}{one.factor_with_facts:9.1f}")
        else:
            print("   no template")
    for name, most in (("real pages", (0, ENOUGH)), ("press", (ENOUGH, sys.maxsize))):
        _sum_up(name, [one for one in gains if one.learned and one.pages in range(*most)])


def _sum_up(name: str, gains: Sequence[Gain]) -> None:
    """The median factor over outlets, and the worst outlet."""
    if gains:
        worst = min(gains, key=lambda one: one.factor)
        middle, facts = median(one.factor for one in gains), median(one.factor_with_facts for one in gains)
        whole = median(one.trafilatura / one.whole for one in gains)
        print(
            f"{name}: known outlets {middle:.1f} times faster than trafilatura, {facts:.1f} times with facts;", end=" "
        )
        print(
            f"worst {worst.outlet}: {worst.factor:.1f}, {worst.factor_with_facts:.1f}; unknown ones {whole:.1f} times"
        )


if __name__ == "__main__":
    main()
