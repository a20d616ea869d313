"""How well twins are found: `python -m benchmarks.pairs [--data DIR] [--json] [--flow N]`.

Reads labels/pairs.jsonl and click-id/articles.jsonl.xz. Each labelled pair is put to the deduplicate stage's own
judgement, and to the usual baseline beside it (Jaccard similarity of word 5-grams of at least .3). `--flow N` sends
the first N articles of click-id and those of the labelled pairs through the stage into a fresh SQLite file with the
shipped durability, measures articles/s, and looks which labelled pairs ended in one group (candidates and chains
included).
"""

import json
import lzma
import re
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks.data import arguments, need, read_lines
from kliping.article import Article, article_id, digest, revision_id
from kliping.database import Database, migrate
from kliping.tables import articles
from pipeline.deduplicate import Deduplicate
from pipeline.deduplicate.compare import judge
from pipeline.deduplicate.text import Text
from pipeline.stage import Drop

BASELINE = 0.3  # Jaccard of word 5-grams, from the README of the data
MOMENT = datetime(2026, 11, 23, tzinfo=UTC)  # first sight of everything: all inside one window
# The data joins paragraphs by a comma: one follows the point that ends a sentence.
_JOINT = re.compile(r'(?<=[.!?"”]),(?=\S)')
SETTLED = 32  # messages whose outbox rows are cleared at once: a worker's batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two articles, what a reader calls them, what the program does."""

    a: str
    b: str
    label: str  # copy, rewrite, same_story, different
    same_outlet: bool
    found: str  # copy, rewrite, ''


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Shares between 0 and 1. Merged = taken for one source text, as copy or as rewrite."""

    copy_recall: float  # labelled copies that are called copies
    copy_precision: float  # of what is called a copy: labelled copy or rewrite, so rightly merged
    copy_exact: float  # of what is called a copy: labelled copy
    merged_copies: float  # labelled copies that are merged
    merged_rewrites: float  # labelled rewrites that are merged
    merged_recall: float  # labelled copies and rewrites that are merged
    merged_precision: float
    wrong: int  # same_story or different that were merged
    pairs: int


def score(pairs: Sequence[Pair]) -> Score:
    """The figures of a set of judged pairs."""
    merged = [pair for pair in pairs if pair.found]
    called = [pair for pair in merged if pair.found == "copy"]
    right = {"copy", "rewrite"}
    return Score(
        copy_recall=_share(pairs, lambda p: p.label == "copy", lambda p: p.found == "copy"),
        copy_precision=_share(called, lambda _: True, lambda p: p.label in right),
        copy_exact=_share(called, lambda _: True, lambda p: p.label == "copy"),
        merged_copies=_share(pairs, lambda p: p.label == "copy", lambda p: bool(p.found)),
        merged_rewrites=_share(pairs, lambda p: p.label == "rewrite", lambda p: bool(p.found)),
        merged_recall=_share(pairs, lambda p: p.label in right, lambda p: bool(p.found)),
        merged_precision=_share(merged, lambda _: True, lambda p: p.label in right),
        wrong=sum(pair.label not in right for pair in merged),
        pairs=len(pairs),
    )


def _share(pairs: Sequence[Pair], among: Callable[[Pair], bool], hit: Callable[[Pair], bool]) -> float:
    chosen = [pair for pair in pairs if among(pair)]
    return round(sum(map(hit, chosen)) / len(chosen), 3) if chosen else 1.0


def jaccard(one: Text, other: Text) -> float:
    """Jaccard similarity of the sets of word 5-grams."""
    common = one.places.keys() & other.places.keys()
    return len(common) / max(1, len(one.places.keys() | other.places.keys()))


def read_articles(folder: Path) -> Iterator[tuple[str, Article]]:
    """The articles of click-id by their id there."""
    yield from ((row["id"], article) for row, article in read_rows(folder))


def read_rows(folder: Path) -> Iterator[tuple[dict[str, Any], Article]]:
    """The rows of click-id, each with the article that it is."""
    with lzma.open(need(folder / "click-id" / "articles.jsonl.xz"), "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            yield row, _article(row)


def _article(row: Mapping[str, Any]) -> Article:
    paragraphs = tuple(part.strip() for part in _JOINT.split(row["text"]) if part.strip())
    return Article(
        id=article_id(row["url"]),
        revision=revision_id(row["title"], paragraphs),
        page=digest(row["id"]),
        url=row["url"],
        outlet=row["source"],
        title=row["title"],
        paragraphs=paragraphs,
        published=None,
        fetched_at=MOMENT,
        first_seen=MOMENT,
        origin="backfill",
    )


def judged(
    labels: Sequence[Mapping[str, str]], texts: Mapping[str, Text], find: Callable[[Text, Text], str]
) -> list[Pair]:
    """Every labelled pair with what `find` says of it."""
    return [
        Pair(
            a=row["a"],
            b=row["b"],
            label=row["label"],
            same_outlet=texts[row["a"]].article.outlet == texts[row["b"]].article.outlet,
            found=find(texts[row["a"]], texts[row["b"]]),
        )
        for row in labels
    ]


def _ours(one: Text, other: Text) -> str:
    match = judge(one, other)
    return match.kind if match else ""


def _baseline(one: Text, other: Text) -> str:
    return "copy" if jaccard(one, other) >= BASELINE else ""


def _split(pairs: Sequence[Pair]) -> dict[str, Score]:
    return {
        "all": score(pairs),
        "between outlets": score([pair for pair in pairs if not pair.same_outlet]),
        "within one outlet": score([pair for pair in pairs if pair.same_outlet]),
    }


def flow(stream: Sequence[Article], labels: Sequence[Mapping[str, str]], texts: Mapping[str, Text]) -> dict[str, Any]:
    """Send articles through the stage on SQLite; speed, groups, and labelled pairs that ended in one group."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/pairs.db")
        migrate(database)
        seconds, outputs, drops = _send(Deduplicate(database), stream)
        with database.read() as connection:
            group = dict(connection.execute(select(articles.c.id, articles.c.group)).all())
            sizes = connection.execute(select(func.count(articles.c.id)).group_by(articles.c.group)).scalars().all()
        size = (Path(folder) / "pairs.db").stat().st_size
        database.close()
    pairs = judged(labels, texts, lambda a, b: "copy" if group[a.article.id] == group[b.article.id] else "")
    return {
        "articles": len(stream),
        "articles_per_second": round(len(stream) / seconds, 1),
        "outputs": outputs,
        "dropped": drops,
        "groups": sum(size > 1 for size in sizes),
        "grouped_articles": sum(size for size in sizes if size > 1),
        "largest_group": max(sizes, default=0),
        "megabytes": round(size / 1e6, 1),
        "one_group": asdict(score(pairs)),
    }


