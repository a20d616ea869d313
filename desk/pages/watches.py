"""Pantauan: what the desk looks for; every query can be tried against the archive before it is saved."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from starlette.exceptions import HTTPException
from starlette.responses import Response

from desk.guard import Visit
from desk.marking import Piece, pieces
from desk.rendering import render, to
from kliping import audit
from kliping.clock import now
from kliping.desks import Watch
from kliping.indonesian.words import tokens
from kliping.watches import Listed, listed
from pipeline.tag.saving import WatchError, checked, remove_watch, save_watch
from search.archive.base import Filters, Hit, Results
from search.expand import notes
from search.lexicon import SEARCH
from search.query import QueryError, parse

TRIED = 10  # newest hits shown of a trial
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A watch in the list; `week`: clips of the last seven days, None where its query cannot be read."""

    listed: Listed
    week: int | None


def watches(visit: Visit) -> Response:
    """All watches with how much they brought this week."""
    with visit.office.database.read() as connection:
        every = listed(connection, visit.here)
    rows = [Row(listed=one, week=_week(visit, one.watch)) for one in every if not one.removed]
    gone = [one for one in every if one.removed]
    return render(visit, "pantauan.html", section="pantauan", rows=rows, gone=gone, editor=visit.may("editor"))


def watch(visit: Visit) -> Response:
    """The form of one watch; of a new one for the name `baru`."""
    id_ = visit.part("watch")
    found = _find(visit, id_)
    if found is None and id_ != "baru":
        raise HTTPException(404)
    return _form(visit, found.watch if found else Watch(id="", title="", query=""), new=found is None)


def change(visit: Visit) -> Response:
    """Try, save or remove, by the button that was pressed."""
    id_, new = visit.part("watch"), visit.part("watch") == "baru"
    if not new and _find(visit, id_) is None:
        raise HTTPException(404)
    given = _given(visit, id_, new=new)
    try:
        match visit.form.get("aksi"):
            case "simpan":
                if new and _find(visit, given.id) is not None:
                    return _form(visit, given, new=new, problem="Sudah ada pantauan dengan nama ini", status=400)
                saved = save_watch(visit.office.database, visit.here, given, visit.name)
                return _noted(visit, "watch-saved", saved.id, saved.query, "pantauan")
            case "hapus" if not new:
                remove_watch(visit.office.database, visit.here, id_, visit.name)
                return _noted(visit, "watch-removed", id_, "", "dihapus")
            case _:
                return _form(visit, given, new=new, tried=True)
    except WatchError as error:
        return _form(visit, given, new=new, problem=str(error), status=400)


def _noted(visit: Visit, action: str, watch_: str, query: str, notice: str) -> Response:
    with visit.office.database.write() as connection:
        audit.note(connection, visit.name, action, f"{visit.here.id} {watch_}", query)
    return to(f"/{visit.here.id}/pantauan", notice)


def _given(visit: Visit, id_: str, *, new: bool) -> Watch:
    form = visit.form
    title = form.get("judul", "").strip()
    same: Literal["take", "leave"] = "leave" if form.get("senama") == "leave" else "take"
    code = "-".join(tokens(title))[:64].strip("-") if new else id_
    return Watch(id=code, title=title, query=form.get("kata", "").strip(), same_name=same)


def _find(visit: Visit, id_: str) -> Listed | None:
    with visit.office.database.read() as connection:
        return next((one for one in listed(connection, visit.here) if one.watch.id == id_), None)


def _form(
    visit: Visit, given: Watch, *, new: bool, tried: bool = False, problem: str = "", status: int = 200
) -> Response:
    results: Results | None = None
    wider: dict[str, tuple[str, ...]] = {}
    if tried:
        try:
            checked(given if given.title and given.id else Watch(id="x", title="x", query=given.query))
            tree = parse(given.query)
            results, wider = visit.office.archive.search(visit.here.id, tree, limit=TRIED), notes(tree, SEARCH)
        except (WatchError, QueryError) as error:
            problem, status = str(error), 400
    return render(
        visit,
        "pantauan_ubah.html",
        status,
        section="pantauan",
        given=given,
        new=new,
        problem=problem,
        results=results,
        wider=wider,
        lines=[_line(visit, hit) for hit in results.hits] if results else [],
        editor=visit.may("editor"),
    )


def _line(visit: Visit, hit: Hit) -> tuple[Hit, str, list[Piece], list[Piece]]:
    outlet = visit.office.outlet_name(hit.document.outlet)
    return hit, outlet, pieces(hit.document.title, hit.title_marks), pieces(hit.snippet, hit.marks)


def _week(visit: Visit, one: Watch) -> int | None:
    """Clips that carry the watch since a week ago."""
    wanted = Filters(watches=(one.id,), start=now() - WEEK)
    try:
        return visit.office.archive.search(visit.here.id, None, wanted, limit=1).total
    except QueryError:
        return None
