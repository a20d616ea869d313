"""A member of a group in a process of its own, which can be killed and frozen: told what to do line by line.

    python -m tests.contracts.bus_member BUS TOPIC GROUP NAME

`poll N` answers the ids polled, `commit N` (the first N held) answers "done" or "fenced".
"""

import os
import signal
import subprocess
import sys
from types import TracebackType
from typing import Self

from pipeline.bus import Fenced, Record, open_bus

PARTITIONS = 4
LEASE = 2.0  # seconds: a machine with twenty busy processes on two cores kept it; one second it did not always
PATIENCE = 150  # polls of 0.2 s: the bounded wait of the contract


class Member:
    """The test's side."""

    def __init__(self, location: str, topic: str, group: str, name: str) -> None:
        command = [sys.executable, "-m", "tests.contracts.bus_member", location, topic, group, name]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def poll(self, count: int) -> list[str]:
        return self._told(f"poll {count}").split()

    def commit(self, count: int) -> str:
        return self._told(f"commit {count}")

    def freeze(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def _told(self, order: str) -> str:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(order + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


def main(location: str, topic: str, group: str, name: str) -> None:
    """The member's side."""
    consumer = open_bus(location, partitions=PARTITIONS, lease=LEASE).consumer(topic, group, name)
    held: list[Record] = []
    for line in sys.stdin:
        order, number = line.split()
        if order == "poll":
            for _ in range(PATIENCE):
                held += consumer.poll(100, 0.2)
                if len(held) >= int(number):
                    break
            answer = " ".join(record.id for record in held)
        else:
            try:
                consumer.commit(held[: int(number)])
                answer = "done"
            except Fenced:
                answer = "fenced"
        print(answer, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
