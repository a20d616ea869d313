"""A query widened to the words that news really uses: affix families and synonym groups.

Comes in: the tree of `query.py`. Goes out: a tree of the same kind in which a widened word is a Choice. A synonym may
have several words ("wali kota" for walikota), and several words in a row may have synonyms. What was quoted stays as it
is, and so does what is excluded: to hide more news than someone asked for is the worse mistake.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from search.query import And, Choice, Or, Phrase, Query, Word, all_of, any_of

MAX_VARIANTS: Final = 24  # of one word; the longest real family of search-language.md has 11
MAX_TERMS: Final = 200  # in all: bounds the work of a backend, M17 of reliability.md
MAX_RUN: Final = 6  # words; the longest name in a synonym group has five

Tokens: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """What the language room knows. Both give nothing for what they do not know; neither need return the asked one."""

    family: Callable[[str], Iterable[str]]  # one token -> tokens of its affix family
    synonyms: Callable[[Tokens], Iterable[Tokens]]  # one or more tokens -> the other members of their group


NOTHING: Final = Lexicon(family=lambda _: (), synonyms=lambda _: ())


def expand(query: Query, lexicon: Lexicon) -> Query:
    """`query` with every unquoted word widened, at most MAX_VARIANTS a word and MAX_TERMS in all."""
    words = sum(1 for _ in _words(query))
    choices = max(1, words + words // 2)  # every word, and every two in a row, may bring variants
    return _widened(query, lexicon, max(1, min(MAX_VARIANTS, MAX_TERMS // choices)))


def notes(query: Query, lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """For each word or row of words as typed: what else is searched, to be shown to who typed it."""
    shown = {}
    for run in _runs_of(query, lexicon):
        others = [" ".join(tokens) for tokens in _variants(run, lexicon, MAX_VARIANTS)[1:]]
        if others:
            shown[" ".join(run)] = tuple(others)
    return shown


def _widened(query: Query, lexicon: Lexicon, cap: int) -> Query:
    match query:
        case Word(tokens):
            return _choice(_variants(tokens, lexicon, cap))
        case Or(parts):
            return any_of(_widened(part, lexicon, cap) for part in parts)
        case And(parts):
            return all_of(_conjuncts(parts, lexicon, cap))
        case _:
            return query


def _conjuncts(parts: Sequence[Query], lexicon: Lexicon, cap: int) -> Iterator[Query]:
    """The parts of an AND; words in a row that have synonyms together become one choice."""
    for run in _runs(parts, lexicon):
        each = all_of(_widened(part, lexicon, cap) for part in run)
        if len(run) > 1:
            named = _joined(run)
            yield Or((_choice([named, *_synonyms(named, lexicon)][:cap]), each))
        else:
            yield each


def _runs(parts: Sequence[Query], lexicon: Lexicon) -> Iterator[Sequence[Query]]:
    """`parts` cut into the longest rows of words that have synonyms together; every other part alone."""
    start = 0
    while start < len(parts):
        length = next((n for n in range(MAX_RUN, 1, -1) if _is_run(parts[start : start + n], n, lexicon)), 1)
        yield parts[start : start + length]
        start += length


def _is_run(parts: Sequence[Query], length: int, lexicon: Lexicon) -> bool:
    together = len(parts) == length and all(isinstance(part, Word) for part in parts)
    return together and bool(_synonyms(_joined(parts), lexicon))


def _joined(parts: Sequence[Query]) -> Tokens:
    return tuple(token for part in parts if isinstance(part, Word) for token in part.tokens)


def _synonyms(tokens: Tokens, lexicon: Lexicon) -> list[Tokens]:
    return [other for other in dict.fromkeys(map(tuple, lexicon.synonyms(tokens))) if other and other != tokens]


def _variants(tokens: Tokens, lexicon: Lexicon, cap: int) -> list[Tokens]:
    """`tokens` first, then their synonyms, then their family, without doubles."""
    family = [(word,) for word in lexicon.family(tokens[0])] if len(tokens) == 1 else []
    return list(dict.fromkeys([tokens, *_synonyms(tokens, lexicon), *family]))[:cap]


def _choice(forms: Sequence[Tokens]) -> Query:
    return Choice(tuple(forms)) if len(forms) > 1 else Phrase(forms[0])


def _words(query: Query) -> Iterator[Tokens]:
    match query:
        case Word(tokens):
            yield tokens
        case And(parts) | Or(parts):
            for part in parts:
                yield from _words(part)
        case _:
            pass


def _runs_of(query: Query, lexicon: Lexicon) -> Iterator[Tokens]:
    match query:
        case And(parts):
            for run in _runs(parts, lexicon):
                if len(run) > 1:
                    yield _joined(run)
                for part in run:
                    yield from _runs_of(part, lexicon)
        case Or(parts):
            for part in parts:
                yield from _runs_of(part, lexicon)
        case Word(tokens):
            yield tokens
        case _:
            pass
