"""Media: how each outlet fares, those that need a look first; one outlet with its sources, switches and additions."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, func, select
from starlette.exceptions import HTTPException
from starlette.responses import Response

from crawlers.frontier import Frontier
from desk.guard import Visit
from desk.rendering import render, to
from kliping.accounts import EVERY_DESK
from kliping.clock import now
from kliping.errors import ConfigError
from kliping.health import SOURCES, Health, State, observe
from kliping.indonesian.regions import regions
from kliping.outlets import COLUMNS, KINDS, LISTS, Outlet, concerns, outlet_of_row, row_of
from kliping.outlets_staff import Listed
from kliping.tables import articles, frontier

MOST: Final = 400  # rows of one page; more are for the filters
NEW: Final = "baru"  # in the path: the form of a new outlet
LONGEST: Final = 4_000  # characters of a field; a list of feeds is the longest
ORDER: Final[tuple[State, ...]] = ("failing", "silent", "odd", "unread", "none", "new", "ok", "off")
STATE_NAMES: Final[Mapping[State, str]] = {
    "failing": "▼ gagal", "silent": "▼ diam", "odd": "◆ tidak biasa", "unread": "belum ditengok",
    "none": "tanpa umpan atau daftar", "new": "● terbaca, riwayat pendek", "ok": "● terbaca", "off": "dimatikan",
}  # fmt: skip
KIND_NAMES: Final = {
    "agency": "kantor berita", "agency-regional": "kantor berita, biro daerah", "print": "koran",
    "online": "media daring", "network-regional": "jaringan, edisi daerah", "broadcaster": "radio atau televisi",
    "government": "situs pemerintah", "blog": "blog", "aggregator": "pengumpul berita", "magazine": "majalah",
}  # fmt: skip
FIELDS: Final = {
    "name": "Nama", "id": "Kode", "domain": "Situs", "region": "Kode daerah", "zone": "Zona waktu", "kind": "Jenis",
    "feeds": "Alamat umpan RSS", "listings": "Alamat halaman daftar", "sitemaps": "Alamat peta situs",
    "wordpress": "Antarmuka WordPress", "terms": "Syarat",
}  # fmt: skip
SOURCE_NAMES: Final = {
    "feed": "umpan RSS", "listing": "halaman daftar", "sitemap": "peta situs", "wordpress": "antarmuka WordPress",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """Articles of an outlet that were read: how many, and when the newest was."""

    number: int
    newest: Any


def outlets(visit: Visit) -> Response:
    """The outlets that concern the desk, or all; those that need a look first."""
    every = visit.asked("semua") == "1"
    wanted = visit.asked("keadaan")
    office, region = visit.office, visit.here.region
    with office.database.read() as connection:
        health = office.health.of(connection, office.outlets)
        came = _came(connection)
    mine = [one for one in health.values() if every or concerns(one.outlet, region)]
    found = sorted(
        (one for one in mine if wanted in ("", one.state)),
        key=lambda one: (ORDER.index(one.state), one.outlet.name.casefold()),
    )
    counted = Counter(one.state for one in mine)
    return render(
        visit,
        "media.html",
        section="media",
        found=found[:MOST],
        more=max(len(found) - MOST, 0),
        total=sum(one.outlet.enabled for one in mine),
        rest=len(health) - len(mine),
        read=sum(one.is_read for one in mine),
        counted=[(state, STATE_NAMES[state], counted[state]) for state in ORDER if counted[state]],
        every=every,
        wanted=wanted,
        states=STATE_NAMES,
        came=came,
        nothing=Came(number=0, newest=None),
        may_change=may_change(visit),
    )


def outlet(visit: Visit) -> Response:
    """One outlet: its sources, what staff decided, the switches; the form of a new one for the name `baru`."""
    id_ = visit.part("outlet")
    if id_ == NEW:
        if not may_change(visit):
            raise HTTPException(403)
        return _form(visit, row_of(Outlet(id="", name="", domain="")))
    return _one(visit, _listed(visit, id_))


def change(visit: Visit) -> Response:
    """Switch, remove or add, by the button that was pressed. What is decided holds for every desk."""
    if not may_change(visit):
        raise HTTPException(403)
    id_, deed, why = visit.part("outlet"), visit.form.get("aksi", ""), visit.form.get("alasan", "")
    if id_ == NEW:
        return _add(visit, why)
    found = _listed(visit, id_)
    roster = visit.office.outlets
    try:
        match deed:
            case "nyalakan" | "matikan":
                roster.switch(id_, on=deed == "nyalakan", by=visit.name, why=why)
            case "hapus":
                roster.remove(id_, visit.name, why)
            case _:
                raise HTTPException(400)
    except ConfigError:
        return _one(visit, found, 400, "Syarat media ini melarang pengambilan otomatis. Tuliskan izin yang ada")
    _told(visit)
    return to(f"/{visit.here.id}/media/{id_}", "media")


def may_change(visit: Visit) -> bool:
    """An operator of every desk, since all desks read the same outlets; of the only desk, where there is one."""
    alone = len(visit.office.desks) == 1 and visit.may("operator")
    return alone or (visit.account is not None and visit.account.may("operator", EVERY_DESK))


def _add(visit: Visit, why: str) -> Response:
    row = {name: visit.form.get(name, "")[:LONGEST] for name in COLUMNS}
    row |= {name: "yes" if visit.form.get(name) == "yes" else "no" for name in ("render", "forbidden")}
    row["enabled"] = "no" if row["forbidden"] == "yes" else "yes"
    try:
        added = outlet_of_row(row, "")
        if not added.sources:
            return _form(visit, row, 400, "Isi sedikitnya satu alamat: umpan, halaman daftar, peta situs, WordPress")
        if any(one.outlet.id == added.id for one in visit.office.outlets.listed()):
            return _form(visit, row, 400, "Sudah ada media dengan kode ini")
        visit.office.outlets.add(added, visit.name, why)
    except ConfigError as error:
        return _form(visit, row, 400, _problem(str(error)))
    _told(visit)
    return to(f"/{visit.here.id}/media/{added.id}", "media")


def _problem(error: str) -> str:
    """What to look at, from the message of a refused row or of a source that another outlet has."""
    column = error.partition("column ")[2].partition(":")[0].partition(" ")[0]
    if column in FIELDS:
        return f"Periksa isian “{FIELDS[column]}”"
    return "Salah satu alamatnya sudah menjadi sumber media lain"


def _told(visit: Visit) -> None:
    """The crawlers and this process's pages know of the change at once."""
    Frontier(visit.office.database).sync_sources(visit.office.outlets.for_frontier())
    visit.office.health.forget()


