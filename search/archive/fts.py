"""Queries and filters as FTS5 reads them. Every token is quoted, so nothing that was typed is syntax."""

from collections.abc import Iterable

from search.archive.labels import EVERY
from search.query import All, And, Choice, Not, Or, Phrase, Query, Word

TEXT = "{title text}"
LABELS = "labels"


def rendered(query: Query | None, filters: Iterable[Iterable[str]]) -> str:
    """One MATCH expression: the query, and of each group of label tokens one."""
    parts = [] if query is None else [f"({_expression(query)})"]
    parts += [_labelled(group) for group in filters]
    return " AND ".join(parts or [_labelled([EVERY])])


def _expression(query: Query) -> str:
    match query:
        case Word(tokens) | Phrase(tokens):
            return f"{TEXT} : {_quoted(' '.join(tokens))}"
        case Choice(forms):
            return f"{TEXT} : ({' OR '.join(_quoted(' '.join(form)) for form in forms)})"
        case All():
            return _labelled([EVERY])
        case Or(parts):
            return " OR ".join(f"({_expression(part)})" for part in parts)
        case And(parts):
            return _conjunction(parts)
        case Not():
            raise ValueError("a Not stands only inside an And")


def _conjunction(parts: Iterable[Query]) -> str:
    """FTS5's NOT has two sides: what is sought NOT what is excluded."""
    sought, excluded = [], []
    for part in parts:
        if isinstance(part, Not):
            excluded.append(f"({_expression(part.part)})")
        else:
            sought.append(f"({_expression(part)})")
    both = " AND ".join(sought)
    return f"({both}) NOT ({' OR '.join(excluded)})" if excluded else both


def _labelled(tokens: Iterable[str]) -> str:
    return f"{LABELS} : ({' OR '.join(map(_quoted, tokens))})"


def _quoted(words: str) -> str:
    return '"' + words.replace('"', '""') + '"'
