"""What all servers have in common: started, ended, killed, frozen, by process id, on one port and one folder."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from tests.servers import family
from tests.servers.run import Run

CHECKOUT = Path(__file__).resolve().parents[2]
START = 120.0  # seconds until a server answers; 2 to 15 measured on two cores
STOP = 60.0  # seconds for a clean stop
LOOK = 0.05  # seconds between two looks
PORTS = range(20_000, 32_000)  # below Linux's ephemeral ports (32768 on): nobody takes it while the server is down


class ServerError(Exception):
    """A server that did not start or stop, with the end of its log."""


@dataclass(frozen=True)
class Server:
    """A server of this run. `url` is how its own clients name it."""

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    run: Run
    folder: Path
    port: int
    inner_port: int  # among the nodes of a cluster

    @property
    def url(self) -> str:
        raise NotImplementedError

    def prepare(self) -> None:
        """Make what the first start needs, in `folder`."""
        raise NotImplementedError

    def command(self) -> list[str]:
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether it serves now."""
        raise NotImplementedError

    @property
    def pid(self) -> int | None:
        try:
            return int((self.folder / "pid").read_text("utf-8"))
        except FileNotFoundError:
            return None

    def begin(self) -> None:
        """Start it, or start it again on the same port and data; does not wait until it answers."""
        if not self.folder.exists():
            self._made()
        keeper = [sys.executable, "-m", "tests.servers.keeper", str(self.run.lifeline), str(self.folder)]
        with (self.folder / "keeper.log").open("ab") as log:
            _keepers[self.folder] = subprocess.Popen(
                [*keeper, *self.command()], cwd=CHECKOUT, stdout=log, stderr=log, start_new_session=True
            )
        _wait(lambda: self.pid is not None, START, self, "is started")

    def wait(self) -> None:
        """Until it answers. Raises ServerError."""
        _wait(lambda: self.pid is None or self.answers(), START, self, "answers")
        if self.pid is None:
            raise ServerError(f"{self.name} ended at its start:\n{self.log()}")

    def start(self) -> None:
        self.begin()
        self.wait()

    def stop(self) -> None:
        """End it cleanly, as an operator would."""
        if (pid := self.pid) is not None:
            family.send(pid, signal.SIGCONT)
            everyone = family.members(pid)
            os.kill(pid, self.stop_signal)
            _wait(lambda: not any(map(family.alive, everyone)), STOP, self, "stopped")
            self._ended()

    def kill(self) -> None:
        """SIGKILL to all of it, as a power cut would (but for what the disk had not)."""
        if (pid := self.pid) is not None:
            family.kill(pid)
            self._ended()

    def freeze(self) -> None:
        """SIGSTOP to all of it: connections stay open and nothing answers."""
        if (pid := self.pid) is not None:
            family.send(pid, signal.SIGSTOP)
            _wait(lambda: family.stopped(pid), STOP, self, "frozen")

    def thaw(self) -> None:
        """SIGCONT after `freeze`."""
        if (pid := self.pid) is not None:
            family.send(pid, signal.SIGCONT)

    def remove(self) -> None:
        """Kill it and remove its data."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        """The end of what it said."""
        file = self.folder / "server.log"
        return file.read_text("utf-8", errors="replace")[-3000:] if file.exists() else ""

    def _made(self) -> None:
        """The folder, whole or not at all."""
        self.folder.mkdir(mode=0o755)
        try:
            self.prepare()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def _ended(self) -> None:
        """Until its keeper has seen it too."""
        keeper = _keepers.pop(self.folder, None)
        if keeper is not None:
            keeper.wait()
        _wait(lambda: self.pid is None, STOP, self, "given up by its keeper")


_keepers: dict[Path, "subprocess.Popen[bytes]"] = {}  # of this process, so that it can reap them


def _wait(done: Callable[[], bool], seconds: float, server: Server, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            raise ServerError(f"{server.name}: not {what} within {seconds:.0f} s:\n{server.log()}")
        time.sleep(LOOK)


def open_port(port: int) -> bool:
    """Whether somebody listens at a loopback port."""
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_ports(number: int) -> list[int]:
    """Loopback ports that nobody listens at; PORTS alone, for the system gives the others to whoever connects."""
    found: list[int] = []
    while len(found) < number:
        port = random.choice(PORTS)
        with closing(socket.socket()) as probe:
            if port not in found and probe.connect_ex(("127.0.0.1", port)):
                found.append(port)
    return found
