"""A wrong configuration ends every command with one line and exit code 2, and nothing has been opened."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kliping.command.app import app
from tests import warm
from tests.installation import CHECKOUT, PATIENCE, Installation

DESK = 'id = "a"\nname = "A"\n[[watches]]\nid = "w"\ntitle = "W"\nquery = "{}"\n'
OUTLETS = "id,name,domain\na,A,a.test\n"


@pytest.mark.parametrize(
    ("settings", "outlets", "desk", "said"),
    [
        ("[crawl]\ngapp = 1\n", OUTLETS, DESK.format("x"), ("kliping.toml", "gapp", "expected one of")),
        ('[crawl]\ngap = "1"\n', OUTLETS, DESK.format("x"), ("kliping.toml", "[crawl.gap]", "xpected")),
        ('bus = "kafka"\n', OUTLETS, DESK.format("x"), ("kliping.toml", "[bus]", "sqlite:PATH")),
        ('[mailer]\npassword = "env:KLIPING_TEST_NONE"\n', OUTLETS, DESK.format("x"), ("KLIPING_TEST_NONE", "not set")),
        ("[crawl\n", OUTLETS, DESK.format("x"), ("kliping.toml", "line 1")),
        ("", "id,name\na,A\n", DESK.format("x"), ("all.csv:2", "column domain")),
        ("", OUTLETS, DESK.format("(x"), ("a.toml", "w")),
    ],
)
def test_one_line_and_nothing_opened(
    tmp_path: Path, settings: str, outlets: str, desk: str, said: tuple[str, ...]
) -> None:
    installation = _written(tmp_path, settings, outlets, desk)
    for command in ("run", "status"):
        result = installation.kliping(command, check=(2,))
        (line,) = result.stderr.splitlines()
        assert line.startswith("kliping: ")
        assert all(part in line for part in said), line
    assert not (tmp_path / "var").exists()


def _written(folder: Path, settings: str, outlets: str, desk: str) -> Installation:
    config = folder / "config"
    for name, text in (("kliping.toml", settings), ("outlets/all.csv", outlets), ("desks/a.toml", desk)):
        (config / name).parent.mkdir(parents=True, exist_ok=True)
        (config / name).write_text(text, "utf-8")
    return Installation(folder)


def test_every_command_explains_itself() -> None:
    names = sorted({*(command.callback.__name__ for command in app.registered_commands if command.callback)})
    for name in names:
        told = warm.run("kliping", name, "--help", environment=os.environ, folder=CHECKOUT, timeout=PATIENCE).stdout
        assert "Usage: " in told
        assert "None" not in told
    overview = _command("--help")
    assert all(name in overview for name in names)
    assert "Exit codes" in overview
    assert _command("--version").startswith("kliping ")


def _command(*arguments: str) -> str:
    """The installed way in and `python -m` are one function; this is the first."""
    start = f"import sys; sys.argv = ['kliping', *{list(arguments)!r}]; from kliping.__main__ import main; main()"
    result = subprocess.run([sys.executable, "-c", start], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return result.stdout
