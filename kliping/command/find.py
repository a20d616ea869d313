"""`find WORDS`: search the archive from the terminal."""

from datetime import datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from kliping.command.context import DeskOption, JsonOption, chosen_desk, parts
from kliping.command.output import console, print_json, print_table
from kliping.desks import Desk
from kliping.errors import ConfigError
from search.archive import Filters, Results
from search.query import QueryError, parse

Many = Annotated[list[str] | None, typer.Option(help="May be given several times.")]


def register(app: typer.Typer) -> None:
    app.command()(find)


def find(
    words: Annotated[
        list[str] | None, typer.Argument(help='Words, "phrases", AND OR NOT, parentheses. None: all.')
    ] = None,
    desk: DeskOption = "",
    outlet: Many = None,
    region: Many = None,
    agency: Many = None,
    since: Annotated[str, typer.Option(help="First day, YYYY-MM-DD, in the desk's zone.")] = "",
    until: Annotated[str, typer.Option(help="Last day, YYYY-MM-DD.")] = "",
    best: Annotated[bool, typer.Option("--best", help="Best first instead of newest first.")] = False,
    exact: Annotated[bool, typer.Option("--exact", help="The words as typed: no families, no synonyms.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    json: JsonOption = False,
) -> None:
    """Search a desk's clips. Exit code 1 when nothing is found."""
    with parts() as opened:
        where = chosen_desk(opened.configuration, desk)
        text = " ".join(words or [])
        try:
            results = opened.archive.search(
                where.id,
                parse(text) if text else None,
                Filters(
                    outlets=tuple(outlet or ()),
                    regions=tuple(region or ()),
                    agencies=tuple(agency or ()),
                    start=_day(since, where, time.min),
                    until=_day(until, where, time.max),
                ),
                order="relevance" if best else "newest",
                limit=limit,
                exact=exact,
            )
        except QueryError as error:
            raise ConfigError(f"find: {error}") from None
    _show(results, where, json=json)
    if not results.hits:
        raise typer.Exit(1)


def _show(results: Results, desk: Desk, *, json: bool) -> None:
    if json:
        for hit in results.hits:
            print_json(hit)
        return
    zone = ZoneInfo(desk.zone)
    print_table(
        ("time", "outlet", "title", "link"),
        (
            (
                f"{hit.document.sort_at.astimezone(zone):%Y-%m-%d %H:%M}",
                hit.document.outlet,
                hit.document.title,
                hit.document.url,
            )
            for hit in results.hits
        ),
    )
    console.print(f"{len(results.hits)} of {results.total}")


def _day(text: str, desk: Desk, at: time) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.combine(datetime.strptime(text, "%Y-%m-%d").date(), at, ZoneInfo(desk.zone))  # noqa: DTZ007
    except ValueError:
        raise ConfigError(f"find: expected a day as YYYY-MM-DD, got {text!r}") from None