def _send(stage: Deduplicate, stream: Sequence[Article]) -> tuple[float, int, int]:
    began = time.perf_counter()
    outputs = drops = 0
    for start in range(0, len(stream), SETTLED):
        batch = stream[start : start + SETTLED]
        for article in batch:
            outcome = stage(article)
            outputs += 0 if isinstance(outcome, Drop) else len(outcome)
            drops += isinstance(outcome, Drop)
        stage.published(batch)
    return time.perf_counter() - began, outputs, drops


def measure(options: Namespace) -> dict[str, Any]:
    """All figures, as JSON would print them."""
    labels = list(read_lines(need(options.data / "labels" / "pairs.jsonl")))
    wanted = {row[end] for row in labels for end in ("a", "b")}
    source = list(read_articles(options.data))
    texts = {one: Text(article) for one, article in source if one in wanted}
    ours, baseline = (judged(labels, texts, find) for find in (_ours, _baseline))
    report: dict[str, Any] = {
        "ours": {name: asdict(one) for name, one in _split(ours).items()},
        "jaccard_of_5_grams": {name: asdict(one) for name, one in _split(baseline).items()},
        "wrong": [asdict(p) for p in ours if p.found and p.label not in ("copy", "rewrite")],
        "missed": [asdict(p) for p in ours if not p.found and p.label in ("copy", "rewrite")],
    }
    if options.flow:
        first = [article for _, article in islice(source, options.flow)]
        rest = [text.article for text in texts.values()]
        stream = list({article.id: article for article in (*first, *rest)}.values())
        report["flow"] = flow(stream, labels, texts)
    return report


def _print(report: Mapping[str, Any]) -> None:
    for name in ("ours", "jaccard_of_5_grams"):
        for part, figures in report[name].items():
            print(f"{name}, {part}: " + ", ".join(f"{key} {value}" for key, value in figures.items()))
    for name in ("wrong", "missed"):
        for row in report[name]:
            print(f"{name}: {row['a']} {row['b']} {row['label']}{' same outlet' if row['same_outlet'] else ''}")
    if "flow" in report:
        print("flow: " + ", ".join(f"{key} {value}" for key, value in report["flow"].items()))


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--flow", type=int, default=0, metavar="N", help="send N articles through the stage too")
    options = parser.parse_args()
    report = measure(options)
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        _print(report)


if __name__ == "__main__":
    main()
