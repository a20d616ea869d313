"""What stays of a clip when its outlet changes it or takes it down: earlier wordings, stored pages."""

from datetime import datetime
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from desk.guard import Visit
from desk.pages.clip import stored_clip
from desk.rawpage import stored_page
from desk.rendering import render
from kliping.article import Article
from kliping.articles import load_history, load_sightings
from kliping.errors import Rejected

NO_PAGE: Final = "Halaman mentah berita ini tidak tersimpan lagi."


def wording(visit: Visit) -> Response:
    """One wording of the article in full, as it was read."""
    article = stored_clip(visit).article
    with visit.office.database.read() as connection:
        events = load_history(connection, article)
    mine = [event for event in events if str(event.version) == visit.part("version")]
    if not mine:
        raise HTTPException(404)
    first = mine[0]
    return render(
        visit,
        "naskah.html",
        article=article,
        outlet=visit.office.outlet_name(article.outlet),
        event=first,
        versions=max(event.version for event in events),
    )


def raw_page(visit: Visit) -> Response:
    """The stored bytes of a page, to keep: as an attachment of no type that a browser would run.

    Of the fetch that the address names, else of the newest one that had the article's text.
    """
    article = stored_clip(visit).article
    at, content = _evidence(visit, article, visit.request.path_params.get("page", ""))
    try:
        body = visit.office.pages.get(content)
    except Rejected:
        raise HTTPException(404, NO_PAGE) from None
    name = f"{article.id[:12]}-{at:%Y%m%dT%H%M%SZ}.html.txt"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-SHA256": content}
    return Response(body, media_type="application/octet-stream", headers=headers)


def _evidence(visit: Visit, article: Article, page: str) -> tuple[datetime, str]:
    """When a page was fetched, and the hash of its bytes."""
    with visit.office.database.read() as connection:
        found = {one.page: one for one in load_sightings(connection, article.id)}
    if page and page not in found:
        raise HTTPException(404)
    sighting = found.get(page or article.page)
    if sighting is not None and sighting.body:
        return sighting.at, sighting.body
    older = stored_page(visit.office.bus, page or article.page)  # read by a program that did not say it
    if older is None or not older.body:
        raise HTTPException(404, NO_PAGE)
    return older.fetched_at, older.body
