"""What a crawl holds: for each leased host the entries that are not answered yet. In memory only."""

from collections.abc import Iterable

from crawlers.schedule import Entry


class Batches:
    """Entries in work, by host. `take` them in, tell when one is `done`."""

    def __init__(self) -> None:
        self._open: dict[str, set[str]] = {}

    def __len__(self) -> int:
        """Hosts in work."""
        return len(self._open)

    def take(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self._open.setdefault(entry.host, set()).add(entry.id)

    def done(self, entry: Entry) -> bool:
        """True when this was the last open entry of its host."""
        left = self._open.get(entry.host)
        if left is None:
            return False
        left.discard(entry.id)
        if left:
            return False
        del self._open[entry.host]
        return True

    def lost(self, held: set[str]) -> set[str]:
        """Hosts in work that are not among those that the frontier says we hold."""
        return set(self._open) - held
