"""Hari ini: what the press brought today, what needs an answer first."""

from collections import Counter
from datetime import date, datetime, time, timedelta

from starlette.exceptions import HTTPException
from starlette.responses import Response

from desk.guard import Visit
from desk.rendering import midnight, render, to
from desk.stories import Story, of_day
from digests.coverage import concerned, coverage
from kliping.clock import now

MOST_CARRIED = 5


def onward(visit: Visit) -> Response:
    """The address without its last slash."""
    return to(f"/{visit.here.id}/")


def today(visit: Visit) -> Response:
    """The day's stories; `?hari=YYYY-MM-DD` shows another day."""
    zone = visit.office.zone(visit.here)
    present = now().astimezone(zone)
    shown = read_day(visit.asked("hari")) or present.date()
    if shown > present.date():
        raise HTTPException(404)
    start = datetime.combine(shown, time(), zone)
    end = datetime.combine(shown + timedelta(days=1), time(), zone)
    with visit.office.database.read() as connection:
        stories = of_day(connection, visit.office, visit.here, start, end)
        mine = concerned(visit.office.outlets, visit.here.region)
        health = visit.office.health.of(connection, visit.office.outlets)
        covered = coverage(connection, [health[id_] for id_ in mine if id_ in health], midnight(present))
    tones = Counter(story.item.tone for story in stories)
    return render(
        visit,
        "hari_ini.html",
        section="",
        shown=shown,
        is_today=shown == present.date(),
        before=shown - timedelta(days=1),
        after=shown + timedelta(days=1),
        at=now(),
        stories=stories,
        attention=[story for story in stories if story.item.section == "attention"],
        sections=[
            (title, [story for story in stories if story.item.section == key])
            for key, title in (("about", f"Tentang {visit.here.name}"), ("rest", "Berita lain"))
        ],
        outlets=len({name for story in stories for name in story.item.outlets}),
        tones=[(tone, tones[tone], _share(tones[tone], len(stories))) for tone in ("negatif", "netral", "positif", "")],
        carried=_most_carried(stories),
        coverage=covered,
    )


def read_day(text: str) -> date | None:
    """A date as forms send it, of this age; None for anything else."""
    try:
        found = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return found if found is not None and 1970 <= found.year <= 9000 else None


def _most_carried(stories: list[Story]) -> list[Story]:
    several = [story for story in stories if len(story.item.outlets) > 1]
    return sorted(several, key=lambda story: -len(story.item.outlets))[:MOST_CARRIED]


def _share(part: int, whole: int) -> int:
    """Percent, for the width of a bar."""
    return round(100 * part / whole) if whole else 0
