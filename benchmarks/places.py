"""How well the primary region of an article is found, and how long its regions and agencies take.

    python -m benchmarks.places [--data DIR] [--json]

On the labelled articles of `labels/tone.jsonl` that have a region (a name, several where the labellers saw several):
`primary` is the share whose first-ranked region is, lies in, or is around a labelled one; `named` the share in which a
labelled region is among the mentions. Speed: find_regions and find_agencies, milliseconds of one process for 400 words.
"""

import json
import lzma
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.data import arguments, need, read_bytes, read_lines
from kliping.indonesian.agencies import find_agencies
from kliping.indonesian.gazetteer import gazetteer, place_words
from kliping.indonesian.places import find_regions
from kliping.indonesian.regions import lies_in
from kliping.indonesian.words import tokens

WORDS = 400  # of a usual local-news article
_Article = tuple[str, list[str]]  # title, paragraphs


@dataclass(frozen=True, slots=True)
class Score:
    """Shares from 0 to 1 over `articles`; milliseconds for 400 words."""

    articles: int
    primary: float
    named: float
    milliseconds: float


def _articles(folder: Path, wanted: frozenset[str]) -> Iterator[tuple[str, _Article]]:
    """The wanted articles of both sets by id."""
    with lzma.open(need(folder / "click-id" / "articles.jsonl.xz"), "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["id"] in wanted:
                yield row["id"], (row["title"], row["text"].split(".,"))  # the set joined paragraphs by commas
    for line in read_bytes(need(folder / "indosum" / "indosum.jsonl.gz")).decode("utf-8").splitlines():
        row = json.loads(line)
        if row["id"] in wanted:
            sentences = (" ".join(sentence) for paragraph in row["paragraphs"] for sentence in paragraph)
            yield row["id"], ("", list(sentences))


def _codes(labels: list[str]) -> tuple[str, ...]:
    """The codes that labelled names may mean."""
    entries = (gazetteer().exactly([w for w in tokens(name) if w not in place_words("type")]) for name in labels)
    return tuple(code for entry in entries if entry for code in entry.wide or entry.districts)


def _judged(article: _Article, wanted: tuple[str, ...]) -> tuple[bool, bool]:
    """Whether the primary region is a wanted one, and whether any mention is."""
    codes = [mention.code for mention in find_regions(*article) if mention.code]
    primary = bool(codes) and any(lies_in(codes[0], code) or lies_in(code, codes[0]) for code in wanted)
    return primary, any(lies_in(code, outer) for code in codes for outer in wanted)


def measure(folder: Path) -> Score:
    rows: list[Mapping[str, Any]] = [row for row in read_lines(need(folder / "labels" / "tone.jsonl")) if row["region"]]
    texts = dict(_articles(folder, frozenset(row["id"] for row in rows)))
    cases = [(texts[row["id"]], codes) for row in rows if row["id"] in texts and (codes := _codes(row["region"]))]
    judged = [_judged(article, codes) for article, codes in cases]
    started = time.process_time()
    for article, _ in cases:
        find_regions(*article)
        find_agencies(*article)
    spent = time.process_time() - started
    words = sum(len(" ".join(paragraphs).split()) for (_, paragraphs), _ in cases)
    primary, named = (sum(column) / len(cases) for column in zip(*judged, strict=True))
    return Score(len(cases), primary, named, spent / words * WORDS * 1000)


def main() -> None:
    given = arguments("How well the primary region of an article is found").parse_args()
    score = measure(given.data)
    if given.json:
        print(json.dumps(asdict(score), indent=2))
    else:
        print(*(f"{key} {value:.3g}" for key, value in asdict(score).items()), sep="  ")


if __name__ == "__main__":
    main()
