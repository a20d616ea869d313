"""Messages as the tag stage hands them over, with the article's row that deduplicate has written before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kliping.article import Article, Clip, Copy, Evidence, Grouped, Published, Tag, Tagged, article_id, revision_id
from kliping.articles import pack_article, pack_place
from kliping.database import Database
from kliping.tables import articles
from search.archive import Archive, open_archive

MOMENT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = open_archive(f"sqlite:{tmp_path}/archive.db")
    yield archive
    archive.close()


def article(number: int = 1, title: str = "Wali Kota Resmikan Taman", *paragraphs: str) -> Article:
    url = f"https://kabar.test/{number}"
    return Article(
        id=article_id(url),
        revision=revision_id(title, paragraphs),
        page=f"{number:032x}",
        url=url,
        outlet="kabar",
        title=title,
        paragraphs=paragraphs or ("Taman itu dibuka Senin.", "Warga senang."),
        published=Published(
            instant=MOMENT - timedelta(hours=1), zone="Asia/Jakarta", precision="minute", source="meta", raw="05.00 WIB"
        ),
        fetched_at=MOMENT,
        first_seen=MOMENT,
    )


def clip(desk: str, watch: str = "taman") -> Clip:
    evidence = (Evidence(where="title", paragraph=0, start=19, end=24, words="Taman"),)
    regions = (Tag(id="36.74", name="Kota Tangerang Selatan", weight=2.0),)
    return Clip(desk=desk, watches=(Tag(id=watch, name=watch.capitalize(), evidence=evidence),), regions=regions)


@dataclass(frozen=True)
class Press:
    """Writes the article's row as deduplicate does, then gives the message of the tag stage."""

    database: Database

    def tagged(self, read: Article, *clips: Clip, version: int = 1, copy: Copy | None = None) -> Tagged:
        copy = copy or Copy(group=read.id, outlets=(read.outlet,))
        grouped = Grouped(article=read, copy=copy, version=version)
        self.store(grouped)
        return Tagged(grouped=grouped, clips=clips)

    def store(self, grouped: Grouped) -> None:
        read = grouped.article
        row = {
            "id": read.id,
            "url": read.url,
            "outlet": read.outlet,
            "origin": read.origin,
            "first_seen": read.first_seen,
            "published": read.published.instant if read.published else None,
            "appeared": read.first_seen,
            "fetched_at": read.fetched_at,
            "revision": read.revision,
            "version": grouped.version,
            "withdrawn": read.withdrawn,
            "body": pack_article(read),
            "place": pack_place(grouped.copy),
            "group": grouped.copy.group,
        }
        with self.database.write() as connection:
            self.database.upsert(connection, articles, [row])


@pytest.fixture
def press(database: Database) -> Press:
    return Press(database)
