"""Crash points: off they do nothing; asked for, they end their own process by SIGKILL, once or by lot."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kliping import crash
from kliping.errors import ConfigError

CHECKOUT = Path(__file__).resolve().parents[1]
ROOMS = ("crawlers", "pipeline", "search", "digests", "desk", "kliping")
CALL = re.compile(r"crash\.here\(f?\"([^\"]+)\"\)")
PASS = "from kliping import crash; crash.here('index.after_rows'); crash.here('digest.after_sent')"


def passing(at: str, log: Path) -> int:
    """Exit code of a process that passes two points."""
    environ = os.environ | {crash.AT_VARIABLE: at, crash.LOG_VARIABLE: str(log)}
    return subprocess.run([sys.executable, "-c", PASS], cwd=CHECKOUT, env=environ, check=False).returncode


def test_off_nothing_happens(tmp_path: Path) -> None:
    assert passing("", tmp_path / "log") == 0
    assert not (tmp_path / "log").exists()


def test_a_point_without_a_number_ends_one_process_and_no_second(tmp_path: Path) -> None:
    codes = [passing("index.after_rows", tmp_path / "log") for _ in range(2)]
    assert codes == [-signal.SIGKILL, 0]
    assert (tmp_path / "log").read_text() == "index.after_rows\n"


def test_a_probability_is_drawn_at_each_pass(tmp_path: Path) -> None:
    assert passing("index.after_rows:0,digest.after_sent:1", tmp_path / "log") == -signal.SIGKILL
    assert (tmp_path / "log").read_text() == "digest.after_sent\n"


def test_a_star_is_every_point(tmp_path: Path) -> None:
    assert passing("*:1", tmp_path / "log") == -signal.SIGKILL


@pytest.mark.parametrize("text", ["index.after_lunch", "index.after_rows:2", "index.after_rows:often"])
def test_what_cannot_be_asked_for_is_said(text: str) -> None:
    with pytest.raises(ConfigError):
        crash.wanted(text)


def test_every_point_has_one_place_in_the_code_and_the_code_no_other() -> None:
    called: set[str] = set()
    for room in ROOMS:
        for file in (CHECKOUT / room).rglob("*.py"):
            for point in CALL.findall(file.read_text("utf-8")):
                called |= {point.replace("{self.stage}", stage) for stage in ("extract", "deduplicate", "tag", "index")}
    assert called == set(crash.POINTS)
