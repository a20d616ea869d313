"""The state of the press: its clock, its switches, and what each article says at this moment."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import RLock

from tests.press.articles import Item, Wording
from tests.press.dates import seconds

LATER = timedelta(seconds=1)  # an edit is newer than the publication, also when the clock stands still


class Newsroom:
    """All mutable state of a press behind one lock; the servers' threads read it, the caller turns it.

    `start` is where the clock begins; with `running` it goes on in real time, otherwise it stands until set.
    """

    def __init__(self, items: Iterable[Item], start: datetime, *, running: bool = False) -> None:
        self.items = tuple(items)
        self.start = start
        self._lock = RLock()
        self._running = running
        self._clock = start
        self._set_at = datetime.now(UTC)
        self._switches: set[str] = set()
        self._reads: Counter[str] = Counter()
        self._changed: dict[str, datetime] = {}

    def now(self) -> datetime:
        """The press clock."""
        with self._lock:
            return self._clock + (datetime.now(UTC) - self._set_at if self._running else timedelta())

    def set_clock(self, moment: datetime) -> None:
        """Move the press clock; articles published up to `moment` become visible."""
        with self._lock:
            self._clock, self._set_at = moment, datetime.now(UTC)

    def switch(self, name: str, on: bool = True) -> None:
        """Turn a named switch. Names are free; README.md lists those that mean something."""
        with self._lock:
            (self._switches.add if on else self._switches.discard)(name)

    def is_on(self, name: str) -> bool:
        with self._lock:
            return name in self._switches

    def switched(self) -> tuple[str, ...]:
        """The switches that are on, sorted."""
        with self._lock:
            return tuple(sorted(self._switches))

    def read(self, item: Item) -> None:
        """Count a read of an article's page (an answer 200 with its text)."""
        with self._lock:
            self._reads[_key(item)] += 1

    def visible(self, item: Item) -> bool:
        return item.published <= self.now()

    def listed(self, item: Item) -> bool:
        """Feeds and listings show it: published, and not taken down."""
        return self.visible(item) and not self.withdrawn(item)

    def withdrawn(self, item: Item) -> bool:
        rule = item.version.withdraw
        return rule is not None and self._due(rule.when, item)

    def edited(self, item: Item) -> bool:
        rule = item.version.edit
        return rule is not None and self._due(rule.when, item)

    def wording(self, item: Item) -> Wording:
        """What the page says now."""
        return item.edited if item.edited and self.edited(item) else item.wording

    def moved(self, item: Item) -> Item:
        """The article under its address of now."""
        return replace(item, path=item.renamed) if self.edited(item) else item

    def modified(self, item: Item) -> datetime | None:
        """When the wording changed, on the press clock; None while it is the first one."""
        if not self.edited(item):
            return None
        with self._lock:
            moment = max(self.now(), item.published + LATER).astimezone(item.published.tzinfo)
            return self._changed.setdefault(_key(item), moment.replace(microsecond=0))

    def add(self, items: Iterable[Item]) -> None:
        """Publish further articles while the press is running."""
        with self._lock:
            self.items += tuple(items)

    def _due(self, when: str, item: Item) -> bool:
        kind, _, value = when.partition(":")
        if kind == "switch":
            return self.is_on(value)
        if kind == "after":
            return self.now() >= self.start + timedelta(seconds=seconds(value))
        if kind == "fetch":
            with self._lock:
                return self._reads[_key(item)] >= int(value)
        raise ValueError(f"{item.story.id}: 'when' is switch:NAME, after:3h or fetch:1, not {when!r}")


def latest(items: Iterable[Item], limit: int) -> list[Item]:
    """The newest `limit` articles, newest first."""
    return sorted(items, key=lambda item: (item.published, item.path), reverse=True)[:limit]


def _key(item: Item) -> str:
    return f"{item.outlet.host} {item.story.id} {item.wording.title}"  # its address may change
