"""The rows of templates: what operators see of them, and forgetting them by hand."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from kliping import audit
from kliping.clock import driven
from kliping.database import Database
from kliping.designs import HEARD, LATELY, Layout, Miss, designs, drop, end, layouts, note_miss
from kliping.errors import ConfigError
from kliping.tables import templates

START = datetime(2026, 11, 24, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def learned(database: Database, outlet: str, at: datetime) -> None:
    body = {"outlet": outlet, "region": "div.berita", "body": "div.isi", "pages": 8, "confidence": 0.9}
    row = {"outlet": outlet, "learned_at": at, "starts_at": at + HEARD, "body": msgspec.json.encode(body)}
    with database.write() as connection:
        database.upsert(connection, templates, [row])


def missed(database: Database, outlet: str, number: int, at: datetime, how: Miss = "missed") -> None:
    with database.write() as connection:
        for page in range(number):
            note_miss(database, connection, outlet, f"{outlet}-{how}-{page}", at + page * HOUR, how)


def ended(database: Database, outlet: str, learned_at: datetime, at: datetime) -> bool:
    with driven(at), database.write() as connection:
        return end(connection, outlet, learned_at, "changed", at - HOUR)


def layout(database: Database, at: datetime) -> dict[str, Layout]:
    with database.read() as connection:
        return layouts(connection, ["harian", "kabar", "warta"], at)


def test_how_the_pages_of_outlets_stand(database: Database) -> None:
    learned(database, "harian", START)
    learned(database, "kabar", START)
    missed(database, "harian", 3, START + HOUR)
    missed(database, "harian", 1, START + HOUR, "misread")
    at = START + 10 * HOUR
    assert layout(database, at) == {
        "harian": Layout(known=1, learned_at=START, missed=3, misread=1),
        "kabar": Layout(known=1, learned_at=START),
    }
    assert layout(database, START + HOUR + LATELY)["harian"].missed == 2


def test_changed_until_learned_anew(database: Database) -> None:
    learned(database, "kabar", START)
    assert ended(database, "kabar", START, START + 5 * HOUR)
    assert not ended(database, "kabar", START, START + 6 * HOUR)
    assert layout(database, START + 5 * HOUR)["kabar"].known == 1  # until all have heard of it
    assert layout(database, START + 6 * HOUR)["kabar"] == Layout(changed_at=START + 4 * HOUR)
    learned(database, "kabar", START + 7 * HOUR)
    assert layout(database, START + 8 * HOUR)["kabar"] == Layout(known=1, learned_at=START + 7 * HOUR)


def test_pages_count_for_the_template_in_whose_time_they_came(database: Database) -> None:
    learned(database, "kabar", START)
    missed(database, "kabar", 4, START + HOUR)
    missed(database, "harian", 9, START + HOUR)
    ended(database, "kabar", START, START + 3 * HOUR - HEARD)
    learned(database, "kabar", START + 2 * HOUR)
    with database.read() as connection:
        assert [(one.ended, one.missed, one.misread) for one in designs(connection, "kabar")] == [
            ("changed", 2, 0),
            ("", 2, 0),
        ]


def test_a_page_that_is_read_again_counts_once(database: Database) -> None:
    learned(database, "kabar", START)
    for _ in range(2):
        missed(database, "kabar", 4, START + HOUR)
    assert layout(database, START + 9 * HOUR)["kabar"].missed == 4


def test_dropping_is_noted_and_is_no_change_of_the_outlet(database: Database) -> None:
    learned(database, "kabar", START)
    learned(database, "kabar", START + HOUR)
    with driven(START + 2 * HOUR):
        assert drop(database, "kabar", "sari", "membaca takarir") == 2
        with pytest.raises(ConfigError, match="'kabar': no template is in force"):
            drop(database, "kabar", "sari")
    assert layout(database, START + 3 * HOUR)["kabar"] == Layout()
    assert audit.first_broken(database) is None
    with database.read() as connection:
        assert {(one.ended, one.ends_at) for one in designs(connection)} == {("dropped", START + 2 * HOUR + HEARD)}
