"""Whom to kill next: only a child that would lose work now, of the stage that was hit least."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from benchmarks.storm.again import more
from benchmarks.storm.editor import enough
from crawlers.frontier import Frontier
from digests import ledger
from kliping.clock import monotonic, now
from kliping.command.build import Parts
from kliping.command.processes import idle
from kliping.errors import Unavailable
from kliping.staff_tables import deliveries
from kliping.tables import batches, frontier
from pipeline.flow import STEPS
from pipeline.supervise import Supervisor

STAGES: Final = ("fetch", *STEPS, "digest")
LIFE: Final = (0.2, 2.5)  # seconds that a child works on, once a first piece of its work has ended, drawn evenly. Were
# it killed in its very first message, that one could be in hand at three deaths in a row: rightly a dead letter
LOOK: Final = 0.003  # seconds between two looks at who holds work: a batch of a fast stage is open for milliseconds
REST: Final = 3.0  # seconds without any work anywhere before the storm counts as over; a restart takes about two
REST_LOOK: Final = 0.25  # seconds between two looks at whether all rests: on real servers each costs some requests
OWNED_FOR: Final = 0.5  # seconds that an answer about who owns what is believed; only a rebalance changes it

SOURCES: Final = ("feed", "listing")  # what the crawlers of `ground` read; the press has all its articles there

Life = tuple[str, datetime]  # a child and when it was born
Holder = tuple[str, str, datetime]  # stage, child, when it was born
Work = Mapping[object, int | None]  # the batches that it holds, and of each the message in hand if one is named
Owners = Callable[[str], Mapping[int, str]]  # stage -> partition -> the child that owns it


@dataclass
class Tempest:
    """Kills `kills` children while they work, and knows when all has come to rest: a thread beside the supervisor."""

    parts: Parts
    folder: Path  # of the installation
    supervisor: Supervisor
    kills: int
    draw: random.Random
    limit: float  # seconds for the whole storm
    owners: Owners
    killed: Counter[str] = field(default_factory=Counter)
    started: float = field(default_factory=monotonic)
    failure: BaseException | None = None  # of the killer's thread
    _quiet_since: float | None = None
    _looked: float = 0.0
    _owned: dict[str, tuple[float, Mapping[int, str]]] = field(default_factory=dict)
    _first: dict[Life, Work] = field(default_factory=dict)  # what it held when last seen, while it had ended nothing
    _due: dict[Life, float] = field(default_factory=dict)  # until when it is spared
    _struck: set[Life] = field(default_factory=set)
    _ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Let it rage until all work is done."""
        killer = threading.Thread(target=self._rage, daemon=True)
        killer.start()
        self.supervisor.run(self._over)
        self._ended.set()
        killer.join()
        if self.failure:
            raise self.failure

    @property
    def lease(self) -> timedelta:
        """How long a crawler's lease on URLs lasts."""
        return timedelta(seconds=self.parts.settings.crawl.lease)

    def _over(self) -> bool:
        if monotonic() - self.started > self.limit or self.failure:
            return True
        if monotonic() - self._looked < REST_LOOK:
            return False
        self._looked = monotonic()
        return self._at_rest()

    def _rage(self) -> None:
        try:
            while self.killed.total() < self.kills and not self._ended.wait(LOOK):
                self._strike()
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits for the storm's end
            self.failure = error

    def _strike(self) -> None:
        """Kill a child of the least hit stage among those that hold uncommitted work."""
        holders = {stage: (name, born) for stage, name, born in self._ripe()}
        if not holders:
            return
        stage = min(holders, key=lambda name: (self.killed[name], self.draw.random()))
        fair = self.killed[stage] == min(self.killed[name] for name in STAGES)  # all are hit once, then all twice …
        if fair and self.supervisor.kill(holders[stage][0]):
            self.killed[stage] += 1
            self._struck.add(holders[stage])

    def _ripe(self) -> Iterator[tuple[str, str, datetime]]:
        """(stage, child, when it was born) of those that hold uncommitted work now and have worked for their lot.

        Each life counts once: what is killed in the middle of a write to the disk dies when that is over.
        """
        for (stage, name, born), work in self._at_work().items():
            life = (name, born)
            if life in self._struck:
                continue
            if _has_ended_one(self._first.get(life, work), work):
                self._due.setdefault(life, monotonic() + self.draw.uniform(*LIFE))
            if life not in self._due:
                self._first[life] = work
            elif monotonic() >= self._due[life]:
                yield stage, name, born

    def _at_work(self) -> dict[Holder, Work]:
        """What each child holds now and would lose."""
        lives = self.supervisor.started()
        with self.parts.database.read() as connection:
            columns = (batches.c.stage, batches.c.partition, batches.c.opened_at, batches.c.in_hand)
            opened = connection.execute(select(*columns)).all()
            leases = select(frontier.c.leased_by, func.max(frontier.c.leased_until)).group_by(frontier.c.leased_by)
            leased = connection.execute(leases.where(frontier.c.leased_by.is_not(None))).all()
            sending = select(func.max(deliveries.c.last_at)).where(deliveries.c.state == "sending")
            sent_at = connection.execute(sending).scalar()
        found: dict[Holder, Work] = {}
        for stage, partition, at, in_hand in opened:
            workers = [name for name, born in lives.items() if name.startswith(f"{stage}-") and born < at]
            if workers and (owner := self._owner(stage, partition, workers)):
                holder = (stage, owner, lives[owner])
                found[holder] = {**found.get(holder, {}), (partition, at): in_hand}
        for name, born in lives.items():
            own = [until for owner, until in leased if name == f"crawl-{owner.partition('@')[0]}"]
            if own and max(own) > born + self.lease:  # those of an earlier life end before
                found["fetch", name, born] = {max(own): None}
            if name == "editor" and sent_at and born < sent_at:
                found["digest", name, born] = {sent_at: None}
        return found

    def _owner(self, stage: str, partition: int, candidates: list[str]) -> str:
        """The one of `candidates` that holds the partition; '' when another does."""
        if self.parts.settings.work.processes.get(stage, 1) == 1:
            return candidates[0]
        at, owned = self._owned.get(stage, (0.0, {}))
        if monotonic() - at > OWNED_FOR:
            self._owned[stage] = (monotonic(), self.owners(stage))
            return ""  # asking took longer than a batch may be open: look again
        owner = owned.get(partition, "")
        return owner if owner in candidates else ""

    def _at_rest(self) -> bool:
        if self._works():
            self._quiet_since = None
        elif self._quiet_since is None:
            self._quiet_since = monotonic()
        if self._quiet_since is None or monotonic() - self._quiet_since < REST:
            return False
        if self.killed.total() < self.kills:
            self._quiet_since = None
            with suppress(Unavailable):  # the broker may be away just now
                more(self.parts)
            return False
        enough(self.folder).touch()  # from now on the editor only sends
        return not ledger.outstanding(self.parts.database, now() + timedelta(days=1))

    def _works(self) -> bool:
        try:
            return bool(self._unasked() or Frontier(self.parts.database).waiting() or not idle(self.parts.bus))
        except Unavailable:
            return True

    def _unasked(self) -> int:
        """Feeds and listing pages that never answered yet: what they will name is still to come."""
        mine = frontier.c.kind.in_(SOURCES)
        query = select(func.count()).where(mine, frontier.c.fetched_at.is_(None))
        with self.parts.database.read() as connection:
            asked = connection.execute(select(func.count()).where(mine)).scalar_one()
            return int(connection.execute(query).scalar_one()) if asked else 1


def _has_ended_one(before: Work, work: Work) -> bool:
    """Whether a message that was held is held no more: its batch is closed, or the next of it is in hand."""
    return any(batch not in work or hand not in (None, work[batch]) for batch, hand in before.items())