def _listed(visit: Visit, id_: str) -> Listed:
    found = next((one for one in visit.office.outlets.listed() if one.outlet.id == id_), None)
    if found is None:
        raise HTTPException(404)
    return found


def _one(visit: Visit, found: Listed, status: int = 200, problem: str = "") -> Response:
    with visit.office.database.read() as connection:
        health: Health = observe(connection, {found.outlet.id: found.outlet}, now())[found.outlet.id]
        sources = _sources(connection, found.outlet.id)
        came = _came(connection, found.outlet.id).get(found.outlet.id, Came(number=0, newest=None))
    region = regions().get(found.outlet.region)
    return render(
        visit,
        "media_satu.html",
        status,
        section="media",
        one=found,
        health=health,
        states=STATE_NAMES,
        sources=sources,
        came=came,
        kind=KIND_NAMES[found.outlet.kind],
        region=region.name if region else found.outlet.region or "nasional",
        ways=SOURCE_NAMES,
        problem=problem,
        may_change=may_change(visit),
    )


def _form(visit: Visit, given: Mapping[str, str], status: int = 200, problem: str = "") -> Response:
    kinds = [(kind, KIND_NAMES[kind]) for kind in KINDS]
    lists = [(name, SOURCE_NAMES[name.rstrip("s")]) for name in LISTS]
    facts = {"given": given, "kinds": kinds, "lists": lists, "problem": problem}
    return render(visit, "media_baru.html", status, section="media", **facts)


def _came(connection: Connection, outlet: str = "") -> dict[str, Came]:
    """By outlet: articles read and the newest one's first sight."""
    newest = func.max(articles.c.first_seen).label("newest")
    query = select(articles.c.outlet, newest, func.count().label("number")).group_by(articles.c.outlet)
    rows = connection.execute(query.where(articles.c.outlet == outlet) if outlet else query)
    return {row.outlet: Came(number=row.number, newest=row.newest) for row in rows}


def _sources(connection: Connection, outlet: str) -> list[Any]:
    columns = (
        frontier.c.url, frontier.c.kind, frontier.c.state, frontier.c.reason, frontier.c.failures,
        frontier.c.succeeded_at, frontier.c.fresh_at, frontier.c.due_at,
    )  # fmt: skip
    mine = (frontier.c.outlet == outlet, frontier.c.kind.in_(SOURCES))
    return list(connection.execute(select(*columns).where(*mine).order_by(frontier.c.kind, frontier.c.url)))
