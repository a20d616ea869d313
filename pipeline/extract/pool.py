"""Children that read pages, so that a page that never ends or eats all memory costs its own limit and nothing else.

Several pages are read at once; each has its own time. A child that passes it is killed, one that dies is replaced. A
page that takes longer than any real one is set aside: its child goes on at low priority, another child takes its place,
and whoever can wait is given a `Pending` instead of its result.
"""

import selectors
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from kliping.clock import monotonic
from pipeline.extract.job import WARMING, Failed, Job
from pipeline.extract.process import Child, Result
from pipeline.extract.reading import Reading

SECONDS: Final = 15.0  # wall time of one page (bar C14); the slowest of 123 real pages takes .1 s
MEMORY: Final = 1024**3  # bytes of address space of a child (bar C14)
CHILDREN: Final = 2  # of which each reads a page, on a single core too: while one is held up, the other goes on
QUICK: Final = 0.5  # seconds of a page before it is set aside: five times what the slowest of 133 real pages takes
SPARED: Final = 5.0  # seconds that a page which was set aside keeps its place when another needs it
LOW: Final = 10  # niceness of a child that was set aside: about a tenth of the time of one that was not
_LOOK: Final = 1.0  # seconds between two signs of life while pages are read

Beat = Callable[[], None]


@dataclass(slots=True)
class Pending:
    """A page that was set aside; `result` is there once it has ended."""

    result: Result | None = None


def _nothing() -> None:
    """Nobody watches."""


@dataclass
class Pool:
    """Up to `children` processes, started when first needed, and as many for pages that were set aside.

    Not thread-safe. A context manager.
    """

    children: int = CHILDREN
    seconds: float = SECONDS
    memory: int = MEMORY
    quick: float = QUICK
    _idle: list[Child] = field(default_factory=list)
    _aside: dict[Child, Pending] = field(default_factory=dict)

    def start(self) -> "Pool":
        """Have all children there and warm. Else the first message of a new life would wait for them to start."""
        self.read([lambda: WARMING] * self.children)
        return self

    def read(self, jobs: Sequence[Callable[[], Job | None]], beat: Beat = _nothing) -> list[Result | None]:
        """The results of `jobs` in their order; a job is made when a child is free for it. `beat` is a sign of life.

        A job that is None has no result. What a job raises when it is made ends the reading of all.
        """
        found = self.read_quick(jobs, beat)
        return [self.wait(one, beat) if isinstance(one, Pending) else one for one in found]

    def read_quick(
        self, jobs: Sequence[Callable[[], Job | None]], beat: Beat = _nothing
    ) -> list[Result | Pending | None]:
        """As `read`, but pages that were set aside are not waited for, as long as there is a place for them."""
        found: dict[int, Result | Pending] = {}
        waiting = deque(enumerate(jobs))
        working: dict[Child, int] = {}
        try:
            self._tend([])
            while waiting or working:
                while waiting and len(working) < self.children:
                    number, make = waiting.popleft()
                    if job := make():
                        working[self._given(job)] = number
                found |= {working.pop(child): result for child, result in self._tend(working).items()}
                found |= {working.pop(child): pending for child, pending in self._set_aside(working).items()}
                beat()
        finally:
            for child in working:
                child.end()
        return [found.get(number) for number in range(len(jobs))]

    def wait(self, pending: Pending, beat: Beat = _nothing) -> Result:
        """The result of a page that was set aside, when it has ended."""
        while pending.result is None:
            self._tend([], wait=True)
            beat()
        return pending.result

    def _given(self, job: Job) -> Child:
        child = self._idle.pop() if self._idle else Child(self.memory)
        child.give(job, self.seconds)
        return child

    def _set_aside(self, working: Collection[Child]) -> dict[Child, Pending]:
        """The children that have read a page for too long, now at low priority."""
        now = monotonic()
        slow = sorted((child for child in working if now - child.since >= self.quick), key=lambda child: child.since)
        chosen = {child: Pending() for child in slow[: self.children - len(self._aside)]}
        for child in chosen:
            child.hurry(LOW)
        self._aside |= chosen
        if len(slow) > len(chosen):
            self._make_room(now)
        return chosen

    def _make_room(self, now: float) -> None:
        """A flood of pages that never end must not stop all: the oldest one's time is over earlier."""
        oldest = min(self._aside, key=lambda child: child.since)
        if now - oldest.since >= SPARED:
            oldest.deadline = now

    def _tend(self, working: Collection[Child], *, wait: bool = False) -> dict[Child, Result]:
        """What came of pages in work. Pages that were set aside end on the way; their results are told to `Pending`."""
        ended = self._ended([*working, *self._aside], wait=wait or bool(working))
        for child in [child for child in ended if child in self._aside]:
            self._aside.pop(child).result = result = ended.pop(child)
            self._keep(child, result, again=child.hurry(0))
        for child, result in ended.items():
            self._keep(child, result)
        return ended

    def _ended(self, working: Sequence[Child], *, wait: bool) -> dict[Child, Result]:
        """The children that answered, died or passed their time; waits for the first one, up to a moment."""
        if not working:
            return {}
        with selectors.PollSelector() as selector:  # made in a moment, unlike those that ask the kernel
            for child in working:
                selector.register(child.out, selectors.EVENT_READ)
                if not child.send():
                    selector.register(child.input, selectors.EVENT_WRITE)
            selector.select(self._patience(working) if wait else 0)
        return {child: result for child in working if (result := self._result(child)) is not None}

    def _patience(self, working: Sequence[Child]) -> float:
        """Seconds until a page in work is to be set aside or passes its time, whichever comes first."""
        now = monotonic()
        quick = [child.since + self.quick for child in working if child.since + self.quick > now]
        return max(0.0, min([*(child.deadline for child in working), *quick, now + _LOOK]) - now)

    def _result(self, child: Child) -> Result | None:
        result = child.receive()
        if result is None and monotonic() >= child.deadline:
            return Failed(failed="extract_timeout", detail=f"not read in {monotonic() - child.since:.0f} s")
        return result

    def _keep(self, child: Child, result: Result, *, again: bool = True) -> None:
        """A child that answered can read on; one that did not is gone, and one that is worn goes."""
        answered = isinstance(result, Reading) or result.failed == "bug"
        if answered and again and len(self._idle) < self.children and not child.is_worn:
            self._idle.append(child)
        else:
            child.end()

    def close(self) -> None:
        for child in (*self._idle, *self._aside):
            child.end()
        for pending in self._aside.values():
            pending.result = Failed(failed="extract_crashed", detail="its pool was closed")
        self._idle.clear()
        self._aside.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()
