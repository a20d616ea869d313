"""The system page tells staff when the search does not know the newest clips (bar B3)."""

from collections.abc import Callable

from desk.office import Office
from tests.desk.browser import Browser
from tests.desk.test_pages import DESK, said


def test_the_system_page_says_how_far_the_search_is_behind(office: Office, as_role: Callable[[str], Browser]) -> None:
    reader = as_role("reader")
    assert "Arsip tertinggal" not in said(reader.get(f"{DESK}/sistem"))
    with office.archive.rebuild():
        pass
    assert "Arsip tertinggal" in said(reader.get(f"{DESK}/sistem"))
