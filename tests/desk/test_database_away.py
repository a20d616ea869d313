"""The pages on PostgreSQL: what they say where it does not answer, and that no address or form reaches it unfit."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from desk import access
from desk.app import ROUTES, Rule, create_app
from desk.office import Office
from kliping import accounts
from kliping.database import Database
from tests.desk import newsroom
from tests.desk.browser import Answer, Browser
from tests.stores import opened

AWAY = "postgresql+psycopg://kliping:rahasia@127.0.0.1:9/kliping"
UNFIT = ["%00", "a%00b", "%ed%a0%80", "9" * 30, "x" * 300, "%F0%9F%92%A9"]


@pytest.fixture
def browser(office: Office) -> Iterator[Browser]:
    """With the cookie of a session that cannot be looked up."""
    with opened(AWAY) as database:
        browser = Browser(create_app(replace(office, database=database)))
        browser.cookies[access.cookie_name(office.web)] = "token"
        yield browser


def path_of(rule: Rule, other: Callable[[str], str]) -> str:
    """A path of the rule, at the desk; `other` fills what else it takes, by its name."""
    return re.sub(r"\{(.+?)\}", lambda found: newsroom.DESK.id if found[1] == "desk" else other(found[1]), rule.path)


def ask(browser: Browser, rule: Rule, path: str, value: str = "x") -> Answer:
    form = dict.fromkeys(("nama", "sandi", "kata", "judul", "url", "alamat", "surat", "nilai"), value)
    return browser.get(path) if rule.method == "GET" else browser.post(path, form)


@pytest.mark.parametrize("rule", ROUTES, ids=lambda rule: f"{rule.method} {rule.path}")
def test_every_page_says_that_nothing_is_lost(browser: Browser, rule: Rule) -> None:
    answer = ask(browser, rule, path_of(rule, lambda name: "1" if name.endswith(":int") else "x"))
    assert answer.status == 503
    assert "Penyimpanan tidak menjawab. Tidak ada yang hilang" in answer.text
    for secret in ("Traceback", "psycopg", "rahasia", "127.0.0.1"):
        assert secret not in answer.text


def test_it_is_alive_all_the_same(browser: Browser) -> None:
    assert browser.get("/sehat").status == 200
    assert browser.get("/static/desk.css").status == 200


def test_the_pages_are_back_with_the_database(office: Office, postgresql_database: Database) -> None:
    """No restart: connections that died are replaced."""
    with opened(postgresql_database.url) as database:
        browser = Browser(create_app(replace(office, database=database)))
        browser.cookies[access.cookie_name(office.web)] = "token"
        assert browser.get("/").status == 401
        kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        with postgresql_database.read() as connection:
            connection.exec_driver_sql(f"{kill} AND pid <> pg_backend_pid()")
        assert browser.get("/").status == 401


def test_nothing_unfit_reaches_the_database(office: Office, postgresql_database: Database) -> None:
    """PostgreSQL refuses NUL, numbers and texts that do not fit; SQLite takes them, so only here would it show."""
    accounts.add(postgresql_database, "admin", newsroom.PASSWORD, "admin", "*", "test")
    browser = Browser(create_app(replace(office, database=postgresql_database)))
    assert browser.log_in("admin", newsroom.PASSWORD).status == 303
    for rule in ROUTES:
        for value in UNFIT:
            if rule.page.__name__ == "leave" or ("{number:int}" in rule.path and not value.isdigit()):
                continue
            path = path_of(rule, lambda name: value)  # noqa: B023 - called at once
            asked = path if rule.method == "POST" else f"{path}?q={value}&url=https://a.test/{value}&halaman={value}"
            answer = ask(browser, rule, asked, value.replace("%00", "\0"))
            assert answer.status < 500, (rule.method, asked, answer.text[-500:])
