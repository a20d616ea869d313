"""Who gets in, what they may do, and what ends it (reliability.md E1, E4, E8 to E11, E13)."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlalchemy import func, select, update
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from desk import access
from desk.app import create_app
from desk.guard import Guarded
from desk.office import Office
from desk.pages.login import own_path
from desk.shield import CSP
from kliping import accounts, audit
from kliping.accounts import ROLES, AccountError
from kliping.clock import OFFSET_VARIABLE, now
from kliping.settings import Web
from kliping.staff_tables import audit as audit_table
from kliping.staff_tables import recipients, sessions
from tests.desk import newsroom
from tests.desk.browser import Browser
from tests.desk.newsroom import PASSWORD

DESK = f"/{newsroom.DESK.id}"
TOKEN = "f" * 32


def routes(app: Starlette) -> list[tuple[str, str, Guarded | None]]:
    """Method, path and page of every route of the application."""
    found: list[tuple[str, str, Guarded | None]] = []
    for route in app.routes:
        if isinstance(route, Mount):
            found.append(("GET", f"{route.path}/desk.css", None))
        else:
            assert isinstance(route, Route)
            page = route.endpoint if isinstance(route.endpoint, Guarded) else None
            found += [(method, route.path, page) for method in (route.methods or ()) if method != "HEAD"]
    return found


def concrete(path: str, article: str) -> str:
    filled = {
        "{desk}": newsroom.DESK.id, "{article}": article, "{watch}": "kota", "{outlet}": "suara", "{token:str}": TOKEN,
        "{number:int}": "1", "{file}": "lembar.pdf", "{version}": "1", "{page}": "0" * 32,
    }  # fmt: skip
    for part, value in filled.items():
        path = path.replace(part, value)
    assert "{" not in path, path
    return path


@pytest.fixture
def article(as_role: Callable[[str], Browser]) -> str:
    link = as_role("reader").get(f"{DESK}/").page.xpath("//article//h3/a/@href")[0]
    return str(link).rpartition("/")[2]


# --- roles -------------------------------------------------------------------------------------------------------


def test_every_route_but_three_is_guarded(office: Office) -> None:
    """Health and static files need nothing; anything else passes the guard."""
    unguarded = {path for _, path, page in routes(create_app(office)) if page is None}
    assert unguarded == {"/sehat", "/static/desk.css"}


def test_only_login_and_unsubscribing_are_public(office: Office) -> None:
    public = {(method, path) for method, path, page in routes(create_app(office)) if page and page.need == "public"}
    assert public == {
        ("GET", "/masuk"), ("POST", "/masuk"), ("GET", "/berhenti/{token:str}"), ("POST", "/berhenti/{token:str}"),
    }  # fmt: skip


EVERYWHERE = {("POST", "/{desk}/media/{outlet}")}  # all desks read the same outlets: one desk's operator is not enough


def test_role_matrix(office: Office, as_role: Callable[[str], Browser], article: str) -> None:
    """Every route by nobody and by every role: 401, 403, or in; what stands above a role never lets it in."""
    everyone = {role: as_role(role) for role in ROLES}
    stranger = Browser(create_app(office))
    for method, path, page in routes(create_app(office)):
        if page is None or page.need == "public" or path == "/keluar":
            continue
        asked = concrete(path, article)
        assert stranger.ask(method, asked).status == 401, (method, asked)
        for role, browser in everyone.items():
            status = browser.ask(method, asked).status
            may = page.need == "account" or ROLES.index(role) >= ROLES.index(page.need)
            may = may and (method, path) not in EVERYWHERE
            assert (status != 403) if may else (status == 403), (role, method, asked, status)
            assert status < 500


def test_a_desk_of_others_is_not_there(as_role: Callable[[str], Browser]) -> None:
    browser = as_role("admin")
    for path in ("/kab-hulu/", "/kab-hulu/arsip", "/nirwana/", "/kab-hulu/kliping/x"):
        assert browser.get(path).status == 404


def test_a_role_at_every_desk(office: Office) -> None:
    accounts.add(office.database, "pusat", PASSWORD, "reader", "*", "test")
    browser = Browser(create_app(office))
    browser.log_in("pusat", PASSWORD)
    assert [browser.get(f"/{desk}/").status for desk in office.desks] == [200, 200]
    assert browser.get("/").status == 200  # a choice of desks
    assert browser.post(f"{DESK}/pantauan/kota", {"aksi": "coba", "kata": "x"}).status == 403


def test_a_clip_of_another_desk_is_not_there(office: Office, article: str) -> None:
    accounts.add(office.database, "hulu", PASSWORD, "admin", "kab-hulu", "test")
    browser = Browser(create_app(office))
    browser.log_in("hulu", PASSWORD)
    assert browser.get(f"/kab-hulu/kliping/{article}").status == 404
    assert browser.post(f"/kab-hulu/kliping/{article}", {"isian": "tone", "nilai": "negatif"}).status == 404


# --- sessions ----------------------------------------------------------------------------------------------------


def test_the_cookie_is_bound_to_the_host_over_tls(browser: Browser) -> None:
    (line,) = browser.log_in("reader", PASSWORD).all("set-cookie")
    name, _, rest = line.partition("=")
    assert name == "__Host-kliping"
    flags = {part.strip().lower() for part in rest.split(";")[1:]}
    assert {"path=/", "secure", "httponly", "samesite=lax"} <= flags
    assert not any(flag.startswith("domain") for flag in flags)


def test_plain_http_has_a_plain_cookie_and_a_warning(office: Office) -> None:
    browser = Browser(create_app(replace(office, web=Web(plain_http=True))), scheme="http")
    assert "tidak terenkripsi" in browser.get("/masuk").text
    (line,) = browser.log_in("reader", PASSWORD).all("set-cookie")
    assert line.startswith("kliping=")
    assert "secure" not in line.lower()
    assert browser.get(f"{DESK}/").status == 200


def test_the_table_does_not_hold_the_token(office: Office, browser: Browser) -> None:
    browser.log_in("reader", PASSWORD)
    (token,) = browser.cookies.values()
    with office.database.read() as connection:
        (row,) = connection.execute(select(sessions)).all()
    assert token not in row.id
    assert len(row.id) == 64


def test_login_gives_a_new_id_and_ends_the_old_session(office: Office, browser: Browser) -> None:
    browser.log_in("reader", PASSWORD)
    before = dict(browser.cookies)
    browser.log_in("reader", PASSWORD)
    assert browser.cookies != before
    assert Browser(create_app(office), cookies=before).get(f"{DESK}/").status == 401


def test_a_planted_cookie_is_not_taken_over(browser: Browser) -> None:
    browser.cookies["__Host-kliping"] = "planted"
    browser.log_in("reader", PASSWORD)
    assert browser.cookies["__Host-kliping"] != "planted"


@pytest.mark.parametrize(
    "end",
    [
        lambda office, browser: browser.post("/keluar"),
        lambda office, browser: accounts.set_password(office.database, "reader", "sandi lain yang panjang", "test"),
        lambda office, browser: accounts.grant(office.database, "reader", "editor", newsroom.DESK.id, "test"),
        lambda office, browser: accounts.grant(office.database, "reader", None, newsroom.DESK.id, "test"),
        lambda office, browser: accounts.disable(office.database, "reader", "test"),
    ],
    ids=["logout", "password", "role", "no role", "disabled"],
)
def test_what_ends_sessions_ends_a_replayed_cookie(
    office: Office, browser: Browser, end: Callable[[Office, Browser], object]
) -> None:
    browser.log_in("reader", PASSWORD)
    replayed = Browser(browser.app, cookies=dict(browser.cookies))
    assert replayed.get(f"{DESK}/").status == 200
    end(office, browser)
    assert replayed.get(f"{DESK}/").status == 401


@pytest.mark.parametrize(("column", "age"), [("seen_at", {"minutes": 61}), ("made_at", {"hours": 12, "minutes": 1})])
def test_sessions_end_by_idleness_and_by_age(
    office: Office, browser: Browser, column: str, age: dict[str, int]
) -> None:
    browser.log_in("reader", PASSWORD)
    with office.database.write() as connection:
        connection.execute(update(sessions).values({column: now() - timedelta(**age)}))
    assert browser.get(f"{DESK}/").status == 401


def test_use_keeps_a_session_alive(office: Office, browser: Browser) -> None:
    browser.log_in("reader", PASSWORD)
    with office.database.write() as connection:
        connection.execute(update(sessions).values(seen_at=now() - timedelta(minutes=59)))
    assert browser.get(f"{DESK}/").status == 200
    with office.database.read() as connection:
        seen = connection.execute(select(sessions.c.seen_at)).scalar_one()
    assert now() - seen < timedelta(minutes=1)


# --- logins ------------------------------------------------------------------------------------------------------


def test_wrong_password_and_unknown_name_are_answered_alike(browser: Browser) -> None:
    wrong = browser.log_in("reader", "bukan sandinya sama sekali")
    unknown = browser.log_in("nobody", "bukan sandinya sama sekali")
    assert (wrong.status, unknown.status) == (400, 400)
    assert wrong.text.replace('value="reader"', "") == unknown.text.replace('value="nobody"', "")


@pytest.mark.parametrize("name", ["reader", "nobody"])
def test_failures_make_the_next_login_wait(browser: Browser, name: str) -> None:
    statuses = [browser.log_in(name, "salah salah salah").status for _ in range(6)]
    assert statuses == [400] * 5 + [429]
    refused = browser.log_in(name, PASSWORD)
    assert refused.status == 429
    assert 0 < int(refused["retry-after"]) <= 16


def test_passwords_are_kept_at_the_cost_of_rfc_9106(shipped_hasher: PasswordHasher) -> None:
    hashed = shipped_hasher.hash(PASSWORD)
    assert extract_parameters(hashed) == RFC_9106_LOW_MEMORY
    assert shipped_hasher.verify(hashed, PASSWORD)


def test_the_wait_grows_and_ends(office: Office, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        browser.log_in("reader", "salah salah salah")
    first = access.wait_of(office.database, "reader", browser.address)
    _later(monkeypatch, first + 5)
    assert browser.log_in("reader", "salah salah salah").status == 400
    assert access.wait_of(office.database, "reader", browser.address) > first
    _later(monkeypatch, first + 15 * 60)
    assert browser.log_in("reader", PASSWORD).status == 303


def test_a_stranger_cannot_lock_out_an_owner(office: Office, browser: Browser) -> None:
    browser.log_in("reader", PASSWORD)
    stranger = Browser(browser.app, address="203.0.113.9")
    assert [stranger.log_in("reader", "salah salah salah").status for _ in range(7)][-1] == 429
    assert browser.log_in("reader", PASSWORD).status == 303


def test_an_address_that_tries_many_names_waits(browser: Browser) -> None:
    statuses = [browser.log_in(f"nama{number}", "salah salah salah").status for number in range(21)]
    assert statuses == [400] * 20 + [429]
    assert browser.log_in("reader", PASSWORD).status == 429
    assert Browser(browser.app, address="10.0.0.8").log_in("reader", PASSWORD).status == 303


def test_short_passwords_and_taken_names_are_refused(office: Office) -> None:
    for name, password in (("baru", "pendek sek1"), ("reader", PASSWORD), ("Baru Sekali", PASSWORD)):
        with pytest.raises(AccountError):
            accounts.add(office.database, name, password, "reader", "*", "test")


def test_a_disabled_account_cannot_log_in_until_it_is_let_in_again(office: Office, browser: Browser) -> None:
    accounts.disable(office.database, "reader", "test")
    assert browser.log_in("reader", PASSWORD).status == 400
    accounts.disable(office.database, "reader", "test", disabled=False)
    assert browser.log_in("reader", PASSWORD).status == 303


@pytest.mark.parametrize(
    "evil",
    ["//e.test", "/\\e.test", "/%5ce.test", "https:e.test", "https://e.test", "\t//e.test", "//e.test@h", "/\t/e.test",
     "\\\\e.test", "/%2f/e.test",
     "javascript:alert(1)", "/a//e.test", "/a\r\nSet-Cookie: x=y", "/@e.test", "///e.test"],
)  # fmt: skip
def test_next_leads_nowhere_else(browser: Browser, evil: str) -> None:
    assert own_path(evil) == "/"
    answer = browser.post("/masuk", {"nama": "reader", "sandi": PASSWORD, "next": evil})
    assert (answer.status, answer["location"]) == (303, "/")


def test_next_leads_back_to_the_page_that_was_asked_for(browser: Browser) -> None:
    asked = f"{DESK}/arsip?q=jalan+rusak&nada=negatif"
    shown = browser.get(asked)
    assert shown.status == 401
    onward = shown.page.xpath("//input[@name='next']/@value")[0]
    answer = browser.post("/masuk", {"nama": "reader", "sandi": PASSWORD, "next": str(onward)})
    assert answer["location"] == asked


# --- requests from elsewhere -------------------------------------------------------------------------------------

FOREIGN = [
    {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://e.test"},
    {"origin": "null"}, {"origin": "https://kliping.test.e.test"}, {"origin": "https://kliping.test:8443"},
    {"sec-fetch-site": "cross-site", "origin": "https://kliping.test"}, {"origin": ""}, {"origin": "https://["},
]  # fmt: skip


def test_unsafe_requests_from_elsewhere_are_refused_everywhere(
    office: Office, as_role: Callable[[str], Browser], article: str
) -> None:
    browser = as_role("admin")
    unsafe = [concrete(path, article) for method, path, _ in routes(create_app(office)) if method == "POST"]
    assert len(unsafe) >= 7
    for path in unsafe:
        for headers in FOREIGN:
            answer = browser.post(path, {"isian": "tone", "nilai": "negatif"}, headers=headers)
            assert answer.status == 403, (path, headers)
            assert answer["content-security-policy"] == CSP
    for method in ("PUT", "PATCH", "DELETE"):
        assert browser.ask(method, f"{DESK}/kliping/{article}", headers=FOREIGN[0]).status == 403
    assert browser.get(f"{DESK}/").status == 200  # still in: the cross-site logout did nothing


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}, {"origin": "https://kliping.test"}, {}]
)
def test_our_own_forms_are_taken(as_role: Callable[[str], Browser], article: str, headers: dict[str, str]) -> None:
    form = {"isian": "tone", "nilai": "netral"}
    assert as_role("editor").post(f"{DESK}/kliping/{article}", form, headers=headers).status == 303


# --- headers -----------------------------------------------------------------------------------------------------


def test_every_answer_carries_the_headers(office: Office, as_role: Callable[[str], Browser], article: str) -> None:
    browser = as_role("admin")
    stranger = Browser(create_app(office))
    for method, path, _ in routes(create_app(office)):
        for who in (browser, stranger):
            if path == "/keluar" and who is browser:
                continue
            answer = who.ask(method, concrete(path, article))
            assert answer["content-security-policy"] == CSP
            assert answer["x-content-type-options"] == "nosniff"
            assert answer["referrer-policy"] == "same-origin"
            assert answer["cache-control"] == "no-store" or path.startswith("/static"), path


def test_pages_hold_no_inline_script_or_style(as_role: Callable[[str], Browser], article: str) -> None:
    browser = as_role("admin")
    for path in ("/", "/arsip", f"/kliping/{article}", "/pantauan", "/edisi", "/edisi/pratinjau", "/media", "/sistem"):
        page = browser.get(DESK + path).page
        assert page.xpath("//script[not(@src)] | //style | //*[@style]") == []
        assert page.xpath("//@*[starts-with(name(), 'on')]") == []


# --- audit -------------------------------------------------------------------------------------------------------


def _actions(office: Office) -> list[tuple[str, str]]:
    with office.database.read() as connection:
        rows = connection.execute(select(audit_table.c.by, audit_table.c.action).order_by(audit_table.c.number)).all()
    return [(row.by, row.action) for row in rows]


def test_deeds_are_noted_in_an_unbroken_chain(office: Office, as_role: Callable[[str], Browser], article: str) -> None:
    operator = as_role("operator")
    operator.log_in("operator", "salah salah salah")
    operator.post(f"{DESK}/kliping/{article}", {"isian": "tone", "nilai": "negatif"})
    operator.post(f"{DESK}/pantauan/kota", {"judul": "Kota", "kata": "sukaraya OR pemkot", "aksi": "simpan"})
    operator.post(f"{DESK}/pantauan/kota", {"aksi": "hapus"})
    operator.post(f"{DESK}/ambil", {"url": "https://kabar.test/baru"})
    operator.post(f"{DESK}/penerima", {"alamat": "a@b.test", "aksi": "tambah"})
    accounts.grant(office.database, "reader", "editor", newsroom.DESK.id, "test")
    operator.post("/keluar")
    noted = _actions(office)
    for deed in (
        ("operator", "login"), ("operator", "login-failed"), ("operator", "correction"), ("operator", "watch-saved"),
        ("operator", "watch-removed"), ("operator", "submit"), ("operator", "recipient-added"),
        ("test", "role-changed"), ("operator", "logout"),
    ):  # fmt: skip
        assert deed in noted, deed
    assert audit.first_broken(office.database) is None


@pytest.mark.parametrize("column", ["by", "action", "subject", "detail", "hash", "at"])
def test_one_altered_byte_breaks_the_chain(office: Office, browser: Browser, column: str) -> None:
    browser.log_in("reader", PASSWORD)
    with office.database.write() as connection:
        number = connection.execute(select(func.min(audit_table.c.number))).scalar_one()
        value = datetime(2026, 1, 1, tzinfo=UTC) if column == "at" else "x"
        connection.execute(update(audit_table).where(audit_table.c.number == number).values({column: value}))
    assert audit.first_broken(office.database) == number


def test_a_missing_row_breaks_the_chain(office: Office, browser: Browser) -> None:
    browser.log_in("reader", PASSWORD)
    with office.database.write() as connection:
        connection.execute(audit_table.delete().where(audit_table.c.number == 2))
    assert audit.first_broken(office.database) == 2


def test_no_password_or_token_is_noted(office: Office, browser: Browser) -> None:
    browser.log_in("reader", PASSWORD)
    browser.log_in("reader", "salah salah salah")
    (token,) = browser.cookies.values()
    with office.database.read() as connection:
        noted = repr(connection.execute(select(audit_table)).all())
    for secret in (PASSWORD, "salah salah salah", token):
        assert secret not in noted


# --- unsubscribing ----------------------------------------------------------------------------------------------


@pytest.fixture
def subscriber(office: Office) -> str:
    row = {"desk": newsroom.DESK.id, "address": "a@b.test", "name": "A", "since": now(), "token": TOKEN, "by": "file"}
    with office.database.write() as connection:
        office.database.upsert(connection, recipients, [row])
    return f"/berhenti/{TOKEN}"


def _stopped(office: Office) -> bool:
    with office.database.read() as connection:
        return connection.execute(select(recipients.c.stopped_at)).scalar_one() is not None


def test_looking_at_the_link_changes_nothing(office: Office, browser: Browser, subscriber: str) -> None:
    assert browser.get(subscriber).page.xpath("//form[@method='post']//button") != []
    assert not _stopped(office)


def test_one_click_needs_no_cookie(office: Office, browser: Browser, subscriber: str) -> None:
    answer = browser.post(subscriber, {"List-Unsubscribe": "One-Click"}, headers={})
    assert answer.status == 200
    assert _stopped(office)
    assert browser.post(subscriber, headers={}).status == 200


def test_unknown_links_are_not_there(browser: Browser) -> None:
    assert browser.get("/berhenti/0").status == 404
    assert browser.post("/berhenti/0", headers={}).status == 404


def _later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Move the clock on from where it is: a slow machine may have come far already."""
    monkeypatch.setenv(OFFSET_VARIABLE, str(float(os.environ[OFFSET_VARIABLE]) + seconds))
