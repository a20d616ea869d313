"""The spiders as they ship, against the sample press: everything reachable arrives, once, politely, whoever dies."""

import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crawlers.frontier import Frontier
from crawlers.once import fetch_once
from crawlers.run import crawl
from kliping import trace
from kliping.article import Page, article_id
from kliping.clock import OFFSET_VARIABLE
from kliping.tables import hosts
from kliping.wire import decode
from pipeline.supervise import Child, Supervisor
from tests.crawlers.politeness import LATE, lateness
from tests.installation import CHECKOUT, Installation
from tests.press import FOLDER, Press, load
from tests.press.server import Logged
from tests.press_desk import install

NOW = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
GAP = 0.2  # seconds: the shipped 5 s would take minutes
PATIENCE = 120.0  # seconds for what a busy machine delays


@dataclass
class Reader:
    """An installation that reads a press."""

    press: Press
    installation: Installation

    def crawl(self, *arguments: str) -> str:
        """`scrapy crawl …`; what it logged."""
        return self.installation.scrapy("crawl", *arguments).stderr

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """`scrapy crawl …` in the background."""
        command = [sys.executable, "-m", "scrapy", "crawl", *arguments, "-L", "ERROR"]
        return subprocess.Popen(command, cwd=CHECKOUT, env=self.installation.environment())

    def advance(self, **by: float) -> None:
        """Move the clocks of press and installation."""
        self.press.advance(**by)
        offset = self.installation.offset + timedelta(**by).total_seconds()
        self.installation = replace(self.installation, offset=offset)

    def until_asked(self, more: int) -> None:
        """Wait until the press was asked `more` times."""
        goal, end = len(self.press.log.entries()) + more, time.monotonic() + PATIENCE
        while len(self.press.log.entries()) < goal:
            assert time.monotonic() < end
            time.sleep(0.02)

    def pages(self) -> list[Page]:
        with self.installation.parts() as parts:
            return [decode(record.payload, Page) for record in parts.bus.read("pages")]

    @contextmanager
    def frontier(self) -> Iterator[Frontier]:
        with self.installation.parts() as parts:
            yield Frontier(parts.database)

    def held(self) -> list[str]:
        """Hosts that somebody leases."""
        with self.installation.parts() as parts, parts.database.read() as connection:
            return list(connection.execute(select(hosts.c.host).where(hosts.c.leased_by.is_not(None))).scalars())

    def wanted(self) -> set[str]:
        """Article ids that a lawful reader can read now."""
        return {article_id(one["url"]) for one in self.press.truth()["articles"] if one["reachable"]}

    def sums(self) -> dict[tuple[str, str], int]:
        with self.installation.parts() as parts:
            return {(c.verdict, c.reason): c.messages for c in trace.counts(parts.database) if c.stage == "fetch"}


@contextmanager
def reader(folder: Path, press: Press, **crawl: object) -> Iterator[Reader]:
    with press:
        installation = install(folder, press, crawl={"gap": GAP, "timeout": 5.0, **crawl})
        installation.kliping("migrate")
        yield Reader(press, installation)
        assert press.internal_connections == 0
        assert press.errors == []


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Reader]:
    """A press of four outlets and 19 articles."""
    with reader(tmp_path, Press(FOLDER / "teluk-sarira.toml", now=NOW, running=True, delay=0)) as opened:
        yield opened


def storm(articles: int) -> Press:
    """Eight outlets with composed articles."""
    scenario = load(FOLDER / "storm.toml")
    assert scenario.generate is not None
    scenario = replace(scenario, generate=replace(scenario.generate, articles=articles))
    return Press(scenario, now=NOW, running=True, delay=0)


def is_polite(entries: Sequence[Logged]) -> bool:
    """Whether a host was asked in its gap."""
    return lateness((datetime.fromisoformat(entry.time).timestamp() for entry in entries), 0.95 * GAP) < LATE


def put_to_sleep(process: "subprocess.Popen[bytes]", installation: Installation) -> None:
    """Freeze a process at a moment at which it holds no file's write lock: others would wait for it for ever."""
    files = [path for path in (installation.folder / "var").rglob("*.db") if path.is_file()]
    while True:
        process.send_signal(signal.SIGSTOP)
        if all(map(_is_writable, files)):
            return
        process.send_signal(signal.SIGCONT)
        time.sleep(0.05)


