"""Whether two texts have one source: `copy`, `rewrite` or neither, with the passages that prove it. Pure.

The measure is that of text reuse in journalism (Clough, Gaizauskas, Piao, Wilks 2002, METER): how much of the shorter
text lies in runs of words that both share, found by greedy tiling (Wise 1993). A second signal is what a journalist
leaves as it is when rewriting a release: the quotations. The judgement depends on the two texts and outlets alone, so
it is the same in whatever order they come.

Thresholds: round numbers inside the gaps that `benchmarks/pairs.py` shows between the labelled kinds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kliping.indonesian.words import token_spans
from pipeline.deduplicate.places import Kind
from pipeline.deduplicate.sketch import SHORT
from pipeline.deduplicate.text import RUN, TRIPLE, Text

PASSAGES: Final = 3
PASSAGE_LENGTH: Final = 200  # characters

COPIED: Final = 0.6  # share of the shorter text in common runs
BRIEF: Final = 60  # words; below, one common sentence is a large share: between outlets nearly all must be common
COPIED_BRIEF: Final = 0.8  # share of the shorter text; a copied brief gets another dateline and loses its last sentence
COPIED_AT_HOME: Final = 0.78  # one outlet's follow-ups repeat their background up to here and beyond
MUTUAL: Final = 0.4  # share of each text in common word triples: two reports of one event stay below
QUOTED: Final = 0.7  # share of the quoted words of the text that quotes less
QUOTED_WORDS: Final = 25  # two sentences: a single common quote is any doorstep interview
QUOTED_MUTUAL: Final = 0.3  # share of each text in common triples, beside common quotes; two reports that quote one
# statement among other things stay below
LEAD: Final = 40  # words: the first paragraph, where a follow-up says what is new
LEADS: Final = 1.3  # shares of both leads that the other text has, added; a follow-up's own lead is in no earlier text
LEAD_LEAST: Final = 0.4  # of either
NUMBERS: Final = 10  # numbers make a text a table: prices, scores
NUMBERS_ALIKE: Final = 0.6  # of the numbers of a table; copies keep nearly all


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Two articles are of one source."""

    kind: Kind
    score: float  # share of the shorter text that lies in common runs, 0 to 1
    passages: tuple[str, ...]  # the longest of these runs, as printed


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words that both texts share: `size` of them, from `a` in the one and from `b` in the other."""

    a: int
    b: int
    size: int


def judge(one: Text, other: Text) -> Match | None:
    """What two articles are to each other; None: nothing that may be merged."""
    a, b = sorted((one, other), key=lambda text: text.article.id)
    if not a.words or not b.words:
        return None
    if a.exact == b.exact:
        whole = Run(a=0, b=0, size=len(a.words))
        return Match(kind="copy", score=1.0, passages=passages(a, [whole]))
    shorter = min(len(a.words), len(b.words))
    if shorter < SHORT or _too_far(a, b) or _another_table(a, b):
        return None
    runs = common_runs(a, b)
    share = min(1.0, sum(run.size for run in runs) / shorter)
    at_home = a.article.outlet == b.article.outlet
    if shorter < BRIEF:
        kind = None if at_home else _kind_of_briefs(a, b, share)
    else:
        kind = _kind_at_home(a, b, share) if at_home else _kind(a, b, share)
    return Match(kind=kind, score=round(share, 3), passages=passages(a, runs)) if kind else None


def _kind(a: Text, b: Text, share: float) -> Kind | None:
    """Between outlets: who shares most of the words copied; who shares quotes or much of both texts rewrote."""
    if share >= COPIED:
        return "copy"
    mutual = min(a.shared_with(b), b.shared_with(a))
    if mutual >= MUTUAL:
        return "rewrite"
    quoted, words = common_quotes(a, b)
    return "rewrite" if mutual >= QUOTED_MUTUAL and quoted >= QUOTED and words >= QUOTED_WORDS else None


def _kind_of_briefs(a: Text, b: Text, share: float) -> Kind | None:
    """Between outlets, of short news: nearly all words and no other numbers, or it is another day's weather."""
    strange = min(len(a.numbers - b.numbers), len(b.numbers - a.numbers))
    longer = max(len(a.words), len(b.words))
    return "copy" if share >= COPIED_BRIEF and min(len(a.words), len(b.words)) >= 0.6 * longer and not strange else None


def _kind_at_home(a: Text, b: Text, share: float) -> Kind | None:
    """Within one outlet only copies: its follow-ups and daily templates share as much as rewrites do."""
    if share < COPIED_AT_HOME or _another_issue(a, b):
        return None
    leads = (a.shared_with(b, LEAD), b.shared_with(a, LEAD))
    strange = min(len(a.numbers - b.numbers), len(b.numbers - a.numbers))
    if sum(leads) < LEADS or min(leads) < LEAD_LEAST or strange > 1 + len(a.numbers | b.numbers) // 20:
        return None
    return "copy"


def _too_far(a: Text, b: Text) -> bool:
    """Whether no judgement can be reached: a common triple covers three words at most. Cheap, for most candidates."""
    needed = COPIED_AT_HOME if a.article.outlet == b.article.outlet else QUOTED_MUTUAL
    return TRIPLE * len(a.triples & b.triples) < needed * min(len(a.triples), len(b.triples))


def _another_issue(a: Text, b: Text) -> bool:
    """Whether the titles name different numbers: dates of a daily list, scores of one match."""
    return bool(a.title_numbers and b.title_numbers and a.title_numbers != b.title_numbers)


def _another_table(a: Text, b: Text) -> bool:
    """Whether both are full of numbers, and of different ones: two days of one price list."""
    fewer = min(len(a.numbers), len(b.numbers))
    return fewer >= NUMBERS and len(a.numbers & b.numbers) < NUMBERS_ALIKE * fewer


def common_quotes(a: Text, b: Text) -> tuple[float, int]:
    """The larger share of one text's quoted words that the other has, and the smaller number of these words."""
    if not a.quotes or not b.quotes:
        return 0.0, 0
    in_b, in_a = (sum(one.found(one.quotes, other)) for one, other in ((a, b), (b, a)))
    return max(in_b / len(a.quotes), in_a / len(b.quotes)), min(in_b, in_a)


def common_runs(a: Text, b: Text) -> list[Run]:
    """Runs of at least RUN words that both texts have, none overlapping in `a`; the longest at each place."""
    runs: list[Run] = []
    at = 0
    while at <= len(a.words) - RUN:
        starts = b.places.get(tuple(a.words[at : at + RUN]), ())
        best = max((_extent(a.words, b.words, at, start) for start in starts), default=None, key=_size)
        if best is None:
            at += 1
        else:
            runs.append(best)
            at += best.size
    return runs


def _size(run: Run) -> tuple[int, int]:
    return run.size, -run.b


def _extent(a: Sequence[str], b: Sequence[str], at: int, start: int) -> Run:
    size = RUN
    while at + size < len(a) and start + size < len(b) and a[at + size] == b[start + size]:
        size += 1
    return Run(a=at, b=start, size=size)


def passages(a: Text, runs: Sequence[Run]) -> tuple[str, ...]:
    """The longest runs as `a` prints them, at most PASSAGES of PASSAGE_LENGTH characters."""
    text = a.article.text
    spans = token_spans(text)
    longest = sorted(runs, key=lambda run: (-run.size, run.a))[:PASSAGES]
    printed = (text[spans[run.a][1] : spans[run.a + run.size - 1][2]] for run in longest)
    return tuple(" ".join(words.split())[:PASSAGE_LENGTH] for words in printed)
