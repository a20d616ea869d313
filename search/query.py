"""The query language that staff type, read into a small frozen tree.

    pemkot tangsel                 both words (AND is the default)
    banjir OR genangan             either; ATAU reads the same
    "wali kota depok"              these words, adjacent, in this order, as written
    batu -"batu bara"              without; NOT reads the same
    (pkl OR "pedagang kaki lima") AND penertiban
    *                              everything, alone or to take something away from: * -iklan

Operators are upper case: AND, DAN, OR, ATAU, NOT. TIDAK is a word like any other, since headlines pasted in capitals
are full of it and a silent exclusion would hide news. AND binds closer than OR. Punctuation that means nothing here
is passed over, so a pasted headline is a query. Archive search and the watches of a desk read the same language.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from kliping.errors import KlipingError
from kliping.indonesian.words import tokens

MAX_CHARACTERS: Final = 512  # reliability.md E2
MAX_WORDS: Final = 32  # reliability.md E2
MAX_DEPTH: Final = 8  # nested brackets and NOTs: no query that a person can read comes near


class QueryError(KlipingError):
    """The query cannot be answered; the text, in Indonesian, is for who typed it. `position` counts from 1."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message if position is None else f"{message} (posisi {position})")
        self.position = position


@dataclass(frozen=True, slots=True)
class Word:
    """A word as typed. More than one token (ktp-el) means adjacent tokens. Widened by `search/expand.py`."""

    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Quoted: these tokens, adjacent, in this order; never widened."""

    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A widened word, as `search/expand.py` makes it: any of these phrases; the typed form first."""

    forms: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class All:
    """Every document."""


@dataclass(frozen=True, slots=True)
class And:
    """All parts; at least one of them is no Not."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any part; none of them is a Not."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Stands only inside an And, beside a part that is no Not."""

    part: "Query"


Query: TypeAlias = Word | Phrase | Choice | All | And | Or | Not


def all_of(parts: Iterable[Query]) -> Query:
    """The conjunction of `parts` (at least one), nested ones taken in."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, And) else (part,))]
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def any_of(parts: Iterable[Query]) -> Query:
    """The disjunction of `parts` (at least one), nested ones taken in."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Or) else (part,))]
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def without(part: Query) -> Query:
    """The negation of `part`."""
    return part.part if isinstance(part, Not) else Not(part)


def parse(text: str) -> Query:
    """Read what someone typed. Any string is either a query or a QueryError."""
    if len(text) > MAX_CHARACTERS:
        raise QueryError(f"Pencarian terlalu panjang: paling banyak {MAX_CHARACTERS} karakter")
    symbols = list(_symbols(text))
    if sum(len(symbol.tokens) for symbol in symbols) > MAX_WORDS:
        raise QueryError(f"Pencarian terlalu panjang: paling banyak {MAX_WORDS} kata")
    query = _Parser(symbols, len(text) + 1).whole()
    _check(query, next((symbol.position for symbol in symbols if symbol.kind == "NOT"), None))
    return query


def show(query: Query) -> str:
    """`query` as someone would type it; `parse` gives the same tree again (a Choice comes back as an OR)."""
    match query:
        case All():
            return "*"
        case Word(words):
            return _joined(words)
        case Phrase(words):
            return f'"{" ".join(words)}"'
        case Choice(forms):
            return f"({' OR '.join(show(Phrase(form)) for form in forms)})"
        case Not(part):
            return f"-{_bracketed(part)}"
        case And(parts):
            return " ".join(map(_bracketed, parts))
        case Or(parts):
            return " OR ".join(map(_bracketed, parts))


def _bracketed(query: Query) -> str:
    return f"({show(query)})" if isinstance(query, And | Or) else show(query)


def _joined(words: tuple[str, ...]) -> str:
    """Several tokens of one typed word. A hyphen joins them, unless it would glue a single letter to its neighbour."""
    hyphened = "-".join(words)
    return hyphened if tuple(tokens(hyphened)) == words else "/".join(words)


@dataclass(frozen=True, slots=True)
class _Symbol:
    kind: str  # "(", ")", "AND", "OR", "NOT", "term"
    position: int
    term: Query = All()
    tokens: tuple[str, ...] = ()


