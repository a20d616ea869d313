"""A scenario: one invented region, its government, its press and what the press writes in three days.

It is read from one TOML file and the story files that it names (README.md describes both); nothing in the code
knows a region, an outlet or a sentence. Here are its types; loading.py reads and checks the files.
"""

from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo


class ScenarioError(ValueError):
    """The scenario file cannot be used; the message names file, place and reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One invented news site: how it looks, what it offers and how it behaves."""

    id: str
    name: str
    host: str
    kind: str = "online"
    region: str = ""
    zone: str = ""  # IANA; empty: the scenario's
    theme: str = "wordpress"
    url: str = "/{yyyy}/{mm}/{dd}/{slug}/"
    feed: str = ""  # rss, atom, broken; empty: none
    feed_path: str = "/feed/"
    feed_limit: int = 60  # entries
    feed_body: str = "summary"  # or "full": content:encoded
    listing: str = ""  # path of the index page; empty: not offered to Kliping
    per_page: int = 10
    sitemap: str = ""
    robots: str = ""
    delay: float = 0.0  # seconds before each answer
    validators: bool = True  # ETag and Last-Modified
    canonical: str = "own"  # own, home, none
    twins: tuple[str, ...] = ()  # utm, amp, page_all, www: other addresses that its links use
    renames: bool = False  # the address follows an edited title; the old one redirects
    dateline: str = ""  # "{PLACE}, Suara Raya –"
    tail: str = ""  # "({initials})"
    sections: tuple[str, ...] = ("berita",)
    reporters: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    terms: str = ""
    enabled: bool = True
    generate: int = -1  # generated articles; -1: as [generate] says


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """How a published text changes. `when`: `switch:NAME`, `after:3h` (press clock) or `fetch:1` (that many reads)."""

    when: str
    title: str = ""
    replace: tuple[tuple[str, str], ...] = ()
    add: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """When an article is taken down, and with which status it answers then."""

    when: str
    status: int = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One outlet's article in a story. Fields left empty come from the story, a copy's text from the article `of`."""

    outlet: str
    title: str
    relation: str = "none"
    key: str = ""
    of: str = ""
    text: str = ""
    day: int | None = None  # 0 today, -1 yesterday …
    time: str = ""  # local time HH:MM
    after: str = ""  # instead of day and time: a distance from the press's start, e.g. 2h, -30m
    section: str = ""
    place: str = ""
    byline: str = ""
    tags: tuple[str, ...] = ()
    tone: str = ""
    relevant: bool | None = None
    why: str = ""
    cut: int = 0  # a copy keeps the first `cut` paragraphs only
    drop: tuple[int, ...] = ()
    replace: tuple[tuple[str, str], ...] = ()
    add: str = ""
    caption: str = ""
    status: int = 200  # anything else: a dead link
    redirect: str = ""  # "internal": to the second listener; else a literal URL
    edit: Edit | None = None
    withdraw: Withdrawal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One event, and all articles about it."""

    id: str
    relevant: bool = False
    why: str = ""
    tone: str = "none"
    day: int = 0
    time: str = "09:00"
    place: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    article: tuple[Version, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Generate:
    """Composed articles for load. `parts` is the file of sentence parts beside the scenario."""

    articles: int = 0  # per outlet
    over: str = "48h"  # spread over this time …
    start: str = "-48h"  # … from here, counted from the press's start
    seed: int = 1
    relevant: float = 0.5  # share that names our government
    parts: str = "parts.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A watch of the desk, in Kliping's query language."""

    id: str
    title: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The government whose desk the press is read by."""

    id: str
    name: str
    region: str
    watches: tuple[Watch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Everything that is given before a clock and a port are known."""

    name: str
    zone: str
    place: str
    desk: Desk
    outlets: tuple[Outlet, ...]
    stories: tuple[Story, ...] = ()
    generate: Generate = field(default_factory=Generate)
    faults: tuple[str, ...] = ()  # fault kinds that start switched on
    fault_outlet: str = ""
    user_agent: str = "Kliping"  # whose robots rules decide what is reachable
    folder: Path = field(default_factory=Path)

    def outlet(self, outlet_id: str) -> Outlet:
        """The outlet with this id; KeyError when there is none."""
        return {outlet.id: outlet for outlet in self.outlets}[outlet_id]

    def zone_of(self, outlet: Outlet) -> ZoneInfo:
        return ZoneInfo(outlet.zone or self.zone)
