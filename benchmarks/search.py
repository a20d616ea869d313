"""How well and how fast the archive finds: `python -m benchmarks.search [--archive embedded|elasticsearch|both|URL]`.

Indexes the articles of click-id and asks the labelled queries of labels/: our search by relevance (every word required,
widened by families and synonyms), the same without widening, and as a peer in the same run plain FTS5, bm25 of any of
the words as typed, the baseline of the data's README. `both` prints the two backends side by side and how many of
their first ten results agree; Elasticsearch is the server of an archive setting (http://HOST:PORT), or one started
here. Scores: nDCG@10 (gain = grade),
recall of the relevant (grade 1 or 2) among the first 20, and the share of unjudged results among the first 10, since
the pools are incomplete.
"""

import json
import lzma
import math
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import fmean, median, quantiles

import apsw

from benchmarks.data import arguments, need, read_lines
from benchmarks.engine import engine
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


@dataclass(frozen=True, slots=True)
class Index:
    """How fast an archive took the documents in, and milliseconds of a search by time."""

    archive: str
    documents: int
    documents_per_second: float
    bytes: int
    newest_p50_ms: float
    newest_p95_ms: float


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--archive", default="embedded", help="embedded (default), elasticsearch, both or http://…")
    given = parser.parse_args()
    articles = need(given.data / "click-id" / "articles.jsonl.xz")
    queries = _queries(need(given.data / "labels" / "queries.tsv"))
    grades = _grades(need(given.data / "labels" / "relevance.jsonl"))
    documents = list(_documents(articles))
    ways: dict[str, Search] = {}
    with ExitStack() as held:
        for name, archive, size in _archives(given.archive, held):
            rate = _index(archive, documents)
            ways[f"{name}: ours"] = _ours(archive, exact=False)
            ways[f"{name}: not widened"] = _ours(archive, exact=True)
            newest = _timed(partial(_newest, archive), list(queries.values()))
            _print_index(given.json, Index(name, len(documents), rate, size(), *_middle(newest)))
        ways["peer: FTS5 bm25, any"] = _peer(documents)
        scores = {name: _score(way, queries, grades) for name, way in ways.items()}
        if given.archive == "both":
            _print_agreement(given.json, ways, queries)
    _print(given.json, scores)


def _archives(which: str, held: ExitStack) -> Iterator[tuple[str, Archive, Callable[[], int]]]:
    """The archives to measure, empty, each with a function that tells its size in bytes (0: not known)."""
    if which in ("embedded", "both"):
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        yield "embedded", open_archive(f"sqlite:{folder}/archive.db"), lambda: _size(folder)
    if which != "embedded":
        yield "elasticsearch", open_archive(held.enter_context(engine(which))), lambda: 0


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir() if not file.is_symlink())


def _newest(archive: Archive, typed: str) -> object:
    return archive.search(DESK, parse(typed))


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


def _middle(times: Sequence[float]) -> tuple[float, float]:
    return median(times), quantiles(times, n=20)[-1]


def _print_index(as_json: bool, index: Index) -> None:
    if as_json:
        print(json.dumps(asdict(index)))
        return
    size = f", {index.bytes / 2**20:.0f} MiB" if index.bytes else ""
    print(f"{index.archive}: {index.documents} documents, {index.documents_per_second:.0f} a second{size}; ", end="")
    print(f"newest first {index.newest_p50_ms:.1f}/{index.newest_p95_ms:.1f} ms")


def _print_agreement(as_json: bool, ways: Mapping[str, Search], queries: Mapping[str, str]) -> None:
    """The share of one backend's first ten that stand among the other's, and whether both match the same documents."""
    first, second = ways["embedded: ours"], ways["elasticsearch: ours"]
    tens = [(first(typed, 10), second(typed, 10)) for typed in queries.values()]
    shared = fmean(len({*one} & {*other}) / max(1, len(one)) for one, other in tens if one)
    print(json.dumps({"first_ten_shared": shared}) if as_json else f"of the first ten {shared:.3f} are the same")


def _print(as_json: bool, scores: Mapping[str, Score]) -> None:
    if as_json:
        print(json.dumps({"ways": {name: asdict(score) for name, score in scores.items()}}))
        return
    print(f"{'way':26} nDCG@10   R@20  unjudged@10  answered  p50 ms  p95 ms")
    for name, s in scores.items():
        quality = f"{s.ndcg_10:7.3f} {s.recall_20:6.3f} {s.unjudged_10:12.3f}"
        print(f"{name:26} {quality} {s.answered:9} {s.p50_ms:7.1f} {s.p95_ms:7.1f}")


if __name__ == "__main__":
    main()
