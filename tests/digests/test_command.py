"""`kliping digest`: see, close, send, and how it ended."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner, Result

from kliping.clock import now
from kliping.command.context import set_file
from kliping.command.digest import app, scheduler_of
from kliping.database import migrate
from kliping.errors import ConfigError
from kliping.staff_tables import deliveries
from tests.digests.conftest import Newsroom
from tests.installation import Installation, settings_toml

DESK = """
id = "kota"
name = "Pemerintah Kota Sukaraya"
unit = "Dinas Komunikasi dan Informatika"

[[watches]]
id = "kota"
title = "Kota"
query = "sukaraya"

[[recipients]]
address = "ana@sukaraya.test"
name = "Ana"
"""
OUTLETS = "id,name,domain\nsuara,Suara Raya,suara.test\n"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Installation]:
    house = Installation(tmp_path)
    house.configure(settings_toml({}, mailer={"sender": "Kliping <kliping@sukaraya.test>"}), OUTLETS, {"kota": DESK})
    set_file(house.config)
    with house.parts() as opened:
        migrate(opened.database)
        Newsroom(opened.database).article(1, seen=now() - timedelta(hours=1))
    yield house
    set_file(None)


def digest(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, catch_exceptions=False)


def test_preview_writes_every_form_and_closes_nothing(house: Installation) -> None:
    folder = house.folder / "lihat"
    assert digest("preview", "--to", str(folder)).exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["chat.txt", "kliping.pdf", "mail.html", "mail.txt"]
    assert "Berita nomor 1" in (folder / "mail.html").read_text()
    assert digest("preview", "--number", "1").exit_code == 1


def test_preview_prints_the_chat_text(house: Installation) -> None:
    said = digest("preview").output
    assert said.startswith("*KLIPING PEMERINTAH KOTA SUKARAYA*")
    assert "1. *Berita nomor 1*" in said


def test_close_then_send_then_status(house: Installation) -> None:
    assert digest("send").exit_code == 1
    assert "1 items" in digest("close").output
    assert json.loads(digest("close", "--json").stdout)["number"] == 1
    sent = digest("send")
    assert (sent.exit_code, "1 sent" in sent.output) == (0, True)
    assert digest("send").exit_code == 0
    (mail,) = (house.folder / "var" / "outbox").glob("*.eml")
    assert b"To: Ana <ana@sukaraya.test>" in mail.read_bytes()
    status = digest("status", "--json")
    assert status.exit_code == 0
    assert json.loads(status.stdout)["state"] == "sent"
    assert "1. *Berita nomor 1*" in digest("preview", "--number", "1").output


@pytest.mark.parametrize("state", ["unknown", "refused"])
def test_status_fails_when_a_mail_did_not_arrive(house: Installation, state: str) -> None:
    digest("close")
    digest("send")
    with house.parts() as opened, opened.database.write() as connection:
        connection.execute(update(deliveries).values(state=state))
    status = digest("status")
    assert status.exit_code == 1
    assert state in status.output


def test_a_second_kind_is_a_second_edition_of_the_day(house: Installation) -> None:
    digest("close")
    assert "edition 2" in digest("close", "--kind", "sore").output
    with pytest.raises(ConfigError):
        digest("close", "--kind", "Bukan Kode")


def test_the_scheduler_is_built_from_the_configuration(house: Installation) -> None:
    with house.parts() as opened:
        scheduler = scheduler_of(opened)
        ended = iter((False, False, True, True, True, True))
        scheduler.run(lambda: None, lambda: next(ended, True))
    assert scheduler.public_url == "http://127.0.0.1:8600"
