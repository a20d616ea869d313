"""The press as one object: start it, read its port, turn its clock and switches, read its log and its truth."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any

from tests.press.articles import compose
from tests.press.files import desk_toml, outlet_row, write_outlets
from tests.press.generate import generated
from tests.press.loading import load
from tests.press.newsroom import Newsroom
from tests.press.scenario import Outlet, Scenario, Story
from tests.press.server import Internal, Log, Outlets
from tests.press.site import Site
from tests.press.truth import truth

FOLDER = Path(__file__).parent / "scenario"
POLL = 0.05  # seconds between a server's looks at its stop flag: what closing a press costs


class Press:
    """A press on 127.0.0.1, to be used as a context manager.

    `now` fixes the clock (it then stands still unless `running`); without it the press lives in real time.
    `delay` replaces the seconds that slow outlets wait, for tests that cannot; `log_file` receives the request log.
    Raises ScenarioError, or OSError when the port is taken.
    """

    def __init__(
        self,
        scenario: Scenario | str | Path = FOLDER / "sukaraya.toml",
        *,
        now: datetime | None = None,
        running: bool = False,
        port: int = 0,
        delay: float | None = None,
        switches: Iterable[str] = (),
        log_file: Path | None = None,
    ) -> None:
        self.scenario = scenario if isinstance(scenario, Scenario) else load(scenario)
        start = now or datetime.now(UTC)
        stories = (*self.scenario.stories, *generated(self.scenario))
        items = compose(self.scenario, stories, start)
        self._delay = delay
        self.room = Newsroom(items, start, running=running or now is None)
        self.log = Log(log_file)
        self._internal = Internal()
        self._server = Outlets(port, lambda request: self.site.answer(request), self._wait, self.log)
        self.port: int = self._server.server_address[1]
        self.site = Site(self.scenario, self.room, self.port, f"127.0.0.1:{self.internal_port}")
        for name in (*(f"fault:{kind}" for kind in self.scenario.faults), *switches):
            self.room.switch(name)
        self._threads = [Thread(target=it.serve_forever, args=(POLL,), daemon=True) for it in self._both()]

    def __enter__(self) -> "Press":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.closing.set()
        for server, thread in zip(self._both(), self._threads, strict=True):
            if thread.is_alive():
                server.shutdown()
            server.server_close()
        self.log.close()

    def _both(self) -> tuple[Outlets, Internal]:
        return self._server, self._internal

    @property
    def internal_port(self) -> int:
        """The port of the listener that must never be reached."""
        return int(self._internal.server_address[1])

    @property
    def internal_connections(self) -> int:
        """Connections that the internal listener accepted; an address guard keeps it at 0."""
        return len(self._internal.connections)

    @property
    def errors(self) -> list[BaseException]:
        """Bugs of the press itself that its server met; tests assert that it is empty."""
        return self._server.errors

    @property
    def hosts(self) -> dict[str, str]:
        """Host name → `127.0.0.1:port`, for every outlet and its www. twin."""
        names = [outlet.host for outlet in self.scenario.outlets]
        return {name: f"127.0.0.1:{self.port}" for host in names for name in (host, f"www.{host}")}

    @property
    def allow(self) -> list[str]:
        """The exact host:port pairs that Kliping's settings must allow to lie on loopback."""
        return sorted(f"{host}:{self.port}" for host in self.hosts)

    @property
    def outlets(self) -> list[dict[str, str]]:
        """Rows for Kliping's outlet list."""
        return [outlet_row(outlet, self.scenario, self.site.catalogue) for outlet in self.scenario.outlets]

    def now(self) -> datetime:
        """The press clock."""
        return self.room.now()

    def set_clock(self, moment: datetime) -> None:
        """Move the clock; what is dated up to `moment` becomes visible, `after:` rules come due."""
        self.room.set_clock(moment)

    def advance(self, **by: float) -> None:
        """Move the clock by a timedelta's arguments: `advance(hours=3)`."""
        self.set_clock(self.now() + timedelta(**by))

    def switch(self, name: str, on: bool = True) -> None:
        """Turn a switch; README.md lists them."""
        self.room.switch(name, on)

    def publish(self, stories: Iterable[Story]) -> None:
        """Add articles while the press is running, dated from the start of the press."""
        items = compose(self.scenario, stories, self.room.start)
        self.room.add(items)
        self.site.add(items)

    def truth(self) -> dict[str, Any]:
        """The truth at this moment, as truth.json holds it."""
        return truth(self.scenario, self.room, self.site)

    def write(self, folder: Path) -> None:
        """Write truth.json, outlets.csv, desk.toml and, when these are there, press.json."""
        folder.mkdir(parents=True, exist_ok=True)
        _write_json(folder / "truth.json", self.truth())
        write_outlets(folder / "outlets.csv", self.scenario, self.site.catalogue)
        (folder / "desk.toml").write_text(desk_toml(self.scenario), "utf-8")
        _write_json(folder / "press.json", self.describe())

    def describe(self) -> dict[str, Any]:
        """press.json: ports, hosts, and what Kliping's settings must allow."""
        return {
            "scenario": self.scenario.name,
            "now": self.now().isoformat(),
            "port": self.port,
            "internal_port": self.internal_port,
            "hosts": self.hosts,
            "addresses": dict.fromkeys(self.hosts, "127.0.0.1"),
            "allow": self.allow,
        }

    def _wait(self, host: str) -> float:
        outlet: Outlet | None = self.site.catalogue.outlet(host)
        if outlet is None:
            return 0.0
        slow = outlet.delay or (3.0 if self.room.is_on(f"slow:{outlet.id}") else 0.0)
        return slow if self._delay is None else min(slow, self._delay)


def _write_json(path: Path, value: Any) -> None:
    """Write by rename, so that a waiting reader never sees half a file."""
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")
    draft.replace(path)
