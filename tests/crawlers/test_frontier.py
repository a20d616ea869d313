"""The frontier on a real database: nothing is lost, nothing is done twice, hosts have one holder."""

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from crawlers.discovery import Discovery, refusal
from crawlers.frontier import Answered, Frontier
from crawlers.schedule import Entry, Fetched, Kind
from kliping import trace
from kliping.article import Found, article_id
from kliping.clock import now
from kliping.database import Database
from kliping.outlets import Outlet
from kliping.tables import frontier as table
from kliping.tables import hosts

KINDS: tuple[Kind, ...] = ("feed", "listing", "article")


@pytest.fixture
def frontier(database: Database) -> Frontier:
    return Frontier(database, daily_cap=10)


def found(url: str, outlet: str = "a") -> Discovery:
    return Discovery(url=url, outlet=outlet, found=Found(way="feed", where="http://a.test/feed", title="Judul"))


def urls(number: int, host: str = "a.test") -> list[Discovery]:
    return [found(f"http://{host}/berita-{at}", host) for at in range(number)]


def claim(frontier: Frontier, owner: str = "one", limit: int = 16, per_host: int = 4, lease: float = 60) -> list[Entry]:
    return frontier.claim(owner, kinds=KINDS, limit=limit, per_host=per_host, lease_seconds=lease)


def answer(entry: Entry, reason: str = "", found: tuple[Discovery, ...] = ()) -> Answered:
    return Answered(entry=entry, fetched=Fetched(at=now(), reason=reason, status=0 if reason else 200), found=found)


def pass_time(database: Database, seconds: float) -> None:
    """Everything that waits for a time has waited for `seconds`."""
    step = timedelta(seconds=seconds)
    with database.write() as connection:
        for row in list(connection.execute(hosts.select()).mappings()):
            past = {name: row[name] - step for name in ("leased_until", "next_at", "due_at") if row[name] is not None}
            if past:
                connection.execute(update(hosts).where(hosts.c.host == row["host"]).values(**past))
        for row in list(connection.execute(table.select()).mappings()):
            moved = {"due_at": row["due_at"] - step, "discovered_at": row["discovered_at"] - step}
            connection.execute(update(table).where(table.c.id == row["id"]).values(**moved))


def test_twins_are_one_article(frontier: Frontier) -> None:
    twins = ["http://a.test/x", "https://www.a.test/x/", "http://m.a.test/x?utm_source=rss#top", "http://a.test/amp/x"]
    result = frontier.discovered([found(url) for url in twins])
    assert (result.new, result.known) == (1, 0)
    assert frontier.discovered([found("https://a.test/x?page=all")]).known == 1
    entry = frontier.lookup("https://www.a.test/x?fbclid=1")
    assert entry is not None
    assert (entry.url, entry.found.title, entry.id) == ("http://a.test/x", "Judul", article_id("http://a.test/x"))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://a.test/" + "x" * 2048, "url_too_long"),
        ("javascript:alert(1)", "bad_url"),
        ("http://" + "a" * 300 + ".test/x", "bad_url"),
        ("http://a.test/b/c/b/c/b/c/b/c", "trap"),
        ("http://a.test/b/c/b/c/b/c/d", ""),
    ],
)
def test_traps_are_refused_and_counted(frontier: Frontier, url: str, reason: str) -> None:
    assert refusal(url) == reason
    result = frontier.discovered([found(url)])
    assert dict(result.refused) == ({reason: 1} if reason else {})
    assert result.new == (0 if reason else 1)


def test_a_mad_source_adds_no_more_than_the_cap_a_day(database: Database, frontier: Frontier) -> None:
    first = frontier.discovered(urls(25))
    assert (first.new, dict(first.refused)) == (10, {"daily_cap": 15})
    assert frontier.discovered(urls(25, "b.test")).new == 10
    assert frontier.discovered(urls(25)).new == 0
    frontier.submit("http://a.test/penting", "a.test")
    pass_time(database, 25 * 3600)
    again = frontier.discovered(urls(25))
    assert (again.new, again.known) == (10, 10)


def test_each_entry_is_handed_out_once_and_each_host_to_one_crawler(frontier: Frontier) -> None:
    for host in ("a.test", "b.test", "c.test"):
        frontier.discovered(urls(6, host))
    one = claim(frontier, "one", limit=2)
    two = claim(frontier, "two")
    assert Counter(entry.host for entry in (*one, *two)).most_common() == [
        (host, 4) for host in ("a.test", "b.test", "c.test")
    ]
    assert not {entry.host for entry in one} & {entry.host for entry in two}
    assert claim(frontier, "three") == []


