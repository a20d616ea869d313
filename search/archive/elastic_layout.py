"""How clips lie in Elasticsearch: the names of indices, their mapping, a clip as fields and back.

    PREFIX                       the alias that every search names: all months of the current generation
    PREFIX.g1.2026-11            one UTC month of first sightings, in generation 1
    PREFIX.g1.2026-11.write      the only name that writes use: a write to it never makes an index by accident
    PREFIX.g1                    the index template of a generation
    PREFIX.state                 which generation is current and which is being made (elastic_state.py)

The words are ours: fields hold the tokens of `kliping.indonesian.words` joined by blanks, and the server parts them at
blanks again, so both backends match the same documents. The clip itself lies in `body`, which is not indexed.
"""

from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import msgspec

from kliping.article import digest
from kliping.errors import Rejected
from kliping.indonesian.words import tokens
from kliping.settings import Elasticsearch
from search.archive import labels, numbers
from search.archive.base import Document
from search.rank import TITLE_WEIGHT

MAPPING: Final = 1  # raised by every change of PROPERTIES or of what is put into them; then `kliping archive rebuild`
LONGEST_WORD: Final = 127  # characters; the whitespace tokenizer cuts at 255 UTF-16 units, two a character at most
LONGEST_LABEL: Final = 8_191  # characters; a term has at most 32,766 bytes, four a character
FACETS: Final = ("outlets", "tones", "regions", "agencies", "watches")  # fields of Filters
_KEYWORD: Final = {"type": "keyword", "ignore_above": LONGEST_LABEL}
_WORDS: Final = {"type": "text", "analyzer": "whitespace"}  # built into the server itself, no plug-in
PROPERTIES: Final[dict[str, Any]] = {
    "id": _KEYWORD,
    "desk": _KEYWORD,
    "article": _KEYWORD,
    "active": {"type": "boolean"},
    "second": {"type": "long"},  # of sort_at: what "newest" orders by
    "title": _WORDS,
    "text": _WORDS,
    "length": {"type": "float"},  # words, the title's weighted: what relevance calls long
    "labels": _KEYWORD,  # what filters look at: the tokens of labels.py, a region with all that it lies in
    **dict.fromkeys(FACETS, _KEYWORD),
    "body": {"type": "object", "enabled": False},
}


class Prepared(NamedTuple):
    """A document ready to be sent: which month it belongs to, and its fields as JSON."""

    document: Document
    month: str
    source: bytes


def month(moment: datetime) -> str:
    """The UTC month of a first sighting; it never changes, so a clip lives in one index of a generation only."""
    return moment.astimezone(UTC).strftime("%Y-%m")


def index_name(prefix: str, generation: int, of_month: str) -> str:
    return f"{prefix}.g{generation}.{of_month}"


def write_name(index: str) -> str:
    """The alias that writes to an index go through."""
    return f"{index}.write"


def generation_of(prefix: str, index: str) -> int | None:
    """The generation that an index belongs to, None for one that is not ours."""
    head, _, rest = index.removeprefix(f"{prefix}.g").partition(".")
    return int(head) if index.startswith(f"{prefix}.g") and head.isdecimal() and rest else None


def template(prefix: str, generation: int, options: Elasticsearch) -> dict[str, Any]:
    """The composable index template of a generation's months."""
    return {
        "name": f"{prefix}.g{generation}",
        "index_patterns": [f"{prefix}.g{generation}.*"],
        "priority": 500,  # above what an operator may have for all indices
        "version": MAPPING,
        "meta": {"program": "kliping", "mapping": MAPPING},
        "template": {
            "settings": {
                "number_of_shards": options.shards,
                "number_of_replicas": options.replicas,
                "refresh_interval": "1s",  # the default, but kept where nobody searches: found within 10 s (bar A6)
            },
            "mappings": {
                "dynamic": "strict",
                "_meta": {"mapping": MAPPING},
                "_routing": {"required": True},  # by desk: a search asks one shard of each month
                "_source": {"excludes": ["title", "text"]},  # tokens: `body` has the words as written
                "properties": PROPERTIES,
            },
        },
    }


def prepare(document: Document) -> Prepared:
    """A document as it is sent. Raises Rejected for text that has no UTF-8 form."""
    title, text = _words(document.title), _words(document.text)
    fields: dict[str, Any] = {
        "id": document.id,
        "desk": document.desk,
        "article": document.article,
        "active": document.active,
        "second": numbers.second_of(document.sort_at),
        "body": document,
    }
    if document.active:  # a tombstone is found by no search
        fields |= {"title": " ".join(title), "text": " ".join(text), "length": TITLE_WEIGHT * len(title) + len(text)}
        fields |= {"labels": labels.label_tokens(document).split(), **_facets(document)}
    try:
        return Prepared(document, month(document.first_seen), msgspec.json.encode(fields))
    except UnicodeEncodeError as error:
        raise Rejected("unencodable", f"document {document.id}: {error}") from error


def read(source: dict[str, Any]) -> Document:
    """The document of a `_source`."""
    return msgspec.convert(source["body"], Document)


def word(token: str) -> str:
    """A token as it is indexed and sought: very long ones by their digest, whole, where the server would cut them."""
    return token if len(token) <= LONGEST_WORD else f"x{digest(token)}"


def _words(text: str) -> list[str]:
    return [word(token) for token in tokens(text)]


def _facets(document: Document) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for field, value in labels.labels(document):
        found.setdefault(field, []).append(value)
    return found
