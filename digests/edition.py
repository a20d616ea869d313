"""What an edition says, as data: frozen when it is closed, the source of every form, the thing that is hashed.

All instants are aware, in UTC; `Edition.zone` is the clock that readers see. Names are as they were at closing.
"""

from datetime import date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

import msgspec

Tone = Literal["", "negatif", "netral", "positif"]  # '': not judged yet, never guessed
Section = Literal["attention", "about", "rest"]
ChangeKind = Literal["withdrawn", "returned", "changed"]
TextChange = Literal["", "corrected", "rewritten"]
MORNING: Final = "morning"  # the kind of edition that the schedule makes
TONES: Final[tuple[Tone, ...]] = ("negatif", "netral", "positif", "")


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One story: an article and its copies, told once."""

    article: str  # id of the one that stands for them
    section: Section
    title: str  # one line
    outlet: str  # name
    url: str  # of the original; '' where it is no web address
    published: datetime | None  # None: the outlet states none that can be believed
    day_only: bool = False  # the outlet states a day, no time
    first_seen: datetime
    late: bool = False  # published before the edition before this one
    withdrawn: bool = False  # the outlet took it down
    tone: Tone = ""
    excerpt: str = ""
    note: str = ""  # of staff
    agencies: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()  # names of all that carry it, `outlet` first
    copies: tuple[str, ...] = ()  # ids of the other articles that it stands for
    revision: str = ""  # the wording that is told; '' in editions of older programs


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """Something sent before that more outlets carry now."""

    article: str
    title: str
    number: int  # of the edition that it was in
    outlets: tuple[str, ...]  # names, only the new ones
    copies: tuple[str, ...]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What an outlet did to a story that an edition sent: against how the last edition that told of it told it."""

    article: str
    outlet: str  # name
    number: int  # of the edition that sent it
    day: str  # of that edition
    what: ChangeKind
    before: str  # the title as it was told
    title: str  # as it stands; the same where that did not change
    text: TextChange = ""  # how the text changed, where that matters
    at: datetime  # of the fetch that first found it so
    revision: str = ""  # the wording that readers know now


class Silent(msgspec.Struct, frozen=True, kw_only=True):
    """An outlet that could not be read in the 24 hours before closing."""

    outlet: str  # name
    since: datetime | None  # last good answer; None: never one
    reason: str  # a code of `crawlers.reasons`, '' when it was not asked yet


class Quiet(msgspec.Struct, frozen=True, kw_only=True):
    """An outlet that answers and has named nothing new for longer than its own history lets expect."""

    outlet: str  # name
    since: datetime  # its newest article was named
    daily: float = 0.0  # articles on its average day, 0 where that is not known


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What was read: outlets with sources, those of them that answered, and the others."""

    outlets: int = 0
    read: int = 0
    silent: tuple[Silent, ...] = ()
    quiet: tuple[Quiet, ...] = ()
    articles: int = 0  # first seen since `since`, of all outlets
    since: datetime | None = None


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """A numbered edition of one desk."""

    desk: str
    name: str
    unit: str = ""
    address: str = ""
    officer: str = ""
    zone: str
    number: int
    day: str  # YYYY-MM-DD in the desk's zone
    kind: str = MORNING
    due_at: datetime
    closed_at: datetime
    late: bool = False  # closed well after it was due
    items: tuple[Item, ...] = ()
    updates: tuple[Update, ...] = ()
    changes: tuple[Change, ...] = ()
    coverage: Coverage = Coverage()
    watches: tuple[str, ...] = ()  # titles
    public_url: str  # without a slash at its end
    version: int = 1

    @property
    def clock(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def date(self) -> date:
        return date.fromisoformat(self.day)

    @property
    def url(self) -> str:
        """The edition's page."""
        return f"{self.public_url}/{self.desk}/edisi/{self.number}"

    @property
    def changes_url(self) -> str:
        """Where the edition's page tells what happened to stories of earlier ones."""
        return f"{self.url}#perubahan"

    def clip_url(self, article: str) -> str:
        """The page of an article's clip."""
        return f"{self.public_url}/{self.desk}/kliping/{article}"

    def history_url(self, article: str) -> str:
        """Where the page of a clip tells what its outlet did to it."""
        return f"{self.clip_url(article)}#riwayat"

    def counted(self) -> dict[Tone, int]:
        """How many items have each tone."""
        return {tone: sum(item.tone == tone for item in self.items) for tone in TONES}

    def outlets(self) -> int:
        """How many different outlets carry the items."""
        return len({outlet for item in self.items for outlet in item.outlets})

    def in_section(self, section: Section) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.section == section)

    def articles(self) -> list[str]:
        """Every article that the edition tells of; none of them is in a later one."""
        items = (id_ for item in self.items for id_ in (item.article, *item.copies))
        updates = (id_ for update in self.updates for id_ in update.copies)
        return list(dict.fromkeys([*items, *updates]))


_decoder = msgspec.json.Decoder(Edition)


def pack_edition(edition: Edition) -> bytes:
    """The form "data". Equal editions give equal bytes."""
    return msgspec.json.encode(edition, order="sorted")


def unpack_edition(data: bytes) -> Edition:
    """The edition of a form "data"; fields that a newer program added are ignored."""
    return _decoder.decode(data)
