"""A child process that reads pages, as its parent sees it: jobs go in, results come out, and nothing ever blocks."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
from typing import Final

from kliping.clock import monotonic
from pipeline.extract.job import ANSWERS, ENCODER, LENGTH, OUT_OF_MEMORY, Failed, Job
from pipeline.extract.reading import Reading

PAGES: Final = 10_000  # that a child reads before another takes its place: what its libraries leak ends with it
GROWN: Final = (
    512 * 1024**2
)  # bytes resident between two pages, above which it ends earlier; real pages leave GROWN_REAL
_STARTING: Final = 2.0  # seconds that a new child may take to load what it reads with; .5 s of a core
_CHUNK: Final = 1 << 20  # bytes: nearly every page is handed over in one piece
_PAGE_SIZE: Final = os.sysconf("SC_PAGE_SIZE")

Result = Reading | Failed


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
        for pipe in (self._in, self.out):
            os.set_blocking(pipe.fileno(), False)
            _widen(pipe.fileno())
        self._to_send = memoryview(b"")
        self._received = bytearray()
        self._pages = 0
        self.since = self.deadline = float("inf")  # when the page in work was begun, when its time is over

    def give(self, job: Job, seconds: float) -> None:
        self._pages += 1
        data = ENCODER.encode(job)
        self._to_send = memoryview(LENGTH.pack(len(data)) + data)
        self._received.clear()
        self.since = monotonic() + (_STARTING if self._pages == 1 else 0.0)
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

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_worn(self) -> bool:
        """Whether another child had better read on. Linux only; elsewhere the count of pages alone decides."""
        try:
            with open(f"/proc/{self.pid}/statm", "rb", 0) as file:  # unbuffered: a third of the time, after each page
                resident = int(file.read().split()[1]) * _PAGE_SIZE
        except (OSError, IndexError):
            resident = 0
        return self._pages >= PAGES or resident > GROWN

    def hurry(self, niceness: int) -> bool:
        """Run it at this priority; False where only the superuser may, or it is gone."""
        try:
            os.setpriority(os.PRIO_PROCESS, self.pid, niceness)
        except OSError:
            return False
        return True

    def end(self) -> None:
        """Kill it if it lives, and leave nothing behind."""
        self._process.kill()
        self._process.wait()
        self._in.close()
        self.out.close()


def _widen(pipe: int) -> None:
    """Let a pipe hold a chunk, not 64 KB: else a page goes over in steps, each with a change of process."""
    if sys.platform == "linux":
        with contextlib.suppress(PermissionError):  # a user may have many pipes, but not many wide ones
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _CHUNK)
