"""The nursery as its parent sees it: a process that is started once and forks children that are warm from birth."""

import os
import signal
import socket
import subprocess
import sys
from typing import Final

from pipeline.extract.job import COMMAND

GONE: Final = -signal.SIGKILL  # the exit code of a child whose nursery died: it is killed too


class Nursery:
    """One process, started when the first child is asked for. Children end with it, and it ends with its parent."""

    def __init__(self, memory: int, niceness: int = 0) -> None:
        mine, its = socket.socketpair()
        with its:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "pipeline.extract.child", str(memory), str(niceness)],
                stdin=its.fileno(),
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for its parent, which closes the socket
            )
        self._socket = mine

    def born(self, jobs: int, answers: int) -> int:
        """The pid of a new child that reads from one pipe and writes to another. Raises OSError when there is none."""
        socket.send_fds(self._socket, [COMMAND.pack(0)], [jobs, answers])
        return self._answer()

    def ended(self, pid: int, *, by_force: bool = False) -> int:
        """The exit code of a child, asked for once, when it has ended or by force."""
        try:
            if by_force and self.is_alive:  # a pid is its child's until the nursery has looked after it
                os.kill(pid, signal.SIGKILL)
            self._socket.sendall(COMMAND.pack(pid))
            return self._answer()
        except OSError:
            return GONE

    def _answer(self) -> int:
        answer = self._socket.recv(COMMAND.size)
        if not answer:
            raise ConnectionResetError("the nursery of readers died")
        return int(COMMAND.unpack(answer)[0])

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        """All children should have ended."""
        self._socket.close()
        self._process.kill()
        self._process.wait()
