"""An article's history: what its outlet did to it after we first read it, as far as we looked. Pure.

Comes in: the sightings, the wordings that they brought and the article as it stands. Goes out: events in the order of
time, each with what changed and where the evidence lies. What a reader would not call a change is none.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Literal

from kliping.article import Article, Published, Sighting
from kliping.wording import Change, Line, compare, compare_lines, reads_the_same

What = Literal["first", "changed", "redated", "withdrawn", "returned", "emptied"]
LESS: Final = frozenset(  # the extractor's flags of a page that shows less than its text
    ("empty_text", "paywall", "part_missing")
)
PRINTED: Final = timedelta(minutes=1)  # outlets print minutes; a smaller difference is between two places of a page


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. `version` counts the wordings from 1; one that comes back keeps its number."""

    what: What
    sighting: Sighting
    version: int
    wording: Article  # in force after it
    before: Article | None = None  # the wording that it replaced; None: the same words
    redated: tuple[Published, Published] | None = None  # the outlet's times of publication before and after
    evidence: Sighting  # the newest page with the wording in force; of a withdrawal, the last one before it

    @property
    def title(self) -> tuple[Change, ...]:
        """How the title changed; empty where it did not."""
        if self.before is None or reads_the_same([self.before.title], [self.wording.title]):
            return ()
        return compare_lines(self.before.title, self.wording.title)

    @property
    def text(self) -> tuple[Line, ...]:
        """How the text changed, with the paragraphs that did not; empty where none did."""
        if self.before is None or reads_the_same(self.before.paragraphs, self.wording.paragraphs):
            return ()
        return compare(self.before.paragraphs, self.wording.paragraphs)

    @property
    def read_otherwise(self) -> bool:
        """Whether the two wordings were read from their pages in different ways, so that some of it may be ours."""
        return self.before is not None and read_otherwise(self.before, self.wording)


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """How an article stands between two sightings."""

    wording: Article
    version: int
    published: Published | None
    seen: Sighting  # the newest with this wording
    gone: bool = False
    empty: bool = False


def events(sightings: Iterable[Sighting], wordings: Mapping[str, Article], current: Article) -> list[Event]:
    """What happened to an article, oldest first. `wordings`: by revision; one that is missing is passed over."""
    found: list[Event] = []
    state: _State | None = None
    versions: dict[str, int] = {}
    for sighting in _with_current(sightings, current):
        wording = wordings.get(sighting.revision)
        event = _next(state, sighting, wording, versions) if wording or (state and not sighting.revision) else None
        if event is not None:
            found.append(event)
            state = _after(state, event)
    return found


def same_wording(one: Article, other: Article) -> bool:
    """Whether a reader finds the same words in both."""
    if one.revision == other.revision:
        return True
    return reads_the_same([one.title], [other.title]) and reads_the_same(one.paragraphs, other.paragraphs)


def shows_less(article: Article, before: Article) -> bool:
    """Whether a page has no text, or a part of it only, where it had one: broken or behind a barrier, no edit."""
    return bool(LESS.intersection(article.flags) - LESS.intersection(before.flags))


def read_otherwise(one: Article, other: Article) -> bool:
    """Whether two wordings were read from their pages in different ways, so that some of what differs may be ours."""
    return _way(one) != _way(other)


def _way(wording: Article) -> tuple[str | None, frozenset[str]]:
    """Where a wording was read, and what it lacks."""
    return wording.sources.get("text"), LESS.intersection(wording.flags)


def is_redated(before: Published | None, after: Published | None) -> bool:
    """Whether the same place of a page says another time now."""
    if before is None or after is None or (before.source, before.precision) != (after.source, after.precision):
        return False
    return abs(after.instant - before.instant) >= PRINTED


def _with_current(sightings: Iterable[Sighting], current: Article) -> Iterator[Sighting]:
    """Sightings in order, at last how the article stands where none says it: a fetch that only confirmed a wording
    leaves none, and is news after all once another wording from before it has come late."""
    ordered = sorted(sightings, key=lambda one: (one.at, one.page))
    yield from ordered
    revision = "" if current.withdrawn else current.revision
    if not ordered or (revision != ordered[-1].revision and current.fetched_at > ordered[-1].at):
        yield Sighting(page=current.page, at=current.fetched_at, revision=revision, published=current.published)


def _next(state: _State | None, sighting: Sighting, wording: Article | None, versions: dict[str, int]) -> Event | None:
    """What a sighting is beside what was there; None: no news."""
    if state is None:
        return _brought("first", sighting, wording, versions) if wording else None
    if wording is None:
        return None if state.gone else _left("withdrawn", state, sighting)
    if shows_less(wording, state.wording):
        return None if state.empty else _left("emptied", state, sighting)
    changed = not same_wording(wording, state.wording)
    redated = _redated(state.published, sighting.published)
    if not (changed or redated or state.gone):
        return None
    what: What = "returned" if state.gone else "changed" if changed else "redated"
    if not changed:
        return replace(_left(what, state, sighting), redated=redated, evidence=sighting)
    return replace(_brought(what, sighting, wording, versions), before=state.wording, redated=redated)


def _brought(what: What, sighting: Sighting, wording: Article, versions: dict[str, int]) -> Event:
    version = versions.setdefault(wording.revision, len(versions) + 1)
    return Event(what=what, sighting=sighting, version=version, wording=wording, evidence=sighting)


def _left(what: What, state: _State, sighting: Sighting) -> Event:
    """An event that left the wording as it was."""
    return Event(what=what, sighting=sighting, version=state.version, wording=state.wording, evidence=state.seen)


def _after(state: _State | None, event: Event) -> _State:
    if state is not None and event.what in ("withdrawn", "emptied"):
        return replace(state, gone=state.gone or event.what == "withdrawn", empty=event.what == "emptied")
    published = event.sighting.published or event.wording.published
    return _State(wording=event.wording, version=event.version, published=published, seen=event.evidence)


def _redated(before: Published | None, after: Published | None) -> tuple[Published, Published] | None:
    return (before, after) if before and after and is_redated(before, after) else None
