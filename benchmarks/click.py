"""The articles of CLICK-ID as Article messages, for filling the flow at [articles]."""

import json
import lzma
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kliping.article import Article, Precision, Published, article_id, digest, revision_id
from kliping.indonesian.zones import ZONES
from kliping.text import clean_line

FILE = "click-id/articles.jsonl.xz"
JAKARTA = ZoneInfo("Asia/Jakarta")
FETCHED = datetime(2019, 9, 30, tzinfo=UTC)  # after the last article of the set
_JOINT = re.compile(r"(?<=[.!?\"”)]),(?=[A-Z\"“])")  # the set joins paragraphs by a comma without a blank


def click_articles(data: Path, limit: int | None = None) -> Iterator[Article]:
    """The first `limit` articles as messages of origin "backfill", in the order of the file."""
    with lzma.open(data / FILE, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number == limit:
                return
            yield article(json.loads(line))


def article(row: dict[str, Any]) -> Article:
    """One row of the set as an Article."""
    title = clean_line(row["title"])
    paragraphs = tuple(filter(None, (clean_line(text.strip(" ,")) for text in _JOINT.split(row["text"]))))
    return Article(
        id=article_id(row["url"]),
        revision=revision_id(title, paragraphs),
        page=digest("click-id", row["id"]),
        url=row["url"],
        outlet=row["source"],
        title=title,
        paragraphs=paragraphs,
        published=_published(row),
        fetched_at=FETCHED,
        first_seen=FETCHED,
        origin="backfill",
        section=row["category"],
        language="id",
        sources={"title": "data", "text": "data"},
    )


def _published(row: dict[str, Any]) -> Published | None:
    if not row["date"]:
        return None
    clock, _, word = (row["time"] or "").partition(" ")
    zone = ZONES.get(word, JAKARTA)
    raw = f"{row['date']} {row['time'] or ''}".strip()
    try:
        instant = datetime.fromisoformat(f"{row['date']} {clock or '00:00'}").replace(tzinfo=zone)
    except ValueError:
        return None
    precision: Precision = "minute" if clock else "day"
    return Published(instant=instant.astimezone(UTC), zone=zone.key, precision=precision, source="feed", raw=raw)
