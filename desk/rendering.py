"""Templates to answers. Everything is escaped; a name that a template does not get is an error, not a blank."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from desk import words
from desk.guard import Visit
from kliping.clock import now
from kliping.indonesian import formats
from kliping.urls import is_web_url

NAVIGATION: Final = (
    ("", "Hari ini"), ("arsip", "Arsip"), ("pantauan", "Pantauan"),
    ("edisi", "Edisi"), ("media", "Media"), ("sistem", "Sistem"),
)  # fmt: skip
NOTICES: Final = {  # what a page says after a form, by a code in its address: no text of strangers comes back
    "tersimpan": "Keputusan tersimpan.",
    "sama": "Tidak ada yang berubah.",
    "pantauan": "Pantauan tersimpan. Berita 30 hari terakhir sedang dicocokkan; tengok lagi sebentar lagi.",
    "dihapus": "Pantauan dihapus. Kliping 30 hari terakhir sedang dicocokkan ulang; yang lebih lama tetap ada.",
    "diulang": "Pesan dikirim ulang ke tahapnya.",
    "sudah": "Pesan itu sudah dikirim ulang sebelumnya.",
    "diambil": "Tautan dicatat dan akan diambil lebih dahulu. Tengok lagi beberapa menit kemudian.",
    "media": "Perubahan media tersimpan; perayap mengikutinya sekarang.",
    "penerima": "Daftar penerima tersimpan.",
    "keluar": "Anda sudah keluar.",
}


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("desk"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters |= {
        "number": formats.number, "reason": words.reason, "day": formats.long_date, "clock": words.clock,
        "moment": words.moment, "near": words.near, "short_day": words.short_day, "query": query,
        "stated": words.stated,
    }  # fmt: skip
    made.tests["web"] = is_web_url
    made.globals |= {
        "TONES": words.TONES, "RELATIONS": words.RELATIONS, "STAGES": words.STAGES, "VERDICTS": words.VERDICTS,
        "ROLES": words.ROLES, "NAVIGATION": NAVIGATION, "KINDS": words.KINDS, "FLAGS": words.FLAGS,
    }  # fmt: skip
    return made


def query(parts: dict[str, Any]) -> str:
    """`?a=1&b=2` of what is not empty; '?' alone when all is."""
    pairs = [(key, each) for key, value in parts.items() for each in (value if isinstance(value, tuple) else (value,))]
    return "?" + urlencode([(key, value) for key, value in pairs if value])


_templates: Final = _environment()


def render(visit: Visit, template: str, status: int = 200, **facts: Any) -> Response:
    """A page. Templates know `visit`, `desk`, `zone`, `today` and `notice` besides `facts`."""
    zone = visit.office.zone(visit.desk) if visit.desk else None
    common = {
        "visit": visit,
        "desk": visit.desk,
        "zone": zone,
        "today": now().astimezone(zone).date(),
        "notice": NOTICES.get(visit.asked("kabar"), ""),
        "plain_http": visit.office.web.plain_http,
        "desks": mine(visit),
        "section": None,
        "searched": "",
    }
    return HTMLResponse(_templates.get_template(template).render(common | facts), status)


def mine(visit: Visit) -> list[tuple[str, str]]:
    """The desks that the account may see, id and name."""
    account = visit.account
    return [(d.id, d.name) for d in visit.office.desks.values() if account and account.role(d.id)]


def to(path: str, notice: str = "") -> Response:
    """Go on to a page of ours by GET, after a form."""
    return RedirectResponse(path + (f"?kabar={notice}" if notice else ""), 303)


def midnight(at: datetime) -> datetime:
    """The beginning of the day that `at` lies in, on its own clock."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
