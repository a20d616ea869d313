"""What reads pages: a nursery that has loaded all that reading needs, and the children that it forks when asked.

Starting a reader takes half a second of a core, forking one a few milliseconds: a flood of pages that each cost a
child must not cost a start each. The nursery holds no connection but the one to its parent, and reads no page of
anybody. A child lives for many pages: jobs come on one pipe, answers go on another, each after its length. Limits of
memory are set here; the limit of time is the parent's business. All end with their parent.

Run as `python -m pipeline.extract.child BYTES NICENESS`, a stream socket as its standard input.
"""

import contextlib
import ctypes
import gc
import os
import resource
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import BinaryIO, Final

from pipeline.extract.job import COMMAND, ENCODER, JOBS, LENGTH, OUT_OF_MEMORY, WARMING, Answer, Failed

_PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h
_PIPES: Final = 2  # of a child: jobs, answers


def main() -> None:
    """Fork children until the parent is gone."""
    limit, niceness = map(int, sys.argv[1:])
    if limit:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _be_nice(niceness)
    _die_with(os.getppid())
    WARMING.read()
    gc.freeze()  # what is here stays: pages of memory that a collection would touch remain shared
    with socket.socket(fileno=0) as parent:
        _tend(parent)


def _be_nice(niceness: int) -> None:
    os.nice(niceness)
    with contextlib.suppress(OSError):  # Linux shares the cores among sessions first, where it groups by them
        Path("/proc/self/autogroup").write_text(str(niceness))


def _tend(parent: socket.socket) -> None:
    """Two commands: pipes for a new child, which answers with its pid; a child's pid, answered by how it ended."""
    while True:
        data, pipes, _, _ = socket.recv_fds(parent, COMMAND.size, _PIPES)
        if len(data) < COMMAND.size:
            return
        if pipes:
            _fork(parent, *pipes)
        else:
            (pid,) = COMMAND.unpack(data)
            _, status = os.waitpid(pid, 0)
            parent.sendall(COMMAND.pack(os.waitstatus_to_exitcode(status)))


def _fork(parent: socket.socket, jobs: int, answers: int) -> None:
    nursery = os.getpid()
    if os.fork():
        os.close(jobs)
        os.close(answers)
        return
    code = 1
    try:
        _die_with(nursery)  # first of all: whoever knows its pid may rely on it
        parent.sendall(COMMAND.pack(os.getpid()))
        parent.close()
        code = serve(os.fdopen(jobs, "rb"), os.fdopen(answers, "wb"))
    except BaseException:  # noqa: BLE001 - a child of a fork must not go back into its parent's code
        traceback.print_exc()
    finally:
        os._exit(code)


def serve(source: BinaryIO, target: BinaryIO) -> int:
    """Read jobs until there are none. Returns the exit code."""
    try:
        while (data := _taken(source)) is not None:
            answer = ENCODER.encode(_answered(data))
            target.write(LENGTH.pack(len(answer)) + answer)
            target.flush()
    except MemoryError:  # what is left after that is anyone's guess
        return OUT_OF_MEMORY
    return 0


def _die_with(parent: int) -> None:
    """A page that never ends must not outlive a parent that was killed, and cannot see its closed pipe."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was quicker
        os._exit(1)


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
