"""From clips to the items of an edition: one a story, what needs an answer first. Pure.

A group of copies is one item. What staff decided about the article that stands for it counts, else their newest
decision about any member. What they called not about us is left out with its copies, which say the same; a rewrite of
it is judged for itself.

| section | what stands there |
| --- | --- |
| attention | tone negative, as staff decided; nothing is guessed |
| about | a watch is met in the title or in the first two paragraphs |
| rest | a watch is met further down |

Within a section: carried by more outlets first, then newest.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from digests.edition import Item, Section, Tone
from digests.excerpt import excerpt
from kliping.article import Article, Clip, Copy
from kliping.corrections import UNDECIDED, Field, Standing
from kliping.text import clean_line
from kliping.urls import is_web_url

LEAD: Final = 2  # paragraphs that count as the title does (as in the tag stage)
LONGEST_TITLE: Final = 200  # characters; the longest real headline of 22,136 measured ones has 162
LONGEST_NOTE: Final = 500
LONGEST_NAME: Final = 80  # of an outlet; a longer one breaks the table of the sheet
AGENCIES: Final = 2  # named beside an item
SECTIONS: Final[tuple[Section, ...]] = ("attention", "about", "rest")
_FUTURE: Final = timedelta(minutes=15)  # bar G2: a time further ahead of our first look is not believed
_TONES: Final[Mapping[str, Tone]] = {"negatif": "negatif", "netral": "netral", "positif": "positif"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A clip that is in no edition yet."""

    article: Article
    copy: Copy
    clip: Clip
    standing: Standing = UNDECIDED

    @property
    def wording(self) -> str:
        """The article whose text this one has: its own, or that of the one it copies."""
        return self.copy.of if self.copy.relation == "copy" else self.article.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the ranking needs to know beside the clips."""

    names: Mapping[str, str]  # outlet id → name
    members: Mapping[str, Mapping[str, str]]  # group → article id → outlet id, also of copies that meet no watch
    since: datetime  # when the edition before was closed
    zone: ZoneInfo


def rank(candidates: Iterable[Candidate], setting: Setting) -> tuple[Item, ...]:
    """The items of an edition, in order."""
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        groups[candidate.copy.group].append(candidate)
    parted = ((group, foreign(group)) for group in groups.values())
    items = [
        _item([one for one in group if one.article.id not in out], out, setting)
        for group, out in parted
        if len(out) < len(group)
    ]
    return tuple(sorted(items, key=_order))


def foreign(group: Sequence[Candidate]) -> frozenset[str]:
    """The articles of a group that are not about us, as staff say of them or of one with the same text."""
    wordings = {one.wording for one in group if not one.standing.is_ours}
    return frozenset(one.article.id for one in group if one.wording in wordings)


def section(clip: Clip, tone: str) -> Section:
    """Where a clip stands in an edition and on the page of the day."""
    if tone == "negatif":
        return "attention"
    found = (evidence for watch in clip.watches for evidence in watch.evidence)
    leading = any(one.where == "title" or (one.where == "text" and one.paragraph < LEAD) for one in found)
    return "about" if leading else "rest"


def published_of(article: Article) -> datetime | None:
    """When the article appeared, as far as its outlet can be believed (bar G2)."""
    stated = article.published.instant if article.published else None
    return None if stated is None or stated > article.first_seen + _FUTURE else stated


def _item(group: Sequence[Candidate], left_out: frozenset[str], setting: Setting) -> Item:
    first = min(group, key=_precedence)
    everyone = {one.article.id: one.article.outlet for one in group} | dict(setting.members.get(first.copy.group, {}))
    members = {id_: outlet for id_, outlet in everyone.items() if id_ not in left_out}
    article = first.article
    published = published_of(article)
    day_only = published is not None and article.published is not None and article.published.precision == "day"
    tone: Tone = _TONES.get(_decided("tone", first, group), "")
    return Item(
        article=article.id,
        section=min((section(one.clip, tone) for one in group), key=SECTIONS.index),
        title=clean_line(article.title, LONGEST_TITLE),
        outlet=_name(article.outlet, setting.names),
        url=article.url if is_web_url(article.url) else "",
        published=published,
        day_only=day_only,
        first_seen=article.first_seen,
        late=_is_late(published, setting, day_only=day_only),
        withdrawn=article.withdrawn,
        tone=tone,
        excerpt=excerpt(article.paragraphs, _decided("excerpt", first, group)),
        note=clean_line(_decided("note", first, group), LONGEST_NOTE),
        agencies=tuple(tag.name for tag in first.clip.agencies[:AGENCIES]),
        outlets=_carriers(members.values(), article.outlet, setting.names),
        copies=tuple(sorted(members.keys() - {article.id})),
        revision=article.revision,
    )


def _precedence(candidate: Candidate) -> tuple[bool, datetime, str]:
    """Who stands for a group: the original, else the earliest seen."""
    return candidate.copy.relation != "original", candidate.article.first_seen, candidate.article.id


def _carriers(ids: Iterable[str], first: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """All outlets of the story, the one that is quoted first."""
    others = sorted((_name(id_, names) for id_ in set(ids) - {first}), key=str.casefold)
    return _name(first, names), *others


def _name(outlet: str, names: Mapping[str, str]) -> str:
    return clean_line(names.get(outlet, outlet), LONGEST_NAME)


def _is_late(published: datetime | None, setting: Setting, *, day_only: bool) -> bool:
    if published is None:
        return False
    if not day_only:
        return published < setting.since
    return published.astimezone(setting.zone).date() < setting.since.astimezone(setting.zone).date()


def _order(item: Item) -> tuple[int, int, float, str]:
    moment = item.published or item.first_seen
    return SECTIONS.index(item.section), -len(item.outlets), -moment.timestamp(), item.article


def _decided(field: Field, first: Candidate, group: Sequence[Candidate]) -> str:
    """What staff decided about `first`, else their newest decision about another of the group; '' for none."""
    said = [one for one in group if getattr(one.standing, field)]
    newest = max(said, key=lambda one: (one is first, one.standing.signed[field].at), default=None)
    return str(getattr(newest.standing, field)) if newest else ""
