"""`run`, `work`, `migrate`: the processes that do the work, kept alive from one terminal."""

import signal
import threading
from collections.abc import Iterable, Sequence
from types import FrameType
from typing import Annotated

import typer

from kliping.clock import monotonic
from kliping.command.build import Configuration, Parts
from kliping.command.context import load_configuration, parts
from kliping.command.health import notebook
from kliping.command.output import console
from kliping.command.processes import PARTS, children, idle, set_up_logging, workers
from kliping.database import migrate as migrate_database
from kliping.errors import ConfigError
from pipeline.flow import STEPS
from pipeline.supervise import Child, Stopping, Supervisor

REST_SECONDS = 1.0  # no message may wait for this long before work counts as done: a crash may have left a batch


def register(app: typer.Typer) -> None:
    app.command()(run)
    app.command()(work)
    app.command()(migrate)


def run(
    only: Annotated[
        list[str] | None, typer.Argument(help=f"Any of: {', '.join(PARTS)}. Default: all.", metavar="[PARTS]...")
    ] = None,
) -> None:
    """Everything, day and night, until Ctrl-C: crawlers, stages, the staff's pages, the morning editions.

    With PARTS only these: several machines share the work of one installation so.
    """
    names = _known("run", only, PARTS)
    config = _prepared()
    started = children(config, names)
    console.print(
        f"kliping: {len(started)} processes, {len(config.outlets)} outlets, {len(config.desks)} desks; "
        f"pages at {config.settings.web.public_url}; Ctrl-C stops"
    )
    supervise(config, started, _signalled())


def work(
    stages: Annotated[list[str] | None, typer.Argument(help=f"Any of: {', '.join(STEPS)}. Default: all.")] = None,
    until_idle: Annotated[bool, typer.Option("--until-idle", help="End when no message waits any more.")] = False,
) -> None:
    """Work some stages or all, without crawling."""
    names = _known("work", stages, STEPS)
    config = _prepared()
    stopping = _signalled()
    if not until_idle:
        supervise(config, workers(config, names), stopping)
        return
    with Parts(config) as opened:
        drain(opened, workers(config, names), stopping)


def migrate() -> None:
    """Bring the database's schema to this program's revision."""
    with parts(may_migrate=True):
        console.print("database: schema is up to date")


def supervise(config: Configuration, started: Sequence[Child], stopping: Stopping) -> None:
    """Keep the children alive until `stopping`, and a note of it for `kliping health`."""
    with notebook(config.settings, [child.name for child in started]) as book:
        supervisor = Supervisor(started, on_death=book.died)

        def looked() -> bool:
            book.write(supervisor.started)
            return stopping()

        supervisor.run(looked)


def drain(opened: Parts, started: Sequence[Child], stopping: Stopping) -> None:
    """Keep the children working until no stage has a message waiting, looked at twice."""
    since: list[float] = []

    def rested() -> bool:
        if stopping():
            return True
        if not idle(opened.bus):
            since.clear()
            return False
        since.append(monotonic())
        return since[-1] - since[0] >= REST_SECONDS

    Supervisor(started).run(rested)


def _known(command: str, names: Sequence[str] | None, known: Iterable[str]) -> list[str]:
    """What was asked for, or all. Raises ConfigError naming what there is."""
    there = list(known)
    for name in names or ():
        if name not in there:
            raise ConfigError(
                f"{command} {name}: no such {'stage' if command == 'work' else 'part'}; there are: {', '.join(there)}"
            )
    return list(names or there)


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
