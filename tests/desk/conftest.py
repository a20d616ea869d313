"""A newsroom of its own for each test: built once through the real stages, then copied."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from desk.app import create_app
from desk.office import Office
from kliping import accounts
from kliping.clock import OFFSET_VARIABLE
from tests.desk import newsroom
from tests.desk.browser import Browser


def _set_clock(patch: pytest.MonkeyPatch) -> None:
    patch.setenv(OFFSET_VARIABLE, str((newsroom.NOW - datetime.now(UTC)).total_seconds()))


@pytest.fixture(scope="session", autouse=True)
def shipped_hasher() -> Iterator[PasswordHasher]:
    """What hashes passwords as shipped. A cheap one stands in its place: there are hundreds of logins here."""
    shipped = accounts._hasher
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        accounts._nobodys.cache_clear()
        yield shipped
    accounts._nobodys.cache_clear()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, shipped_hasher: PasswordHasher) -> Path:
    folder = tmp_path_factory.mktemp("newsroom")
    with pytest.MonkeyPatch.context() as patch:
        _set_clock(patch)
        newsroom.build(folder)
    return folder


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    _set_clock(monkeypatch)


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "var", symlinks=True))


@pytest.fixture
def office(folder: Path) -> Iterator[Office]:
    office = newsroom.office_of(folder)
    yield office
    newsroom.close(office)


@pytest.fixture
def browser(office: Office) -> Browser:
    return Browser(create_app(office))


@pytest.fixture
def as_role(office: Office) -> Callable[[str], Browser]:
    """A browser that is logged in with a role's account."""

    def logged_in(role: str) -> Browser:
        browser = Browser(create_app(office))
        assert browser.log_in(role, newsroom.PASSWORD).status == 303
        return browser

    return logged_in
