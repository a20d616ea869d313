"""Every page's door: the form is read, the session, the desk and the role are checked, then the page runs in a thread.

Default deny: a route without a Guarded page cannot be added (`routes` in app.py takes nothing else), and a page says
what it needs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from desk import access
from desk.office import Office
from kliping.accounts import Account, Role
from kliping.desks import Desk
from kliping.text import storable

Need = Literal["public", "account"] | Role  # public: no session; account: any; a role: at the desk in the path
MAX_FIELDS: Final = 40  # of one form


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request, let in."""

    request: Request
    office: Office
    account: Account | None = None
    desk: Desk | None = None
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Who it is, '' for nobody."""
        return self.account.name if self.account else ""

    @property
    def here(self) -> Desk:
        """The desk in the path. Only for pages that need a role."""
        assert self.desk is not None
        return self.desk

    def asked(self, name: str, limit: int = 600) -> str:
        """One value of the address, '' when missing, cut."""
        return storable(self.request.query_params.get(name, ""))[:limit]

    def part(self, name: str) -> str:
        """One part of the path."""
        return storable(str(self.request.path_params[name]))

    def may(self, need: Role) -> bool:
        """Whether the account has a role at the desk in the path."""
        return self.account is not None and self.desk is not None and self.account.may(need, self.desk.id)


Page = Callable[[Visit], Response]


class LoginNeeded(HTTPException):
    """No session, or one that has ended: answered by the login form."""

    def __init__(self) -> None:
        super().__init__(401)


class Guarded:
    """A page with what it needs, as an ASGI application."""

    def __init__(self, page: Page, need: Need) -> None:
        self.page = page
        self.need = need

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        form = await _form(request) if request.method == "POST" else {}
        response = await run_in_threadpool(self._answer, request, form)
        await response(scope, receive, send)

    def _answer(self, request: Request, form: Mapping[str, str]) -> Response:
        office: Office = request.app.state.office
        token = request.cookies.get(access.cookie_name(office.web), "")
        account = access.account_of(office.database, office.web, token)
        if account is None and self.need != "public":
            raise LoginNeeded
        desk = _desk(office, request, account, self.need)
        return self.page(Visit(request=request, office=office, account=account, desk=desk, form=form))


def _desk(office: Office, request: Request, account: Account | None, need: Need) -> Desk | None:
    """The desk of the path, if the account may do there what the page needs. A desk of others is not there at all."""
    if need in ("public", "account"):
        return None
    desk = office.desks.get(str(request.path_params.get("desk", "")))
    if desk is None or account is None or account.role(desk.id) is None:
        raise HTTPException(404)
    if not account.may(need, desk.id):  # type: ignore[arg-type]  # the two other needs have returned
        raise HTTPException(403)
    return desk


async def _form(request: Request) -> Mapping[str, str]:
    """The fields of a form; the last of a repeated one counts. Files are refused."""
    try:
        data = await request.form(max_files=0, max_fields=MAX_FIELDS)
    except ClientDisconnect:
        raise HTTPException(400) from None
    return {key: storable(value) for key, value in data.items() if isinstance(value, str)}
