"""How well word families bring together words of one lemma, and how often they join what does not belong.

    python -m benchmarks.families [--data DIR] [--json]

On `ud-id-csui`: pairs of different content words with one lemma. `found` is the share in which each is in the other's
family; `weighted` counts a pair by how often both words occur. `false` is the share of family members seen in the
corpus whose lemma is another one. On `stem-sastrawi`: pairs of words with one stem. Both sets put senses together
that our families part on purpose (harga and penghargaan), and UD leaves many nouns unlemmatised (penerimaan), so
neither share can reach its end.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path

from benchmarks.data import arguments, need, read_bytes
from kliping.indonesian.families import family
from kliping.indonesian.names import is_name

CONTENT = frozenset({"VERB", "NOUN", "ADJ", "ADV"})


@dataclass(frozen=True, slots=True)
class Score:
    """Shares from 0 to 1; `weighted` and `false` are None where the set has no counts."""

    pairs: int
    found: float
    weighted: float | None = None
    false: float | None = None


def _together(one: str, two: str) -> bool:
    return two in family(one) and one in family(two)


def _lemmas(path: Path) -> Mapping[str, Counter[str]]:
    """Lemma → its words with their counts."""
    words: dict[str, Counter[str]] = defaultdict(Counter)
    for line in read_bytes(path).decode("utf-8").splitlines():
        columns = line.split("\t")
        if len(columns) == 10 and columns[0].isdigit() and columns[3] in CONTENT and columns[1].isalpha():
            words[columns[2].lower()][columns[1].lower()] += 1
    return words


def _pairs(groups: Iterable[Iterable[str]]) -> Iterator[tuple[str, str]]:
    for group in groups:
        yield from combinations(sorted(word for word in set(group) if not is_name(word)), 2)


def measure_lemmas(path: Path) -> Score:
    words = _lemmas(path)
    counts = {word: count for group in words.values() for word, count in group.items()}
    lemma = {word: name for name, group in words.items() for word in group}
    pairs = {pair: counts[pair[0]] * counts[pair[1]] for pair in _pairs(words.values())}
    found = {pair for pair in pairs if _together(*pair)}
    joined = [(word, form) for word in lemma for form in family(word) if form != word and form in lemma]
    false = sum(lemma[word] != lemma[form] for word, form in joined)
    weighted = sum(pairs[pair] for pair in found) / sum(pairs.values())
    return Score(len(pairs), len(found) / len(pairs), weighted, false / len(joined))


def measure_stems(path: Path) -> Score:
    groups: dict[str, set[str]] = defaultdict(set)
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        _, word, stem = line.split("\t")
        groups[stem] |= {word, stem}
    pairs = list(_pairs(groups.values()))
    return Score(len(pairs), sum(_together(*pair) for pair in pairs) / len(pairs))


def main() -> None:
    given = arguments("How well word families bring together words of one lemma").parse_args()
    scores = {
        "ud-id-csui": measure_lemmas(need(given.data / "ud-id-csui" / "id_csui-ud-train.conllu.gz")),
        "stem-sastrawi": measure_stems(need(given.data / "stem-sastrawi" / "pairs.tsv")),
    }
    if given.json:
        print(json.dumps({name: asdict(score) for name, score in scores.items()}, indent=2))
        return
    for name, score in scores.items():
        shares = ((key, value) for key, value in asdict(score).items() if key != "pairs" and value is not None)
        print(f"{name}: {score.pairs} pairs", *(f"{key} {value:.3f}" for key, value in shares), sep="  ")


if __name__ == "__main__":
    main()
