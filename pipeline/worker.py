"""The only loop: poll, stage, publish, trace, commit.

The order is the promise: outputs are on the bus before the trace says so, the trace before the offset moves. A death
between any two of them repeats work, and no work has a second effect.
"""

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from kliping.clock import monotonic
from kliping.trace import Verdict
from pipeline.attempts import Attempts
from pipeline.bus import Bus, Consumer, Fenced, Record
from pipeline.dead import outgoing
from pipeline.endings import Ending, Trial
from pipeline.flow import dead_topic
from pipeline.stage import Settles, Stage, Step, Unavailable
from pipeline.watchdog import STUCK_SECONDS, StuckError, Watchdog

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5  # how long an idle worker waits before it shows a sign of life and looks whether to stop
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0  # seconds between tries of a store that does not answer (bar B2)
ALARM_SECONDS = 30.0  # of waiting, after which the log calls it an error: within the 60 s of bar A8


def _nothing() -> None:
    """No supervisor listens."""


def _never() -> bool:
    """Nobody asks to stop."""
    return False


def _verdicts(endings: Sequence[Ending]) -> list[Verdict]:
    """What the trace is told; nothing of a message that has not ended but goes on to the lane."""
    return [ending.verdict for ending in endings if ending.verdict is not None]


@dataclass(slots=True)
class Worker:
    """One consumer of one stage's topic. `beat` is called as a sign of life before every message."""

    step: Step
    stage: Stage[Any]
    bus: Bus
    consumer: Consumer
    attempts: Attempts
    batch: int = 32
    tries: int = 3
    beat: Callable[[], None] = _nothing
    stuck_after: float = STUCK_SECONDS
    _stopping: Callable[[], bool] = _never
    _trouble: int = 0  # tries since the last good batch, or since nothing waited
    _trouble_since: float = 0.0
    _watchdog: Watchdog = field(init=False)

    def __post_init__(self) -> None:
        self._watchdog = Watchdog(self.consumer.behind, self.stuck_after)

    def run(self, stopping: Callable[[], bool]) -> None:
        """Work until `stopping()`: what is in hand then is finished and committed, the rest is the next life's.

        Raises StuckError; the process should end with an exit code that is not 0, and its supervisor starts another.
        """
        self._stopping = stopping
        try:
            while not stopping():
                self.once(POLL_SECONDS)
        except StuckError as error:
            log.critical("%s: stuck, this process ends: %s", self.step.name, error)
            raise

    def once(self, timeout: float = 0.0) -> int:
        """One batch. Returns how many messages ended; 0 also when a store did not answer or a partition was lost."""
        self.beat()
        try:
            return self._turn(timeout)
        except Unavailable as error:
            self._back_off(error)
            return 0

    def _turn(self, timeout: float) -> int:
        try:
            records = self.consumer.poll(self.batch, timeout)
            if records:
                ended = self._work(records)
                self._trouble = 0
                return ended
        except Fenced as error:
            log.warning("%s: %s; its messages are someone else's now", self.step.name, error)
            self._put_down()
            self.attempts.forget()
            self.consumer.hold(POLL_SECONDS)
        if self._watchdog.look():  # an empty poll alone is no proof that the trouble is over
            self._trouble = 0
        return 0

    def _work(self, records: Sequence[Record]) -> int:
        """What a death left open is redone message by message, the rest as one batch. Returns how many ended."""
        trial = Trial(self.step, self.stage, self.tries, self._alive)
        left = self.attempts.open(records)
        careful = [record for record in records if record.offset <= left.get(record.partition, -1)]
        for number, record in enumerate(careful):
            if self._stopping():
                return number
            ending = self._in_hand(trial, record)
            self._publish([ending])
            self.attempts.record(_verdicts([ending]))
            self._commit([record])
        rest = [record for record in records if record.offset > left.get(record.partition, -1)]
        endings = list(self._ended(trial, rest))
        self._publish(endings)
        self.attempts.close(records, _verdicts(endings))
        self._commit(rest[: len(endings)])
        if len(endings) < len(rest):
            self.consumer.rewind()
        return len(careful) + len(endings)

    def _alive(self) -> None:
        """A sign of life to the supervisor and to the group, whose partitions a slow batch must not lose."""
        self.beat()
        self.consumer.attend()

    def _ended(self, trial: Trial, records: Sequence[Record]) -> Iterator[Ending]:
        """The endings of the records, or of the first ones when it is time to stop or the group waits for us.

        A rebalance in which all wait for one slow batch would be a standstill of the whole stage (bar A4).
        """
        trial.prepare(records)
        for number, record in enumerate(records):
            if self._stopping() or (self.consumer.attend() and number):
                return
            yield trial.end(record)

    def _commit(self, records: Sequence[Record]) -> None:
        self.beat()  # publishing, tracing and committing may each wait for a store, 30 s as delivered; a hang is 60 s
        self.consumer.commit(records)
        self._watchdog.progress()

    def _in_hand(self, trial: Trial, record: Record) -> Ending:
        charge = self.attempts.take(record)
        if charge and charge.count >= self.tries:
            return trial.killed(record, charge)
        trial.prepare([record])  # with signs of life: an article of many slow parts is no hang of this process
        return trial.end(record)

    def _publish(self, endings: Sequence[Ending]) -> None:
        self.beat()
        if self.step.writes:
            self.bus.publish(self.step.writes, [out for ending in endings for out in ending.outputs])
        if self.step.lane:
            self.bus.publish(self.step.lane, [ending.slow for ending in endings if ending.slow])
        self.bus.publish(dead_topic(self.step.reads), [outgoing(ending.letter) for ending in endings if ending.letter])
        if isinstance(self.stage, Settles):
            self.stage.published([e.message for e in endings if e.outputs and e.message is not None])

    def _back_off(self, error: Unavailable) -> None:
        """A store does not answer: nothing is committed, the batch is polled again after a longer and longer wait.

        The worker stays in its group meanwhile and holds nothing in memory. Waiting is no standstill: the watchdog is
        told, or an outage of the archive would be a loop of restarts.
        """
        self._put_down()
        if not self._trouble:
            self._trouble_since = monotonic()
        waited = monotonic() - self._trouble_since
        pause = min(FIRST_WAIT * 2**self._trouble, LONGEST_WAIT) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter
        self._trouble += 1
        level = logging.ERROR if waited > ALARM_SECONDS else logging.WARNING
        log.log(level, "%s: waits for a store for %.0f s, again in %.1f s: %s", self.step.name, waited, pause, error)
        while pause > 0 and not self._stopping():
            self.beat()
            self.consumer.hold(min(pause, POLL_SECONDS))
            pause -= POLL_SECONDS
        self._watchdog.progress()

    def _put_down(self) -> None:
        """What is in hand stays undone, through nobody's fault: no later death may be charged to it."""
        self.consumer.rewind()
        with suppress(Unavailable):  # the database itself may be what does not answer
            self.attempts.put_down()
