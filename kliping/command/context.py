"""Which configuration this run of the command uses, and options that several commands share."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from kliping.command.build import Configuration, Parts, configuration
from kliping.database import check_revision, migrate
from kliping.desks import Desk
from kliping.errors import ConfigError
from kliping.outlets import Outlet
from kliping.outlets_files import load_outlets
from kliping.settings import Settings, is_configured, load, resolve

JsonOption = Annotated[bool, typer.Option("--json", help="JSON lines instead of a table.")]
DeskOption = Annotated[str, typer.Option("--desk", "-d", help="Desk id; may be left out when there is only one.")]

_file: list[Path | None] = [None]


def set_file(file: Path | None) -> None:
    """Remember `--config`."""
    _file[0] = file


def load_configuration() -> Configuration:
    """The whole configuration, checked."""
    return configuration(_file[0])


def load_outlets_known() -> tuple[Settings, Mapping[str, Outlet]]:
    """The settings, and the outlets of the files: none where this folder holds no installation at all."""
    settings = load(_file[0])
    folder = Path(resolve(settings, settings.outlets))
    is_here = is_configured(_file[0]) or settings.outlets != Settings().outlets or folder.exists()
    return settings, load_outlets(folder) if is_here else {}


@contextmanager
def parts(*, may_migrate: bool = False) -> Iterator[Parts]:
    """The stores of this process. The schema is brought up to date (`may_migrate`) or must be."""
    with Parts(load_configuration()) as opened:
        if may_migrate:
            migrate(opened.database)
        else:
            check_revision(opened.database)
        yield opened


def chosen_desk(config: Configuration, name: str) -> Desk:
    """The desk of `--desk`, or the only one. Raises ConfigError naming those that there are."""
    if name in config.desks:
        return config.desks[name]
    known = ", ".join(config.desks) or f"none in {config.settings.desks}"
    if name:
        raise ConfigError(f"--desk {name!r}: no such desk; there are: {known}")
    if len(config.desks) != 1:
        raise ConfigError(f"--desk: which one? There are: {known}")
    return next(iter(config.desks.values()))
