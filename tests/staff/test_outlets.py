"""What staff decide about outlets: it stands before the lists, survives their change, and is noted in the audit."""

from dataclasses import replace
from typing import Final

import pytest
from sqlalchemy import select

from kliping.audit import first_broken
from kliping.database import Database
from kliping.errors import ConfigError
from kliping.outlets import Outlet
from kliping.outlets_staff import NoSuchOutletError, Outlets, add, effective, listed, remove, switch
from kliping.staff_tables import audit

KABAR: Final = Outlet(id="kabar", name="Kabar", domain="kabar.test", feeds=("https://kabar.test/feed",))
KANTOR: Final = Outlet(
    id="kantor", name="Kantor", domain="kantor.test", terms="ask first", forbidden=True, enabled=False
)
WARGA: Final = Outlet(id="warga", name="Warga", domain="warga.test", feeds=("https://warga.test/feed",))
FILES: Final = {"kabar": KABAR, "kantor": KANTOR}


def standing(database: Database, files: dict[str, Outlet] = FILES) -> dict[str, Outlet]:
    with database.read() as connection:
        return effective(connection, files)


def noted(database: Database) -> list[tuple[str, str, str]]:
    with database.read() as connection:
        return [(r.by, r.action, r.subject) for r in connection.execute(select(audit).order_by(audit.c.number))]


def test_without_decisions_the_lists_stand(database: Database) -> None:
    assert standing(database) == FILES


def test_an_outlet_that_staff_add(database: Database) -> None:
    assert add(database, FILES, WARGA, "sari", "warga meminta") == WARGA
    assert standing(database) == FILES | {"warga": WARGA}
    assert noted(database) == [("sari", "outlet-added", "warga")]
    changed = replace(WARGA, name="Warga Baru")
    assert add(database, FILES, changed, "sari") == changed
    assert noted(database)[-1] == ("sari", "outlet-changed", "warga")
    assert first_broken(database) is None


def test_a_switch_survives_a_new_list(database: Database) -> None:
    assert not switch(database, FILES, "kabar", on=False, by="sari", why="rusak").enabled
    newer = {"kabar": replace(KABAR, name="Kabar Baru")}
    assert standing(database, newer)["kabar"] == replace(KABAR, name="Kabar Baru", enabled=False)
    assert switch(database, newer, "kabar", on=True, by="sari").enabled


def test_an_outlet_whose_terms_forbid_it_needs_a_permission(database: Database) -> None:
    with pytest.raises(ConfigError, match="say which permission"):
        switch(database, FILES, "kantor", on=True, by="sari", why=" ")
    assert noted(database) == []
    assert switch(database, FILES, "kantor", on=True, by="sari", why="surat 12/2026").enabled
    with database.read() as connection:
        detail = connection.execute(select(audit.c.detail)).scalar_one()
    assert detail == "kantor.test; terms forbid: ask first; surat 12/2026"


def test_terms_that_a_list_learns_of_later_switch_it_off_again(database: Database) -> None:
    switch(database, FILES, "kabar", on=False, by="sari")
    switch(database, FILES, "kabar", on=True, by="sari")
    stricter = {"kabar": replace(KABAR, forbidden=True, enabled=False)}
    assert not standing(database, stricter)["kabar"].enabled


def test_an_added_outlet_whose_terms_forbid_it_is_off(database: Database) -> None:
    asked = replace(WARGA, forbidden=True, enabled=False)
    assert not add(database, FILES, asked, "sari").enabled
    assert switch(database, FILES, "warga", on=True, by="sari", why="izin lisan").enabled


def test_what_was_removed_can_be_brought_back(database: Database) -> None:
    remove(database, FILES, "kabar", "sari", "ganda")
    assert set(standing(database)) == {"kantor"}
    with database.read() as connection:
        gone = next(one for one in listed(connection, FILES) if one.outlet.id == "kabar")
    assert (gone.removed, gone.by, gone.why) == (True, "sari", "ganda")
    switch(database, FILES, "kabar", on=True, by="sari")
    assert standing(database) == FILES


def test_what_is_refused(database: Database) -> None:
    with pytest.raises(ConfigError, match="a list has it already"):
        add(database, FILES, KABAR, "sari")
    with pytest.raises(ConfigError, match="is a source of outlet 'kabar' already"):
        add(database, FILES, replace(WARGA, feeds=KABAR.feeds), "sari")
    for id_ in ("tiada", ""):
        with pytest.raises(NoSuchOutletError):
            switch(database, FILES, id_, on=True, by="sari")
        with pytest.raises(NoSuchOutletError):
            remove(database, FILES, id_, "sari")
    assert noted(database) == []


def test_a_source_that_a_new_list_names_stays_with_the_outlet_of_staff(database: Database) -> None:
    add(database, FILES, WARGA, "sari")
    newer = FILES | {"warga-kota": replace(WARGA, id="warga-kota", listings=("https://warga.test/",))}
    found = standing(database, newer)
    assert found["warga"].feeds == WARGA.feeds
    assert (found["warga-kota"].feeds, found["warga-kota"].listings) == ((), ("https://warga.test/",))


def test_a_list_that_has_the_outlet_of_staff_too_changes_nothing(database: Database) -> None:
    add(database, FILES, WARGA, "sari")
    assert standing(database, FILES | {"warga": replace(WARGA, name="Lain")})["warga"] == WARGA


def test_a_process_sees_what_another_decides(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 1000.0
    monkeypatch.setattr("kliping.outlets_staff.monotonic", lambda: clock)
    outlets = Outlets(database, FILES)
    seen = [on(outlets)]
    switch(database, FILES, "kabar", on=False, by="sari")
    seen.append(on(outlets))
    clock += 6
    seen.append(on(outlets))
    switch(database, FILES, "kabar", on=True, by="sari")
    seen.append(on(outlets))
    outlets.look()
    assert [*seen, on(outlets)] == [True, True, False, False, True]


def on(outlets: Outlets) -> bool:
    return outlets["kabar"].enabled
