"""Children that read pages, so that a page that never ends or eats all memory costs its own limit and nothing else.

Several pages are read at once; each has its own time. A child that passes it is killed, one that dies is replaced.
"""

import selectors
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from kliping.clock import monotonic
from kliping.errors import Unavailable
from pipeline.extract.job import WARMING, Job
from pipeline.extract.nursery import Nursery
from pipeline.extract.process import Child, Result
from pipeline.extract.reading import Reading

SECONDS: Final = 15.0  # of one page (bar C14), while it waits for a core not counted
QUICK: Final = 0.12  # of one page in the line: four times what the slowest of 31 real pages takes; then it goes aside
MEMORY: Final = 1024**3  # bytes of address space of a child (bar C14)
CHILDREN: Final = 4  # two for two cores, and while others are held up by pages that never end, these two go on
LANE_CHILDREN: Final = 2  # of the slow lane
LOW: Final = 19  # niceness of children that read what takes long: they have the time that nobody else wants
_LOOK: Final = 1.0  # seconds between two signs of life while pages are read

Beat = Callable[[], None]


def _nothing() -> None:
    """Nobody watches."""


@dataclass
class Pool:
    """Up to `children` processes, started when first needed. Not thread-safe. A context manager."""

    children: int = CHILDREN
    seconds: float = SECONDS
    memory: int = MEMORY
    niceness: int = 0
    _nursery: Nursery | None = None
    _idle: list[Child] = field(default_factory=list)

    def start(self) -> "Pool":
        """Have all children there and warm. Else the first message of a new life would wait for them to start."""
        self.read([lambda: WARMING] * self.children)
        return self

    def read(self, jobs: Sequence[Callable[[], Job | None]], beat: Beat = _nothing) -> list[Result | None]:
        """The results of `jobs` in their order; a job is made when a child is free for it. `beat` is a sign of life.

        A job that is None has no result. What a job raises when it is made ends the reading of all. Raises Unavailable
        where no child can be started.
        """
        results: dict[int, Result] = {}
        waiting = deque(enumerate(jobs))
        working: dict[Child, int] = {}
        try:
            while waiting or working:
                while waiting and len(working) < self.children:
                    number, make = waiting.popleft()
                    if job := make():
                        working[self._given(job)] = number
                for child, result in self._ended(list(working)) if working else ():
                    results[working.pop(child)] = result
                beat()
        finally:
            for child in working:
                child.end()
        return [results.get(number) for number in range(len(jobs))]

    def _given(self, job: Job) -> Child:
        if self._nursery is not None and not self._nursery.is_alive:  # and no child of it
            self.close()
        child = self._idle.pop() if self._idle else self._born()
        child.give(job, self.seconds)
        return child

    def _born(self) -> Child:
        self._nursery = self._nursery or Nursery(self.memory, self.niceness)
        try:
            return Child(self._nursery)
        except OSError as error:
            raise Unavailable(f"no reader could be started: {error}") from error

    def _ended(self, working: Sequence[Child]) -> list[tuple[Child, Result]]:
        """Wait for children to answer, to die or to pass their time."""
        with selectors.PollSelector() as selector:  # made in a moment, unlike those that ask the kernel
            for child in working:
                selector.register(child.out, selectors.EVENT_READ)
                if not child.send():
                    selector.register(child.input, selectors.EVENT_WRITE)
            first = min(child.deadline for child in working) - monotonic()
            selector.select(max(0.0, min(first, _LOOK)))
        found = [(child, result) for child in working if (result := child.receive()) is not None]
        for child, result in found:
            self._keep(child, result)
        return found

    def _keep(self, child: Child, result: Result) -> None:
        """A child that answered can read on; one that did not is gone, and one that is worn goes."""
        answered = isinstance(result, Reading) or result.failed == "bug"
        if answered and not child.is_worn:
            self._idle.append(child)
        else:
            child.end()

    def close(self) -> None:
        for child in self._idle:
            child.end()
        self._idle.clear()
        if self._nursery is not None:
            self._nursery.close()
            self._nursery = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()
