"""What a document is filed under: the filters and facets of both backends, and the tokens that SQLite filters by."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from kliping.article import digest
from search.archive.base import Document, Filters

Label = tuple[str, str]  # field as in Filters, value
EVERY: Final = "every"  # the token that every document carries


def labels(document: Document) -> list[Label]:
    """Field and value, as the facets count them."""
    several = [
        ("regions", document.regions),
        ("agencies", document.agencies),
        ("watches", document.watches),
    ]
    listed = [(field, value) for field, values in several for value in dict.fromkeys(values)]
    return [("outlets", document.outlet), ("tones", document.tone), *listed]


def label_tokens(document: Document) -> str:
    """The tokens to index: each label's own, and for a region those of all that it lies in."""
    found = [EVERY]
    for field, value in labels(document):
        wider = _above(value) if field == "regions" else (value,)
        found += [token(field, each) for each in wider]
    return " ".join(dict.fromkeys(found))


def wanted(filters: Filters) -> list[list[str]]:
    """For each filter that is set the tokens of which one must be there."""
    fields: Mapping[str, tuple[str, ...]] = {
        "outlets": filters.outlets,
        "regions": filters.regions,
        "agencies": filters.agencies,
        "watches": filters.watches,
        "tones": filters.tones,
    }
    return [[token(field, value) for value in values] for field, values in fields.items() if values]


def token(field: str, value: str) -> str:
    """One index token for a label, whatever characters the value has. 64 bits: no collision below 10^9 labels."""
    return f"x{digest(field, value)[:16]}"


def counted(rows: Iterable[tuple[Iterable[Label], int]]) -> dict[str, dict[str, int]]:
    """Facets, from labels and how many documents have exactly these: field -> value -> documents, most frequent first.

    An empty value is counted too: not judged.
    """
    counts: dict[str, Counter[str]] = {}
    for row, documents in rows:
        for field, value in row:
            counts.setdefault(field, Counter())[value] += documents
    return {field: dict(values.most_common()) for field, values in counts.items()}


def _above(code: str) -> list[str]:
    """A region code and the codes that it lies in: 36.74.01 -> 36, 36.74, 36.74.01."""
    parts = code.split(".")
    return [".".join(parts[: length + 1]) for length in range(len(parts))]
