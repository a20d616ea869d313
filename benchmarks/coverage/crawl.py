"""The crawler of the simulation: the real frontier on a simulated clock, requests answered at once.

As the spiders do, it claims hosts, asks each host's entries one after the other with the gap between them, writes the
answers down together and gives the hosts back. What the process would hold in memory is a heap of requests under way.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import bindparam, event, update

from benchmarks.coverage.documents import START, Reply, Servers, listed
from benchmarks.coverage.press import DAY, Outlet
from crawlers.frontier import Answered, Frontier
from crawlers.interval import Rules
from crawlers.leases import chunks
from crawlers.schedule import UNCHANGED, Entry, Fetched, Kind
from kliping.clock import DrivenClock, driven
from kliping.database import Database, migrate
from kliping.tables import frontier

KINDS: Final[tuple[Kind, ...]] = ("feed", "listing", "article")
OWNER: Final = "simulation"
GAP: Final = 5.0
PER_HOST: Final = 8  # as crawlers.spider
TICK: Final = 20.0  # seconds between looks at the frontier; the spider's is 1, so delays here are a little too long
LEASE: Final = 3600.0  # nobody dies here
HOSTS: Final = 400  # at once
REREAD: Final = 10  # the articles of one outlet in so many are looked at again
_done: Final = (
    update(frontier).where(frontier.c.id == bindparam("key"), frontier.c.state == "reread").values(state="done")
)


@dataclass(slots=True)
class Counts:
    """Requests by what they were for."""

    polls: int = 0  # turns of sources
    poll_requests: int = 0  # redirects and further pages included
    unchanged: int = 0
    failed_polls: int = 0
    fresh_polls: int = 0  # that named something new
    first_reads: int = 0  # requests for articles that were not read yet
    rereads: int = 0
    read_again: int = 0  # articles whose outlets are among those of REREAD
    seconds: Counter[int] = field(default_factory=Counter)  # polls by second, of the second day


@contextmanager
def quick_database() -> Iterator[Database]:
    """A database that need not survive: synchronous OFF."""
    with TemporaryDirectory(prefix="coverage-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'frontier.db'}")

        def careless(connection: Any, record: Any) -> None:  # noqa: ARG001
            for pragma in ("synchronous=OFF", "journal_mode=MEMORY", "cache_size=-200000", "temp_store=MEMORY"):
                connection.execute(f"PRAGMA {pragma}").close()

        event.listen(database.engine, "connect", careless)
        migrate(database)
        try:
            yield database
        finally:
            database.close()


class Crawl:
    """One crawl from START on."""

    def __init__(self, database: Database, servers: Servers, rules: Rules, clock: DrivenClock, tick: float) -> None:
        self._frontier = Frontier(database, rules=rules)
        self._servers = servers
        self._clock = clock
        self._tick = tick
        self._under_way: list[tuple[float, int, Answered]] = []
        self._open: Counter[str] = Counter()  # host -> entries of its batch that are not written down
        self._next: dict[str, float] = {}  # host -> when its gap is over
        self._held: dict[str, float] = {}  # host -> when the pause is over that it asked for
        self._number = 0
        self._database = database
        self.counts = Counts()

    def run(self, seconds: float) -> None:
        """Let `seconds` pass."""
        self._frontier.sync_sources(map(listed, self._servers.press))
        while self._clock.passed < seconds:
            self._write_down()
            for entry in self._claimed():
                self._open[entry.host] += 1
                self._ask(entry)
            self._clock.go_on(self._tick)

    def _claimed(self) -> list[Entry]:
        free = HOSTS - len(self._open)
        return self._frontier.claim(OWNER, kinds=KINDS, limit=free, per_host=PER_HOST, lease_seconds=LEASE)

    def _ask(self, entry: Entry) -> None:
        start = max(self._clock.passed, self._next.get(entry.host, 0.0))
        held = self._held.get(entry.host, 0.0) - start
        if held > 0:  # as crawlers.pace refuses it
            at = START + timedelta(seconds=start)
            self._wait_for(start, Answered(entry=entry, fetched=Fetched(at=at, reason="retry_after", pause=held)))
            return
        reply = self._servers.ask(entry, start)
        self._count(entry, reply, start)
        self._next[entry.host] = start + max(GAP * reply.requests, reply.seconds)
        if reply.fetched.pause:
            self._held[entry.host] = start + reply.fetched.pause
        self._wait_for(start + reply.seconds, Answered(entry=entry, fetched=reply.fetched, found=reply.found))

    def _wait_for(self, end: float, answered: Answered) -> None:
        self._number += 1
        heapq.heappush(self._under_way, (end, self._number, answered))

    def _count(self, entry: Entry, reply: Reply, start: float) -> None:
        counts = self.counts
        if entry.kind == "article":
            counts.rereads += entry.reads > 0
            counts.first_reads += entry.reads == 0
            counts.read_again += entry.reads == 0 and int(entry.outlet.removeprefix("media")) % REREAD == 0
            return
        counts.polls += 1
        counts.poll_requests += reply.requests
        counts.unchanged += reply.fetched.reason == UNCHANGED
        counts.failed_polls += reply.fetched.reason not in ("", UNCHANGED)
        if DAY <= start < 2 * DAY:
            counts.seconds[int(start)] += 1

    def _write_down(self) -> None:
        """Write down all answers that are there by now; give back the hosts whose batches are done."""
        ended: list[Answered] = []
        while self._under_way and self._under_way[0][0] <= self._clock.passed:
            ended.append(heapq.heappop(self._under_way)[2])
        if not ended:
            return
        for answered, brought in zip(ended, self._frontier.answered(ended), strict=True):
            self.counts.fresh_polls += brought.new > 0
            self._open[answered.entry.host] -= 1
        self._leave(answered.entry for answered in ended)
        done = [host for host, left in self._open.items() if not left]
        for host in done:
            del self._open[host]
        waits = {host: max(self._next.get(host, 0.0), self._held.get(host, 0.0)) for host in done}
        waits = {host: max(until - self._clock.passed, 0.0) for host, until in waits.items()}
        for some in chunks(sorted(waits)):
            self._frontier.release_all(OWNER, {host: waits[host] for host in some})

    def _leave(self, entries: Iterable[Entry]) -> None:
        """Most outlets' articles are read once: re-reads are three quarters of all requests and all alike."""
        ids = [e.id for e in entries if e.kind == "article" and int(e.outlet.removeprefix("media")) % REREAD]
        if ids:
            with self._database.write() as connection:
                connection.execute(_done, [{"key": id_} for id_ in ids])


def simulated(press: list[Outlet], days: float, seed: int, rules: Rules, tick: float = TICK) -> Counts:
    """Crawl `press`, which remembers when each article was collected, for so many days."""
    with quick_database() as database, driven(START) as clock:
        crawl = Crawl(database, Servers(press, seed), rules, clock, tick)
        crawl.run(days * DAY)
        return crawl.counts
