"""How one message ends at a stage: passed on, dropped with a reason, or dead-lettered. No fourth ending.

One that takes long goes to the lane beside the stage first and ends there in one of the three ways.
"""

import logging
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kliping.clock import now
from kliping.trace import Ending as Word
from kliping.trace import Verdict
from kliping.wire import Message, decode, encode
from pipeline.attempts import Charge
from pipeline.bus import Outgoing, Record
from pipeline.dead import DeadLetter, dead_letter
from pipeline.stage import Drop, Outcome, Prepares, Rejected, Slow, Stage, Step, Unavailable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ending:
    """What goes on the bus for a record, and what the trace says."""

    message: Message | None  # None: its bytes could not be read
    verdict: Verdict | None = None  # None: it goes on to the lane and ends there
    outputs: tuple[Outgoing, ...] = ()
    letter: DeadLetter | None = None
    slow: Outgoing | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """Runs a stage on one record at a time. `beat` is called as a sign of life before each."""

    step: Step
    stage: Stage[Any]
    tries: int
    beat: Callable[[], None]

    def prepare(self, records: Sequence[Record]) -> None:
        """Let the stage see all records that come next, where it wants to. Raises Unavailable, and nothing else."""
        if isinstance(self.stage, Prepares) and records:
            try:
                self.stage.prepare([message for record in records if (message := self._readable(record))], self.beat)
            except Unavailable:
                raise
            except Exception:
                log.exception("%s: a bug in getting ready; each message shows it alone", self.step.name)

    def _readable(self, record: Record) -> Message | None:
        try:
            return decode(record.payload, self.step.message)
        except Rejected:
            return None

    def end(self, record: Record) -> Ending:
        """The ending of a record. Raises Unavailable, and nothing else."""
        self.beat()
        try:
            message = decode(record.payload, self.step.message)
        except Rejected as error:
            return self.dead(record, None, error.reason, error.detail)
        return self._tried(record, message)

    def _tried(self, record: Record, message: Message) -> Ending:
        """A bug is tried again at once: holding the partition for minutes would cost all others."""
        for attempt in range(1, self.tries + 1):
            try:
                return self._ended(record, message, self.stage(message))
            except Rejected as error:
                return self.dead(record, message, error.reason, error.detail, attempts=attempt)
            except Unavailable:
                raise
            except Exception as error:
                log.exception("%s: a bug, try %d of %d, message %s", self.step.name, attempt, self.tries, record.id)
                failed = error
        text = "".join(traceback.format_exception(failed))
        return self.dead(record, message, "bug", repr(failed), trace=text, attempts=self.tries)

    def killed(self, record: Record, charge: Charge) -> Ending:
        """The ending of a record that was in hand when its process died, too often."""
        try:
            message = decode(record.payload, self.step.message)
        except Rejected:
            message = None
        return self.dead(record, message, "killed", f"in hand at {charge.count} deaths of the process", charge=charge)

    def dead(
        self,
        record: Record,
        message: Message | None,
        reason: str,
        error: str,
        *,
        trace: str = "",
        attempts: int = 1,
        charge: Charge | None = None,
    ) -> Ending:
        """The ending of a record that cannot be processed."""
        letter = dead_letter(
            record,
            self.step,
            reason=reason,
            error=error,
            traceback=trace,
            attempts=charge.count if charge else attempts,
            first_at=charge.first_at if charge else now(),
            subject=message.subject if message else "",
        )
        log.error("%s: dead letter %s: %s %s", self.step.name, record.id, reason, letter.error)
        return Ending(
            message, self._verdict(record, message, "dead", reason=reason, detail=letter.error), letter=letter
        )

    def _ended(self, record: Record, message: Message, outcome: Outcome) -> Ending:
        if isinstance(outcome, Drop):
            reason, detail = outcome.reason, outcome.detail
            return Ending(message, self._verdict(record, message, "dropped", reason=reason, detail=detail))
        if isinstance(outcome, Slow):
            return self._slow(record, message, outcome)
        outputs = tuple(outcome) if isinstance(outcome, Iterable) else (outcome,)
        sent = tuple(Outgoing(id=out.message_id, key=out.key, payload=encode(out)) for out in outputs)
        verdict = self._verdict(
            record,
            message,
            "passed",
            became=_became(message, outputs),
            detail=" ".join(flag for out in outputs for flag in getattr(out, "flags", ())),
            outputs=len(outputs),
            clips=sum(len(getattr(out, "clips", ())) for out in outputs),
        )
        return Ending(message, verdict, sent)

    def _slow(self, record: Record, message: Message, outcome: Slow) -> Ending:
        if not self.step.lane:
            raise RuntimeError(f"{self.step.name}: slow ({outcome.reason}), and there is no lane for it")
        log.warning("%s: %s goes to the slow lane: %s", self.step.name, record.id, outcome.reason)
        return Ending(message, slow=Outgoing(id=record.id, key=record.key, payload=record.payload))

    def _verdict(self, record: Record, message: Message | None, word: Word, **facts: Any) -> Verdict:
        subject = message.subject if message else ""
        return Verdict(stage=self.step.name, message=record.id, subject=subject, verdict=word, at=now(), **facts)


def _became(message: Message, outputs: tuple[Message, ...]) -> str:
    """The article that a page turned out to be, where its own address names another one than the address asked."""
    return outputs[0].subject if len(outputs) == 1 and outputs[0].subject != message.subject else ""
