"""news-please as a peer. It pins what clashes with ours, so it has a virtual environment of its own, made on demand.

The environment lies in `var/peers/` (`KLIPING_PEERS` names another folder). The peer is a child process: a JSON line
with a page in, a JSON line with what it read and its CPU time out.
"""

import base64
import fcntl
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.extract_peers import Answer, Extractor, Peer

NAME: Final = "news-please"
REQUIREMENT: Final = "news-please==1.6.16"
FACTS: Final = ("title", "day", "published", "byline")
_CHILD: Final = Path(__file__).with_name("extract_newsplease_child.py")
_FOLDER: Final = Path(os.environ.get("KLIPING_PEERS") or Path(__file__).resolve().parents[1] / "var" / "peers")
_PATIENCE: Final = 900  # seconds for an installation; it has 90 packages


class AbsentError(RuntimeError):
    """The peer cannot be had here; the text says why."""


@contextmanager
def news_please(folder: Path = _FOLDER) -> Iterator[Peer]:
    """The running peer. Raises AbsentError where it can be neither found nor installed."""
    python = _installed(folder / NAME)
    child = subprocess.Popen([python, "-I", _CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Peer(_asker(child), FACTS)
    finally:
        child.kill()
        child.communicate()


def _asker(child: "subprocess.Popen[str]") -> Extractor:
    assert child.stdin is not None
    assert child.stdout is not None
    source, target = child.stdout, child.stdin

    def ask(body: bytes, url: str) -> Answer:
        target.write(json.dumps({"body": base64.b64encode(body).decode("ascii"), "url": url}) + "\n")
        target.flush()
        told = json.loads(source.readline() or "{}")
        if not told:
            raise BrokenPipeError(f"{NAME} has ended")
        if told["error"]:
            raise RuntimeError(told["error"])
        return Answer(told["text"], told["title"], told["published"], tuple(told["byline"]), seconds=told["seconds"])

    return ask


def _installed(place: Path) -> Path:
    """The interpreter of the peer's environment, which is made where it is not there."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # another benchmark may be making it just now
            if not (place / "ready").exists():
                _install(place)
    except subprocess.CalledProcessError as error:
        raise AbsentError(_last_line(error.stderr) or str(error)) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AbsentError(str(error)) from None
    return place / "bin" / "python"


def _install(place: Path) -> None:
    print(f"installing {REQUIREMENT} in {place} …", file=sys.stderr)
    shutil.rmtree(place, ignore_errors=True)
    venv.create(place, with_pip=True, symlinks=True)
    command = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, REQUIREMENT], check=True, capture_output=True, text=True, timeout=_PATIENCE)
    (place / "ready").touch()


def _last_line(text: str | bytes | None) -> str:
    lines = (text if isinstance(text, str) else "").strip().splitlines()
    return lines[-1] if lines else ""
