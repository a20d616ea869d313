"""Editions after a storm: every clip told once, every mail sent, a copy only where a sender died with it in hand."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from benchmarks.storm.editor import outbox, taken
from digests import ledger
from digests.deliver.folder import file_name
from kliping.command.build import Parts
from kliping.staff_tables import edition_items
from kliping.tables import clips


@dataclass(frozen=True)
class Told:
    """What is wrong with the editions of a desk."""

    unsent: tuple[str, ...]
    doubled: tuple[str, ...]


def told(parts: Parts, folder: Path, desk: str, deaths: int) -> Told:
    """Check the editions of `desk` after `deaths` of their editor; the last one has been closed and sent."""
    log = [line.split() for line in taken(folder).read_text("utf-8").splitlines()] if taken(folder).exists() else []
    return Told(
        unsent=(*_untold(parts, desk), *_unsent(parts, folder, desk, log)),
        doubled=(*_twice(parts, desk), *_copies(log, deaths)),
    )


def _untold(parts: Parts, desk: str) -> Iterator[str]:
    """Clips that are in no edition."""
    with parts.database.read() as connection:
        told = set(connection.execute(select(edition_items.c.article).where(edition_items.c.desk == desk)).scalars())
        active = (clips.c.desk == desk, clips.c.state == "active")
        for article in connection.execute(select(clips.c.article).where(*active)).scalars():
            if article not in told:
                yield f"clip {article} in no edition"


def _unsent(parts: Parts, folder: Path, desk: str, log: Sequence[Sequence[str]]) -> Iterator[str]:
    """Ledger rows that did not end as sent, or whose mail nobody took, or whose file is not there."""
    handed = {message_id for _, message_id, _ in log}
    for line in ledger.lines(parts.database, desk):
        mail = f"edition {line.number} to {line.address}"
        if line.state != "sent":
            yield f"{mail}: {line.state} {line.error}"
    for message_id in handed:
        if not (outbox(folder) / file_name(message_id)).exists():
            yield f"{message_id}: its file is gone"
    if len(handed) != len(ledger.lines(parts.database, desk)):
        yield f"{len(handed)} mails handed over, {len(ledger.lines(parts.database, desk))} in the ledger"


def _twice(parts: Parts, desk: str) -> Iterator[str]:
    """Articles that two editions told."""
    with parts.database.read() as connection:
        query = select(edition_items.c.article).where(edition_items.c.desk == desk)
        counted = Counter(connection.execute(query).scalars())
    yield from (f"article {article} in {count} editions" for article, count in counted.items() if count > 1)


def _copies(log: Sequence[Sequence[str]], deaths: int) -> Iterator[str]:
    """More copies than deaths, and copies that are not the same bytes (bar D1)."""
    copies = len(log) - len({message_id for _, message_id, _ in log})
    if copies > deaths:
        yield f"{copies} copies of mails after {deaths} deaths of their sender"
    forms: dict[str, set[str]] = defaultdict(set)
    for _, message_id, content in log:
        forms[message_id].add(content)
    yield from (f"{message_id}: {len(found)} different mails" for message_id, found in forms.items() if len(found) > 1)
