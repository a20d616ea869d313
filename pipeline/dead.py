"""Dead letters: messages that could not be processed, kept whole with why, listed, shown and sent again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
import zstandard

from kliping import trace
from kliping.clock import now
from kliping.database import Database
from kliping.errors import KlipingError
from kliping.wire import MAX_MESSAGE
from pipeline.bus import Bus, Outgoing, Record
from pipeline.flow import FLOW, dead_topic
from pipeline.stage import Step

MAX_ERROR = 500  # characters (bar A10): longer error texts repeat the page that caused them
MAX_TRACEBACK = 3000  # characters, the last ones: a dead letter without its payload stays under 4 KB (bar A12)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One message at the end of its way, with everything that is needed to understand it and to send it again."""

    id: str  # message id
    stage: str
    topic: str
    partition: int
    offset: int
    key: str
    subject: str  # article id, '' where the bytes could not be read
    reason: str
    error: str
    traceback: str = ""
    attempts: int
    first_at: datetime
    last_at: datetime
    payload: bytes  # zstandard; empty when too large even so: then it is still at `topic`, `offset`


class UnknownLetterError(KlipingError):
    """No dead letter has this id."""


def dead_letter(
    record: Record,
    step: Step,
    *,
    reason: str,
    error: str,
    traceback: str,
    attempts: int,
    first_at: datetime,
    subject: str,
) -> DeadLetter:
    """The dead letter of a record at a stage."""
    return DeadLetter(
        id=record.id,
        stage=step.name,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        subject=subject,
        reason=reason,
        error=error[:MAX_ERROR],
        traceback=traceback[-MAX_TRACEBACK:],
        attempts=attempts,
        first_at=first_at,
        last_at=now(),
        payload=zstandard.compress(record.payload),
    )


def outgoing(letter: DeadLetter) -> Outgoing:
    """The letter as a message; without its payload where it would be too large for the bus."""
    data = msgspec.json.encode(letter)
    if len(data) > MAX_MESSAGE:
        data = msgspec.json.encode(replace(letter, payload=b""))
    return Outgoing(id=letter.id, key=letter.key, payload=data)


def dead_letters(bus: Bus, database: Database) -> Iterator[DeadLetter]:
    """The letters that are dead now, oldest first within a stage: not sent again, not processed meanwhile."""
    for step in FLOW:
        dead = trace.verdicts_of(database, step.name, "dead")
        found = [record for topic in step.topics for record in bus.read(dead_topic(topic)) if record.id in dead]
        latest = {record.id: record for record in sorted(found, key=lambda record: record.at)}
        for record in sorted(latest.values(), key=lambda record: (record.at, record.id)):
            yield msgspec.json.decode(record.payload, type=DeadLetter)


def find(bus: Bus, database: Database, letter: str) -> DeadLetter:
    """The dead letter whose id begins with `letter`. Raises UnknownLetterError."""
    found = [candidate for candidate in dead_letters(bus, database) if candidate.id.startswith(letter)]
    if len(found) != 1:
        raise UnknownLetterError(f"{letter}: {len(found) or 'no'} dead letters have an id that begins so")
    return found[0]


def retry(bus: Bus, database: Database, letter: DeadLetter) -> bool:
    """Send a letter's message to its stage again; False when that has been done already.

    The message first, the mark second: a death between the two sends it twice, which every stage takes without a
    second effect.
    """
    dead = trace.verdicts_of(database, letter.stage, "dead").get(letter.id)
    if dead is None:
        return False
    bus.publish(letter.topic, [Outgoing(id=letter.id, key=letter.key, payload=_payload(bus, letter))])
    trace.retried(database, dead, now())
    return True


def _payload(bus: Bus, letter: DeadLetter) -> bytes:
    if letter.payload:
        return zstandard.decompress(letter.payload)
    for record in bus.read(letter.topic):
        if (record.partition, record.offset) == (letter.partition, letter.offset):
            return record.payload
    raise UnknownLetterError(f"{letter.id}: its message is no longer on {letter.topic}")
