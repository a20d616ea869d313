"""A desk with its rows: articles, clips, groups, decisions, sources, recipients, written as the other rooms do."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from digests.edition import Edition
from digests.editions import Closed, Slot, close, load
from kliping.article import Article, Clip, Copy, Evidence, Origin, Published, Tag, article_id, clip_id, revision_id
from kliping.articles import load_articles, pack_article, pack_place
from kliping.clips import pack_clip
from kliping.corrections import Decision, Field, save
from kliping.database import Database
from kliping.desks import Desk, Watch
from kliping.outlets import Outlet
from kliping.tables import articles, clips, frontier, revisions
from pipeline.deduplicate import Deduplicate

SIX = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # Monday, 23 November 2026, 06.00 WIB
URL = "https://kliping.sukaraya.test"
DAY = timedelta(days=1)
OUTLETS = {
    id_: Outlet(id=id_, name=f"{id_.capitalize()} Raya", domain=f"{id_}.test")
    for id_ in ("suara", "kabar", "radar", "warta")
}


def desk_of(id_: str = "kota", **changes: Any) -> Desk:
    watches = (Watch(id="kota", title="Kota", query="sukaraya"),)
    return Desk(**({"id": id_, "name": "Pemerintah Kota Sukaraya", "watches": watches} | changes))


@dataclass
class Newsroom:
    """Writes what the pipeline and the staff write, closes editions."""

    database: Database
    desk: Desk = field(default_factory=desk_of)

    def article(
        self,
        number: int,
        *,
        seen: datetime = SIX - timedelta(hours=2),
        outlet: str = "suara",
        title: str = "",
        published: datetime | None = None,
        group: str = "",
        relation: str = "",
        origin: Origin = "live",
        clipped: bool = True,
        leading: bool = True,
        url: str = "",
    ) -> str:
        """One article with its clip. `group`: the id of the article whose copy it is."""
        read = _article(number, seen, outlet, title or f"Berita nomor {number}", published, origin, url)
        copy = Copy(group=read.id)
        if group:
            copy = Copy(group=group, relation=relation or "copy", of=group, members=2)  # type: ignore[arg-type]
        with self.database.write() as connection:
            self.database.upsert(connection, articles, [_row(read, copy)])
            self.database.upsert(connection, revisions, [_revision_row(read)])
            if clipped:
                self.database.upsert(connection, clips, [_clip_row(read, self.desk.id, leading=leading)])
        return read.id

    def read_again(self, article: str, at: datetime, **now: Any) -> None:
        """What a later fetch finds, through the real stage. `now`: the fields that are other, `withdrawn` one."""
        read = replace(self.stored(article), page=f"{at:%Y%m%d%H%M%S%f}", fetched_at=at, **({"withdrawn": False} | now))
        Deduplicate(self.database)(replace(read, revision=revision_id(read.title, read.paragraphs)))

    def stored(self, article: str) -> Article:
        with self.database.read() as connection:
            (found,) = load_articles(connection, [article])
        return found.article

    def decide(self, article: str, field_: Field, value: str, at: datetime = SIX - timedelta(minutes=5)) -> None:
        with self.database.write() as connection:
            save(connection, Decision(desk=self.desk.id, article=article, field=field_, value=value, by="ratna", at=at))

    def source(self, outlet: str, good: datetime | None, reason: str = "") -> None:
        row = {
            "id": outlet,
            "url": f"https://{outlet}.test/feed",
            "kind": "feed",
            "outlet": outlet,
            "host": f"{outlet}.test",
            "state": "due",
            "reason": reason,
            "discovered_at": SIX - 10 * DAY,
            "due_at": SIX,
            "succeeded_at": good,
            "fetched_at": SIX - timedelta(minutes=3),
        }
        with self.database.write() as connection:
            self.database.upsert(connection, frontier, [row])

    def close(self, day: int = 0, kind: str = "morning") -> Edition:
        """Close the edition `day` days after SIX; what it says."""
        return load(self.database, self.desk.id, self.closed(day, kind).number)

    def closed(self, day: int = 0, kind: str = "morning") -> Closed:
        due = SIX + day * DAY
        slot = Slot(day=(due + timedelta(hours=7)).date().isoformat(), due_at=due, kind=kind)
        return close(self.database, self.desk, OUTLETS, slot, due + timedelta(seconds=2), URL)


@pytest.fixture
def newsroom(database: Database) -> Newsroom:
    return Newsroom(database)


def titles(edition: Edition) -> list[str]:
    return [item.title for item in edition.items]


def _article(
    number: int, seen: datetime, outlet: str, title: str, published: datetime | None, origin: Origin, url: str
) -> Article:
    url = url or f"https://{outlet}.test/{number}"
    paragraphs = (f"Kalimat pertama berita nomor {number} di Sukaraya.", "Kalimat kedua menyusul.")
    return Article(
        id=article_id(url),
        revision=revision_id(title, paragraphs),
        page=f"{number:032x}",
        url=url,
        outlet=outlet,
        title=title,
        paragraphs=paragraphs,
        published=Published(
            instant=published or seen - timedelta(minutes=9),
            zone="Asia/Jakarta",
            precision="minute",
            source="meta",
            raw="",
        ),
        fetched_at=seen,
        first_seen=seen,
        origin=origin,
    )


def _row(read: Article, copy: Copy) -> dict[str, Any]:
    return {
        "id": read.id,
        "url": read.url,
        "outlet": read.outlet,
        "origin": read.origin,
        "first_seen": read.first_seen,
        "published": read.published.instant if read.published else None,
        "appeared": read.first_seen,
        "fetched_at": read.fetched_at,
        "revision": read.revision,
        "version": 1,
        "withdrawn": read.withdrawn,
        "body": pack_article(read),
        "place": pack_place(copy),
        "group": copy.group,
    }


def _revision_row(read: Article) -> dict[str, Any]:
    return {
        "article": read.id,
        "revision": read.revision,
        "page": read.page,
        "fetched_at": read.fetched_at,
        "body": pack_article(read),
    }


def _clip_row(read: Article, desk: str, *, leading: bool) -> dict[str, Any]:
    met = Evidence(where="text", paragraph=0 if leading else 7, start=0, end=8, words="Sukaraya")
    clip = Clip(desk=desk, watches=(Tag(id="kota", name="Kota", evidence=(met,)),))
    return {
        "id": clip_id(desk, read.id),
        "desk": desk,
        "article": read.id,
        "version": 1,
        "article_version": 1,
        "state": "active",
        "origin": read.origin,
        "first_seen": read.first_seen,
        "published": read.published.instant if read.published else None,
        "body": pack_clip(clip),
    }
