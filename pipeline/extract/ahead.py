"""Pages that are read before it is their turn: those of a batch at once, and slow ones while others go on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from pipeline.extract.job import Job
from pipeline.extract.pool import Pending, Pool
from pipeline.extract.process import Result
from pipeline.extract.template import Template

MOST: Final = 256  # results that wait for their turn: eight batches as delivered; of a longer text 200 kB at most

Maker = Callable[[], Job | None]


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a page, and the templates that it was tried with."""

    result: Result
    templates: tuple[Template, ...]


@dataclass(slots=True)
class Ahead:
    """Results by the id of their message, from when they were read to when they are taken."""

    pool: Pool
    _found: dict[str, Result | Pending] = field(default_factory=dict)
    _templates: dict[str, tuple[Template, ...]] = field(default_factory=dict)

    def read(self, makers: Mapping[str, Maker], beat: Callable[[], None]) -> frozenset[str]:
        """Read what is not read yet. Returns the ids of pages that were set aside and have not ended."""
        new = [one for one in makers if one not in self._found]
        results = self.pool.read_quick([partial(self._made, one, makers[one]) for one in new], beat)
        self._found |= {one: result for one, result in zip(new, results, strict=True) if result is not None}
        self._forget()
        return frozenset(one for one in makers if self._is_pending(one))

    def take(self, one: str) -> Read | None:
        """What came of a page, once; waits for one that was set aside. None where it was not read ahead."""
        found, templates = self._found.pop(one, None), self._templates.pop(one, ())
        if isinstance(found, Pending):
            found = self.pool.wait(found)
        return Read(found, templates) if found is not None else None

    def _made(self, one: str, maker: Maker) -> Job | None:
        job = maker()
        self._templates[one] = job.templates if job else ()
        return job

    def _is_pending(self, one: str) -> bool:
        found = self._found.get(one)
        return isinstance(found, Pending) and found.result is None

    def _forget(self) -> None:
        """The oldest results: their partition went to someone else, or the process would grow."""
        for old in list(self._found)[: max(0, len(self._found) - MOST)]:
            del self._found[old]
            self._templates.pop(old, None)
