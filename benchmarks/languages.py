"""How single sentences are marked by language, beside the stop words that jusText carries.

    python -m benchmarks.languages [--data DIR] [--json]

Sentences of eight words and more of Indonesian news (idner-news-2k, ud-id-csui, indosum: its tokens joined by blanks):
all but a few quoted ones are Indonesian. Of the other languages there are only twenty sentences each, written for our
tests: too few to rank by. `us` is the time of one sentence. The peer counts the words of each language's list and
takes the language with most of them.
"""

import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from time import process_time

from justext import get_stoplist

from benchmarks.data import arguments, need, read_bytes
from pipeline.extract.language import language_of
from tests.extract.languages import SENTENCES

WORDS = 8  # of a sentence at least
LISTS = {"id": "Indonesian", "en": "English", "ms": "Malay", "su": "Sundanese", "jv": "Javanese"}

Mark = Callable[[str], str]


def ours(text: str) -> str:
    return language_of(text, "")[0]


def stop_words(text: str) -> str:
    words = text.lower().split()
    counts = {code: sum(word in _list(code) for word in words) for code in LISTS}
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] else ""


@cache
def _list(code: str) -> frozenset[str]:
    return frozenset(get_stoplist(LISTS[code]))


def idner(data: Path) -> Iterator[list[str]]:
    for name in ("train", "dev"):
        for one in read_bytes(need(data / f"idner-news-2k/{name}.txt.gz")).decode("utf-8").split("\r\n\r\n"):
            yield [line.split()[0] for line in one.splitlines() if line]


def csui(data: Path) -> Iterator[list[str]]:
    for line in read_bytes(need(data / "ud-id-csui/id_csui-ud-train.conllu.gz")).decode("utf-8").splitlines():
        if line.startswith("# text = "):
            yield line.removeprefix("# text = ").split()


def indosum(data: Path) -> Iterator[list[str]]:
    with gzip.open(need(data / "indosum/indosum.jsonl.gz"), "rt", encoding="utf-8") as lines:
        for line in lines:
            for paragraph in json.loads(line)["paragraphs"]:
                yield from paragraph


def sets(data: Path) -> Iterator[tuple[str, list[str]]]:
    """Name and sentences; what follows the colon of a name is their language."""
    for reader in (idner, csui, indosum):
        yield f"{reader.__name__}:id", [" ".join(words) for words in reader(data) if len(words) >= WORDS]
    for code, sentences in SENTENCES.items():
        yield f"ours:{code}", list(sentences)


def measured(sentences: Sequence[str], mark: Mark) -> Mapping[str, float]:
    """The share of each mark, most first, and the microseconds of a sentence."""
    start = process_time()
    marks = Counter(map(mark, sentences))
    time = (process_time() - start) / len(sentences)
    shares = {code or "none": round(number / len(sentences), 4) for code, number in marks.most_common()}
    return {**shares, "us": round(1e6 * time, 1)}


def main() -> None:
    asked = arguments("Languages of single sentences.").parse_args()
    found = {
        name: {
            "sentences": len(sentences),
            "kliping": measured(sentences, ours),
            "justext": measured(sentences, stop_words),
        }
        for name, sentences in sets(asked.data)
    }
    if asked.json:
        print(json.dumps(found))
        return
    for name, row in found.items():
        print(f"{name} ({row['sentences']})")
        for who in ("kliping", "justext"):
            print(f"  {who:8}", row[who])


if __name__ == "__main__":
    main()
