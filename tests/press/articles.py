"""From stories to concrete articles: an instant, an address and the paragraphs that the page will print."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from hashlib import sha256
from zoneinfo import ZoneInfo

from tests.press.dates import fill, seconds
from tests.press.scenario import Outlet, Scenario, ScenarioError, Story, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What an article says at one time."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article of one outlet, with everything that the scenario and the starting clock decide."""

    story: Story
    version: Version
    outlet: Outlet
    published: datetime  # in the outlet's zone
    path: str
    renamed: str  # its path once it is edited; the same unless the outlet renames
    wording: Wording
    edited: Wording | None
    dateline: str
    byline: str
    section: str
    tags: tuple[str, ...]

    @property
    def tone(self) -> str:
        return self.version.tone or self.story.tone

    @property
    def relevant(self) -> bool:
        return self.story.relevant if self.version.relevant is None else self.version.relevant

    @property
    def why(self) -> str:
        return self.version.why or self.story.why


def compose(scenario: Scenario, stories: Iterable[Story], now: datetime) -> tuple[Item, ...]:
    """All articles, oldest first. Every article without `after` lies before `now`; its hour is kept, its day moves.

    Raises ScenarioError when two articles would share an address.
    """
    items = [item for story in stories for item in _of_story(scenario, story, now)]
    seen: dict[tuple[str, str], Item] = {}
    for item in items:
        twin = seen.setdefault((item.outlet.host, item.path), item)
        if twin is not item:
            raise ScenarioError(f"{item.story.id} and {twin.story.id} share {item.outlet.host}{item.path}")
    return tuple(sorted(items, key=lambda item: (item.published, item.outlet.id, item.path)))


def source_of(story: Story, version: Version) -> Version:
    """The article whose text this one takes over: `of`, else the story's first one; itself when it takes none."""
    if version.relation not in ("copy", "rewrite"):
        return version
    named = [other for other in story.article if version.of and other.key == version.of]
    return (named or story.article)[0]


def slug(title: str) -> str:
    """`Jum'at Berkah: 5 Ruas` → `jumat-berkah-5-ruas`, at most 90 characters."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")
    return words[:90].rstrip("-")


def number(*parts: str, digits: int = 6) -> int:
    """A stable number with `digits` digits, as a CMS gives its articles."""
    low: int = 10 ** (digits - 1)
    value = int(sha256("|".join(parts).encode()).hexdigest(), 16)
    return low + value % (9 * low)


def pick(choices: tuple[str, ...], *parts: str) -> str:
    """A stable choice; empty when there is nothing to choose from."""
    return choices[number(*parts) % len(choices)] if choices else ""


def _of_story(scenario: Scenario, story: Story, now: datetime) -> list[Item]:
    base = _base_day(scenario, story, now)
    return [_item(scenario, story, version, base, now) for version in story.article]


def _base_day(scenario: Scenario, story: Story, now: datetime) -> date:
    """The latest day 0 on which no article of the story lies after `now`, so a story keeps its order."""
    today = now.astimezone(ZoneInfo(scenario.zone)).date()
    dated = [version for version in story.article if not version.after]
    late = any(_published(scenario, story, version, today, now) > now for version in dated)
    return today - timedelta(days=1) if late else today


def _published(scenario: Scenario, story: Story, version: Version, base: date, now: datetime) -> datetime:
    zone = scenario.zone_of(scenario.outlet(version.outlet))
    if version.after:
        moment = now.astimezone(zone) + timedelta(seconds=seconds(version.after))
        return moment.replace(microsecond=0)
    day = base + timedelta(days=story.day if version.day is None else version.day)
    return datetime.combine(day, time.fromisoformat(version.time or story.time), zone)


def _item(scenario: Scenario, story: Story, version: Version, base: date, now: datetime) -> Item:
    outlet = scenario.outlet(version.outlet)
    published = _published(scenario, story, version, base, now)
    title = fill(version.title, published.date())
    section = version.section or story.section or outlet.sections[0]
    wording = Wording(title=title, paragraphs=_paragraphs(scenario, story, version, base, now))
    edited = _edited(version, wording, published.date())
    path = partial(_path, outlet, number(story.id, outlet.id, title), section=section, published=published)
    return Item(
        story=story,
        version=version,
        outlet=outlet,
        published=published,
        path=path(title),
        renamed=path(edited.title if edited and outlet.renames else title),
        wording=wording,
        edited=edited,
        dateline=_dateline(outlet, version.place or story.place or scenario.place),
        byline=version.byline or pick(outlet.reporters, story.id, outlet.id),
        section=section,
        tags=version.tags or story.tags,
    )


def _paragraphs(scenario: Scenario, story: Story, version: Version, base: date, now: datetime) -> tuple[str, ...]:
    origin = version if version.text else source_of(story, version)
    day = _published(scenario, story, origin, base, now).date()
    parts = [fill(part, day) for part in split(origin.text)]
    if version is not origin:
        parts = [part for n, part in enumerate(parts[: version.cut or None]) if n not in version.drop]
        parts += [fill(part, day) for part in split(version.add)]
    return tuple(_replaced(part, version.replace) for part in parts)


def split(text: str) -> list[str]:
    """Paragraphs are parted by blank lines; line ends within one are blanks."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def _replaced(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for old, new in pairs:
        text = text.replace(old, new)
    return text


def _edited(version: Version, wording: Wording, day: date) -> Wording | None:
    if not version.edit:
        return None
    parts = [_replaced(part, version.edit.replace) for part in wording.paragraphs]
    parts += [fill(part, day) for part in split(version.edit.add)]
    return Wording(title=fill(version.edit.title, day) or wording.title, paragraphs=tuple(parts))


def _dateline(outlet: Outlet, place: str) -> str:
    return outlet.dateline.format(place=place, PLACE=place.upper())


def _path(outlet: Outlet, number_: int, title: str, *, section: str, published: datetime) -> str:
    return outlet.url.format(
        yyyy=published.strftime("%Y"),
        mm=published.strftime("%m"),
        dd=published.strftime("%d"),
        slug=slug(title),
        number=number_,
        section=section,
    )
