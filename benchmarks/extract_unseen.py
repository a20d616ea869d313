"""Each outlet as if it had never been seen: its pages are read without the rules that only its own pages need.

Our rules are entries of the data files in `pipeline/extract/data`. Which of them a page needs: a phrase that took
something out of it; the opening of a section or an insert that one of its lines begins with; a name of an aside, a
caption, a deck or a story that one of its boxes has. For an outlet (all pages of one registrable domain in all sets of
the run) every entry is switched off that no page of another outlet needs, also those that no page needs at all; then
its pages are read by the real reader, in a child process on a copy of the package whose data files lack these entries.

Two figures. `all`: every such entry is off. `own`: phrases B001 to B084 stay on, for these were collected on other
pages before any of ours was measured; B085 and up, openings and names are ours. Lists that cannot change a text (of
bylines, kinds, languages, titles, paywalls, walls, withdrawals) stay on. What this cannot leave out is what a person
learned from a page and wrote into code as a general rule or number: only pages that nobody has seen can tell that.
"""

import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.data import read_bytes
from benchmarks.extract_judge import Measured
from benchmarks.extract_peers import answer_of, job_of, reading_of
from benchmarks.extract_truth import Truth
from benchmarks.shingles import overlap, summary
from kliping.urls import host_of, registrable_domain
from pipeline.extract.charset import decode
from pipeline.extract.document import parse
from pipeline.extract.job import ANSWERS, ENCODER, LENGTH, Job
from pipeline.extract.outline import Outline
from pipeline.extract.reading import Reading
from pipeline.extract.title import plain
from pipeline.extract.walk import outline

Entry = tuple[str, str]  # data file and entry: a phrase's id, a section's opening, a name
PHRASES: Final = "phrases.txt"
OPENINGS: Final = ("sections.txt", "inserts.txt")  # as the phrases an entry a line
NAMES: Final = ("aside.txt", "captions.txt", "deck.txt", "story.txt")  # blank-separated words
_SHEET: Final = re.compile(
    r"B0(?:[0-7]\d|8[0-4])c?"
)  # ids of the catalogue that was there before the first measurement
_PACKAGE: Final = Path(str(files("pipeline")))


@dataclass(frozen=True, slots=True)
class Page:
    """A labelled page with what it needs."""

    set: str
    truth: Truth
    outlet: str
    needs: frozenset[Entry]


def look(name: str, truths: Sequence[Truth], rows: Sequence[Measured]) -> list[Page]:
    """The pages of a set with the entries that each needs: none where the reader failed."""
    pairs = zip(truths, rows, strict=True)
    return [Page(name, truth, outlet_name(truth), frozenset() if row.error else needs(truth)) for truth, row in pairs]


def outlet_name(truth: Truth) -> str:
    """Whose page it is: the first label of the registrable domain, or of the site that the truth names; else it stands
    alone.
    """
    return (registrable_domain(host_of(truth.url)) or truth.site or truth.name).partition(".")[0]


def needs(truth: Truth) -> frozenset[Entry]:
    """The entries that do something on a page."""
    body = read_bytes(truth.path)
    reading, root = reading_of(body, truth.url), parse(decode(body, ""))
    page = outline(root) if root is not None else Outline((), ())
    names = frozenset(name for box in page.boxes for name in box.names)
    lines = [f"{plain(block.text)} " for block in page.blocks]
    return frozenset(
        {(PHRASES, gone.reason) for gone in reading.removed}
        | {(file, name) for file in NAMES for name in catalogue()[file] & names}
        | {(file, entry) for file in OPENINGS for entry in catalogue()[file] if _opens(entry, lines)}
    )


def _opens(entry: str, lines: Sequence[str]) -> bool:
    return any(line.startswith(f"{entry} ") for line in lines)


_READER = "import sys\nfrom pipeline.extract.child import serve\nserve(sys.stdin.buffer, sys.stdout.buffer)"


@cache
def catalogue() -> Mapping[str, frozenset[str]]:
    """All entries by data file."""
    folder = _PACKAGE / "extract" / "data"
    return {
        file: frozenset(_entries(file, (folder / file).read_text("utf-8"))) for file in (PHRASES, *OPENINGS, *NAMES)
    }


def _entries(file: str, text: str) -> Iterator[str]:
    for line in filter(_is_entry, text.splitlines()):
        yield from line.split() if file in NAMES else [_of_line(file, line)]


