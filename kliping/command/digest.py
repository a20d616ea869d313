"""`digest preview|close|send|status`: the editions of a desk by hand; `kliping run` closes and sends them by itself."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from digests import editions, ledger
from digests.deliver import open_mailer
from digests.edition import MORNING
from digests.editions import NoEdition, Slot
from digests.message import Sender
from digests.post import Post
from digests.render import logo_of, render
from digests.render.chat import BREAK
from digests.schedule import Scheduler, missed, slot_of
from kliping.clock import now
from kliping.command.build import Parts
from kliping.command.context import DeskOption, JsonOption, chosen_desk, parts
from kliping.command.output import console, print_json, print_table
from kliping.desks import Desk
from kliping.errors import ConfigError
from kliping.settings import resolve
from kliping.text import ID_FORM, is_id

app = typer.Typer(help="Editions: see, close, send, and how their mails ended.", no_args_is_help=True)

NumberOption = Annotated[int, typer.Option("--number", "-n", min=0, help="Edition number; 0 is the newest.")]
KindOption = Annotated[str, typer.Option(help="Another kind than the morning's makes a second edition of a day.")]
FILES = {"html": "mail.html", "text": "mail.txt", "pdf": "kliping.pdf", "chat": "chat.txt"}


@app.command()
def preview(
    desk: DeskOption = "",
    number: Annotated[int, typer.Option("--number", "-n", min=0, help="A closed edition; 0: the one to come.")] = 0,
    folder: Annotated[
        Path | None, typer.Option("--to", help="Write mail.html, mail.txt, kliping.pdf, chat.txt.")
    ] = None,
) -> None:
    """Show an edition as it would be closed now, or as it was: chat text, or every form in a folder."""
    with parts() as opened:
        forms = _forms(opened, chosen_desk(opened.configuration, desk), number)
    if folder is None:
        console.print(forms["chat"].decode().replace(BREAK, "\n\n"), markup=False, soft_wrap=True)
        return
    folder.mkdir(parents=True, exist_ok=True)
    for form, name in FILES.items():
        (folder / name).write_bytes(forms[form])
        console.print(str(folder / name), markup=False, soft_wrap=True)


@app.command()
def close(desk: DeskOption = "", kind: KindOption = MORNING, json: JsonOption = False) -> None:
    """Close today's edition: number it and freeze it. One that is closed stays as it is. Nothing is sent."""
    if not is_id(kind) or len(kind) > 16:
        raise ConfigError(f"--kind: expected {ID_FORM}, 16 at most, got {kind!r}")
    with parts() as opened:
        chosen = chosen_desk(opened.configuration, desk)
        closed = _close(opened, chosen, kind)
    if json:
        print_json(closed)
        return
    local = closed.closed_at.astimezone(ZoneInfo(chosen.zone))
    console.print(
        f"{chosen.id}: edition {closed.number} ({closed.day}, {closed.kind}), {closed.items} items, "
        f"closed {local:%Y-%m-%d %H:%M}"
    )


@app.command()
def send(desk: DeskOption = "", number: NumberOption = 0) -> None:
    """Send a closed edition to everyone who has not got it. Exit code 1 when a mail did not go out."""
    with parts() as opened:
        chosen = chosen_desk(opened.configuration, desk)
        post = post_of(opened)
        closed = _found(opened, chosen, number)
        post.plan(chosen.id, closed.number)
        posted = post.deliver([chosen.id])
        open_rows = [one for one in ledger.lines(opened.database, chosen.id, closed.number) if one.state != "sent"]
    console.print(f"{chosen.id}: edition {closed.number}: {posted.sent} sent")
    if posted.stopped:
        console.print(f"stopped: {posted.stopped}", markup=False)
    for one in open_rows:
        console.print(f"{one.address}: {one.state} {one.error}", markup=False)
    if any(one.state != "stopped" for one in open_rows):
        raise typer.Exit(1)


@app.command()
def status(
    desk: Annotated[str, typer.Option("--desk", "-d", help="Desk id; default: all.")] = "",
    number: Annotated[int, typer.Option("--number", "-n", min=0, help="Only this edition.")] = 0,
    json: JsonOption = False,
) -> None:
    """Every mail and how it ended, and this week's missing editions. Exit code 1: a mail is unknown or refused."""
    with parts() as opened:
        if desk:
            chosen_desk(opened.configuration, desk)
        rows = ledger.lines(opened.database, desk, number)
        wanted = [one for one in opened.configuration.desks.values() if desk in ("", one.id)]
        gaps = {one.id: missed(opened.database, one, now()) for one in wanted}
    if json:
        for row in rows:
            print_json(row)
    else:
        _show(rows, gaps)
    if any(row.state in ("unknown", "refused") for row in rows):
        raise typer.Exit(1)


def post_of(opened: Parts) -> Post:
    """What sends the ledger's mails as the settings say. Raises ConfigError."""
    mail = opened.settings.mailer
    location = resolve(opened.settings, opened.settings.mail)
    mailer = open_mailer(location, user=mail.user, password=mail.password, starttls=mail.starttls, timeout=mail.timeout)
    return Post(opened.database, mailer, Sender(mail.sender), now)


def scheduler_of(opened: Parts) -> Scheduler:
    """What closes and sends the editions of all desks, for a child of `kliping run`. Raises ConfigError."""
    config = opened.configuration
    return Scheduler(opened.database, post_of(opened), config.desks, opened.outlets, opened.settings.web.public_url)


def _forms(opened: Parts, desk: Desk, number: int) -> dict[str, bytes]:
    if number:
        _found(opened, desk, number)
        names: tuple[editions.Form, ...] = ("html", "text", "pdf", "chat")
        return {name: editions.form(opened.database, desk.id, number, name) for name in names}
    slot, at = slot_of(desk, now()), now()
    url = opened.settings.web.public_url
    edition = editions.draft(opened.database, desk, opened.outlets, slot, at, url)
    return dict(render(edition, logo_of(desk)))


def _close(opened: Parts, desk: Desk, kind: str) -> editions.Closed:
    at = now()
    morning = slot_of(desk, at)
    slot = morning if kind == MORNING else Slot(day=morning.day, due_at=at, kind=kind)
    url = opened.settings.web.public_url
    return editions.close(opened.database, desk, opened.outlets, slot, at, url)


def _found(opened: Parts, desk: Desk, number: int) -> editions.Closed:
    try:
        return editions.find(opened.database, desk.id, number)
    except NoEdition as error:
        console.print(str(error), markup=False)
        raise typer.Exit(1) from None


def _show(rows: list[ledger.Line], gaps: dict[str, list[str]]) -> None:
    print_table(
        ("desk", "edition", "address", "state", "tries", "last", "error"),
        (
            (x.desk, x.number, x.address, x.state, x.tries, f"{x.last_at:%Y-%m-%d %H:%M}" if x.last_at else "", x.error)
            for x in rows
        ),
    )
    for desk, days in gaps.items():
        for day in days:
            console.print(f"{desk}: no edition of {day}")
