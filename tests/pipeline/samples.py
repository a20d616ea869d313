"""Pages, the articles that they become, and a stage between the two that behaves as a test wants."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from kliping.article import Article, Found, Page, article_id, revision_id
from pipeline.flow import STEPS

STEP = STEPS["extract"]
MOMENT = datetime(2026, 11, 23, tzinfo=UTC)


def page(number: int) -> Page:
    url = f"https://suararaya.test/{number}"
    return Page(
        url=url,
        answered=url,
        outlet="suararaya",
        zone="Asia/Jakarta",
        status=200,
        fetched_at=MOMENT,
        body="",
        found=Found(way="feed", title=str(number)),
    )


def article(source: Page) -> Article:
    title, paragraphs = source.found.title, ("teks",)
    return Article(
        id=article_id(source.url),
        revision=revision_id(title, paragraphs),
        page=source.message_id,
        url=source.url,
        outlet=source.outlet,
        title=title,
        paragraphs=paragraphs,
        published=None,
        fetched_at=source.fetched_at,
        first_seen=source.fetched_at,
    )


def stage(behave: Callable[[int], object] = lambda number: None) -> Callable[[Page], Any]:
    """A stage that turns page n into an article, unless `behave(n)` returns a Drop or Slow, or raises."""

    def run(message: Page) -> Any:
        return behave(int(message.found.title)) or article(message)

    return run
