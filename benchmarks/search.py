"""How well and how fast the archive finds: `python -m benchmarks.search [--data DIR] [--json]`.

Indexes the articles of click-id in the embedded archive and asks the labelled queries of labels/: our search by
relevance (every word required, widened by families and synonyms), the same without widening, and as a peer in the same
run plain FTS5, bm25 of any of the words as typed, the baseline of the data's README. Scores: nDCG@10 (gain = grade),
recall of the relevant (grade 1 or 2) among the first 20, and the share of unjudged results among the first 10, since
the pools are incomplete.
"""

import json
import lzma
import math
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean, median, quantiles

import apsw

from benchmarks.data import arguments, need, read_lines
from search.archive import Archive, Document, open_archive
from search.query import parse

DESK = "semua"
BATCH = 500
ROUNDS = 5  # of the timed queries; the first is dropped, it warms the cache
WIB = timedelta(hours=7)


@dataclass(frozen=True, slots=True)
class Score:
    """Quality over all queries, and milliseconds of one search with its snippets, facets and total."""

    ndcg_10: float
    recall_20: float
    unjudged_10: float
    answered: int  # queries with at least one result
    p50_ms: float
    p95_ms: float


def main() -> None:
    """Measure and print."""
    given = arguments(__doc__.splitlines()[0] if __doc__ else "").parse_args()
    articles = need(given.data / "click-id" / "articles.jsonl.xz")
    queries = _queries(need(given.data / "labels" / "queries.tsv"))
    grades = _grades(need(given.data / "labels" / "relevance.jsonl"))
    documents = list(_documents(articles))
    with tempfile.TemporaryDirectory() as folder:
        archive = open_archive(f"sqlite:{folder}/archive.db")
        rate = _index(archive, documents)
        size = sum(file.stat().st_size for file in Path(folder).iterdir() if not file.is_symlink())
        ways = {
            "ours": _ours(archive, exact=False),
            "ours, not widened": _ours(archive, exact=True),
            "peer: FTS5 bm25, any": _peer(documents),
        }
        scores = {name: _score(way, queries, grades) for name, way in ways.items()}
        newest = _timed(lambda typed: archive.search(DESK, parse(typed)), list(queries.values()))
    _print(given.json, len(documents), rate, size, scores, newest)


Search = Callable[[str, int], list[str]]  # what was typed, how many -> document ids, best first


def _ours(archive: Archive, *, exact: bool) -> Search:
    def search(typed: str, limit: int) -> list[str]:
        results = archive.search(DESK, parse(typed), order="relevance", limit=limit, exact=exact)
        return [hit.document.id for hit in results.hits]

    return search


def _peer(documents: Sequence[Document]) -> Search:
    """SQLite's own full text as it comes: unicode61, bm25 over all matches, no titles weighted, ids only."""
    connection = apsw.Connection(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(id UNINDEXED, title, text)")
    connection.executemany("INSERT INTO words VALUES (?, ?, ?)", ((d.id, d.title, d.text) for d in documents))

    def search(typed: str, limit: int) -> list[str]:
        expression = " OR ".join(f'"{word}"' for word in typed.split())
        rows = connection.execute("SELECT id FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?", (expression, limit))
        return [str(row[0]) for row in rows]

    return search


def _index(archive: Archive, documents: Sequence[Document]) -> float:
    """Put all documents in; how many a second, as the index stage would write them: durable after each batch."""
    begun = time.perf_counter()
    for start in range(0, len(documents), BATCH):
        archive.add(documents[start : start + BATCH])
    archive.refresh()
    return len(documents) / (time.perf_counter() - begun)


def _documents(file: Path) -> Iterator[Document]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            moment = _moment(row["date"], row["time"])
            yield Document(
                id=row["id"],
                desk=DESK,
                article=row["id"],
                version=1,
                active=True,
                url=row["url"],
                outlet=row["source"],
                title=row["title"],
                text=row["text"],
                published=moment,
                first_seen=moment,
                sort_at=moment,
            )


def _moment(date: str, clock: str) -> datetime:
    """An article's time; noon where the data has none."""
    try:
        return datetime.strptime(f"{date} {clock[:5]}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC) - WIB
    except ValueError:
        return datetime(2019, 9, 10, 5, tzinfo=UTC)


def _queries(file: Path) -> dict[str, str]:
    rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()[1:]]
    return {row[0]: row[1] for row in rows}


def _grades(file: Path) -> dict[str, dict[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    for row in read_lines(file):
        grades.setdefault(row["qid"], {})[row["doc"]] = row["grade"]
    return grades


def _score(search: Search, queries: Mapping[str, str], grades: Mapping[str, Mapping[str, int]]) -> Score:
    found = {qid: search(typed, 20) for qid, typed in queries.items()}
    times = _timed(lambda typed: search(typed, 20), list(queries.values()))
    first_ten = [(qid, doc) for qid, docs in found.items() for doc in docs[:10]]
    return Score(
        ndcg_10=fmean(ndcg(docs[:10], grades[qid]) for qid, docs in found.items()),
        recall_20=fmean(recall(docs[:20], grades[qid]) for qid, docs in found.items()),
        unjudged_10=sum(doc not in grades[qid] for qid, doc in first_ten) / max(1, len(first_ten)),
        answered=sum(bool(docs) for docs in found.values()),
        p50_ms=median(times),
        p95_ms=quantiles(times, n=20)[-1],
    )


def ndcg(docs: Sequence[str], grades: Mapping[str, int]) -> float:
    """Normalised discounted cumulative gain of a ranking; what is not judged counts as not relevant."""
    gained = _discounted([grades.get(doc, 0) for doc in docs])
    return gained / (_discounted(sorted(grades.values(), reverse=True)[:10]) or 1.0)


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


def recall(docs: Sequence[str], grades: Mapping[str, int]) -> float:
    """The share of the relevant documents that were found."""
    relevant = {doc for doc, grade in grades.items() if grade > 0}
    return len(relevant.intersection(docs)) / max(1, len(relevant))


def _timed(search: Callable[[str], object], typed: Sequence[str]) -> list[float]:
    """Milliseconds of each query, ROUNDS - 1 times."""
    times: list[float] = []
    for _ in range(ROUNDS):
        for each in typed:
            begun = time.perf_counter()
            search(each)
            times.append((time.perf_counter() - begun) * 1000)
    return times[len(typed) :]


def _print(
    as_json: bool, documents: int, rate: float, size: int, scores: Mapping[str, Score], newest: Sequence[float]
) -> None:
    p50, p95 = median(newest), quantiles(newest, n=20)[-1]
    if as_json:
        ways = {name: asdict(score) for name, score in scores.items()}
        index = {"documents": documents, "documents_per_second": rate, "bytes": size}
        print(json.dumps({**index, "ways": ways, "newest_p50_ms": p50, "newest_p95_ms": p95}))
        return
    print(f"{documents} documents, {rate:.0f} a second, {size / 2**20:.0f} MiB; newest first {p50:.1f}/{p95:.1f} ms")
    print(f"{'way':22} nDCG@10   R@20  unjudged@10  answered  p50 ms  p95 ms")
    for name, s in scores.items():
        quality = f"{s.ndcg_10:7.3f} {s.recall_20:6.3f} {s.unjudged_10:12.3f}"
        print(f"{name:22} {quality} {s.answered:9} {s.p50_ms:7.1f} {s.p95_ms:7.1f}")


if __name__ == "__main__":
    main()
