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
from search.expand import notes
from search.lexicon import SEARCH
from search.query import Query, QueryError, parse

MANY = "May be given several times."


def register(app: typer.Typer) -> None:
    app.command()(find)


def find(
    words: Annotated[
        list[str] | None, typer.Argument(help='Words, "phrases", AND OR NOT, parentheses. Without any: all clips.')
    ] = None,
    desk: DeskOption = "",
    outlet: Annotated[list[str] | None, typer.Option(help=f"Outlet id. {MANY}")] = None,
    region: Annotated[list[str] | None, typer.Option(help=f"Region code, such as 36.74. {MANY}")] = None,
    agency: Annotated[list[str] | None, typer.Option(help=f"Agency, as clips name it. {MANY}")] = None,
    since: Annotated[str, typer.Option(help="First day, YYYY-MM-DD, in the desk's zone.")] = "",
    until: Annotated[str, typer.Option(help="Last day, YYYY-MM-DD.")] = "",
    best: Annotated[bool, typer.Option("--best", help="Best first instead of newest first.")] = False,
    exact: Annotated[bool, typer.Option("--exact", help="The words as typed: no families, no synonyms.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many clips.")] = 20,
    json: JsonOption = False,
) -> None:
    """Search a desk's clips. Exit code 1 when nothing is found."""
    with parts() as opened:
        where = chosen_desk(opened.configuration, desk)
        try:
            query = parse(" ".join(words)) if words else None
            results = opened.archive.search(
                where.id,
                query,
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
    if query is not None and not (exact or json):
        _also(query)
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


def _also(query: Query) -> None:
    """Which other forms of the words were searched."""
    for typed, others in notes(query, SEARCH).items():
        console.print(f"also searched for {typed}: {', '.join(others)}", markup=False, soft_wrap=True)


def _day(text: str, desk: Desk, at: time) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.combine(datetime.strptime(text, "%Y-%m-%d").date(), at, ZoneInfo(desk.zone))  # noqa: DTZ007
    except ValueError:
        raise ConfigError(f"find: expected a day as YYYY-MM-DD, got {text!r}") from None
