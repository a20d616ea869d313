"""`run`, `work`, `migrate`: the processes that do the work, kept alive from one terminal."""

import signal
import threading
from collections.abc import Sequence
from types import FrameType
from typing import Annotated

import typer

from kliping.clock import monotonic
from kliping.command.build import Configuration, Parts
from kliping.command.context import load_configuration, parts
from kliping.command.output import console
from kliping.command.processes import crawlers, faces, idle, set_up_logging, workers
from kliping.database import migrate as migrate_database
from kliping.errors import ConfigError
from pipeline.flow import STEPS
from pipeline.supervise import Child, Stopping, Supervisor

REST_SECONDS = 1.0  # no message may wait for this long before work counts as done: a crash may have left a batch


def register(app: typer.Typer) -> None:
    app.command()(run)
    app.command()(work)
    app.command()(migrate)


def run() -> None:
    """Everything, day and night, until Ctrl-C: crawlers, stages, the staff's pages, the morning editions."""
    config = _prepared()
    children = [*workers(config, STEPS), *crawlers(config), *faces(config)]
    console.print(
        f"kliping: {len(children)} processes, {len(config.outlets)} outlets, {len(config.desks)} desks; "
        f"pages at {config.settings.web.public_url}; Ctrl-C stops"
    )
    supervise(children, _signalled())


def work(
    stages: Annotated[list[str] | None, typer.Argument(help=f"Any of: {', '.join(STEPS)}. Default: all.")] = None,
    until_idle: Annotated[bool, typer.Option("--until-idle", help="End when no message waits any more.")] = False,
) -> None:
    """Work some stages or all, without crawling."""
    names = stages or list(STEPS)
    for name in names:
        if name not in STEPS:
            raise ConfigError(f"work {name}: no such stage; there are: {', '.join(STEPS)}")
    config = _prepared()
    stopping = _signalled()
    if not until_idle:
        supervise(workers(config, names), stopping)
        return
    with Parts(config) as opened:
        drain(opened, workers(config, names), stopping)


def migrate() -> None:
    """Bring the database's schema to this program's revision."""
    with parts(may_migrate=True):
        console.print("database: schema is up to date")


def supervise(children: Sequence[Child], stopping: Stopping) -> None:
    """Keep `children` alive until `stopping`."""
    Supervisor(children).run(stopping)


def drain(opened: Parts, children: Sequence[Child], stopping: Stopping) -> None:
    """Keep `children` working until no stage has a message waiting, looked at twice."""
    since: list[float] = []

    def rested() -> bool:
        if stopping():
            return True
        if not idle(opened.bus):
            since.clear()
            return False
        since.append(monotonic())
        return since[-1] - since[0] >= REST_SECONDS

    Supervisor(children).run(rested)


def _prepared() -> Configuration:
    """Everything checked, the schema up to date: only the parent migrates."""
    set_up_logging()
    config = load_configuration()
    with Parts(config) as opened:
        migrate_database(opened.database)
    return config


def _signalled() -> Stopping:
    asked = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        asked.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return asked.is_set
