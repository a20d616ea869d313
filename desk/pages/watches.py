"""Pantauan: what the desk looks for; every query can be tried against the archive before it is saved."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from starlette.exceptions import HTTPException
from starlette.responses import Response

from desk.guard import Visit
from desk.marking import Piece, pieces
from desk.past import DAYS
from desk.rendering import render, to
from kliping import audit
from kliping.article import Article, Evidence
from kliping.clips import find_clip
from kliping.clock import now
from kliping.desks import Watch
from kliping.indonesian.words import tokens
from kliping.watches import Listed, listed
from pipeline.index import sort_time
from pipeline.tag.past import Example, Tried, try_watch
from pipeline.tag.saving import WatchError, remove_watch, save_watch
from search.archive.base import Filters
from search.expand import notes
from search.lexicon import SEARCH
from search.query import QueryError, parse

TRIED = 20  # newest articles shown of a trial
PATIENCE = 3.0  # seconds that a trial may take: about 7,000 articles
LEAD = 80  # characters before the evidence in its line
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A watch in the list; `week`: clips of the last seven days, None where its query cannot be read."""

    listed: Listed
    week: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An article of a trial; `link` is its clip here, else '' where it is none yet."""

    article: Article
    outlet: str
    at: datetime
    link: str
    title: list[Piece]
    words: list[Piece]


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
    visit.office.past.look(visit.office.database, visit.office.open_bus, visit.here)
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
    trial: Tried | None = None
    wider: dict[str, tuple[str, ...]] = {}
    if tried:
        try:
            trial, wider = _tried(visit, given), notes(parse(given.query), SEARCH)
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
        trial=trial,
        days=DAYS,
        wider=wider,
        lines=[_shown(visit, one) for one in trial.examples] if trial else [],
        editor=visit.may("editor"),
    )


def _tried(visit: Visit, given: Watch) -> Tried:
    return try_watch(
        visit.office.database,
        given.query,
        days=DAYS,
        limit=TRIED,
        seconds=PATIENCE,
        region=visit.here.region,
        same_name=given.same_name,
    )


def _shown(visit: Visit, found: Example) -> Shown:
    article = found.article
    clip = find_clip(visit.office.database, visit.here.id, article.id)
    return Shown(
        article=article,
        outlet=visit.office.outlet_name(article.outlet),
        at=sort_time(article),
        link=f"/{visit.here.id}/kliping/{article.id}" if clip else "",
        title=pieces(article.title, [(e.start, e.end) for e in found.evidence if e.where == "title"]),
        words=_words(article, found.evidence),
    )


def _words(article: Article, evidence: tuple[Evidence, ...]) -> list[Piece]:
    """The place in the text where the first evidence stands; nothing where the title has it all."""
    first = next((one for one in evidence if one.where == "text"), None)
    if first is None:
        return []
    text = article.paragraphs[first.paragraph]
    begin = text.rfind(" ", 0, max(first.start - LEAD, 0)) + 1
    end = first.end + 2 * LEAD
    here = [one for one in evidence if one.where == "text" and one.paragraph == first.paragraph]
    spans = [(one.start - begin, one.end - begin) for one in here]
    cut = ("… " if begin else "", " …" if end < len(text) else "")
    return [Piece(cut[0], False), *pieces(text[begin:end], spans), Piece(cut[1], False)]


def _week(visit: Visit, one: Watch) -> int | None:
    """Clips that carry the watch since a week ago."""
    wanted = Filters(watches=(one.id,), start=now() - WEEK)
    try:
        return visit.office.archive.search(visit.here.id, None, wanted, limit=1).total
    except QueryError:
        return None
