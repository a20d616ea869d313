"""`templates list|drop`: what is known of the designs of outlets' pages, and forgetting it."""

from typing import Annotated

import typer

from kliping import designs
from kliping.command.context import JsonOption, parts
from kliping.command.output import console, print_json, print_table
from kliping.designs import Design
from kliping.errors import ConfigError

app = typer.Typer(help="What was learned of the pages of outlets, how it fares, forget it.", no_args_is_help=True)
COLUMNS = ("outlet", "state", "since", "pages", "share", "confidence", "missed", "misread", "box")


@app.command("list")
def list_templates(
    outlet: Annotated[str, typer.Argument(help="Only of this outlet.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Also those that have ended.")] = False,
    json: JsonOption = False,
) -> None:
    """Templates in force: since when, from how many pages; the pages since then that fitted none or were misread."""
    with parts() as opened, opened.database.read() as connection:
        found = [one for one in designs.designs(connection, outlet) if every or not one.ended]
    if json:
        for one in found:
            print_json(one)
        return
    print_table(COLUMNS, map(_row, found))
    console.print(f"{len(found)} templates of {len({one.outlet for one in found})} outlets")


@app.command()
def drop(
    outlet: Annotated[str, typer.Argument(help="Whose pages are read wrongly.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides; written into the audit.")] = "",
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason.")] = "",
) -> None:
    """Forget all templates of an outlet: its pages are read whole, and learned anew from those that come."""
    if not by.strip():
        raise ConfigError("--by: say who decides this; it is written into the audit")
    with parts() as opened:
        ended = designs.drop(opened.database, outlet, by, why)
    minutes = designs.HEARD.total_seconds() / 60
    console.print(f"{outlet}: {ended} dropped, for pages that are fetched in {minutes:.0f} minutes or later")


def _row(one: Design) -> tuple[object, ...]:
    state = f"{one.ended} {one.ends_at:%Y-%m-%d}" if one.ends_at else "in force"
    return (
        one.outlet, state, f"{one.starts_at:%Y-%m-%d %H:%M}", one.pages, f"{one.share:.0%}", f"{one.confidence:.2f}",
        one.missed, one.misread, one.region,
    )  # fmt: skip