def _is_writable(file: Path) -> bool:
    with closing(sqlite3.connect(file, timeout=0.5, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return False
    return True


def pages_asked(reader: Reader) -> list[str]:
    """What was asked but robots.txt, which each crawler reads for itself and no lease is about."""
    return [f"{entry.host}{entry.path}" for entry in reader.press.log.entries() if entry.path != "/robots.txt"]


def test_scrapy_list_names_the_spiders(small: Reader) -> None:
    spiders = small.installation.scrapy("list").stdout.split()
    assert spiders == ["backfill", "feeds", "pages", "sitemaps", "sites", "wordpress"]


def test_a_day_of_reading(small: Reader) -> None:
    """First everything, then news only, then what changed; never more than is polite."""
    press = small.press
    _everything_reachable_arrives(small)
    _politely(small)

    small.advance(minutes=20)
    before = len(press.log.entries())
    small.crawl("feeds")
    new = press.log.entries()[before:]
    feeds = [entry for entry in new if entry.path != "/robots.txt"]
    assert feeds
    assert all(entry.conditional for entry in feeds)
    assert {entry.status for entry in feeds} <= {200, 304}
    assert 304 in {entry.status for entry in feeds}

    press.switch("withdrawals")
    small.advance(minutes=50)
    again = _later_pages(small)
    gone = _done(press, "withdrawn")
    assert gone
    assert gone <= {page.subject for page in again if page.status in (404, 410) and not page.body}

    small.advance(hours=5)
    again = _later_pages(small)
    changed = _done(press, "edited")
    assert changed
    assert changed <= {page.subject for page in again if page.status == 200 and page.body}

    small.advance(hours=24)
    before = len(press.log.entries())
    small.crawl("feeds")
    asked = [entry for entry in press.log.entries()[before:] if entry.path in _feed_paths(press)]
    assert asked
    assert not any(entry.conditional for entry in asked)


def _later_pages(small: Reader) -> list[Page]:
    """The pages that another round of both spiders brings."""
    seen = {page.message_id for page in small.pages()}
    small.crawl("feeds")
    small.crawl("sites")
    return [page for page in small.pages() if page.message_id not in seen]


def _done(press: Press, change: str) -> set[str]:
    return {article_id(one["url"]) for one in press.truth()["articles"] if one[change] and one[change]["done"]}


def _everything_reachable_arrives(small: Reader) -> None:
    small.crawl("feeds")
    said = small.crawl("sites")
    pages = small.pages()
    assert Counter(page.subject for page in pages) == Counter(small.wanted())
    assert {page.found.way for page in pages} == {"feed", "listing"}
    dropped = Counter(one["reason"] for one in small.press.truth()["articles"] if not one["reachable"])
    sums = small.sums()
    assert {reason: count for (verdict, reason), count in sums.items() if verdict == "dropped"} == dropped
    with small.frontier() as frontier:
        assert frontier.waiting() == 0
        articles = sum(tally.entries for tally in frontier.counts() if tally.kind == "article")
    assert articles == sum(sums.values())
    assert "new " in said


def _politely(small: Reader) -> None:
    for host in {entry.host for entry in small.press.log.entries()}:
        asked = small.press.log.entries(host)
        assert is_polite(asked), host
        assert not [entry.path for entry in asked if entry.path.startswith(("/hukum/", "/laut/"))]
    assert all(entry.agent.startswith("Kliping/") for entry in small.press.log.entries())


def _feed_paths(press: Press) -> set[str]:
    return {outlet.feed_path for outlet in press.scenario.outlets if outlet.feed}


def test_one_page_by_hand(small: Reader) -> None:
    (one, *_) = [one for one in small.press.truth()["articles"] if one["reachable"]]
    small.crawl("pages", "-a", f"url={one['url']}")
    (page,) = small.pages()
    assert (page.subject, page.origin, page.outlet, page.found.way) == (
        article_id(one["url"]),
        "hand",
        one["outlet"],
        "hand",
    )
    small.crawl("pages", "-a", f"url={one['url']}")
    assert len({page.subject for page in small.pages()}) == 1
    robbed = next(one for one in small.press.truth()["articles"] if one["reason"] == "robots")
    small.crawl("pages", "-a", f"url={robbed['url']}")
    assert small.sums() == {("passed", ""): 1, ("dropped", "robots"): 1}


def test_reading_once_stores_nothing(small: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OFFSET_VARIABLE, str(small.installation.offset))
    settings = small.installation.configuration().settings
    articles = small.press.truth()["articles"]
    (one, *_) = [one for one in articles if one["reachable"]]
    answer = fetch_once(one["url"], settings)
    assert (answer.status, answer.reason, answer.headers["Content-Type"]) == (200, "", "text/html; charset=UTF-8")
    assert one["title"].split()[0] in answer.body.decode()
    for reason in ("robots", "blocked_address", "http_404"):
        refused = next(one for one in articles if one["reason"] == reason)
        assert fetch_once(refused["url"], settings).reason == reason
    assert small.pages() == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("sites", "-a", "outlet=nobody"), "no such outlet"),
        (("pages", "-a", "url=x"), "bad_url"),
        (("feeds",), "kliping migrate"),
    ],
)
def test_wrong_calls_end_with_a_code(small: Reader, arguments: tuple[str, ...], says: str) -> None:
    if arguments == ("feeds",):
        (small.installation.folder / "var" / "kliping.db").unlink()
    ended = small.installation.scrapy("crawl", *arguments, check=(1, 2))
    assert says in ended.stderr


