"""`trace URL`: what happened to one address, every verdict."""

from typing import Annotated

import typer

from crawlers.frontier import Frontier
from kliping import trace as traces
from kliping.article import article_id
from kliping.command.build import Parts
from kliping.command.context import JsonOption, parts
from kliping.command.output import console, print_facts, print_json, print_table
from kliping.urls import canonical_url


def register(app: typer.Typer) -> None:
    app.command()(trace)


def trace(
    url: Annotated[str, typer.Argument(help="The article's address, any twin of it.")], json: JsonOption = False
) -> None:
    """What every stage said about an address. Exit code 1 when it was never seen."""
    with parts() as opened:
        if not tell(opened, url, json=json):
            raise typer.Exit(1)


def tell(opened: Parts, url: str, *, json: bool) -> bool:
    """Print the way of a URL; False when nobody has seen it."""
    entry = Frontier(opened.database).lookup(url)
    verdicts = traces.history(opened.database, article_id(url))
    if json:
        print_json({"url": canonical_url(url), "article": article_id(url), "frontier": entry, "verdicts": verdicts})
        return bool(entry or verdicts)
    if entry is None and not verdicts:
        console.print(f"{canonical_url(url)}: never seen; no feed or listing named it. `kliping submit` fetches it.")
        return False
    if entry is not None:
        print_facts(
            {
                "found": f"{entry.found.way} {entry.found.where}".strip(),
                "fetch": f"{entry.state} {entry.reason}".strip(),
            }
        )
    print_table(
        ("time (UTC)", "stage", "verdict", "reason", "detail"),
        ((f"{v.at:%Y-%m-%d %H:%M:%S}", v.stage, v.verdict, v.reason, v.detail) for v in verdicts),
    )
    return True
