"""Backfill in the frontier: read once, after the day's work, and never instead of it."""

from typing import Any

from crawlers.discovery import BACKFILL, FOUND, Discovery
from crawlers.frontier import Answered, Frontier
from crawlers.schedule import Fetched
from kliping.article import Found
from kliping.clock import now
from tests.crawlers.test_frontier import found, frontier

__all__ = ("frontier",)  # a fixture
CLAIM: dict[str, Any] = {"limit": 9, "per_host": 9, "lease_seconds": 60.0}


def _past(url: str) -> Discovery:
    return Discovery(url=url, outlet="suara", found=Found(way="backfill"), origin="backfill")


def test_backfill_waits_for_the_days_work_and_is_read_once(frontier: Frontier) -> None:
    frontier.discovered([_past("https://suara.test/lama")])
    frontier.discovered([found("https://suara.test/baru")])
    assert frontier.claim("past", origins=("backfill",), kinds=("article",), **CLAIM) == []
    (news,) = frontier.claim("day", kinds=("article",), **CLAIM)
    assert news.url.endswith("/baru")
    frontier.answered([Answered(entry=news, fetched=Fetched(at=now(), status=200))])
    frontier.release("day", "suara.test", 0.0)
    (past,) = frontier.claim("past", origins=("backfill",), kinds=("article",), **CLAIM)
    assert (past.url, past.origin, past.priority) == ("https://suara.test/lama", "backfill", BACKFILL)
    frontier.answered([Answered(entry=past, fetched=Fetched(at=now(), status=200))])
    read = frontier.lookup(past.url)
    assert read is not None
    assert (read.state, read.reads) == ("done", 1)


def test_what_a_source_of_today_names_is_no_longer_the_past(frontier: Frontier) -> None:
    frontier.discovered([_past("https://suara.test/lama")])
    frontier.discovered([found("https://suara.test/lama")])
    entry = frontier.lookup("https://suara.test/lama")
    assert entry is not None
    assert (entry.origin, entry.priority) == ("live", FOUND)


def test_sources_of_the_past_are_done_after_one_reading(frontier: Frontier) -> None:
    page = "https://suara.test/indeks/2026/01/02"
    assert frontier.backfill([(page, "listing")], "suara") == 1
    assert frontier.backfill([(page, "listing")], "suara") == 0
    assert frontier.left("backfill") == 1
    frontier.sync_sources([])
    (entry,) = frontier.claim("past", kinds=("listing",), origins=("backfill",), **CLAIM)
    frontier.answered([Answered(entry=entry, fetched=Fetched(at=now(), status=200))])
    assert frontier.left("backfill") == 0
