"""The web application, from plain arguments. Every route is in `ROUTES`, with what it needs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, NamedTuple

import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from desk.guard import Guarded, Need, Page
from desk.office import Office
from desk.pages import archive, clip, editions, errors, evidence, login, outlets, system, today, unsubscribe, watches
from desk.shield import Shield
from kliping.errors import Unavailable

THREADS: Final = 8  # pages at work at once; each has an archive of its own with up to 32 MiB of cache
LARGEST_FORM: Final = 64 * 1024  # bytes: the longest field is a note of 2,000 characters
STATIC: Final = Path(__file__).with_name("static")


class Rule(NamedTuple):
    """One route. A POST and a GET of one path are two rules, since they may need different roles."""

    method: str
    path: str
    page: Page
    need: Need


ROUTES: Final = (
    Rule("GET", "/", login.home, "account"),
    Rule("GET", "/masuk", login.form, "public"),
    Rule("POST", "/masuk", login.enter, "public"),
    Rule("POST", "/keluar", login.leave, "account"),
    Rule("GET", "/berhenti/{token:str}", unsubscribe.ask, "public"),
    Rule("POST", "/berhenti/{token:str}", unsubscribe.stop, "public"),
    Rule("GET", "/{desk}", today.onward, "reader"),
    Rule("GET", "/{desk}/", today.today, "reader"),
    Rule("GET", "/{desk}/arsip", archive.archive, "reader"),
    Rule("GET", "/{desk}/kliping/{article}", clip.clip, "reader"),
    Rule("POST", "/{desk}/kliping/{article}", clip.decide, "editor"),
    Rule("GET", "/{desk}/kliping/{article}/naskah/{version}", evidence.wording, "reader"),
    Rule("GET", "/{desk}/kliping/{article}/halaman", evidence.raw_page, "reader"),
    Rule("GET", "/{desk}/kliping/{article}/halaman/{page}", evidence.raw_page, "reader"),
    Rule("GET", "/{desk}/pantauan", watches.watches, "reader"),
    Rule("GET", "/{desk}/pantauan/{watch}", watches.watch, "reader"),
    Rule("POST", "/{desk}/pantauan/{watch}", watches.change, "editor"),
    Rule("GET", "/{desk}/edisi", editions.editions, "reader"),
    Rule("GET", "/{desk}/edisi/pratinjau", editions.preview, "reader"),
    Rule("GET", "/{desk}/edisi/{number:int}", editions.edition, "reader"),
    Rule("GET", "/{desk}/edisi/{number:int}/{file}", editions.file, "reader"),
    Rule("POST", "/{desk}/penerima", editions.change_recipients, "operator"),
    Rule("GET", "/{desk}/media", outlets.outlets, "reader"),
    Rule("GET", "/{desk}/media/{outlet}", outlets.outlet, "reader"),
    Rule("POST", "/{desk}/media/{outlet}", outlets.change, "operator"),
    Rule("GET", "/{desk}/sistem", system.system, "reader"),
    Rule("GET", "/{desk}/telusur", system.why, "reader"),
    Rule("POST", "/{desk}/ambil", system.fetch, "editor"),
    Rule("POST", "/{desk}/ulang", system.retry_letter, "operator"),
)


def create_app(office: Office) -> Starlette:
    """The application over the stores and the configuration of `office`."""
    app = Starlette(
        routes=[
            Route("/sehat", health, methods=["GET"]),
            Mount("/static", StaticFiles(directory=STATIC), name="static"),
            *(Route(rule.path, Guarded(rule.page, rule.need), methods=[rule.method]) for rule in ROUTES),
        ],
        middleware=[Middleware(Shield)],
        exception_handlers={
            HTTPException: errors.refused,
            Unavailable: errors.unavailable,
            Exception: errors.broken,
        },
        lifespan=_lifespan,
        max_body_size=LARGEST_FORM,
    )
    app.state.office = office
    app.router.redirect_slashes = False  # what is not in ROUTES is not there
    return app


async def health(request: Request) -> Response:  # noqa: ARG001
    """Alive: needs no store and no thread, so it answers while searches are at work (bar E2)."""
    return PlainTextResponse("sehat\n")


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:  # noqa: ARG001
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield
