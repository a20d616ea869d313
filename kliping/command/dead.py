"""`dead list|show|retry`: messages that could not be processed."""

from typing import Annotated

import typer
import zstandard

from kliping.command.context import JsonOption, parts
from kliping.command.output import console, print_facts, print_json, print_table
from kliping.errors import ConfigError
from pipeline import dead as letters

app = typer.Typer(help="Messages that could not be processed: why, whole, and once more.", no_args_is_help=True)


@app.command("list")
def list_letters(json: JsonOption = False) -> None:
    """All dead letters with their reasons."""
    with parts() as opened:
        found = list(letters.dead_letters(opened.bus, opened.database))
    if json:
        for letter in found:
            print_json(letter)
        return
    print_table(
        ("id", "stage", "reason", "attempts", "last", "error"),
        ((x.id, x.stage, x.reason, x.attempts, f"{x.last_at:%Y-%m-%d %H:%M:%S}", x.error[:80]) for x in found),
    )
    console.print(f"{len(found)} dead letters")


@app.command()
def show(letter: Annotated[str, typer.Argument(help="Id, or its first characters.")], json: JsonOption = False) -> None:
    """One dead letter whole: where it came from, the error, the traceback, the message."""
    with parts() as opened:
        found = letters.find(opened.bus, opened.database, letter)
    if json:
        print_json(found)
        return
    print_facts(
        {
            "id": found.id,
            "stage": found.stage,
            "from": f"{found.topic}, partition {found.partition}, offset {found.offset}",
            "article": found.subject,
            "reason": found.reason,
            "error": found.error,
            "attempts": found.attempts,
            "first": found.first_at,
            "last": found.last_at,
        }
    )
    for text in (
        found.traceback,
        zstandard.decompress(found.payload).decode(errors="replace") if found.payload else "",
    ):
        if text:
            console.print("\n" + text, markup=False, soft_wrap=True)


@app.command()
def retry(
    letter: Annotated[str, typer.Argument(help="Id, or its first characters.")] = "",
    every: Annotated[bool, typer.Option("--all", help="All dead letters.")] = False,
    reason: Annotated[str, typer.Option(help="All dead letters of one reason.")] = "",
) -> None:
    """Send dead letters to their stage again, once the cause is mended. A second time changes nothing."""
    if sum(map(bool, (letter, every, reason))) != 1:
        raise ConfigError("dead retry: expected one of LETTER, --all, --reason REASON")
    with parts() as opened:
        found = (
            [letters.find(opened.bus, opened.database, letter)]
            if letter
            else [x for x in letters.dead_letters(opened.bus, opened.database) if every or x.reason == reason]
        )
        sent = sum(letters.retry(opened.bus, opened.database, one) for one in found)
    console.print(f"{sent} sent again; `kliping work` or `kliping run` processes them")
