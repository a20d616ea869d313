"""A process that sends what is due and notes every hand-over in a file, to be killed at any moment.

python -m tests.digests.sender DATABASE_URL OUTBOX LOG LEASE
"""

import os
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from digests.deliver import Envelope
from digests.deliver.folder import FolderMailer
from digests.message import Sender
from digests.post import Post
from kliping.clock import now
from kliping.database import Database


@dataclass
class NotingMailer:
    """The folder mailer, with a line in `log` for every message that it took: what a real server would have sent on."""

    folder: FolderMailer
    log: Path
    patience: float

    def send(self, envelope: Envelope, /) -> None:
        self.folder.send(envelope)
        line = f"{envelope.recipient} {envelope.message_id} {sha256(envelope.message).hexdigest()}\n"
        handle = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(handle, line.encode())
        os.close(handle)

    def close(self) -> None:
        """Nothing is held."""


def main(url: str, outbox: str, log: str, lease: str) -> None:
    database = Database(url)
    mailer = NotingMailer(FolderMailer(Path(outbox)), Path(log), float(lease))
    Post(database, mailer, Sender("Kliping <kliping@sukaraya.test>"), now).deliver()
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
