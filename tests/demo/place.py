"""The demo's folder: an installation like any other, and what a second run must know to go on with it."""

import fcntl
import hashlib
import json
import os
import shutil
import socket
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from kliping.clock import OFFSET_VARIABLE, now
from tests.installation import CHECKOUT, Installation, settings_toml
from tests.press.loading import load
from tests.press.scenario import Scenario

WEB_PORT = 8600  # the shipped default; taken: another one
EARLY = 6  # o'clock; see `edition_at`
KEPT = ("KLIPING_CRAWL_GAP", OFFSET_VARIABLE)  # the environment's only say: the demo touches nothing but its folder


class DemoError(Exception):
    """The demo cannot go on; the text says why and what to do."""


@dataclass(frozen=True)
class State:
    """What a second run must know. The press composes its dates and addresses from `start` and `press_port`."""

    scenario: str  # hash of all that the scenario says
    start: str  # ISO
    press_port: int = 0
    web_port: int = 0


class Place:
    """`folder` and its state, held by one demo at a time. Raises DemoError, ScenarioError."""

    def __init__(self, folder: Path, file: Path) -> None:
        self.folder = folder
        self.file = file
        self.scenario = _scenario(file)
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(folder)
        mark = hashlib.sha256(repr(self.scenario).encode()).hexdigest()
        found = _read(self._state)
        self.known = found is not None and found.scenario == mark
        if not self.known:
            _clear(folder)
        self.state = found if found and self.known else State(scenario=mark, start=now().isoformat())
        self._port_lock: IO[str] | None = None
        self.installation = Installation(folder, offset=float(os.environ.get(OFFSET_VARIABLE, "0")))

    @property
    def _state(self) -> Path:
        return self.folder / "demo.json"

    @property
    def lock(self) -> int:
        """Descriptor of what keeps other demos out of the folder."""
        return self._lock.fileno()

    @property
    def desk(self) -> str:
        return self.scenario.desk.id

    @property
    def url(self) -> str:
        """Where the web desk is."""
        return f"http://127.0.0.1:{self.state.web_port}"

    def configure(self, press: dict[str, Any], files: Path) -> None:
        """Write the configuration around what the press says of itself; everything else is as shipped."""
        web, self._port_lock = _free_port(self.state.web_port or WEB_PORT)
        self.state = State(self.state.scenario, self.state.start, press["port"], web)
        self._state.write_text(json.dumps(asdict(self.state)), "utf-8")
        settings = settings_toml(
            {},
            crawl={"allow": press["allow"], "hosts": press["addresses"]},
            # Loopback only, so nobody can listen in; some browsers keep no secure cookie without TLS even here.
            web={"port": web, "public_url": self.url, "plain_http": True},
            mailer={"sender": "Kliping <kliping@kliping.test>"},
        )
        desk = _desk((files / "desk.toml").read_text("utf-8"), self.scenario)
        self.installation.configure(settings, (files / "outlets.csv").read_text("utf-8"), {self.desk: desk})


def edition_at(moment: datetime) -> str:
    """An hour at which the schedule neither has an edition due yet nor, up to six hours late, still to make up for.

    The demo closes today's edition itself, as soon as all is read; the shipped hour is 06:00.
    """
    return "17:59" if moment.hour < EARLY else "23:59"


def keep_out_environment() -> None:
    """Forget settings of another installation that the shell carries."""
    for name in [name for name in os.environ if name.startswith("KLIPING_") and name not in KEPT]:
        del os.environ[name]


def _desk(text: str, scenario: Scenario) -> str:
    """The press's desk with what an edition needs besides."""
    head = {
        "edition_at": edition_at(now().astimezone(ZoneInfo(scenario.zone))),
        "unit": "Bagian Humas (contoh)",
        "address": "Semua nama dan berita di sini rekaan.",
        "officer": "Petugas Kliping",
    }
    reader = {"address": f"humas@{scenario.desk.id}.test", "name": "Bagian Humas"}
    lines = (f"{key} = {json.dumps(value)}" for key, value in head.items())
    people = (f"{key} = {json.dumps(value)}" for key, value in reader.items())
    return "\n".join([*lines, text, "[[recipients]]", *people, ""])


def _scenario(file: Path) -> Scenario:
    if not file.is_file():
        raise DemoError(f"{file}: no such scenario file")
    return load(file)


def _locked(folder: Path) -> IO[str]:
    lock = _lock(folder / "lock")
    if lock is None:
        raise DemoError(f"a demo is running in {shown(folder)} already; stop it first")
    return lock


def _lock(file: Path) -> IO[str] | None:
    """The file, locked until it is closed or we end; None: somebody else holds it."""
    try:
        lock = file.open("a+")
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock


def _read(file: Path) -> State | None:
    try:
        return State(**json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _clear(folder: Path) -> None:
    """Start afresh: another scenario's articles would be somebody else's."""
    for name in ("config", "var", "press", "edition"):
        shutil.rmtree(folder / name, ignore_errors=True)


def _free_port(wanted: int) -> tuple[int, IO[str] | None]:
    """`wanted` or another port that nobody listens on, and no demo is about to: the lock says so."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found = int(probe.getsockname()[1])
            lock = _lock(Path(tempfile.gettempdir()) / f"kliping-demo-{found}.lock")
            if lock is not None:
                return found, lock
    raise DemoError("no free port on 127.0.0.1")


def shown(path: Path) -> str:
    """A path as short as it can be said."""
    return str(path.relative_to(CHECKOUT)) if path.is_relative_to(CHECKOUT) else str(path)
