"""A child process that reads pages, as its parent sees it: jobs go in, results come out, and nothing ever blocks."""

import contextlib
import fcntl
import os
import signal
import sys
from typing import Final

from kliping.clock import monotonic
from pipeline.extract.job import ANSWERS, ENCODER, LENGTH, OUT_OF_MEMORY, Failed, Job
from pipeline.extract.nursery import Nursery
from pipeline.extract.reading import Reading

PAGES: Final = 10_000  # that a child reads before another takes its place: what its libraries leak ends with it
GROWN: Final = (
    512 * 1024**2
)  # bytes resident between two pages, above which it ends earlier; real pages leave GROWN_REAL
_CHUNK: Final = 1 << 20  # bytes: nearly every page is handed over in one piece
_PAGE_SIZE: Final = os.sysconf("SC_PAGE_SIZE")

Result = Reading | Failed


class Child:
    """One process, with at most one page in work."""

    def __init__(self, nursery: Nursery) -> None:
        """Raises OSError when there is none to be had."""
        jobs, self._in = os.pipe()
        self.out, answers = os.pipe()
        for pipe in (self._in, self.out):
            os.set_blocking(pipe, False)
            _widen(pipe)
        self._nursery = nursery
        try:
            self.pid = nursery.born(jobs, answers)
        except OSError:
            self._close()
            raise
        finally:
            os.close(jobs)
            os.close(answers)
        self._code: int | None = None  # how it ended by itself
        self._to_send = memoryview(b"")
        self._received = bytearray()
        self._pages = 0
        self._seconds = 0.0
        self._began, self._schedule = 0.0, (0.0, 0.0)
        self.deadline = float("inf")  # when it is to be asked whether the page in work has had its time

    def give(self, job: Job, seconds: float) -> None:
        """A page, and the time that it may take: what it waits for a core does not count."""
        self._pages += 1
        data = ENCODER.encode(job)
        self._to_send = memoryview(LENGTH.pack(len(data)) + data)
        self._received.clear()
        self._seconds = seconds
        self._began, self._schedule = monotonic(), self._scheduled()
        self.deadline = self._began + seconds
        self.send()

    def send(self) -> bool:
        """Send on; whether all is sent. A large page does not fit into a pipe at once."""
        try:
            while self._to_send:
                self._to_send = self._to_send[os.write(self._in, self._to_send[:_CHUNK]) :]
        except BlockingIOError:
            return False
        except BrokenPipeError:  # it died; its end is read from its output
            self._to_send = memoryview(b"")
        return True

    @property
    def input(self) -> int:
        return self._in

    def receive(self) -> Result | None:
        """The result once all of it is there, or once the page has had its time."""
        try:
            while data := os.read(self.out, _CHUNK):
                self._received += data
        except BlockingIOError:
            return self._result() or self._timeout()
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

    def _timeout(self) -> Failed | None:
        now = monotonic()
        if now < self.deadline:
            return None
        left = self._seconds - self._had(now)
        if left > 0:  # others had the cores
            self.deadline = now + left
            return None
        return Failed(failed="extract_timeout", detail=f"not read in {self._seconds:g} s")

    def _had(self, now: float) -> float:
        """Seconds that the page in work has had; those for which its child was ready and had no core do not count.

        A wait is entered in the kernel's books when it is over, so of one that is ready only what it had is known.
        """
        worked, waited = (new - old for new, old in zip(self._scheduled(), self._schedule, strict=True))
        return worked if worked and self._is_ready() else now - self._began - waited

    def _scheduled(self) -> tuple[float, float]:
        """Seconds that it has had a core, and has waited for one. Linux only; elsewhere all time counts."""
        try:
            with open(f"/proc/{self.pid}/schedstat", "rb", 0) as file:
                worked, waited = file.read().split()[:2]
            return int(worked) / 1e9, int(waited) / 1e9
        except (OSError, ValueError):
            return 0.0, 0.0

    def _is_ready(self) -> bool:
        """Whether it works, or would if it had a core."""
        try:
            with open(f"/proc/{self.pid}/stat", "rb", 0) as file:
                return file.read().rpartition(b")")[2].split()[0] == b"R"
        except (OSError, IndexError):
            return False

    def _death(self) -> Failed:
        code = self._code = self._nursery.ended(self.pid)
        if code in (OUT_OF_MEMORY, -signal.SIGKILL):  # the kernel kills too when memory is short
            return Failed(failed="extract_memory", detail=f"the reader ended with code {code}")
        return Failed(failed="extract_crashed", detail=f"the reader ended with code {code}")

    @property
    def is_worn(self) -> bool:
        """Whether another child had better read on. Linux only; elsewhere the count of pages alone decides."""
        try:
            with open(f"/proc/{self.pid}/statm", "rb", 0) as file:  # unbuffered: a third of the time, after each page
                resident = int(file.read().split()[1]) * _PAGE_SIZE
        except (OSError, IndexError):
            resident = 0
        return self._pages >= PAGES or resident > GROWN

    def end(self) -> None:
        """Kill it if it lives, and leave nothing behind."""
        if self._code is None:
            self._nursery.ended(self.pid, by_force=True)
        self._close()

    def _close(self) -> None:
        os.close(self._in)
        os.close(self.out)


def _widen(pipe: int) -> None:
    """Let a pipe hold a chunk, not 64 KB: else a page goes over in steps, each with a change of process."""
    if sys.platform == "linux":
        with contextlib.suppress(PermissionError):  # a user may have many pipes, but not many wide ones
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _CHUNK)
