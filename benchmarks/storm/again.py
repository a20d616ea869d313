"""Old work once more, for a storm whose kills are not all spent when everything is done: nothing may change by it.

On a busy machine the children are killed more slowly than the articles flow.
"""

from itertools import islice
from typing import Final

from sqlalchemy import select, update

from kliping.clock import now
from kliping.command.build import Parts
from kliping.tables import frontier
from pipeline.bus import Outgoing
from pipeline.flow import TOPICS

PORTION: Final = 200  # records of each topic, and articles that are read again


def more(parts: Parts) -> None:
    """Put records on every topic again, and make articles due that would be read again later."""
    for topic in TOPICS:
        records = islice(parts.bus.read(topic), PORTION)
        parts.bus.publish(topic, [Outgoing(id=one.id, key=one.key, payload=one.payload) for one in records])
    later = select(frontier.c.id).where(frontier.c.state == "reread").limit(PORTION)
    with parts.database.write() as connection:
        connection.execute(update(frontier).where(frontier.c.id.in_(later)).values(due_at=now()))
