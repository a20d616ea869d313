"""When an edition is due: at each desk's hour in the desk's own zone, whatever the server's zone is (bar G4).

That an edition is closed once is the database's doing (one row a desk, day and kind), and that a mail goes out once is
the ledger's; so restarts, clock steps and a second scheduler change nothing. What is more than six hours late is
skipped and reported; its items are in the next edition, because editions take what no earlier one told.
"""

import logging
import time as clock_time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from digests import editions, ledger
from digests.editions import Slot
from digests.post import Post, Posted
from kliping.database import Database
from kliping.desks import Desk
from kliping.errors import ConfigError, KlipingError, Unavailable
from kliping.outlets import Outlet
from kliping.recipients import sync

log = logging.getLogger(__name__)

LATEST: Final = timedelta(hours=6)  # bar G4: as late as that an edition is sent, and marked
HOLD: Final = timedelta(hours=1)  # after the mail server refused us as a whole; a quicker loop gets accounts locked
PAUSE: Final = 5.0  # seconds between two looks: bar G4 wants 06:00 to 06:05
STEP: Final = 0.5  # seconds between two signs of life

Turn = Literal["close", "skip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The newest edition that a desk should have had by now."""

    desk: str
    slot: Slot
    turn: Turn


def edition_time(desk: Desk) -> time:
    """The hour of the desk's edition. Raises ConfigError."""
    try:
        hour = time.fromisoformat(desk.edition_at)
    except ValueError:
        hour = None
    if hour is None or hour.tzinfo is not None:
        raise ConfigError(f"{desk.file or desk.id}: [edition_at] expected HH:MM such as 06:00, got {desk.edition_at!r}")
    return hour


def slot_of(desk: Desk, day: datetime) -> Slot:
    """The morning edition of the day that `day`, an instant, is in the desk's zone. Raises ConfigError."""
    zone = ZoneInfo(desk.zone)
    local = day.astimezone(zone).date()
    return Slot(day=local.isoformat(), due_at=datetime.combine(local, edition_time(desk), zone).astimezone(_UTC))


_UTC: Final = ZoneInfo("UTC")


def due(desks: Iterable[Desk], at: datetime) -> list[Due]:
    """For each desk its newest slot that is not in the future, and whether it may still be closed. Pure."""
    found = []
    for desk in desks:
        slots = [slot_of(desk, at), slot_of(desk, at - timedelta(days=1))]
        slot = next((one for one in slots if one.due_at <= at), slots[-1])
        turn: Turn = "close" if at - slot.due_at <= LATEST else "skip"
        found.append(Due(desk=desk.id, slot=slot, turn=turn))
    return found


def missed(database: Database, desk: Desk, at: datetime, days: int = 7) -> list[str]:
    """The days of the last `days` without a morning edition since the desk's first, newest first."""
    known = editions.closed_editions(database, desk.id, limit=10 * days)
    have = {one.day for one in known}
    slots = [due([desk], at - timedelta(days=back))[0].slot for back in range(days)]
    over = [slot.day for slot in slots if at - slot.due_at > LATEST]
    return [day for day in over if day not in have and have and day > min(have)]


@dataclass(slots=True)
class Scheduler:
    """Closes and sends every desk's edition when it is due. Several may run; all instants come from `post.clock`.

    desks and outlets by id; public_url: where the pages are. Raises ConfigError at the start for a wrong hour.
    """

    database: Database
    post: Post
    desks: Mapping[str, Desk]
    outlets: Mapping[str, Outlet]
    public_url: str
    _done: set[tuple[str, str]] = field(default_factory=set)
    _complaints: dict[str, str] = field(default_factory=dict)
    _held_until: datetime | None = None

    def __post_init__(self) -> None:
        for desk in self.desks.values():
            edition_time(desk)

    def run(self, beat: Callable[[], None], stopping: Callable[[], bool]) -> None:
        """Look again and again until `stopping`. A store that does not answer is waited for."""
        self._begin()
        while not stopping():
            try:
                self.tick(beat, stopping)
            except Unavailable as error:
                log.warning("schedule: %s", error)
            until = clock_time.monotonic() + PAUSE
            while clock_time.monotonic() < until and not stopping():
                beat()
                clock_time.sleep(STEP)

    def tick(self, beat: Callable[[], None] = lambda: None, stopping: Callable[[], bool] = lambda: False) -> Posted:
        """One look: close what is due, send what is planned. Raises Unavailable."""
        for one in due(self.desks.values(), self.post.clock()):
            if stopping():
                break
            if (one.desk, one.slot.day) not in self._done:
                beat()
                self._turn(one)
        at = self.post.clock()
        if self._held_until and at < self._held_until <= at + HOLD:  # further ahead: the clock was set back
            return Posted(stopped="held")
        posted = self.post.deliver(ending=stopping, beat=beat)
        self._held_until = self.post.clock() + HOLD if posted.stopped else None
        return posted

    def _begin(self) -> None:
        """Who is in the desks' files is a recipient from now on."""
        for desk in self.desks.values():
            try:
                sync(self.database, desk, self.post.clock())
            except KlipingError as error:
                self._complain(desk.id, error)

    def _turn(self, one: Due) -> None:
        if one.turn == "skip":
            self._skipped(one)
            return
        desk = self.desks[one.desk]
        try:
            closed = editions.close(self.database, desk, self.outlets, one.slot, self.post.clock(), self.public_url)
            planned = self.post.plan(desk.id, closed.number)
        except Unavailable:
            raise
        except KlipingError as error:
            self._complain(desk.id, error)
            return
        self._done.add((one.desk, one.slot.day))
        log.info("%s: edition %d, %d items, %d mails planned", desk.id, closed.number, closed.items, planned)

    def _complain(self, desk: str, error: KlipingError) -> None:
        """Once for each new reason: the next look comes in seconds."""
        if self._complaints.get(desk) != str(error):
            self._complaints[desk] = str(error)
            log.error("%s: no edition: %s", desk, error)

    def _skipped(self, one: Due) -> None:
        """Said once a process; `missed` finds it again at any time. A desk that never had an edition missed none."""
        self._done.add((one.desk, one.slot.day))
        closed = editions.find_slot(self.database, one.desk, one.slot)
        if closed is None and editions.closed_editions(self.database, one.desk, limit=1):
            log.error("%s: no edition of %s: more than six hours late", one.desk, one.slot.day)
        if closed and not ledger.lines(self.database, one.desk, closed.number):
            log.warning("%s: edition %d was closed and sent to nobody; see `digest send`", one.desk, closed.number)
