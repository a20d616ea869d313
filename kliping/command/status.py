"""`status`: how many messages came to each stage, how they ended, and whether the sums add up."""

from collections.abc import Iterable, Mapping
from typing import Annotated

import typer

from crawlers.frontier import Frontier
from kliping import trace
from kliping.command.build import Parts
from kliping.command.context import JsonOption, parts
from kliping.command.output import console, errors, print_json, print_table
from kliping.errors import Unavailable
from pipeline.balance import Balance, Sums, balance, sums, sums_of
from pipeline.behind import behind


def register(app: typer.Typer) -> None:
    app.command()(status)


def status(
    verify: Annotated[
        bool, typer.Option("--verify", help="Read every topic and hold it against the trace; slow.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Counts per stage. With --verify, exit code 1 when a message is lost, unexpected or uncounted."""
    with parts() as opened:
        fetched = sums_of("fetch", trace.counts(opened.database))
        rows = [fetched, *sums(opened.database, opened.bus)]
        waiting = Frontier(opened.database).waiting()
        balances = balance(opened.database, opened.bus) if verify else []
        late = _late(opened)
    if json:
        for row in rows:
            print_json(row)
        for line in balances:
            print_json(line)
        for desk, number in late.items():
            print_json({"desk": desk, "index_behind": number})
    else:
        _show(rows, waiting)
        for desk, number in late.items():
            console.print(f"desk {desk}: index behind by {number} clips")
        _verified(balances)
    if not all(line.holds for line in balances):
        raise typer.Exit(1)


def _late(opened: Parts) -> dict[str, int]:
    """Desks whose newest clips cannot be found yet, with how many. The archive may be what does not answer."""
    try:
        found = {desk: behind(opened.database, opened.archive, desk) for desk in opened.configuration.desks}
    except Unavailable as error:
        errors.print(f"archive: {error}", style="red", markup=False, soft_wrap=True)
        return {}
    return {desk: number for desk, number in found.items() if number}


def _show(rows: Iterable[Sums], due: int) -> None:
    print_table(
        ("stage", "ended", "passed", "dropped", "dead", "waiting", "clips"),
        (
            (
                row.stage,
                row.ended,
                _with(row.passed, row.flags),
                _reasons(row.dropped),
                _reasons(row.dead),
                due if row.stage == "fetch" else _with(row.waiting, {"slow": row.slow} if row.slow else {}),
                row.clips or "",
            )
            for row in rows
        ),
    )


def _reasons(counted: Mapping[str, int]) -> str:
    """'12 (unchanged 10, no_desk 2)', '0' for none."""
    return _with(sum(counted.values()), counted)


def _with(total: int, counted: Mapping[str, int]) -> str:
    """A number and what is counted in it, most first."""
    listed = ", ".join(f"{name} {count}" for name, count in sorted(counted.items(), key=lambda item: -item[1]))
    return f"{total} ({listed})" if listed else str(total)


def _verified(balances: Iterable[Balance]) -> None:
    for line in balances:
        mark = "adds up" if line.holds else "DOES NOT ADD UP"
        console.print(
            f"{line.stage}: {line.inputs} on the bus = {line.ended} ended + {line.waiting} waiting; "
            f"lost {line.lost}, unexpected {line.unexpected}: {mark}"
        )
