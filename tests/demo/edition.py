"""The demo's edition: closed, sent and written down by the shipped commands; held against the press's truth."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from digests import editions
from digests.edition import Edition
from digests.schedule import slot_of
from kliping.article import article_id
from kliping.clock import now
from kliping.command.build import Parts
from tests.demo.command import kliping, lines
from tests.demo.place import Place
from tests.press_check import Comparison, have

ALL = 10_000  # editions: one a day for 27 years


@dataclass(frozen=True)
class Sent:
    """The newest edition and where its forms lie."""

    number: int
    items: int
    addresses: tuple[str, ...]
    mail: Path  # .eml
    pdf: Path
    chat: Path


def close_and_send(place: Place, parts: Parts) -> Sent:
    """Close today's edition, or another when that was closed before and there is more; send it. Raises DemoError."""
    earlier = editions.find_slot(parts.database, place.desk, slot_of(parts.configuration.desks[place.desk], now()))
    (closed,) = lines(place, "digest", "close", "--desk", place.desk)
    if earlier and _untold(place, parts):
        (closed,) = lines(place, "digest", "close", "--desk", place.desk, "--kind", f"tambahan-{now():%H%M%S}")
    number = closed["number"]
    kliping(place, "digest", "send", "--desk", place.desk, "--number", str(number))
    folder = place.folder / "edition"
    kliping(place, "digest", "preview", "--desk", place.desk, "--number", str(number), "--to", str(folder))
    ledger = lines(place, "digest", "status", "--desk", place.desk, "--number", str(number))
    outbox = sorted((place.folder / "var" / "outbox").glob("*.eml"), key=lambda file: file.stat().st_mtime)
    return Sent(
        number=number,
        items=closed["items"],
        addresses=tuple(row["address"] for row in ledger if row["state"] == "sent"),
        mail=outbox[-1],
        pdf=folder / "kliping.pdf",
        chat=folder / "chat.txt",
    )


def complete(place: Place, parts: Parts, truth: Mapping[str, Any]) -> Iterator[Comparison]:
    """Every relevant article that can be read is told once; one item a group; nothing that is not ours has an item."""
    told = list(_all(parts, place.desk))
    counted = Counter(
        chain.from_iterable((item.article, *item.copies) for edition in told for item in edition.items)
    ) + Counter(chain.from_iterable(update.copies for edition in told for update in edition.updates))
    rows = {article_id(row["url"]): row for row in truth["articles"]}
    wanted = {id_: row for id_, row in rows.items() if row["visible"] and row["reachable"] and row["relevant"]}
    wrong = [f"told {counted[id_]} times: {row['url']}" for id_, row in wanted.items() if counted[id_] != 1]
    yield Comparison("relevant articles told once in the edition", len(wanted) - len(wrong), len(wanted), tuple(wrong))

    items = [item for edition in told for item in edition.items]
    groups = Counter(have(parts, place.desk).known.get(item.article, item.article) for item in items)
    twice = [f"a group has {number} items: {group}" for group, number in groups.items() if number > 1]
    foreign = [f"not ours: {item.url}" for item in items if not rows.get(item.article, {}).get("relevant", True)]
    bad = (*twice, *foreign)
    yield Comparison("items of the edition that are one story of ours", len(items) - len(bad), len(items), bad)


def shown_until(truth: dict[str, Any], moment: datetime | None) -> dict[str, Any]:
    """The truth as of `moment`: an article that appeared later is nobody's to have found."""
    if moment is None:
        return truth
    seen = [row for row in truth["articles"] if datetime.fromisoformat(row["published"]) <= moment]
    return truth | {"articles": seen}


def _untold(place: Place, parts: Parts) -> bool:
    """Whether the next edition would say anything."""
    desk, at = parts.configuration.desks[place.desk], now()
    coming = editions.draft(parts.database, desk, parts.configuration.outlets, slot_of(desk, at), at, place.url)
    return bool(coming.items or coming.updates)


def _all(parts: Parts, desk: str) -> Iterator[Edition]:
    for closed in editions.closed_editions(parts.database, desk, limit=ALL):
        yield editions.load(parts.database, desk, closed.number)
