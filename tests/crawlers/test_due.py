"""`scrapy due` and what it reads: what is next, who holds it, where a source moved."""

from datetime import timedelta

from sqlalchemy import update

from crawlers.frontier import Frontier
from crawlers.upcoming import upcoming
from kliping.clock import now
from kliping.database import Database
from kliping.outlets import Outlet
from kliping.tables import frontier as table
from tests.crawlers.test_frontier import claim, found, frontier

__all__ = ("frontier",)  # a fixture


def test_what_is_next_says_who_holds_it_and_until_when(database: Database, frontier: Frontier) -> None:
    frontier.sync_sources([Outlet(id="a", name="A", domain="a.test", feeds=("http://a.test/feed",))])
    frontier.discovered([found("http://b.test/satu", "b")])
    claim(frontier, "one", limit=1)
    frontier.release("one", "a.test", 30)
    claim(frontier, "two")
    with database.write() as connection:
        connection.execute(update(table).where(table.c.kind == "feed").values(listed="http://a.test/lama"))
    with database.read() as connection:
        rows = {row.host: row for row in upcoming(connection, now())}
        assert [row.host for row in upcoming(connection, now(), "b")] == ["b.test"]
        assert len(upcoming(connection, now(), limit=1)) == 1
    feed, article = rows["a.test"], rows["b.test"]
    assert (feed.leased_by, feed.leased_until, feed.listed) == ("", None, "http://a.test/lama")
    assert feed.not_before is not None
    assert timedelta(0) < feed.not_before - now() <= timedelta(seconds=30)
    assert (article.leased_by, article.rate, feed.rate) == ("two", None, 20.0)
    assert article.leased_until is not None
