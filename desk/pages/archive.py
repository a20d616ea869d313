"""Arsip: search with filters; every count is a link to what it counts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from starlette.responses import Response

from desk.guard import Visit
from desk.marking import Piece, pieces
from desk.pages.today import read_day
from desk.rendering import query, render
from kliping.indonesian.agencies import agencies
from kliping.indonesian.regions import regions
from kliping.watches import effective
from pipeline.tag.mentions import agency_id
from search.archive.base import Filters, Hit, Order, Results
from search.expand import notes
from search.lexicon import SEARCH
from search.query import MAX_CHARACTERS, Query, QueryError, parse

PAGE: Final = 20  # hits; libraries.md section 8 measured with it
FACET: Final = 8  # values shown of one facet
FIELDS: Final = (  # parameter, field of Filters, heading
    ("nada", "tones", "Nada"),
    ("media", "outlets", "Media"),
    ("opd", "agencies", "Perangkat daerah dan lembaga"),
    ("wilayah", "regions", "Wilayah"),
    ("pantauan", "watches", "Pantauan"),
)
A_DAY: Final = timedelta(days=1)
UNJUDGED: Final = "belum"  # the value of "nada" for clips without one


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What someone searches for, as the address says it."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]]  # parameter -> values
    start: date | None = None
    until: date | None = None
    exact: bool = False
    order: Order = "newest"
    cursor: str = ""

    def address(self, **changes: Any) -> str:
        """The address of this search with changes, from its first page on."""
        parts: dict[str, Any] = {"q": self.words, **self.chosen}
        parts |= {"dari": self.start, "sampai": self.until, "persis": "1" if self.exact else ""}
        parts["urut"] = "cocok" if self.order == "relevance" else ""
        return query(parts | changes)

    def toggled(self, parameter: str, value: str) -> str:
        """The address with one value of a filter more, or less where it is chosen."""
        before = self.chosen[parameter]
        after = tuple(v for v in before if v != value) if value in before else (*before, value)
        return self.address(**{parameter: after})

    @property
    def is_narrowed(self) -> bool:
        return bool(any(self.chosen.values()) or self.start or self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One hit."""

    hit: Hit
    outlet: str
    title: list[Piece]
    snippet: list[Piece]


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a facet. `address` turns it on or off."""

    name: str
    count: int | None
    chosen: bool
    address: str


def archive(visit: Visit) -> Response:
    """One page of what was found, or why it could not be sought."""
    asked = read_asked(visit)
    results, problem, wider = Results(hits=(), total=0), "", {}
    try:
        tree = parse(asked.words) if asked.words.strip() else None
        results = _search(visit, asked, tree)
        wider = notes(tree, SEARCH) if tree and not asked.exact else {}
    except QueryError as error:
        problem = str(error)
    return render(
        visit,
        "arsip.html",
        400 if problem else 200,
        section="arsip",
        searched=asked.words,
        asked=asked,
        problem=problem,
        wider=wider,
        total=results.total,
        lines=[_line(visit, hit) for hit in results.hits],
        more=asked.address(lanjut=results.cursor) if results.cursor else "",
        facets=[] if problem else _facets(visit, asked, results.facets),
    )


def read_asked(visit: Visit) -> Asked:
    """The search that the address says; what cannot be read is left out."""
    given = visit.request.query_params
    return Asked(
        words=visit.asked("q", MAX_CHARACTERS + 1).strip(),
        chosen={key: tuple(dict.fromkeys(v[:200] for v in given.getlist(key)[:20] if v)) for key, _, _ in FIELDS},
        start=read_day(visit.asked("dari")),
        until=read_day(visit.asked("sampai")),
        exact=visit.asked("persis") == "1",
        order="relevance" if visit.asked("urut") == "cocok" and visit.asked("q").strip() else "newest",
        cursor=visit.asked("lanjut", 1000),
    )


def filters_of(asked: Asked, zone: ZoneInfo) -> Filters:
    """The filters of a search; days are days of the desk's zone, the last one included."""
    named = {field: asked.chosen[key] for key, field, _ in FIELDS}
    named["tones"] = tuple("" if tone == UNJUDGED else tone for tone in named["tones"])
    start = datetime.combine(asked.start, time(), zone) if asked.start else None
    until = datetime.combine(asked.until + A_DAY, time(), zone) if asked.until else None
    return replace(Filters(start=start, until=until), **named)  # type: ignore[arg-type]


def _search(visit: Visit, asked: Asked, tree: Query | None) -> Results:
    return visit.office.archive.search(
        visit.here.id,
        tree,
        filters_of(asked, visit.office.zone(visit.here)),
        order=asked.order,
        limit=PAGE,
        cursor=asked.cursor,
        exact=asked.exact,
    )


def _line(visit: Visit, hit: Hit) -> Line:
    document = hit.document
    return Line(
        hit=hit,
        outlet=visit.office.outlet_name(document.outlet),
        title=pieces(document.title, hit.title_marks),
        snippet=pieces(hit.snippet, hit.marks),
    )


def _facets(
    visit: Visit, asked: Asked, counted: Mapping[str, Mapping[str, int]]
) -> list[tuple[str, list[Value], list[Value]]]:
    """Heading, the values shown, the values behind "lainnya". On later pages only what is chosen has its place."""
    with visit.office.database.read() as connection:
        watches = {watch.id: watch.title for watch in effective(connection, visit.here)}
    found = []
    for parameter, field, heading in FIELDS:
        counts = counted.get(field, {})
        values = list(dict.fromkeys([*asked.chosen[parameter], *(value or UNJUDGED for value in counts)]))
        shown = [_value(visit, asked, parameter, value, counts, watches) for value in values]
        shown.sort(key=lambda value: not value.chosen)
        if shown:
            found.append((heading, shown[:FACET], shown[FACET : 10 * FACET]))
    return found


def _value(
    visit: Visit, asked: Asked, parameter: str, value: str, counts: Mapping[str, int], watches: Mapping[str, str]
) -> Value:
    raw = "" if parameter == "nada" and value == UNJUDGED else value
    return Value(
        name=_name(visit, parameter, value, watches),
        count=counts.get(raw),
        chosen=value in asked.chosen[parameter],
        address=asked.toggled(parameter, value),
    )


def _name(visit: Visit, parameter: str, value: str, watches: Mapping[str, str]) -> str:
    match parameter:
        case "nada":
            return {"belum": "belum dinilai"}.get(value, value)
        case "media":
            return visit.office.outlet_name(value)
        case "wilayah":
            region = regions().get(value)
            return region.name if region else value
        case "opd":
            return _agency_names().get(value, value)
        case _:
            return watches.get(value, value)


@cache
def _agency_names() -> Mapping[str, str]:
    return {agency_id(agency): agency.name for agency in agencies()}