def test_sigkill_at_any_moment_loses_nothing(tmp_path: Path) -> None:
    """Every article arrives; no kill repeats more than the requests that were in flight: one a host."""
    draw = random.Random(20261124)
    kills = 5
    with reader(tmp_path, storm(12), gap=0.3) as storming:
        for _ in range(kills):
            child = storming.start("feeds", "-a", "owner=feeds", "-a", "keep=1")
            storming.until_asked(8)
            time.sleep(draw.uniform(0, 0.4))
            child.send_signal(signal.SIGKILL)
            child.wait()
        storming.crawl("feeds", "-a", "owner=feeds")
        pages = Counter(page.subject for page in storming.pages())
        assert set(pages) == storming.wanted()
        assert storming.sums() == {("passed", ""): 8 * 12}
        asked = Counter((entry.host, entry.path) for entry in storming.press.log.entries())
        repeats = sum(count - 1 for (_, path), count in asked.items() if path != "/robots.txt" and "feed" not in path)
        assert repeats <= kills * 8
        assert sum(pages.values()) - len(pages) <= kills * 8
        for host in {host for host, _ in asked}:
            assert is_polite(storming.press.log.entries(host)), host


def test_two_crawlers_share_the_hosts(tmp_path: Path) -> None:
    with reader(tmp_path, storm(8)) as storming:
        both = [storming.start("feeds", "-a", f"owner={name}") for name in ("one", "two")]
        assert [child.wait(PATIENCE) for child in both] == [0, 0]
        pages = Counter(page.subject for page in storming.pages())
        assert pages == Counter(storming.wanted())
        asked = Counter((e.host, e.path) for e in storming.press.log.entries() if e.path != "/robots.txt")
        assert max(asked.values()) == 1
        for host in {host for host, _ in asked}:
            own = [entry for entry in storming.press.log.entries(host) if entry.path != "/robots.txt"]
            assert is_polite(own), host


def test_who_sleeps_through_the_lease_asks_nothing_that_another_took_over(tmp_path: Path) -> None:
    with reader(tmp_path, storm(12), lease=2.0) as storming:
        sleeper = storming.start("feeds", "-a", "owner=sleeper")
        storming.until_asked(30)
        put_to_sleep(sleeper, storming.installation)
        storming.crawl("feeds", "-a", "owner=other")
        before = pages_asked(storming)
        assert storming.wanted() <= {page.subject for page in storming.pages()}
        sleeper.send_signal(signal.SIGCONT)
        assert sleeper.wait(PATIENCE) == 0
        assert pages_asked(storming) == before
        assert storming.sums() == {("passed", ""): 8 * 12}


def test_a_crawl_that_stays_stops_on_demand_and_gives_everything_back(small: Reader) -> None:
    child = small.start("feeds", "-a", "keep=1")
    small.until_asked(5)
    child.send_signal(signal.SIGTERM)
    assert child.wait(PATIENCE) == 0
    assert small.held() == []


def test_under_a_supervisor_it_beats_finds_news_and_stops(small: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OFFSET_VARIABLE, str(small.installation.offset))
    arguments = ("feeds", small.installation.config, {"keep": "1"})
    deaths: list[int | None] = []
    supervisor = Supervisor(
        [Child(name="crawl-feeds", target=crawl, arguments=arguments, hang=20.0)],
        on_death=lambda name, code: deaths.append(code),
    )
    with small.installation.parts() as parts:
        frontier = Frontier(parts.database)
        supervisor.run(lambda: len(small.pages()) > 5 and frontier.waiting() == 0)
    assert deaths == []
    assert small.held() == []


def test_a_busy_outlet_is_left_alone_for_as_long_as_it_asks(small: Reader) -> None:
    small.press.site.retry_after = 3600
    small.press.switch("busy:sarirapost")
    said = small.crawl("feeds")
    assert "http_503 1" in said
    small.crawl("feeds")
    asked = small.press.log.entries("sarirapost.test")
    assert [entry.status for entry in asked if entry.path != "/robots.txt"] == [503]
    with small.frontier() as frontier:
        feed = next(row["feeds"] for row in small.press.outlets if row["id"] == "sarirapost")
        entry = frontier.lookup(feed)
    assert entry is not None
    assert entry.due_at >= NOW + timedelta(seconds=3600)
