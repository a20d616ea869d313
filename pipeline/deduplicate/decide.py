"""What a fetch of an article means, given what is stored of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import Final

from kliping.article import Article, Published, Sighting
from kliping.history import is_redated, same_wording, shows_less


class Arrival(Enum):
    """How one message about an article ends, and what it changes."""

    NEW = auto()
    CHANGED = auto()  # title or text differ, by more than typography
    REDATED = auto()  # the same words, said to be published at another time
    POSTDATED = auto()  # the same, at a time when we had read them already: news for nobody but the history
    WITHDRAWN = auto()  # the outlet took it down
    RETURNED = auto()  # the outlet put it back, as it was
    UNCHANGED = auto()
    OLDER = auto()  # fetched before what we have: an old revision, come late
    EMPTIED = auto()  # no text where there was one: a broken page or a barrier, no new wording
    UNKNOWN = auto()  # 404 or 410 of an address that never was an article


DROPS: Final[Mapping[Arrival, str]] = {
    Arrival.UNCHANGED: "unchanged",
    Arrival.POSTDATED: "postdated",
    Arrival.OLDER: "older_revision",
    Arrival.EMPTIED: "emptied",
    Arrival.UNKNOWN: "not_an_article",
}
TEXT_CHANGES: Final = frozenset({Arrival.NEW, Arrival.CHANGED})
NO_NEWS: Final = frozenset({Arrival.UNCHANGED, Arrival.UNKNOWN})  # all others are kept as sightings


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
    if shows_less(message, stored.article):
        return Arrival.EMPTIED
    if not same_wording(message, stored.article):
        return Arrival.CHANGED
    if stored.article.withdrawn:
        return Arrival.RETURNED
    if not is_redated(stored.article.published, message.published):
        return Arrival.UNCHANGED
    return Arrival.REDATED if _published(message, stored.article) == message.published else Arrival.POSTDATED


def as_stored(message: Article, stored: Stored | None, what: Arrival) -> Article:
    """The article as it stands after `message`.

    Id, first sight and origin stay the first ones, and so does a time of publication that a page moves to after our
    first sight; a withdrawn article keeps its last good text and the page of it.
    """
    if stored is None:
        return message
    old = stored.article
    if what is Arrival.WITHDRAWN:
        return replace(old, withdrawn=True, fetched_at=message.fetched_at)
    published = _published(message, old)
    return replace(message, id=old.id, first_seen=old.first_seen, origin=old.origin, published=published)


def sighting(message: Article) -> Sighting:
    """What the fetch behind `message` found."""
    fetch = message.fetch
    return Sighting(
        page=message.page,
        at=message.fetched_at,
        revision="" if message.withdrawn else message.revision,
        published=message.published,
        status=fetch.status if fetch else 0,
        body=fetch.body if fetch else "",
        url=fetch.answered if fetch else message.url,
    )


def _published(message: Article, old: Article) -> Published | None:
    """When an article was published: as its page says now, unless that is later than our first look at it."""
    new = message.published
    if old.published is not None and (new is None or new.instant > old.first_seen):
        return old.published
    return new


def _says_the_same(message: Article, article: Article) -> bool:
    return message.withdrawn == article.withdrawn and (message.withdrawn or same_wording(message, article))
