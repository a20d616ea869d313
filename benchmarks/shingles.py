"""Word 4-gram precision and recall, as scrapinghub/article-extraction-benchmark counts them in its evaluate.py."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

LENGTH = 4
_TOKEN = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Shares of a page's 4-grams: in both texts, only in the prediction, only in the truth. They sum to 1, or to 0."""

    both: float
    extra: float
    missing: float

    @property
    def precision(self) -> float:
        return _ratio(self.both, self.extra, self.missing)

    @property
    def recall(self) -> float:
        return _ratio(self.both, self.missing, self.extra)

    @property
    def f1(self) -> float:
        return harmonic(self.precision, self.recall)


def overlap(truth: str, predicted: str) -> Overlap:
    """How the 4-grams of two texts overlap, as multisets, divided by their number so that long texts weigh no more."""
    wanted, found = _shingles(truth), _shingles(predicted)
    both, extra, missing = (wanted & found).total(), (found - wanted).total(), (wanted - found).total()
    size = (both + extra + missing) or 1
    return Overlap(both / size, extra / size, missing / size)


def summary(overlaps: Sequence[Overlap]) -> dict[str, float]:
    """Mean precision over pages with a prediction, mean recall over pages with a truth, and the F1 of these means."""
    precision = mean([o.precision for o in overlaps if o.both + o.extra > 0] or [0.0])
    recall = mean([o.recall for o in overlaps if o.both + o.missing > 0] or [0.0])
    return {"precision": precision, "recall": recall, "f1": harmonic(precision, recall)}


def harmonic(precision: float, recall: float) -> float:
    """The harmonic mean, 0 when both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _ratio(both: float, wrong: float, other_wrong: float) -> float:
    if wrong == other_wrong == 0:
        return 1.0
    return both / (both + wrong) if both + wrong else 0.0


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    tokens = _TOKEN.findall(text)
    starts = range(max(1, len(tokens) - LENGTH + 1)) if tokens else range(0)
    return Counter(tuple(tokens[start : start + LENGTH]) for start in starts)