_OPERATORS: Final = {"AND": "AND", "DAN": "AND", "OR": "OR", "ATAU": "OR", "NOT": "NOT"}
_QUOTES: Final = '"“”„‟″«»'
_SYMBOL: Final = re.compile(
    rf"""
    (?P<bracket>[()])
  | (?P<quote>[{_QUOTES}])(?P<phrase>[^{_QUOTES}]*)(?P<end>[{_QUOTES}]?)
  | (?P<minus>(?<![^\s(])[-−](?=[^\s)]))
  | (?P<word>[^\s(){_QUOTES}]+)
    """,
    re.VERBOSE,
)


def _symbols(text: str) -> Iterable[_Symbol]:
    for found in _SYMBOL.finditer(text):
        symbol = _symbol(found, found.start() + 1)
        if symbol is not None:
            yield symbol


def _symbol(found: re.Match[str], position: int) -> _Symbol | None:
    """The symbol that was found, None for mere punctuation."""
    if found["bracket"]:
        return _Symbol(found["bracket"], position)
    if found["minus"]:
        return _Symbol("NOT", position)
    if found["quote"]:
        if not found["end"]:
            raise QueryError("Tanda kutip belum ditutup", position)
        return _term(Phrase(tuple(tokens(found["phrase"]))), position)
    word = found["word"]
    if word in _OPERATORS:
        return _Symbol(_OPERATORS[word], position)
    return _Symbol("term", position, All()) if word == "*" else _term(Word(tuple(tokens(word))), position)


def _term(term: Word | Phrase, position: int) -> _Symbol | None:
    return _Symbol("term", position, term, term.tokens) if term.tokens else None


class _Parser:
    """Recursive descent over the symbols; `end` is the position to name when they run out."""

    def __init__(self, symbols: list[_Symbol], end: int) -> None:
        self._symbols = symbols
        self._end = end
        self._next = 0

    def whole(self) -> Query:
        if not self._symbols:
            raise QueryError("Ketik sedikitnya satu kata")
        query = self._either(0)
        if self._kind() == ")":
            raise QueryError("Kurung tutup tanpa kurung buka", self._position())
        return query

    def _either(self, depth: int) -> Query:
        parts = [self._both(depth)]
        while self._took("OR"):
            parts.append(self._both(depth))
        return any_of(parts)

    def _both(self, depth: int) -> Query:
        parts = [self._single(depth)]
        while self._took("AND") or self._kind() in ("(", "NOT", "term"):
            parts.append(self._single(depth))
        return all_of(parts)

    def _single(self, depth: int) -> Query:
        if depth > MAX_DEPTH:
            raise QueryError("Tanda kurung atau NOT terlalu bertingkat", self._position())
        if self._took("NOT"):
            return without(self._single(depth + 1))
        if self._kind() == "(":
            return self._inner(depth + 1)
        if self._kind() != "term":
            raise QueryError(self._missing(), self._position())
        self._next += 1
        return self._symbols[self._next - 1].term

    def _inner(self, depth: int) -> Query:
        opened = self._position()
        self._took("(")
        query = self._either(depth)
        if not self._took(")"):
            raise QueryError("Kurung buka belum ditutup", opened)
        return query

    def _missing(self) -> str:
        after = self._symbols[self._next - 1].kind if self._next else "awal"
        return {
            "(": "Tanda kurung kosong: harus ada kata di dalamnya",
            "awal": "Pencarian harus dimulai dengan kata, bukan AND, OR atau kurung tutup",
        }.get(after, f"Harus ada kata setelah {after}")

    def _kind(self) -> str:
        return self._symbols[self._next].kind if self._next < len(self._symbols) else ""

    def _position(self) -> int:
        return self._symbols[self._next].position if self._next < len(self._symbols) else self._end

    def _took(self, kind: str) -> bool:
        taken = self._kind() == kind
        self._next += taken
        return taken


def _check(query: Query, excluded_at: int | None) -> None:
    """Refuse what would match nearly everything: an exclusion with nothing that it is taken from."""
    match query:
        case Not():
            raise QueryError("Harus ada kata yang dicari, bukan hanya yang dikecualikan", excluded_at)
        case Or(parts):
            for part in parts:
                if isinstance(part, Not):
                    raise QueryError("NOT tidak dapat menjadi pilihan dari OR", excluded_at)
                _check(part, excluded_at)
        case And(parts):
            if all(isinstance(part, Not) for part in parts):
                raise QueryError("Harus ada kata yang dicari, bukan hanya yang dikecualikan", excluded_at)
            for part in parts:
                _check(part.part if isinstance(part, Not) else part, excluded_at)
        case _:
            pass
