"""The parts of a probe's report."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

Kind = Literal["feed", "sitemap", "wordpress", "listing"]
Named = Literal["given", "linked", "robots", "guessed"]
SAMPLE: Final = 5  # titles that are shown of a way in


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request of the probe: its answer, or in `reason` why there is none of use (codes of `crawlers.reasons`)."""

    url: str
    answered: str = ""
    status: int = 0
    reason: str = ""
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One article that a way in names."""

    url: str
    title: str = ""
    published: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way in. `problem`: why it is of no use, '' when it is; `rate`: articles a day, by its printed times."""

    kind: Kind
    url: str
    named: Named
    problem: str = ""
    items: int = 0
    newest: datetime | None = None
    rate: float | None = None
    validators: str = ""  # "304", "none" (it sends none), "ignored" (it sends them and answers in full); '' = not tried
    sample: tuple[Found, ...] = ()
    news: bool = True  # a sitemap: it names fresh articles, not the whole site


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """What robots.txt says to us. `problem`: why it could not be read, so that nothing may be asked."""

    status: int = 0
    problem: str = ""
    delay: float | None = None  # seconds between two requests
    sitemaps: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()  # of the addresses that the probe wanted to ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What a site offers. `line`: ready for an outlet list, '' where nothing can be collected."""

    url: str
    domain: str
    name: str
    region: str
    zone: str
    zone_from: str  # what told the zone: "pages", "region", "default"
    robots: Robots
    ways: tuple[Way, ...]
    chosen: tuple[str, ...]  # addresses of the ways in the line
    line: str
    notes: tuple[str, ...]
    asked: tuple[tuple[str, str], ...]  # address, what came of it

    @property
    def usable(self) -> tuple[Way, ...]:
        return tuple(way for way in self.ways if not way.problem)
