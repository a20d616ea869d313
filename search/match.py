"""Queries evaluated over one article in memory: the watches of all desks in one pass, and the marks of a hit.

Comes in: queries (widened already) and an article's tokens. Goes out: which queries hold, and the words that show it.
The meaning is the archive's: a word or phrase is sought in the title and in the text, never across the two.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeAlias, TypeVar

from search.query import All, And, Choice, Not, Or, Phrase, Query, Word

K = TypeVar("K")
Leaf: TypeAlias = tuple[str, ...]  # the tokens of a word or phrase
Tokens: TypeAlias = Sequence[tuple[str, int, int]]  # as of kliping.indonesian.words.token_spans
Where: TypeAlias = Literal["title", "text"]


@dataclass(frozen=True, slots=True)
class Span:
    """Words that a match rests on: characters `start` to `end` (exclusive) of the title or the text."""

    where: Where
    start: int
    end: int


def leaves(query: Query) -> Iterator[Leaf]:
    """What `query` seeks, without what it excludes."""
    match query:
        case Word(words) | Phrase(words):
            yield words
        case Choice(forms):
            yield from forms
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)
        case _:
            pass


def holds(query: Query, found: Mapping[Leaf, object] | set[Leaf]) -> bool:
    """Whether `query` is true where exactly the leaves `found` are present."""
    match query:
        case Word(words) | Phrase(words):
            return words in found
        case Choice(forms):
            return any(form in found for form in forms)
        case And(parts):
            return all(holds(part, found) for part in parts)
        case Or(parts):
            return any(holds(part, found) for part in parts)
        case Not(part):
            return not holds(part, found)
        case All():
            return True


class Phrases:
    """Token sequences in a tree by their first, second, … token: all of them are found in one pass over a text."""

    def __init__(self, phrases: Iterable[Leaf]) -> None:
        self._root = _Node()
        for phrase in phrases:
            node = self._root
            for token in phrase:
                node = node.after.setdefault(token, _Node())
            node.ends = phrase

    def occurrences(self, tokens: Tokens) -> Iterator[tuple[Leaf, int, int]]:
        """Each occurrence with its characters from and until (exclusive), in the order of their beginnings."""
        first = self._root.after
        for index, (token, start, _) in enumerate(tokens):
            if token in first:
                yield from self._beginning(tokens, index, start)

    def _beginning(self, tokens: Tokens, index: int, start: int) -> Iterator[tuple[Leaf, int, int]]:
        node = self._root
        for token, _, end in tokens[index : index + MAX_PHRASE]:
            following = node.after.get(token)
            if following is None:
                return
            node = following
            if node.ends:
                yield node.ends, start, end


MAX_PHRASE = 64  # tokens; no query has so many words (query.MAX_WORDS), no agency's name either


class _Node:
    __slots__ = ("after", "ends")

    def __init__(self) -> None:
        self.after: dict[str, _Node] = {}
        self.ends: Leaf = ()


class Matcher(Generic[K]):
    """Many queries, tried on each article: only those one of whose needed words occurs are looked at.

    For 5,500 watches an article costs one dictionary look-up a token, and a few dozen small trees.
    """

    def __init__(self, queries: Mapping[K, Query]) -> None:
        self._queries = dict(queries)
        self._phrases = Phrases(leaf for query in queries.values() for leaf in _all_leaves(query))
        self._always = [key for key, query in queries.items() if _guard(query) is None]
        self._waiting: dict[Leaf, list[K]] = {}
        for key, query in queries.items():
            for leaf in _guard(query) or ():
                self._waiting.setdefault(leaf, []).append(key)

    def find(self, title: Tokens, text: Tokens) -> dict[K, tuple[Span, ...]]:
        """The queries that hold, each with the spans of its words, title first; () for one that asks for no word."""
        found: dict[Leaf, list[Span]] = {}
        for where, tokens in _fields(title, text):
            for leaf, start, end in self._phrases.occurrences(tokens):
                found.setdefault(leaf, []).append(Span(where, start, end))
        woken = (key for leaf in found for key in self._waiting.get(leaf, ()))
        tried = dict.fromkeys([*self._always, *woken])
        return {key: _evidence(self._queries[key], found) for key in tried if holds(self._queries[key], found)}


def matches(query: Query, title: Tokens, text: Tokens) -> tuple[Span, ...] | None:
    """The spans of one query's words where it holds, else None."""
    return Matcher({0: query}).find(title, text).get(0)


def _fields(title: Tokens, text: Tokens) -> tuple[tuple[Where, Tokens], ...]:
    return ("title", title), ("text", text)


def _all_leaves(query: Query) -> Iterator[Leaf]:
    if isinstance(query, Not):
        yield from _all_leaves(query.part)
    elif isinstance(query, And | Or):
        for part in query.parts:
            yield from _all_leaves(part)
    else:
        yield from leaves(query)


def _evidence(query: Query, found: Mapping[Leaf, list[Span]]) -> tuple[Span, ...]:
    spans = {span for leaf in leaves(query) for span in found.get(leaf, ())}
    return tuple(sorted(spans, key=lambda span: (span.where == "text", span.start, span.end)))


def _guard(query: Query) -> frozenset[Leaf] | None:
    """Leaves of which at least one occurs wherever `query` holds; None where there is no such set."""
    match query:
        case Word(words) | Phrase(words):
            return frozenset((words,))
        case Choice(forms):
            return frozenset(forms)
        case Or(parts):
            guards = [_guard(part) for part in parts]
            known = [guard for guard in guards if guard is not None]
            return frozenset().union(*known) if len(known) == len(guards) else None
        case And(parts):
            choices = [guard for part in parts if (guard := _guard(part)) is not None]
            return min(choices, key=_breadth, default=None)
        case _:
            return None


def _breadth(guard: frozenset[Leaf]) -> tuple[int, int]:
    """How often a guard will be met, roughly: few leaves and long ones are met least."""
    return len(guard), -min(sum(map(len, leaf)) for leaf in guard)
