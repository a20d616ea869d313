"""What learned templates gain: `python -m benchmarks.templates [--data DIR] [--pages N] [--json]`.

For every outlet with enough pages (real ones of pages-id, and the outlets of the sample press, whose pages are made
from a dozen designs): a template is learned from the first half of its pages and tried on the others, which it has
not seen; real outlets have five pages each, so theirs are tried on the pages that they were learned from, for the
time. Beside each other, in the same run: word 4-gram F1 of the whole reader and with the template, and milliseconds a
page of trafilatura's defaults, the whole reader, the template, and the template in a child process with the hand-over.
"""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from benchmarks.data import arguments, need, read_bytes
from benchmarks.extract_peers import FETCHED_AT, ZONE, trafilatura
from benchmarks.extract_truth import pages as labelled
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
    whole: float = 0.0
    template: float = 0.0
    child: float = 0.0  # with the hand-over to a child process and back


def real(data: Path) -> Iterator[tuple[str, list[Page]]]:
    """The outlets of pages-id with at least FEWEST pages; a page's file name begins with its outlet's."""
    found: dict[str, list[Page]] = defaultdict(list)
    for truth in labelled(need(data / "pages-id")):
        found[truth.name.partition("-")[0]].append(Page(read_bytes(truth.path), truth.url, truth.body))
    yield from ((outlet, pages) for outlet, pages in found.items() if len(pages) >= FEWEST)


def made(number: int) -> Iterator[tuple[str, list[Page]]]:
    """The outlets of the sample press with `number` generated articles each, as they answer."""
    scenario = load(FOLDER / "sukaraya.toml")
    with Press(replace(scenario, generate=replace(scenario.generate, articles=number)), delay=0.0) as press:
        found: dict[str, list[Page]] = defaultdict(list)
        for row in press.truth()["articles"]:
            if row["reachable"] and row["visible"] and len(found[row["outlet"]]) < number:
                found[row["outlet"]].append(
                    Page(_fetched(row["url"], press.port), row["url"], "\n".join(row["paragraphs"]))
                )
    yield from found.items()


def _fetched(url: str, port: int) -> bytes:
    parts = urlsplit(url)
    asked = Request(f"http://127.0.0.1:{port}{parts.path}?{parts.query}", headers={"Host": parts.netloc})
    body: bytes = urlopen(asked).read()
    return body


def measure(outlet: str, pages: Sequence[Page], pool: Pool) -> Gain:
    """Learn from one half, try on the other."""
    unseen = len(pages) >= ENOUGH
    taught, tried = (pages[: len(pages) // 2], pages[len(pages) // 2 :]) if unseen else (pages, pages)
    templates = learn(outlet, [_sample(page) for page in taught], FETCHED_AT)
    if not templates:
        return Gain(outlet=outlet, pages=len(pages), unseen=unseen, learned=False)
    read = [_job(page, templates).read() for page in tried]
    whole = [_job(page).read() for page in tried]
    return Gain(
        outlet=outlet,
        pages=len(pages),
        unseen=unseen,
        learned=True,
        missed=sum("template_missed" in reading.flags for reading in read),
        f1_whole=_f1(tried, whole),
        f1_template=_f1(tried, read),
        trafilatura=_ms(lambda page: trafilatura(page.body, page.url), tried),
        whole=_ms(lambda page: _job(page).read(), tried),
        template=_ms(lambda page: _job(page, templates).read(), tried),
        child=_ms(lambda page: pool.read([partial(_job, page, templates)]), tried),
    )


def _f1(pages: Sequence[Page], readings: Sequence[Reading]) -> float:
    texts = ("\n".join(reading.paragraphs) for reading in readings)
    return round(summary([overlap(page.text, text) for page, text in zip(pages, texts, strict=True)])["f1"], 4)


def _ms(read: Callable[[Page], Any], pages: Sequence[Page], rounds: int = 3) -> float:
    """Milliseconds a page, the best of some rounds: others work on the machine too."""
    read(pages[0])
    best = float("inf")
    for _ in range(rounds):
        started = time.perf_counter()
        for page in pages:
            read(page)
        best = min(best, time.perf_counter() - started)
    return round(1000 * best / len(pages), 2)


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
    with Pool(children=1) as pool:
        outlets = (*real(options.data), *made(options.pages))
        gains = [measure(outlet, pages, pool) for outlet, pages in outlets]
    print(json.dumps([asdict(gain) for gain in gains])) if options.json else show(gains)


def show(gains: Sequence[Gain]) -> None:
    """A line an outlet."""
    print(f"{'outlet':18}{'pages':>6}{'unseen':>8}{'missed':>8}{'F1 whole':>10}{'template':>10}", end="")
    print(f"{'ms: trafilatura':>18}{'whole':>8}{'template':>10}{'child':>8}{'x':>6}")
    for gain in gains:
        unseen = "yes" if gain.unseen else "no"
        print(f"{gain.outlet:18}{gain.pages:6}{unseen:>8}", end="")
        if gain.learned:
            faster = gain.trafilatura / gain.child
            print(f"{gain.missed:8}{gain.f1_whole:10.3f}{gain.f1_template:10.3f}", end="")
            print(f"{gain.trafilatura:18.1f}{gain.whole:8.1f}{gain.template:10.1f}{gain.child:8.1f}{faster:6.1f}")
        else:
            print("   no template")


if __name__ == "__main__":
    main()
