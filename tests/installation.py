"""A Kliping installation in a folder of its own, run by the commands that a user types."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kliping.clock import OFFSET_VARIABLE
from kliping.command.build import Configuration, Parts, configuration
from kliping.settings import load
from tests import warm

CHECKOUT = Path(__file__).resolve().parents[1]
PATIENCE = 900  # seconds for one command


@dataclass(frozen=True)
class Installation:
    """`config/` and `var/` below `folder`. `offset` moves its clock, seconds."""

    folder: Path
    offset: float = 0.0
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.folder / "config" / "kliping.toml"

    def configure(self, settings: str, outlets: str, desks: Mapping[str, str]) -> None:
        """Write kliping.toml, the outlet list (CSV) and the desks (TOML by file name)."""
        for name in ("outlets", "desks"):
            (self.folder / "config" / name).mkdir(parents=True, exist_ok=True)
        self.config.write_text(settings, "utf-8")
        (self.folder / "config" / "outlets" / "all.csv").write_text(outlets, "utf-8")
        for name, text in desks.items():
            (self.folder / "config" / "desks" / f"{name}.toml").write_text(text, "utf-8")
        load(self.config)

    def configuration(self) -> Configuration:
        return configuration(self.config)

    def parts(self) -> Parts:
        """Its stores, for looking at what the commands did."""
        return Parts(self.configuration())

    def environment(self) -> dict[str, str]:
        own = {"KLIPING_CONFIG": str(self.config), OFFSET_VARIABLE: str(self.offset), "PYTHONUNBUFFERED": "1"}
        return {**os.environ, **own, **self.environ}

    def kliping(self, *arguments: str, check: Iterable[int] = (0,)) -> subprocess.CompletedProcess[str]:
        """`kliping …`; raises AssertionError with what it printed when the exit code is not in `check`."""
        return self._run("kliping", *arguments, check=check)

    def scrapy(self, *arguments: str, check: Iterable[int] = (0,)) -> subprocess.CompletedProcess[str]:
        """`scrapy …` from the checkout."""
        return self._run("scrapy", *arguments, check=check)

    def lines(self, *arguments: str, check: Iterable[int] = (0,)) -> list[Any]:
        """What `kliping … --json` prints, a value a line."""
        return [json.loads(line) for line in self.kliping(*arguments, "--json", check=check).stdout.splitlines()]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """`kliping …` in the background; its output goes to `kliping.log`."""
        with (self.folder / "kliping.log").open("a") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "kliping", *arguments],
                cwd=CHECKOUT,
                env=self.environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
            )

    def _run(self, *arguments: str, check: Iterable[int]) -> subprocess.CompletedProcess[str]:
        result = warm.run(*arguments, environment=self.environment(), folder=CHECKOUT, timeout=PATIENCE)
        said = f"{' '.join(arguments)}: exit code {result.returncode}\n{result.stdout[-4000:]}\n{result.stderr[-4000:]}"
        assert result.returncode in tuple(check), said
        return result


def settings_toml(top: Mapping[str, Any], **tables: Mapping[str, Any]) -> str:
    """A kliping.toml from plain values (TOML's and JSON's forms of strings, numbers and lists are the same)."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in top.items()]
    for name, table in tables.items():
        lines.append(f"\n[{name}]")
        for key, value in table.items():
            text = _inline(value) if isinstance(value, Mapping) else json.dumps(value)
            lines.append(f"{key} = {text}")
    return "\n".join(lines) + "\n"


def _inline(table: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{json.dumps(key)} = {json.dumps(value)}" for key, value in table.items()) + "}"
