"""Pages that are read before it is their turn: those of a batch, several at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from pipeline.extract.job import Job
from pipeline.extract.pool import Pool
from pipeline.extract.process import Result
from pipeline.extract.template import Template

MOST: Final = 256  # results that wait for their turn: two batches as delivered; of a longer text 200 kB at most

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
    _found: dict[str, Read] = field(default_factory=dict)

    def read(self, makers: Mapping[str, Maker], beat: Callable[[], None]) -> None:
        """Read what is not read yet."""
        new = [one for one in makers if one not in self._found]
        tried: dict[str, tuple[Template, ...]] = {}

        def made(one: str) -> Job | None:
            if job := makers[one]():
                tried[one] = job.templates
            return job

        results = self.pool.read([partial(made, one) for one in new], beat)
        self._found |= {one: Read(got, tried[one]) for one, got in zip(new, results, strict=True) if got is not None}
        for old in list(self._found)[: max(0, len(self._found) - MOST)]:  # their partition went to someone else
            del self._found[old]

    def take(self, one: str) -> Read | None:
        """What came of a page, once. None where it was not read ahead."""
        return self._found.pop(one, None)
