"""A small press that runs, and an installation that has read it with `kliping run`."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.installation import Installation
from tests.press.press import FOLDER, Press
from tests.press_desk import install

NOW = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
PATIENCE = 60.0  # seconds for something to happen on a busy machine


@dataclass(frozen=True)
class Newsroom:
    """A press and the installation that reads it; what its first `kliping run` left behind."""

    press: Press
    installation: Installation
    children: int
    exit_code: int
    seconds: float  # that its stop took


def wait_until(true: Callable[[], bool]) -> None:
    """Look ten times a second; AssertionError when it never comes true."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def processes(installation: Installation) -> set[int]:
    """All living processes of an installation, the readers of its extract stage too, known by their environment."""
    mark = f"KLIPING_CONFIG={installation.config}\0".encode()
    return {int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit() and _has(folder, mark)}


def children_of(parent: int) -> set[int]:
    """Its own ones: readers are children of nurseries of workers, and those of a slow lane come when there is need."""
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return set(map(int, listed.split()))


def _has(folder: Path, mark: bytes) -> bool:
    try:
        return mark in (folder / "environ").read_bytes() + b"\0"
    except OSError:  # it has ended, or is not ours to read
        return False


def passed(installation: Installation, stage: str) -> int:
    """How many messages passed a stage."""
    return int(next(line["passed"] for line in installation.lines("status") if line["stage"] == stage))


def ended(process: "subprocess.Popen[str]", how: signal.Signals) -> tuple[int, float]:
    """Send a signal; exit code, and the seconds until the process had ended."""
    at = time.monotonic()
    process.send_signal(how)
    return process.wait(PATIENCE), time.monotonic() - at


@pytest.fixture(scope="session")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with Press(FOLDER / "teluk-sarira.toml", now=NOW, running=True, delay=0) as press:
        installation = install(tmp_path_factory.mktemp("run"), press, crawl={"gap": 0.05}, web={"port": 0})
        wanted = sum(row["reachable"] and row["relevant"] for row in press.truth()["articles"])
        installation.kliping("migrate")
        process = installation.start("run")
        try:
            wait_until(lambda: passed(installation, "index") >= wanted)
            children = len(children_of(process.pid))
            code, seconds = ended(process, signal.SIGINT)
        finally:
            for left in processes(installation) if process.poll() is None else ():
                os.kill(left, signal.SIGKILL)
        yield Newsroom(press, installation, children, code, seconds)
