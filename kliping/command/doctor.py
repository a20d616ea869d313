"""`doctor`: is this installation fit to work?"""

import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import typer

from kliping.clock import now
from kliping.command.build import Configuration, Parts
from kliping.command.context import JsonOption, load_configuration
from kliping.command.output import print_json, print_table
from kliping.database import check_revision
from kliping.errors import KlipingError
from kliping.settings import Settings
from pipeline.flow import FLOW, STEPS, waiting

LEAST_FREE = 2 * 1024**3  # bytes: a day of 1,000 pages takes about 100 MB, WAL files and a rebuild several times that

Check = tuple[str, Callable[[], str]]


def register(app: typer.Typer) -> None:
    app.command()(doctor)


def doctor(json: JsonOption = False) -> None:
    """Check configuration, stores, disk and libraries. Exit code 1 when something is wrong."""
    results = [_result(name, check) for name, check in _checks(load_configuration())]
    if json:
        for name, good, text in results:
            print_json({"check": name, "ok": good, "detail": text})
    else:
        print_table(("check", "", "detail"), ((name, "ok" if good else "WRONG", text) for name, good, text in results))
    if not all(good for _, good, _ in results):
        raise typer.Exit(1)


def _result(name: str, check: Callable[[], str]) -> tuple[str, bool, str]:
    try:
        return name, True, check()
    except (KlipingError, OSError) as error:
        return name, False, str(error)


def _checks(config: Configuration) -> Iterator[Check]:
    with Parts(config) as opened:
        yield "python", lambda: sys.version.split()[0]
        if libraries := _sqlite(config.settings):
            yield "sqlite", lambda: libraries
        yield "configuration", lambda: f"{len(config.desks)} desks, {len(config.outlets)} outlets"
        yield "database", lambda: _database(opened)
        yield "bus", lambda: ", ".join(f"{step.name} {waiting(opened.bus, step)} waiting" for step in FLOW)
        yield "processes", lambda: _processes(config.settings)
        yield "pages", lambda: _pages(opened)
        yield "archive", lambda: _archive(opened)
        yield "disk", lambda: _disk(Path(config.settings.root))
        yield "clock", lambda: now().isoformat(timespec="seconds")


def _sqlite(settings: Settings) -> str:
    """The versions of SQLite in use, and by what; '' on a cluster. The archive brings its own."""
    users = [name for name in ("bus", "database") if getattr(settings, name).startswith("sqlite:")]
    python = [f"{sqlite3.sqlite_version} ({', '.join(users)})"] if users else []
    own = [f"{apsw.sqlite_lib_version()} (archive)"] if settings.archive.startswith("sqlite:") else []
    return ", ".join([*python, *own])


def _database(opened: Parts) -> str:
    check_revision(opened.database)
    return opened.database.name


def _processes(settings: Settings) -> str:
    """A stage's processes beyond the partitions would wait for ever."""
    numbers = {stage: settings.work.processes.get(stage, 1) for stage in STEPS}
    if idle := [stage for stage, number in numbers.items() if number > settings.partitions]:
        raise OSError(f"{', '.join(idle)}: more processes than the {settings.partitions} partitions that they share")
    return ", ".join(f"{stage} {number}" for stage, number in numbers.items())


def _pages(opened: Parts) -> str:
    content = opened.pages.put(b"kliping doctor")
    opened.pages.get(content)
    return f"writes and reads {content[:12]}"


def _archive(opened: Parts) -> str:
    if problems := list(opened.archive.problems()):
        raise OSError(f"{'; '.join(problems[:3])}; `kliping archive rebuild` makes it anew")
    return f"{sum(opened.archive.count(desk) for desk in opened.configuration.desks)} clips"


def _disk(folder: Path) -> str:
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        raise OSError(f"{free / 1e9:.1f} GB free at {folder}, at least {LEAST_FREE / 1e9:.1f} GB expected")
    return f"{free / 1e9:.0f} GB free"
