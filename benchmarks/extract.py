"""How well and how fast pages are read: `python -m benchmarks.extract [--data DIR] [--set NAME …] [--json]`.

For each set: word 4-gram precision, recall and F1 (see `shingles`), titles, times and bylines that are right, and
milliseconds a page, with trafilatura's defaults and readability-lxml beside it in the same run; then the worst pages.

What counts as right. Title: the same words, whatever case and punctuation. Time: the same to the precision that the
truth has (second, minute, day); where the truth states no zone, the local time. Byline: the same set of names.
Notes on the truth of pages-id: one body opens with a photo caption and ends with a promotion and the editor, one
repeats the caption of a photo page, one release ends with addresses; one byline is the editor's. They are not bent to.
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.data import arguments, need, read_bytes, read_lines
from benchmarks.extract_peers import EXTRACTORS, ZONE, Answer, Extractor
from benchmarks.shingles import Overlap, overlap, summary
from pipeline.extract.title import plain

SETS = ("pages-id", "pages-en")
WORST = 8
_DAY = len("2026-11-24")  # characters of a date in ISO 8601


@dataclass(frozen=True, slots=True)
class Truth:
    """One page and what stands in it. A fact that is None is not labelled."""

    name: str
    path: Path
    url: str
    body: str
    title: str | None = None
    published: str | None = None
    authors: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """An extractor's answer for one page, judged. None: the truth does not say."""

    name: str
    overlap: Overlap
    title: bool | None
    day: bool | None
    published: bool | None
    byline: bool | None
    seconds: float


def pages(folder: Path) -> list[Truth]:
    """The labelled pages of a folder: `truth.jsonl` (rows of kind article) or `ground-truth.json` with `html/`."""
    if (folder / "truth.jsonl").exists():
        return list(_rows(folder))
    truth = json.loads(need(folder / "ground-truth.json").read_text(encoding="utf-8"))
    return [
        Truth(name[:12], folder / "html" / f"{name}.html.gz", row.get("url") or "", row["articleBody"])
        for name, row in truth.items()
    ]


def _rows(folder: Path) -> Iterator[Truth]:
    for row in read_lines(folder / "truth.jsonl"):
        if row["kind"] == "article":
            name = Path(row["file"]).name.partition(".html")[0]
            authors = tuple(row["authors"]) if row.get("authors") is not None else None
            yield Truth(
                name, folder / row["file"], row.get("url") or "", row["body"], row.get("title"), row.get("published"),
                authors,
            )  # fmt: skip


def measure(extract: Extractor, truths: Sequence[Truth]) -> list[Measured]:
    """Every page through one extractor; the first page runs once before, so that nobody pays for imports."""
    extract(read_bytes(truths[0].path), truths[0].url)
    return [_measure(extract, truth) for truth in truths]


def _measure(extract: Extractor, truth: Truth) -> Measured:
    body = read_bytes(truth.path)
    started = time.perf_counter()
    answer = extract(body, truth.url)
    seconds = time.perf_counter() - started
    return Measured(truth.name, overlap(truth.body, answer.text), *judge(truth, answer), seconds)


def judge(truth: Truth, answer: Answer) -> tuple[bool | None, bool | None, bool | None, bool | None]:
    """Whether title, day, time and byline are right."""
    title = None if truth.title is None else plain(truth.title) == plain(answer.title)
    day = None if truth.published is None else same_time(truth.published[:_DAY], answer.published)
    published = None if truth.published is None else same_time(truth.published, answer.published)
    names = None if truth.authors is None else set(map(plain, truth.authors)) == set(map(plain, answer.byline))
    return title, day, published, names


def same_time(truth: str, read: str) -> bool:
    """Whether two ISO 8601 times are the same to the precision of `truth`; without a zone, local times count."""
    if not read or len(truth) < _DAY:
        return False
    wanted, found = datetime.fromisoformat(truth), datetime.fromisoformat(read)
    local = ZoneInfo(ZONE)
    if wanted.tzinfo is None:
        found = found.replace(tzinfo=None) if found.tzinfo is None else found.astimezone(local).replace(tzinfo=None)
    elif found.tzinfo is None:
        found = found.replace(tzinfo=local)
    if len(truth) == _DAY:
        return wanted.date() == found.date()
    exact = len(read) > _DAY
    seconds = wanted.second != 0 and found.second != 0  # a minute on the page cannot tell the seconds
    return exact and abs((wanted - found).total_seconds()) < (1 if seconds else 60)


def report(rows: Sequence[Measured]) -> dict[str, Any]:
    """The figures of one extractor on one set."""
    times = sorted(row.seconds * 1000 for row in rows)
    worst = sorted(rows, key=lambda row: row.overlap.f1)[:WORST]
    return {
        **{name: round(value, 4) for name, value in summary([row.overlap for row in rows]).items()},
        **{fact: _share([getattr(row, fact) for row in rows]) for fact in ("title", "day", "published", "byline")},
        "ms_median": round(median(times), 2),
        "ms_p95": round(times[min(len(times) - 1, int(len(times) * 0.95))], 2),
        "worst": [{"page": row.name, "f1": round(row.overlap.f1, 3), "precision": round(row.overlap.precision, 3),
                   "recall": round(row.overlap.recall, 3)} for row in worst],
        "wrong": {fact: [row.name for row in rows if getattr(row, fact) is False]
                  for fact in ("title", "day", "published", "byline")},
    }  # fmt: skip


def _share(right: list[bool | None]) -> str:
    known = [value for value in right if value is not None]
    return f"{sum(known)}/{len(known)}"


def run(data: Path, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """All extractors on the named sets."""
    result: dict[str, dict[str, Any]] = {}
    for name in names:
        truths = pages(need(data / name))
        found = {extractor: report(measure(extract, truths)) for extractor, extract in EXTRACTORS.items()}
        result[name] = {"pages": len(truths), **found}
    return result


def show(result: dict[str, dict[str, Any]]) -> None:
    """The figures as a table, with our worst pages and wrong facts below."""
    for name, found in result.items():
        print(f"\n{name}: {found['pages']} pages")
        print(f"{'':18}{'F1':>7}{'P':>7}{'R':>7}{'title':>8}{'day':>8}{'time':>8}{'byline':>8}{'ms':>8}{'p95':>8}")
        for extractor in EXTRACTORS:
            row = found[extractor]
            print(
                f"{extractor:18}{row['f1']:7.3f}{row['precision']:7.3f}{row['recall']:7.3f}{row['title']:>8}{row['day']:>8}"
                f"{row['published']:>8}{row['byline']:>8}{row['ms_median']:8.1f}{row['ms_p95']:8.1f}"
            )
        for page in found["kliping"]["worst"]:
            print(f"  {page['f1']:.3f}  P {page['precision']:.3f}  R {page['recall']:.3f}  {page['page']}")
        for fact, wrong in found["kliping"]["wrong"].items():
            if wrong:
                print(f"  {fact} wrong: {', '.join(wrong)}")


def main() -> None:
    parser: argparse.ArgumentParser = arguments("Quality and speed of the extract stage.")
    parser.add_argument("--set", nargs="+", default=list(SETS), help="folders of --data (default: %(default)s)")
    options = parser.parse_args()
    result = run(options.data, options.set)
    print(json.dumps(result, ensure_ascii=False)) if options.json else show(result)


if __name__ == "__main__":
    main()
