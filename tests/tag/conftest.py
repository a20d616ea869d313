"""Articles of our own, as the stage before hands them over."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kliping.article import Article, Copy, Grouped, article_id, revision_id
from kliping.database import Database, migrate

MOMENT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
Make = Callable[..., Grouped]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path}/kliping.db")
    migrate(database)
    return database


@pytest.fixture
def grouped() -> Make:
    def make(title: str, *paragraphs: str, url: str = "https://kabar.test/a", version: int = 1) -> Grouped:
        article = Article(
            id=article_id(url),
            revision=revision_id(title, paragraphs),
            page="p" * 32,
            url=url,
            outlet="kabar",
            title=title,
            paragraphs=paragraphs,
            published=None,
            fetched_at=MOMENT,
            first_seen=MOMENT,
        )
        return Grouped(article=article, copy=Copy(group=article.id), version=version)

    return make
