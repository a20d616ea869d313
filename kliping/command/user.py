"""`user add|password|role|disable|list|audit`: who may use the web pages. Passwords are asked for."""

import getpass
import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from kliping import accounts
from kliping.accounts import EVERY_DESK, ROLES, Role
from kliping.audit import first_broken
from kliping.command.context import JsonOption, parts
from kliping.command.output import console, print_json, print_table
from kliping.desks import Desk
from kliping.errors import ConfigError

app = typer.Typer(help="Who may use the web pages, and what they may do there.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="The account's name: a-z, 0-9, '.', '_', '-'.")]
RoleOption = Annotated[
    str, typer.Option("--role", "-r", help=f"One of: {', '.join(ROLES)}; each may what those before may.")
]
DeskOption = Annotated[str, typer.Option("--desk", "-d", help="Desk id, or '*' for every desk.")]
BY = "command"  # who did it, in the audit: whoever may start the command


@app.command()
def add(name: NameArgument, role: RoleOption = "reader", desk: DeskOption = EVERY_DESK) -> None:
    """Make an account. Its password is asked for twice, or read as one line where standard input is no terminal."""
    wanted = _role(role)
    with parts(may_migrate=True) as opened:
        _check_desk(opened.configuration.desks, desk)
        accounts.add(opened.database, name, _password(), wanted, desk, BY)
    console.print(f"{name}: {wanted} at {desk}")


@app.command()
def password(name: NameArgument) -> None:
    """Change a password; all sessions of the account end."""
    with parts() as opened:
        accounts.set_password(opened.database, name, _password(), BY)
    console.print(f"{name}: password changed, sessions ended")


@app.command()
def role(
    name: NameArgument,
    role: RoleOption,
    desk: DeskOption = EVERY_DESK,
    remove: Annotated[bool, typer.Option("--remove", help="Take the role at this desk away.")] = False,
) -> None:
    """Change a role at a desk; all sessions of the account end."""
    wanted = None if remove else _role(role)
    with parts() as opened:
        _check_desk(opened.configuration.desks, desk)
        accounts.grant(opened.database, name, wanted, desk, BY)
    console.print(f"{name}: {wanted or 'no role'} at {desk}, sessions ended")


@app.command()
def disable(
    name: NameArgument, undo: Annotated[bool, typer.Option("--undo", help="Let the account in again.")] = False
) -> None:
    """Shut an account out; all its sessions end. Its name stays beside what it decided."""
    with parts() as opened:
        accounts.disable(opened.database, name, BY, disabled=not undo)
    console.print(f"{name}: {'may come in again' if undo else 'disabled, sessions ended'}")


@app.command("list")
def list_accounts(json: JsonOption = False) -> None:
    """All accounts with their roles."""
    with parts() as opened:
        found = accounts.every_account(opened.database)
    if json:
        for account in found:
            print_json(account)
        return
    print_table(
        ("name", "roles", "made", "disabled"),
        (
            (
                account.name,
                ", ".join(f"{held} at {desk}" for desk, held in account.roles.items()) or "none",
                f"{account.made_at:%Y-%m-%d}",
                f"{account.disabled_at:%Y-%m-%d}" if account.disabled_at else "",
            )
            for account in found
        ),
    )


@app.command()
def audit() -> None:
    """Check that no row of the audit was altered or taken out. Exit code 1 where one was."""
    with parts() as opened:
        broken = first_broken(opened.database)
    if broken is not None:
        console.print(f"audit: row {broken} is not as it was written, or one before it is missing")
        raise typer.Exit(1)
    console.print("audit: unbroken")


def _role(text: str) -> Role:
    for known in ROLES:
        if text == known:
            return known
    raise ConfigError(f"--role {text!r}: expected one of {', '.join(ROLES)}")


def _check_desk(desks: Mapping[str, Desk], desk: str) -> None:
    if desk != EVERY_DESK and desk not in desks:
        raise ConfigError(f"--desk {desk!r}: no such desk; there are: {', '.join(desks)} and '{EVERY_DESK}'")


def _password() -> str:
    """Typed twice at a terminal; else one line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(f"Password ({accounts.SHORTEST} characters or more): ")
    if first != getpass.getpass("Once more: "):
        raise ConfigError("password: the two are not equal")
    return first
