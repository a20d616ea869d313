"""Whose turn it is: hosts in the order of their work, sources that help each other out, plans that never scan."""

from typing import Any

import pytest
from sqlalchemy import Connection, event, update

from crawlers.discovery import Discovery
from crawlers.frontier import Answered, Frontier
from crawlers.interval import unpacked
from crawlers.schedule import Entry, Fetched
from kliping.clock import now
from kliping.database import Database
from kliping.outlets import Outlet
from kliping.tables import frontier as table
from tests.crawlers.test_frontier import KINDS, claim, found, frontier, pass_time, urls

__all__ = ("frontier",)  # a fixture
OUTLET = Outlet(id="a", name="A", domain="a.test", feeds=("http://a.test/feed",), listings=("http://a.test/indeks",))


def answer(entry: Entry, named: tuple[Discovery, ...] = (), **values: Any) -> Answered:
    return Answered(entry=entry, fetched=Fetched(at=now(), **{"status": 200, **values}), found=named)


def entry_of(frontier: Frontier, url: str) -> Entry:
    entry = frontier.lookup(url)
    assert entry is not None
    return entry


def read_all(frontier: Frontier, named: tuple[Discovery, ...] = ()) -> None:
    """Every source was read once."""
    entries = [entry for entry in claim(frontier) if entry.kind != "article"]
    frontier.answered([answer(entry, named) for entry in entries])
    frontier.resume("one", 0)


def test_somebody_who_waits_goes_before_all_hosts(frontier: Frontier) -> None:
    for number in range(5):
        frontier.discovered(urls(1, f"h{number}.test"))
    frontier.submit("http://z.test/penting", "z")
    (first,) = claim(frontier, limit=1)
    assert first.url == "http://z.test/penting"


def test_a_host_whose_work_is_done_comes_back_when_something_is_due(database: Database, frontier: Frontier) -> None:
    frontier.discovered(urls(1))
    (entry,) = claim(frontier)
    frontier.answered([answer(entry)])
    frontier.release("one", "a.test", 0)
    assert claim(frontier) == []
    assert frontier.next_chance(kinds=KINDS) is None
    pass_time(database, 3600)
    assert [entry.reads for entry in claim(frontier)] == [1]


def test_a_feed_that_names_only_news_hurries_the_outlets_others(database: Database, frontier: Frontier) -> None:
    frontier.sync_sources([OUTLET])
    read_all(frontier, tuple(urls(2)))
    pass_time(database, 7200)
    with database.write() as connection:
        connection.execute(update(table).values(fetched_at=table.c.due_at, succeeded_at=table.c.due_at))
    feed = entry_of(frontier, OUTLET.feeds[0])
    frontier.answered([answer(feed, (found("http://a.test/baru-1", "a"), found("http://a.test/baru-2", "a")))])
    listing = entry_of(frontier, OUTLET.listings[0])
    assert listing.due_at <= now()
    assert entry_of(frontier, OUTLET.feeds[0]).reason == "window_overrun"


def test_what_the_feed_would_have_named_is_no_news_of_the_listing(database: Database, frontier: Frontier) -> None:
    frontier.sync_sources([OUTLET])
    read_all(frontier)
    pass_time(database, 3600)
    with database.write() as connection:
        connection.execute(update(table).values(fetched_at=table.c.due_at, succeeded_at=table.c.due_at))
    listing = entry_of(frontier, OUTLET.listings[0])
    frontier.answered([answer(listing, (found("http://a.test/baru", "a"),))])
    feed = entry_of(frontier, OUTLET.feeds[0])
    frontier.answered([answer(feed, (found("http://a.test/baru", "a"),))])
    seen = {kind: unpacked(entry_of(frontier, url).rhythm).seen for kind, url in _SOURCES.items()}
    assert seen["feed"] == 1.0
    assert seen["listing"] < 1.0


_SOURCES = {"feed": OUTLET.feeds[0], "listing": OUTLET.listings[0]}


def test_a_source_that_ended_stays_away_until_it_is_listed_anew(frontier: Frontier) -> None:
    frontier.sync_sources([OUTLET])
    feed = next(entry for entry in claim(frontier) if entry.kind == "feed")
    frontier.answered([answer(feed, reason="http_410", status=410)])
    frontier.sync_sources([OUTLET])
    assert entry_of(frontier, feed.url).state == "dropped"
    frontier.sync_sources([])
    frontier.sync_sources([OUTLET])
    assert entry_of(frontier, feed.url).state == "due"


def test_a_source_that_moved_is_asked_at_its_new_host(database: Database, frontier: Frontier) -> None:
    frontier.sync_sources([OUTLET])
    read_all(frontier)
    feed = entry_of(frontier, OUTLET.feeds[0])
    with database.write() as connection:
        moving = {"moved_to": "http://b.test/rss", "moved_days": 2, "moved_at": feed.discovered_at.replace(year=2020)}
        connection.execute(update(table).where(table.c.id == feed.id).values(**moving))
    frontier.answered([answer(entry_of(frontier, feed.url), moved="http://b.test/rss")])
    frontier.sync_sources([OUTLET])
    pass_time(database, 24 * 3600)
    assert {entry.url for entry in claim(frontier) if entry.kind == "feed"} == {"http://b.test/rss"}


def test_no_statement_of_a_claim_reads_the_whole_frontier(frontier: Frontier, database: Database) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("EXPLAIN of SQLite; PostgreSQL plans by statistics that a small table does not have")
    frontier.discovered(urls(3))
    plans: list[str] = []

    def explain(connection: Connection, cursor: Any, text: str, values: Any, context: Any, many: bool) -> None:
        if text.startswith(("SELECT", "UPDATE")):
            raw = connection.connection.dbapi_connection
            assert raw is not None
            rows = raw.cursor().execute(f"EXPLAIN QUERY PLAN {text}", values[0] if many else values).fetchall()
            plans.extend(row[3] for row in rows)

    event.listen(database.engine, "before_cursor_execute", explain)
    entries = claim(frontier)
    frontier.answered([answer(entry) for entry in entries])
    frontier.release("one", "a.test", 5)
    frontier.next_chance(kinds=KINDS)
    event.remove(database.engine, "before_cursor_execute", explain)
    assert len(plans) > 10
    assert [plan for plan in plans if plan.startswith("SCAN") and "frontier" in plan] == []
