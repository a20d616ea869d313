"""`kliping user …`: accounts without a default password anywhere."""

from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from kliping import accounts
from kliping.command import context
from kliping.command.build import Parts
from kliping.command.user import app
from kliping.database import migrate
from kliping.errors import ConfigError
from kliping.staff_tables import audit
from tests.installation import Installation

PASSWORD = "sandi yang cukup panjang"
OUTLETS = "id,name,domain\nsuara,Suara,suara.test\n"
DESK = 'id = "kota"\nname = "Kota"\n'


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    installation = Installation(tmp_path)
    installation.configure("", OUTLETS, {"kota": DESK})
    context.set_file(installation.config)
    parts = installation.parts()
    migrate(parts.database)
    return parts


def run(*arguments: str, typed: str = "") -> tuple[int, str, BaseException | None]:
    result = CliRunner().invoke(app, list(arguments), input=typed)
    return result.exit_code, result.output, result.exception


def test_an_account_from_first_to_last(parts: Parts) -> None:
    assert run("add", "sari", "--role", "editor", "--desk", "kota", typed=PASSWORD + "\n")[0] == 0
    assert accounts.is_password(parts.database, "sari", PASSWORD)
    assert run("password", "sari", typed="sandi baru yang panjang\n")[0] == 0
    assert not accounts.is_password(parts.database, "sari", PASSWORD)
    assert run("role", "sari", "--role", "operator", "--desk", "kota")[0] == 0
    (account,) = accounts.every_account(parts.database)
    assert (account.name, dict(account.roles)) == ("sari", {"kota": "operator"})
    assert "operator at kota" in run("list")[1]
    assert '"name":"sari"' in run("list", "--json")[1]
    assert run("disable", "sari")[0] == 0
    assert not accounts.is_password(parts.database, "sari", "sandi baru yang panjang")
    assert run("disable", "sari", "--undo")[0] == 0
    assert run("audit")[:2] == (0, "audit: unbroken\n")
    assert accounts.is_password(parts.database, "sari", "sandi baru yang panjang")
    with parts.database.write() as connection:
        connection.execute(update(audit).where(audit.c.number == 2).values(by="orang lain"))
    code, said, _ = run("audit")
    assert (code, "row 2" in said) == (1, True)
    parts.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("arguments", "typed"),
    [
        (("add", "sari"), ""),
        (("add", "sari"), "pendek\n"),
        (("add", "Sari Dewi"), PASSWORD + "\n"),
        (("add", "sari", "--role", "bos"), PASSWORD + "\n"),
        (("add", "sari", "--desk", "nirwana"), PASSWORD + "\n"),
        (("password", "tidakada"), PASSWORD + "\n"),
        (("disable", "tidakada"), ""),
    ],
)
def test_what_cannot_be_is_refused(parts: Parts, arguments: tuple[str, ...], typed: str) -> None:
    code, _, error = run(*arguments, typed=typed)
    assert code == 1
    assert isinstance(error, ConfigError | accounts.AccountError)
    assert accounts.every_account(parts.database) == []
    parts.__exit__(None, None, None)
