"""The command's tree: every group of commands and the options that all share."""

from pathlib import Path
from typing import Annotated

import typer

import kliping
from kliping.command import (
    archive,
    article,
    dead,
    desk,
    digest,
    doctor,
    find,
    health,
    read,
    run,
    status,
    submit,
    templates,
    trace,
    user,
)
from kliping.command.context import set_file

app = typer.Typer(
    name="kliping",
    help="The media desk for local-government public relations. Crawls are run with `scrapy`.",
    epilog="Exit codes: 0 done; 1 not found, or sums that do not add up; 2 wrong usage or configuration; "
    "3 a store does not answer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kliping {kliping.__version__}")
        raise typer.Exit


@app.callback()
def options(
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="kliping.toml; default: KLIPING_CONFIG, else config/kliping.toml"),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Options before the command's name."""
    del version  # has ended the command already where it was wanted
    set_file(config)


for module in (run, find, read, submit, status, trace, article, doctor, health):
    module.register(app)
app.add_typer(dead.app, name="dead")
app.add_typer(archive.app, name="archive")
app.add_typer(desk.app, name="desk")
app.add_typer(digest.app, name="digest")
app.add_typer(templates.app, name="templates")
app.add_typer(user.app, name="user")
