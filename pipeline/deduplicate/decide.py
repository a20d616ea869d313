"""What a fetch of an article means, given what is stored of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import Final

from kliping.article import Article

EMPTY: Final = "empty_text"  # the extractor's flag


class Arrival(Enum):
    """How one message about an article ends, and what it changes."""

    NEW = auto()
    CHANGED = auto()  # title or text differ
    WITHDRAWN = auto()  # the outlet took it down
    RETURNED = auto()  # the outlet put it back, as it was
    UNCHANGED = auto()
    OLDER = auto()  # fetched before what we have: an old revision, come late
    EMPTIED = auto()  # no text where there was one: a broken page, no new wording
    UNKNOWN = auto()  # 404 or 410 of an address that never was an article


DROPS: Final[Mapping[Arrival, str]] = {
    Arrival.UNCHANGED: "unchanged",
    Arrival.OLDER: "older_revision",
    Arrival.EMPTIED: "emptied",
    Arrival.UNKNOWN: "not_an_article",
}
TEXT_CHANGES: Final = frozenset({Arrival.NEW, Arrival.CHANGED})
KEPT: Final = TEXT_CHANGES | {Arrival.OLDER, Arrival.EMPTIED}  # a wording that is stored as a revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An article's row, as far as it decides."""

    article: Article
    fetched_at: datetime  # newest fetch that confirmed it


def arrival(message: Article, stored: Stored | None) -> Arrival:
    """What `message` means beside what is stored."""
    if stored is None:
        return Arrival.UNKNOWN if message.withdrawn else Arrival.NEW
    if message.fetched_at < stored.fetched_at:
        return Arrival.UNCHANGED if _says_the_same(message, stored.article) else Arrival.OLDER
    if message.withdrawn:
        return Arrival.UNCHANGED if stored.article.withdrawn else Arrival.WITHDRAWN
    if EMPTY in message.flags and EMPTY not in stored.article.flags:
        return Arrival.EMPTIED
    if message.revision != stored.article.revision:
        return Arrival.CHANGED
    return Arrival.RETURNED if stored.article.withdrawn else Arrival.UNCHANGED


def as_stored(message: Article, stored: Stored | None, what: Arrival) -> Article:
    """The article as it stands after `message`.

    First sight and origin stay the first ones; a withdrawn article keeps its last good text.
    """
    if stored is None:
        return message
    old = stored.article
    if what is Arrival.WITHDRAWN:
        return replace(old, withdrawn=True, page=message.page, fetched_at=message.fetched_at)
    return replace(message, first_seen=old.first_seen, origin=old.origin)


def _says_the_same(message: Article, article: Article) -> bool:
    return message.withdrawn == article.withdrawn and (message.withdrawn or message.revision == article.revision)
