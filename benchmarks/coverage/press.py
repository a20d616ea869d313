"""The made-up press: outlets with rates, hours and faults, and every article that they publish.

Rates are the issue's: 10 % of outlets with 150 articles a day, 30 % with 30, 40 % with 8, 20 % with 1. Everything
else is drawn from the seed. Hours are not the profile that the crawler begins with: each outlet has waves of its own.
"""

import math
from dataclasses import dataclass, field
from random import Random
from typing import Final

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR
RATES: Final = ((0.1, 150.0), (0.3, 30.0), (0.4, 8.0), (0.2, 1.0))
ZONES: Final = (("Asia/Jakarta", 7, 0.7), ("Asia/Makassar", 8, 0.2), ("Asia/Jayapura", 9, 0.1))
WAVES: Final = (
    (6.5, 1.0, 1.0),
    (9.5, 2.0, 1.6),
    (13.5, 2.0, 1.3),
    (17.0, 2.0, 1.3),
    (20.5, 1.5, 0.6),
)  # hour, width, weight
NIGHT: Final = 0.04  # the least that is published in an hour, as a share of the busiest
WEEKEND: Final = (0.75, 0.5)  # Saturday, Sunday


@dataclass(slots=True)
class Article:
    """Times are seconds since the simulation began."""

    number: int  # its place in Outlet.articles
    printed: float  # the time that it shows
    visible: float  # the time from which it can be read
    edited: float = math.inf
    collected: float = math.inf
    gone: bool = False  # its address answers 404 from the beginning


@dataclass(slots=True)
class Outlet:
    """One made-up outlet."""

    number: int
    rate: float
    zone: str
    offset: float  # seconds
    window: int  # entries of its feed, 0 = it has none
    listing: int  # links of its listing page, 0 = it has none
    validators: str  # "good", "none", "random" (an ETag that is always new), "lying" (304 to everything)
    by_printed: bool = False  # its feed is sorted by the printed time
    burst: bool = False
    outages: tuple[tuple[float, float], ...] = ()
    busy: tuple[tuple[float, float], ...] = ()  # answers 503 with Retry-After
    moved: float = math.inf  # from then on the feed's address answers 301 …
    moved_end: float = math.inf  # … and from then on 404
    death: float = math.inf  # publishes nothing from then on
    burnt: float = math.inf  # its feed answers 410 from then on
    articles: list[Article] = field(default_factory=list)
    visible: list[float] = field(default_factory=list)  # of `articles`, which are in this order
    edits: list[float] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"media{self.number}.test"


def made(outlets: int, days: float, seed: int) -> list[Outlet]:
    """The press of a seed."""
    chance = Random(seed)
    press = []
    for number in range(outlets):
        outlet = _outlet(number, _rate(number, outlets), days, chance)
        _publish(outlet, days, chance)
        press.append(outlet)
    return press


def _rate(number: int, outlets: int) -> float:
    upto = 0.0
    for share, rate in RATES:
        upto += share
        if number < round(upto * outlets):
            return rate
    return RATES[-1][1]


def _outlet(number: int, rate: float, days: float, chance: Random) -> Outlet:
    zone, hours, _ = chance.choices(ZONES, [share for *_, share in ZONES])[0]
    has_feed = chance.random() < 0.9
    has_listing = not has_feed or chance.random() < 0.5
    outlet = Outlet(
        number=number,
        rate=rate,
        zone=zone,
        offset=hours * HOUR,
        window=chance.choices((10, 20, 50), (0.5, 0.3, 0.2))[0] if has_feed else 0,
        listing=20 if has_listing else 0,
        validators=chance.choices(("good", "none", "random", "lying"), (0.83, 0.1, 0.04, 0.03))[0],
        by_printed=chance.random() < 0.1,
        burst=chance.random() < 0.2,
    )
    if chance.random() < 0.1:
        outlet.outages = tuple(_stretch(days, 1, 12, chance) for _ in range(chance.randint(1, 2)))
    if chance.random() < 0.05:
        outlet.busy = tuple(_stretch(days, 0.2, 2, chance) for _ in range(chance.randint(1, 4)))
    if has_feed and chance.random() < 0.04:
        outlet.moved = chance.uniform(0, days * DAY)
        outlet.moved_end = outlet.moved + 10 * DAY
    if chance.random() < 0.03:
        outlet.death = chance.uniform(0, days * DAY)
    elif has_feed and chance.random() < 0.01:
        outlet.burnt = outlet.death = chance.uniform(0, days * DAY)
    return outlet


def _stretch(days: float, least: float, most: float, chance: Random) -> tuple[float, float]:
    start = chance.uniform(0, days * DAY)
    return start, start + chance.uniform(least, most) * HOUR


def _publish(outlet: Outlet, days: float, chance: Random) -> None:
    """Poisson in each hour; bursts at 06:00; some late, some edited, some that cannot be read."""
    shape = _shape(chance)
    times: list[float] = []
    for hour in range(-48, int(days * 24)):  # two days of past, so that feeds are full when the crawl begins
        start = hour * HOUR
        local = start + outlet.offset
        weight = shape[int(local // HOUR) % 24] * _weekday(local)
        times += (start + chance.random() * HOUR for _ in range(_poisson(outlet.rate * weight, chance)))
        if outlet.burst and int(local // HOUR) % 24 == 6:
            size = _poisson(outlet.rate * 0.12 * _weekday(local), chance)
            times += (start + chance.random() * 120 for _ in range(size))
    for printed in (time for time in times if time < outlet.death):
        late = chance.uniform(0.5, 6) * HOUR if chance.random() < 0.01 else 0.0
        edited = printed + late + chance.expovariate(1 / (2 * HOUR)) if chance.random() < 0.1 else math.inf
        outlet.articles.append(Article(0, printed, printed + late, edited, gone=chance.random() < 0.001))
    outlet.articles.sort(key=lambda article: article.visible)
    for number, article in enumerate(outlet.articles):
        article.number = number
    outlet.visible = [article.visible for article in outlet.articles]
    outlet.edits = sorted(article.edited for article in outlet.articles if article.edited < math.inf)


def _shape(chance: Random) -> list[float]:
    """The share of a day's articles in each local hour: the press's waves, moved and weighted by the outlet's own."""
    moved = [(hour + chance.gauss(0, 1), width, weight * chance.uniform(0.4, 1.6)) for hour, width, weight in WAVES]
    raw = [sum(w * math.exp(-(((h + 0.5 - hour) / width) ** 2) / 2) for hour, width, w in moved) for h in range(24)]
    raw = [max(value, NIGHT * max(raw)) for value in raw]
    return [value / sum(raw) for value in raw]


def _weekday(local: float) -> float:
    """The simulation begins on a Monday, local time of Jakarta."""
    day = int(local // DAY) % 7
    mean = (5 + sum(WEEKEND)) / 7
    return (WEEKEND[day - 5] if day >= 5 else 1.0) / mean


def _poisson(mean: float, chance: Random) -> int:
    """Knuth's product method; means here are below 50."""
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count
