"""What an outlet does to a story that was read before: pages fetched again, through the real stages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from desk.office import Office
from kliping.article import Article, Found, Page, article_id
from kliping.articles import load_article
from kliping.wire import encode
from pipeline.bus import Outgoing
from pipeline.flow import PAGES
from tests.desk import newsroom
from tests.desk.newsroom import Story

GONE_PAGE = (
    "<!doctype html><html lang=id><head><meta charset=utf-8><title>Artikel telah dihapus</title></head>"
    "<body><h1>Artikel telah dihapus</h1><p>Mohon maaf, artikel yang Anda cari telah dihapus oleh redaksi.</p></body>"
)


@dataclass(frozen=True)
class Outlet:
    """Reads one story again and again, `hours` after it was read first."""

    office: Office
    story: Story

    @property
    def article(self) -> Article:
        with self.office.database.read() as connection:
            found = load_article(connection, article_id(self.story.url))
        assert found is not None
        return found.article

    def edits(self, hours: float, title: str = "", paragraphs: Sequence[str] = (), later: float = 0) -> None:
        """The page with another title or text, said to be published `later` hours than before."""
        old = self.story
        story = replace(
            old, title=title or old.title, paragraphs=tuple(paragraphs) or old.paragraphs, hours=old.hours - later
        )
        self.answers(hours, newsroom.page_of(story))

    def says_it_is_gone(self, hours: float) -> None:
        self.answers(hours, GONE_PAGE.encode())

    def answers(self, hours: float, body: bytes = b"", status: int = 200) -> None:
        """The answer to one fetch, worked by every stage."""
        story = self.story
        page = Page(
            url=story.url,
            answered=story.url,
            outlet=story.outlet,
            zone="Asia/Jakarta",
            status=status,
            fetched_at=newsroom.NOW - timedelta(hours=story.hours - 0.1 - hours),
            body=self.office.pages.put(body) if body else "",
            size=len(body),
            headers={"content-type": "text/html; charset=utf-8"},
            found=Found(way="feed", where=f"https://{story.outlet}.test/feed"),
        )
        self.office.bus.publish(PAGES, [Outgoing(id=page.message_id, key=page.key, payload=encode(page))])
        newsroom.work(self.office)
