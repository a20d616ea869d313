"""Articles made for these tests: invented words in a fixed order, so that no two texts share a passage by chance."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from kliping.article import Article, article_id, digest, revision_id

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SYLLABLES = ("ba", "ku", "ri", "ma", "ten", "lo", "sa", "pu", "di", "nar", "go", "wi")


def words(seed: int, count: int = 120) -> list[str]:
    """A text of invented words; texts of different seeds have no run of words in common."""
    random = Random(seed)
    return ["".join(random.choices(SYLLABLES, k=3)) for _ in range(count)]


def article(
    name: str,
    text: Sequence[str],
    *,
    outlet: str = "",
    title: str = "",
    minutes: float = 0,
    fetched: float | None = None,
) -> Article:
    """An article first seen `minutes` after START and fetched `fetched` minutes after it (default: the same)."""
    url = f"https://{outlet or name}.example/berita/{name}"
    heading = title or f"Judul {name}"
    paragraphs = (" ".join(text),)
    seen = START + timedelta(minutes=minutes)
    fetched_at = seen if fetched is None else START + timedelta(minutes=fetched)
    return Article(
        id=article_id(url),
        revision=revision_id(heading, paragraphs),
        page=digest(url, fetched_at.isoformat()),
        url=url,
        outlet=outlet or name,
        title=heading,
        paragraphs=paragraphs,
        published=None,
        fetched_at=fetched_at,
        first_seen=seen,
        flags=() if text else ("empty_text",),
    )


def fetched_again(old: Article, minutes: float, text: Sequence[str] | None = None) -> Article:
    """The same address, fetched later, with another text or the same."""
    at = START + timedelta(minutes=minutes)
    paragraphs = old.paragraphs if text is None else (" ".join(text),)
    return replace(
        old,
        paragraphs=paragraphs,
        revision=revision_id(old.title, paragraphs),
        fetched_at=at,
        first_seen=at,
        page=digest(old.url, at.isoformat()),
        flags=() if paragraphs[0] else ("empty_text",),
    )


def taken_down(old: Article, minutes: float) -> Article:
    """The outlet answers 410 for the address."""
    return replace(fetched_again(old, minutes, ()), withdrawn=True, title="", flags=())


def edited(text: Sequence[str], seed: int, share: float) -> list[str]:
    """`text` with a share of its words replaced, in one block after the lead."""
    count = round(len(text) * share)
    start = max(0, len(text) // 2 - count // 2)
    return [*text[:start], *words(seed, count), *text[start + count :]]
