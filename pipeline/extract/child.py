"""A child process that reads pages: jobs on standard input, answers on standard output, each after its length.

It lives for many pages, under a limit of memory that it sets itself; the limit of time is its parent's business. It
ends with its parent: a closed input is the end. Run as `python -m pipeline.extract.child BYTES`.
"""

import ctypes
import resource
import signal
import sys
import traceback
from typing import BinaryIO

from pipeline.extract.job import ENCODER, JOBS, LENGTH, OUT_OF_MEMORY, Answer, Failed

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    """Read jobs until there are none."""
    limit = int(sys.argv[1])
    if limit:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _die_with_parent()
    try:
        _serve(sys.stdin.buffer, sys.stdout.buffer)
    except MemoryError:  # what is left after that is anyone's guess
        sys.exit(OUT_OF_MEMORY)


def _serve(source: BinaryIO, target: BinaryIO) -> None:
    while (data := _taken(source)) is not None:
        answer = ENCODER.encode(_answered(data))
        target.write(LENGTH.pack(len(answer)) + answer)
        target.flush()


def _die_with_parent() -> None:
    """A page that never ends must not outlive a parent that was killed, and cannot see its closed input."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _answered(data: bytes) -> Answer:
    """The answer to one job."""
    try:
        return Answer(reading=JOBS.decode(data).read())
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, the parent's worker tries again and then dead-letters it
        return Answer(failure=Failed(failed="bug", detail=traceback.format_exc()))


def _taken(source: BinaryIO) -> bytes | None:
    head = source.read(LENGTH.size)
    return source.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


if __name__ == "__main__":
    main()
