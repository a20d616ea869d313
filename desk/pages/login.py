"""/masuk, /keluar, / : in, out, and on to a desk."""

import re
from typing import Final

from starlette.responses import Response

from desk import access
from desk.guard import Visit
from desk.rendering import mine, render, to

# Bar E11: a path of ours and nothing that a browser reads as another host (//e, /\e, https:e, /%5ce, tabs)
_OWN_PATH: Final = re.compile(r"/(?:[a-z0-9][A-Za-z0-9._~/-]*(?:\?[A-Za-z0-9._~/?=&%+*:-]*)?)?", re.ASCII)
HOME: Final = "/"
LONGEST_NAME: Final = 64


def own_path(text: str) -> str:
    """`text` where it is a path of these pages, else the start page."""
    return text if _OWN_PATH.fullmatch(text) and "//" not in text else HOME


def home(visit: Visit) -> Response:
    """On to the only desk, or a choice of desks."""
    desks = mine(visit)
    return to(f"/{desks[0][0]}/") if len(desks) == 1 else render(visit, "pilih.html")


def form(visit: Visit) -> Response:
    """The login form; who is in already goes on."""
    token = visit.request.cookies.get(access.cookie_name(visit.office.web), "")
    if access.account_of(visit.office.database, visit.office.web, token):
        return to(own_path(visit.asked("next")))
    return login_form(visit, onward=visit.asked("next"))


def login_form(visit: Visit, status: int = 200, *, onward: str = "", problem: str = "", name: str = "") -> Response:
    return render(visit, "masuk.html", status, onward=own_path(onward), problem=problem, typed=name)


def enter(visit: Visit) -> Response:
    """Check name and password; the answer is the same for an unknown name and a wrong password."""
    office, form_ = visit.office, visit.form
    name = form_.get("nama", "").strip().lower()[:LONGEST_NAME]
    onward = form_.get("next", "")
    address = visit.request.client.host if visit.request.client else ""
    if wait := access.wait_of(office.database, name, address):
        problem = f"Terlalu banyak percobaan yang gagal. Coba lagi dalam {_minutes(wait)}."
        answer = login_form(visit, 429, onward=onward, problem=problem, name=name)
        answer.headers["Retry-After"] = str(wait)
        return answer
    old = visit.request.cookies.get(access.cookie_name(office.web), "")
    token = access.log_in(office.database, office.web, name, form_.get("sandi", ""), address, old)
    if token is None:
        return login_form(visit, 400, onward=onward, problem="Nama atau kata sandi salah.", name=name)
    answer = to(own_path(onward))
    web = office.web
    answer.set_cookie(
        access.cookie_name(web), token, max_age=web.longest_hours * 3600, path="/",
        secure=not web.plain_http, httponly=True, samesite="lax",
    )  # fmt: skip
    return answer


def leave(visit: Visit) -> Response:
    """End the session."""
    name = access.cookie_name(visit.office.web)
    access.log_out(visit.office.database, visit.name, visit.request.cookies.get(name, ""))
    answer = to("/masuk", "keluar")
    answer.delete_cookie(name, path="/", secure=not visit.office.web.plain_http, httponly=True, samesite="lax")
    return answer


def _minutes(seconds: int) -> str:
    return f"{seconds} detik" if seconds < 60 else f"{-(-seconds // 60)} menit"
