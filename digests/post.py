"""Sending what is due: take a row, call the mailer, write down how it ended. The only place that calls a mailer."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final

from digests import editions, ledger
from digests.deliver import Envelope, Later, Mailer, Refused, Stopped, Unknown
from digests.edition import Edition
from digests.ledger import Letter
from digests.message import Sender
from kliping import crash
from kliping.database import Database

log = logging.getLogger(__name__)

LADDER: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))  # bar D4; the last one again and again
AT_LEAST: Final = ledger.OVERDUE  # an edition that closes before midnight is tried for so long all the same
TOO_LARGE: Final = 552


@dataclass(slots=True)
class Posted:
    """What came of one round."""

    sent: int = 0
    refused: int = 0
    postponed: int = 0
    stopped: str = ""  # why nobody is served any more


@dataclass(slots=True)
class Post:
    """Sends the ledger's rows through `mailer`. `sender`: who they come from; `clock`: gives the time."""

    database: Database
    mailer: Mailer
    sender: Sender
    clock: Callable[[], datetime]
    _known: dict[tuple[str, int], Edition] = field(default_factory=dict)

    def plan(self, desk: str, number: int) -> int:
        """Rows for an edition's recipients; those that exist stay. Raises NoEdition, Unavailable."""
        return ledger.plan(
            self.database, self._edition(desk, number), self._forms(desk, number), self.sender, self.clock()
        )

    def deliver(
        self,
        desks: Sequence[str] = (),
        *,
        ending: Callable[[], bool] = lambda: False,
        beat: Callable[[], None] = lambda: None,
    ) -> Posted:
        """Send every row that is due, one after the other, until none is left or `ending()`. Raises Unavailable."""
        posted = Posted()
        self._expire()
        lease = timedelta(seconds=self.mailer.patience)
        while not ending() and not posted.stopped:
            letter = ledger.claim(self.database, self.clock(), lease, desks)
            if letter is None:
                break
            beat()
            self._send(letter, posted)
        self.mailer.close()
        return posted

    def _expire(self) -> None:
        """What a long stop left behind is not sent days later; people see that it was not."""
        at = self.clock()
        for desk, number in ledger.open_editions(self.database, at):
            if at > last_call(self._edition(desk, number)):
                ended = ledger.expire(self.database, desk, number, at)
                log.error("%s edition %d: %d mails not sent in time", desk, number, ended)

    def _send(self, letter: Letter, posted: Posted) -> None:
        envelope = Envelope(
            sender=self.sender.address, recipient=letter.address, message_id=letter.message_id, message=letter.message
        )
        try:
            crash.here("digest.after_claim")
            self.mailer.send(envelope)
            crash.here("digest.after_send")
        except Later as error:
            self._again(letter, str(error), posted, "planned")
        except Unknown as error:
            self._again(letter, str(error), posted, "unknown")
        except Refused as error:
            self._refused(letter, error, posted)
        except Stopped as error:
            ledger.handed_back(self.database, letter, self.clock(), str(error))
            posted.stopped = str(error)
            log.critical("no mail can be sent: %s", error)
        else:
            ledger.sent(self.database, letter, self.clock())
            crash.here("digest.after_sent")
            posted.sent += 1

    def _again(self, letter: Letter, error: str, posted: Posted, state: ledger.State) -> None:
        """Later by the ladder while it is the edition's day; then it stays as it is, for people to see."""
        at = self.clock()
        until = at + LADDER[min(letter.tries, len(LADDER)) - 1]
        if until > last_call(self._edition(letter.desk, letter.number)):
            ending: ledger.State = "unknown" if state == "unknown" else "refused"
            ledger.given_up(self.database, letter, at, error, ending)
            posted.refused += 1
            log.error("%s edition %d to %s: given up: %s", letter.desk, letter.number, letter.address, error)
            return
        ledger.postponed(self.database, letter, until, error, state)
        posted.postponed += 1
        log.warning("%s edition %d to %s: again later: %s", letter.desk, letter.number, letter.address, error)

    def _refused(self, letter: Letter, error: Refused, posted: Posted) -> None:
        at = self.clock()
        if error.code == TOO_LARGE:
            edition, forms = self._edition(letter.desk, letter.number), self._forms(letter.desk, letter.number)
            if ledger.shortened(self.database, letter, edition, forms, self.sender, at, str(error)):
                posted.postponed += 1
                return
        ledger.refused(self.database, letter, at, str(error))
        posted.refused += 1
        log.error("%s edition %d to %s: refused: %s", letter.desk, letter.number, letter.address, error)

    def _edition(self, desk: str, number: int) -> Edition:
        if (desk, number) not in self._known:
            self._known = {(desk, number): editions.load(self.database, desk, number)}
        return self._known[desk, number]

    def _forms(self, desk: str, number: int) -> dict[str, bytes]:
        names: tuple[editions.Form, ...] = ("html", "text", "pdf")
        return {name: editions.form(self.database, desk, number, name) for name in names}


def last_call(edition: Edition) -> datetime:
    """Until when an edition's mails are tried: the end of its day, but for AT_LEAST after closing."""
    end = datetime.combine(edition.date + timedelta(days=1), time(), edition.clock)
    return max(end, edition.closed_at + AT_LEAST)
