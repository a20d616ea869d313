"""A generation that is being made beside the current one, by whoever holds the lease."""

from collections.abc import Callable, Sequence

from search.archive.base import Document
from search.archive.elastic_indices import Indices
from search.archive.elastic_state import Lease, State
from search.archive.elastic_write import Line, batches, line


class ElasticRebuild:
    """See `Rebuild` in `search/archive/base.py`. `send` writes lines, making the months that they need."""

    def __init__(
        self,
        prefix: str,
        indices: Indices,
        lease: Lease,
        send: Callable[[Sequence[Line]], None],
        look: Callable[[], State],
    ) -> None:
        self._prefix = prefix
        self._indices = indices
        self._lease = lease
        self._send = send
        self._look = look
        self._number = lease.build.generation.number

    @property
    def reached(self) -> str:
        """See the contract."""
        return self._lease.build.reached

    def reach(self, mark: str) -> None:
        """See the contract."""
        self._lease.reach(mark)

    def add(self, documents: Sequence[Document]) -> None:
        """See the contract."""
        for batch in batches(documents):
            self._lease.renew()
            self._send([line(self._prefix, self._number, ready) for ready in batch])

    def refresh(self) -> None:
        """See the contract."""
        self._indices.refresh(self._number)

    def stored(self, documents: Sequence[Document]) -> list[Document | None]:
        """See the contract."""
        self._lease.renew()
        return self._indices.stored(self._number, documents)

    def total(self) -> int:
        """See the contract."""
        self.refresh()
        return self._indices.total(self._number)

    def finish(self) -> None:
        """Everything was written: let the alias stand for this generation, then take the others away.

        Months that a writer makes between the two steps are caught up with after the state says who is current: from
        then on a writer's own look after its write does it.
        """
        self._lease.reach(self._lease.build.reached)  # ours still, or Unavailable
        self.refresh()  # last, so that nothing that was found before is out of sight for a moment
        self._indices.swap(self._number)
        self._lease.finish()
        state = self._look()
        self._indices.show(state)
        self._indices.remove_strays(state)