def test_crawlers_that_claim_at_once_share_the_work(database: Database) -> None:
    frontier = Frontier(database, daily_cap=1000)
    for at in range(40):
        frontier.discovered(urls(2, f"h{at}.test"))
    got: dict[str, list[Entry]] = {}

    def work(owner: str) -> None:
        mine = got.setdefault(owner, [])
        while batch := claim(frontier, owner, limit=3):
            mine.extend(batch)

    threads = [threading.Thread(target=work, args=(f"crawler-{at}",)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = [entry.id for mine in got.values() for entry in mine]
    assert len(taken) == len(set(taken)) == 80
    holders = Counter(entry.host for mine in got.values() for entry in mine)
    assert all(len({owner for owner, mine in got.items() if host in {e.host for e in mine}}) == 1 for host in holders)


def test_a_released_host_keeps_its_gap_whoever_comes_next(database: Database, frontier: Frontier) -> None:
    frontier.discovered(urls(2))
    (entry,) = claim(frontier, per_host=1)
    frontier.answered([answer(entry)])
    frontier.release("one", "a.test", 5)
    assert claim(frontier, "two") == []
    chance = frontier.next_chance(kinds=KINDS)
    assert chance is not None
    assert timedelta(seconds=4) < chance - now() <= timedelta(seconds=5)
    pass_time(database, 5)
    assert len(claim(frontier, "two")) == 1


def test_a_dead_crawlers_leases_lapse(database: Database, frontier: Frontier) -> None:
    frontier.discovered(urls(1))
    assert claim(frontier, lease=60)
    assert claim(frontier, "two") == []
    assert frontier.next_chance(kinds=KINDS) is not None
    pass_time(database, 61)
    assert [entry.url for entry in claim(frontier, "two")] == ["http://a.test/berita-0"]
    assert frontier.renew("one", 60) == set()
    assert frontier.renew("two", 60) == {"a.test"}


def test_the_same_name_takes_its_own_back_at_once_and_keeps_the_gap(database: Database, frontier: Frontier) -> None:
    frontier.discovered([*urls(1), *urls(1, "b.test")])
    (first,) = claim(frontier, "one", limit=1)
    claim(frontier, "two", limit=1)
    frontier.resume("one", 5)
    assert claim(frontier, "one") == []
    pass_time(database, 5)
    assert [entry.host for entry in claim(frontier, "one")] == [first.host]


def test_every_discovered_article_is_passed_dropped_or_due(database: Database, frontier: Frontier) -> None:
    frontier.discovered(urls(8))
    endings = ["", "http_404", "timeout", "robots", ""]
    entries = claim(frontier, per_host=5)
    frontier.answered([answer(entry, reason) for entry, reason in zip(entries, endings, strict=True)])
    counts = {(c.verdict, c.reason): c.messages for c in trace.counts(database) if c.stage == "fetch"}
    assert counts == {("passed", ""): 2, ("dropped", "http_404"): 1, ("dropped", "robots"): 1}
    assert frontier.waiting() == 4
    assert sum(counts.values()) + frontier.waiting() == 8
    assert {(t.kind, t.state, t.reason): t.entries for t in frontier.counts()} == {
        ("article", "due", ""): 3,
        ("article", "due", "timeout"): 1,
        ("article", "dropped", "http_404"): 1,
        ("article", "dropped", "robots"): 1,
        ("article", "reread", ""): 2,
    }


def test_an_answer_repeated_after_a_death_changes_no_sum(database: Database, frontier: Frontier) -> None:
    frontier.discovered(urls(1))
    (entry,) = claim(frontier)
    for _ in range(2):
        frontier.answered([answer(entry)])
    assert [(c.verdict, c.messages) for c in trace.counts(database)] == [("passed", 1)]


def test_who_slept_through_the_lease_spoils_nothing(database: Database, frontier: Frontier) -> None:
    frontier.discovered(urls(1))
    (entry,) = claim(frontier, "sleeper", lease=60)
    pass_time(database, 61)
    (again,) = claim(frontier, "other")
    frontier.answered([answer(again)])
    frontier.answered([answer(entry, "timeout"), answer(entry, "lease_lost")])
    frontier.release("sleeper", "a.test", 3600)
    read = frontier.lookup(entry.url)
    assert read is not None
    assert (read.state, read.reads, read.failures) == ("reread", 1, 0)
    assert frontier.renew("other", 60) == {"a.test"}
    assert [(c.verdict, c.messages) for c in trace.counts(database)] == [("passed", 1)]


def test_a_failed_look_later_leaves_the_verdict(database: Database, frontier: Frontier) -> None:
    frontier.discovered(urls(1))
    (entry,) = claim(frontier)
    frontier.answered([answer(entry)])
    read = frontier.lookup(entry.url)
    assert read is not None
    assert (read.state, read.reads) == ("reread", 1)
    frontier.answered([answer(read, "http_404")])
    assert [(c.verdict, c.messages) for c in trace.counts(database)] == [("passed", 1)]


def test_a_source_and_what_it_brought_are_one_transaction(frontier: Frontier) -> None:
    frontier.sync_sources([Outlet(id="a", name="A", domain="a.test", feeds=("http://a.test/feed",))])
    (entry,) = claim(frontier)
    (brought,) = frontier.answered([answer(entry, found=tuple(urls(3)))])
    assert brought.new == 3
    source = frontier.lookup("http://a.test/feed")
    assert source is not None
    assert source.fresh_at is not None
    assert source.due_at > now()
    frontier.answered([answer(source, found=tuple(urls(12)))])
    capped = frontier.lookup("http://a.test/feed")
    assert capped is not None
    assert (capped.state, capped.reason) == ("due", "daily_cap")


def test_sources_follow_the_outlet_list(database: Database, frontier: Frontier) -> None:
    a = Outlet(id="a", name="A", domain="a.test", feeds=("http://a.test/feed",), listings=("http://a.test/indeks",))
    b = Outlet(id="b", name="B", domain="b.test", feeds=("http://b.test/feed",))
    frontier.sync_sources([a, b])
    assert {(entry.kind, entry.url) for entry in claim(frontier)} == {
        ("feed", "http://a.test/feed"),
        ("listing", "http://a.test/indeks"),
        ("feed", "http://b.test/feed"),
    }
    frontier.discovered([found("http://b.test/satu", "b")])
    frontier.submit("http://b.test/dua", "b")
    frontier.sync_sources([replace(a, listings=()), replace(b, enabled=False)])
    states = {entry.url: (entry.state, entry.reason) for entry in map(frontier.lookup, _ALL) if entry is not None}
    assert states == {
        "http://a.test/feed": ("due", ""),
        "http://a.test/indeks": ("dropped", "removed"),
        "http://b.test/feed": ("dropped", "removed"),
        "http://b.test/satu": ("dropped", "outlet_disabled"),
        "http://b.test/dua": ("due", ""),
    }
    assert [v.reason for v in trace.history(database, article_id("http://b.test/satu"))] == ["outlet_disabled"]
    frontier.sync_sources([a, b])
    feed = frontier.lookup("http://b.test/feed")
    assert feed is not None
    assert feed.state == "due"


_ALL = ["http://a.test/feed", "http://a.test/indeks", "http://b.test/feed", "http://b.test/satu", "http://b.test/dua"]


def test_a_submitted_article_goes_first_also_when_it_was_dropped_or_read(
    database: Database, frontier: Frontier
) -> None:
    frontier.discovered(urls(9))
    (entry,) = claim(frontier, per_host=1)
    frontier.answered([answer(entry, "http_404")])
    frontier.submit(entry.url + "?utm_source=wa", "a")
    assert frontier.waiting() == 9
    assert [(c.verdict, c.reason) for c in trace.counts(database)] == [("retried", "http_404")]
    frontier.release("one", "a.test", 0)
    (again,) = claim(frontier, per_host=1)
    assert again.id == entry.id
    frontier.answered([answer(again)])
    frontier.submit(entry.url, "a")
    read = frontier.lookup(entry.url)
    assert read is not None
    assert (read.state, read.reads, read.due_at <= now()) == ("reread", 1, True)
    assert [(c.verdict, c.messages) for c in trace.counts(database)] == [("passed", 1)]


def test_nonsense_is_not_submitted(frontier: Frontier) -> None:
    with pytest.raises(ValueError, match="bad_url"):
        frontier.submit("bukan alamat", "a")
