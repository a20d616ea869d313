"""A child that closes an edition every few seconds and mails it, so that the storm hits editions as it hits stages.

The schedule closes one edition a day; this does the same work by the same calls, only more often.
"""

import time
from pathlib import Path
from typing import Final

from digests import editions, ledger
from digests.deliver.folder import FolderMailer
from digests.editions import Slot
from digests.post import Post
from digests.schedule import slot_of
from kliping import recipients
from kliping.clock import monotonic, now
from kliping.command.build import Parts, configuration
from kliping.command.digest import post_of
from kliping.command.processes import set_up_logging
from kliping.desks import Desk
from kliping.errors import Unavailable
from pipeline.supervise import Heartbeat, Stopping
from tests.digests.sender import NotingMailer

EVERY: Final = 2.0  # seconds between two editions: less than a child lives, so each life closes one
PEOPLE: Final = 40
PATIENCE: Final = 2.0  # seconds that a row stays `sending` after its sender died; writing a file takes milliseconds
STEP: Final = 0.1
KIND: Final = "storm-{}"


def outbox(folder: Path) -> Path:
    return folder / "var" / "outbox"


def taken(folder: Path) -> Path:
    """The file with a line for every mail that was handed over: address, Message-ID, hash."""
    return folder / "taken.log"


def enough(folder: Path) -> Path:
    """While this file is not there, the editor goes on closing editions."""
    return folder / "enough"


def people(parts: Parts, desk: str) -> None:
    """Give a desk its recipients."""
    for number in range(PEOPLE):
        recipients.add(parts.database, desk, f"orang{number:03d}@sukaraya.test", "", "storm", now())


def edit(beat: Heartbeat, stopping: Stopping, file: Path, desk: str) -> None:
    """Close, plan, send, again and again."""
    set_up_logging()
    folder = file.parent.parent
    with Parts(configuration(file)) as parts:
        post = _post(parts, folder)
        chosen = parts.configuration.desks[desk]
        due = monotonic()
        while not stopping():
            beat()
            try:
                if monotonic() >= due:
                    turn(parts, post, chosen, close=not enough(folder).exists())
                    due = monotonic() + EVERY
            except Unavailable:
                due = monotonic() + EVERY  # the next turn does what this one left
            time.sleep(STEP)


def turn(parts: Parts, post: Post, desk: Desk, *, close: bool) -> None:
    """What an earlier life left is planned and sent first, then a new edition."""
    newest = next(iter(editions.closed_editions(parts.database, desk.id, limit=1)), None)
    if newest:
        post.plan(desk.id, newest.number)
    if close:
        at = now()
        kind = KIND.format(newest.number + 1 if newest else 1)
        slot = Slot(day=slot_of(desk, at).day, due_at=at, kind=kind)
        url = parts.settings.web.public_url
        closed = editions.close(parts.database, desk, parts.configuration.outlets, slot, at, url)
        post.plan(desk.id, closed.number)
    post.deliver([desk.id])


def last_edition(parts: Parts, folder: Path, desk: str) -> None:
    """When all has come to rest: an edition with what no other told, and everything sent."""
    post = _post(parts, folder)
    turn(parts, post, parts.configuration.desks[desk], close=True)
    deadline = monotonic() + 10 * PATIENCE
    while ledger.outstanding(parts.database, now()) and monotonic() < deadline:
        time.sleep(STEP)
        post.deliver([desk])


def _post(parts: Parts, folder: Path) -> Post:
    post = post_of(parts)
    post.mailer = NotingMailer(FolderMailer(outbox(folder)), taken(folder), PATIENCE)
    return post
