"""Children that read pages, so that a page that never ends or eats all memory costs its own limit and nothing else.

Several pages are read at once; each has its own time. A child that passes it is killed, one that dies is replaced.
"""

import os
import selectors
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from kliping.clock import monotonic
from pipeline.extract.job import ANSWERS, ENCODER, LENGTH, OUT_OF_MEMORY, WARMING, Failed, Job
from pipeline.extract.reading import Reading

SECONDS: Final = 15.0  # wall time of one page (bar C14); the slowest of 123 real pages takes .1 s
MEMORY: Final = 1024**3  # bytes of address space of a child (bar C14)
CHILDREN: Final = 2  # while one is held up by a page, the other goes on
_LOOK: Final = 1.0  # seconds between two signs of life while pages are read
_CHUNK: Final = 1 << 16

Beat = Callable[[], None]
Result = Reading | Failed


def _nothing() -> None:
    """Nobody watches."""


class Child:
    """One process, with at most one page in work."""

    def __init__(self, memory: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pipeline.extract.child", str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,  # Ctrl-C is for its parent, which closes its input
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self.out = self._process.stdin, self._process.stdout
        os.set_blocking(self._in.fileno(), False)
        os.set_blocking(self.out.fileno(), False)
        self._to_send = memoryview(b"")
        self._received = bytearray()
        self.deadline = float("inf")

    def give(self, job: Job, seconds: float) -> None:
        data = ENCODER.encode(job)
        self._to_send = memoryview(LENGTH.pack(len(data)) + data)
        self._received.clear()
        self.deadline = monotonic() + seconds
        self.send()

    def send(self) -> bool:
        """Send on; whether all is sent. A large page does not fit into a pipe at once."""
        try:
            while self._to_send:
                self._to_send = self._to_send[os.write(self._in.fileno(), self._to_send[:_CHUNK]) :]
        except BlockingIOError:
            return False
        except BrokenPipeError:  # it died; its end is read from its output
            self._to_send = memoryview(b"")
        return True

    @property
    def input(self) -> int:
        return self._in.fileno()

    def receive(self) -> Result | None:
        """The result once all of it is there."""
        try:
            while data := os.read(self.out.fileno(), _CHUNK):
                self._received += data
        except BlockingIOError:
            return self._result()
        return self._result() or self._death()

    def _result(self) -> Result | None:
        if len(self._received) < LENGTH.size:
            return None
        (size,) = LENGTH.unpack(self._received[: LENGTH.size])
        if len(self._received) < LENGTH.size + size:
            return None
        self.deadline = float("inf")
        answer = ANSWERS.decode(self._received[LENGTH.size :])
        return answer.reading or answer.failure

    def _death(self) -> Failed:
        code = self._process.wait()
        if code in (OUT_OF_MEMORY, -signal.SIGKILL):  # the kernel kills too when memory is short
            return Failed(failed="extract_memory", detail=f"the reader ended with code {code}")
        return Failed(failed="extract_crashed", detail=f"the reader ended with code {code}")

    def end(self) -> None:
        """Kill it if it lives, and leave nothing behind."""
        self._process.kill()
        self._process.wait()
        self._in.close()
        self.out.close()


@dataclass
class Pool:
    """Up to `children` processes, started when first needed. Not thread-safe. A context manager."""

    children: int = CHILDREN
    seconds: float = SECONDS
    memory: int = MEMORY
    _idle: list[Child] = field(default_factory=list)

    def start(self) -> "Pool":
        """Have all children there and warm. Else the first message of a new life would wait for them to start."""
        self.read([lambda: WARMING] * self.children)
        return self

    def read(self, jobs: Sequence[Callable[[], Job | None]], beat: Beat = _nothing) -> list[Result | None]:
        """The results of `jobs` in their order; a job is made when a child is free for it. `beat` is a sign of life.

        A job that is None has no result. What a job raises when it is made ends the reading of all.
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
        child = self._idle.pop() if self._idle else Child(self.memory)
        child.give(job, self.seconds)
        return child

    def _ended(self, working: Sequence[Child]) -> list[tuple[Child, Result]]:
        """Wait for children to answer, to die or to pass their time."""
        with selectors.DefaultSelector() as selector:
            for child in working:
                selector.register(child.out, selectors.EVENT_READ)
                if not child.send():
                    selector.register(child.input, selectors.EVENT_WRITE)
            first = min(child.deadline for child in working) - monotonic()
            selector.select(max(0.0, min(first, _LOOK)))
        found = [(child, result) for child in working if (result := self._result(child)) is not None]
        for child, result in found:
            self._keep(child, result)
        return found

    def _result(self, child: Child) -> Result | None:
        result = child.receive()
        if result is None and monotonic() >= child.deadline:
            return Failed(failed="extract_timeout", detail=f"not read in {self.seconds:.0f} s")
        return result

    def _keep(self, child: Child, result: Result) -> None:
        """A child that answered can read on; one that did not is gone."""
        if isinstance(result, Reading) or result.failed == "bug":
            self._idle.append(child)
        else:
            child.end()

    def close(self) -> None:
        for child in self._idle:
            child.end()
        self._idle.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()