def _is_entry(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _of_line(file: str, line: str) -> str:
    return line.split(" ", 1)[0] if file == PHRASES else line.rstrip()


def without(text: str, file: str, gone: Collection[str]) -> str:
    """The text of a data file without some of its entries."""
    lines = text.splitlines(keepends=True)
    if file in NAMES:
        lines = [
            " ".join(w for w in line.split() if w not in gone) + "\n" if _is_entry(line) else line for line in lines
        ]
    return "".join(line for line in lines if not _is_entry(line) or _of_line(file, line) not in gone)


def switched_off(pages: Sequence[Page], outlet: str) -> frozenset[Entry]:
    """What no page of another outlet needs."""
    others = frozenset(entry for page in pages if page.outlet != outlet for entry in page.needs)
    return frozenset((file, entry) for file, all_of_it in catalogue().items() for entry in all_of_it) - others


def leave_out(pages: Sequence[Page], full: Mapping[str, Sequence[Measured]]) -> dict[str, dict[str, Any]]:
    """For each set the figures of both ways; `full` are the judged pages of each set with all rules on.

    Only outlets that need something no other needs are read again: for the others nothing changes.
    """
    ways: dict[str, Callable[[Entry], bool]] = {"all": lambda _: True, "own": lambda entry: not _is_sheets(entry)}
    result: dict[str, dict[str, Any]] = {name: {} for name in full}
    for way, counts in ways.items():
        texts, off = _texts(pages, counts)
        for name, rows in full.items():
            result[name][way] = _figures([page for page in pages if page.set == name], rows, texts, off)
    return result


def _is_sheets(entry: Entry) -> bool:
    return entry[0] == PHRASES and _SHEET.fullmatch(entry[1]) is not None


def _texts(pages: Sequence[Page], counts: Callable[[Entry], bool]) -> tuple[dict[Truth, str], dict[str, list[str]]]:
    """The texts of pages read anew, and what was needed and off, by outlet."""
    owned: dict[str, list[Page]] = defaultdict(list)
    for page in pages:
        owned[page.outlet].append(page)
    gone = {outlet: frozenset(filter(counts, switched_off(pages, outlet))) for outlet in owned}
    needed = {outlet: gone[outlet] & frozenset(entry for page in own for entry in page.needs)
              for outlet, own in owned.items()}  # fmt: skip
    again = [outlet for outlet in owned if needed[outlet]]
    with ThreadPoolExecutor(os.cpu_count()) as children:
        jobs = ([_job(page.truth) for page in owned[outlet]] for outlet in again)
        readings = children.map(read_without, jobs, [gone[outlet] for outlet in again])
        texts = {
            page.truth: answer_of(reading).text
            for outlet, several in zip(again, readings, strict=True)
            for page, reading in zip(owned[outlet], several, strict=True)
        }
    return texts, {outlet: sorted(map(_spelt, needed[outlet])) for outlet in again}


def _spelt(entry: Entry) -> str:
    return f"{entry[0].removesuffix('.txt')}: {entry[1]}"


def _figures(
    pages: Sequence[Page], rows: Sequence[Measured], texts: Mapping[Truth, str], off: Mapping[str, list[str]]
) -> dict[str, Any]:
    overlaps, changed = [], []
    for page, row in zip(pages, rows, strict=True):
        shared = overlap(page.truth.body, texts[page.truth]) if page.truth in texts else row.overlap
        if shared is not None and row.overlap is not None:
            overlaps.append(shared)
            if round(shared.f1 - row.overlap.f1, 3):
                changed.append({"page": row.name, "f1": round(shared.f1, 3), "f1_full": round(row.overlap.f1, 3)})
    here = {page.outlet for page in pages}
    return {
        **{name: round(value, 4) for name, value in summary(overlaps).items()},
        "changed": changed,
        "off": {outlet: entries for outlet, entries in off.items() if outlet in here},
    }


def _job(truth: Truth) -> Job:
    return job_of(read_bytes(truth.path), truth.url)


def read_without(jobs: Sequence[Job], gone: Collection[Entry]) -> list[Reading]:
    """Pages as the reader reads them without some entries; one at which it fails has no text."""
    with TemporaryDirectory() as name:
        shutil.copytree(_PACKAGE, Path(name) / _PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
        for file in (PHRASES, *OPENINGS, *NAMES):
            data = Path(name) / _PACKAGE.name / "extract" / "data" / file
            data.write_text(
                without(data.read_text("utf-8"), file, {entry for of, entry in gone if of == file}), "utf-8"
            )
        asked = b"".join(LENGTH.pack(len(job)) + job for job in map(ENCODER.encode, jobs))
        command = [sys.executable, "-c", _READER]  # with the package that lies where it is started
        told = subprocess.run(command, cwd=name, input=asked, stdout=subprocess.PIPE, check=True).stdout
    return list(_readings(told))


def _readings(told: bytes) -> Iterator[Reading]:
    while told:
        (size,) = LENGTH.unpack(told[: LENGTH.size])
        answer, told = ANSWERS.decode(told[LENGTH.size : LENGTH.size + size]), told[LENGTH.size + size :]
        yield answer.reading or Reading()
