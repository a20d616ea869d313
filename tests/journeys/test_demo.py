"""`make demo ONCE=1` on a small scenario: the shipped commands, the press's truth, and nothing left running."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.demo.place import edition_at
from tests.installation import CHECKOUT
from tests.press.press import FOLDER

GAP = "0.1"  # seconds; the shipped 5 s would take minutes, everything else is as shipped
PATIENCE = 240  # seconds for a run; 25 measured, 105 beside fifteen busy processes
STOP = 30  # seconds: bar A15
SMALL = str(FOLDER / "teluk-sarira.toml")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


def demo(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    with begun(folder, *arguments) as process:
        said, failed = process.communicate(timeout=PATIENCE)
    return subprocess.CompletedProcess(process.args, process.returncode, said, failed)


def begun(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.demo", "--folder", str(folder), *arguments],
        cwd=CHECKOUT,
        env={**os.environ, "KLIPING_CRAWL_GAP": GAP},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("run", ["first", "second"])
def test_what_the_demo_did_is_what_the_press_published(folder: Path, run: str) -> None:
    result = demo(folder, "--once", "--scenario", SMALL)
    assert result.returncode == 0, result.stdout + result.stderr
    lines = result.stdout.splitlines()
    compared = lines[lines.index("Kliping beside the press's truth file") + 1 :]
    counts = [line.rpartition(": ")[2].split(" of ") for line in compared if " of " in line.rpartition(": ")[2]]
    assert len(counts) == 9
    assert all(right == of != "0" for right, of in counts), compared
    assert "  equal" in compared
    assert (run == "second") == any("holds an earlier run" in line for line in lines)
    named = [Path(line.split()[-1]) for line in lines if line.startswith(("  Mail ", "  Its PDF ", "  Chat text "))]
    assert [file.suffix for file in named] == [".eml", ".pdf", ".txt"]
    assert all(file.stat().st_size for file in named)
    assert still_running(folder) == []


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_nothing_runs_on_when_the_demo_is_ended(folder: Path, number: signal.Signals, code: int) -> None:
    with begun(folder, "--scenario", SMALL) as process:
        assert process.stdout is not None
        assert any(line.startswith("Reading politely") for line in process.stdout)
        assert still_running(folder) != []
        process.send_signal(number)
        deadline = time.monotonic() + STOP
        process.communicate(timeout=STOP)
        while (left := still_running(folder)) and time.monotonic() < deadline:
            time.sleep(0.1)
    assert left == []
    assert process.returncode == code


def test_a_scenario_that_is_none_is_said_in_one_line(folder: Path) -> None:
    result = demo(folder, "--scenario", str(CHECKOUT / "Makefile"))
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("hour", range(24))
def test_the_schedule_has_no_edition_of_its_own_to_close_while_the_demo_reads(hour: int) -> None:
    due = datetime.strptime(edition_at(datetime(2026, 11, 24, hour, tzinfo=UTC)), "%H:%M").replace(tzinfo=UTC)
    age = (hour * 60 - due.hour * 60 - due.minute) % (24 * 60)  # minutes since it was due last
    assert age > 6 * 60


def still_running(folder: Path) -> list[str]:
    """The processes that were started with a path below `folder` and have not ended."""
    mark = str(folder).encode()
    return [process.name for process in Path("/proc").glob("[0-9]*") if mark in _said(process)]


def _said(process: Path) -> bytes:
    """Command line and environment of a process; nothing for one that ended meanwhile."""
    try:
        return (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    except OSError:
        return b""
