"""The only loop: poll, stage, publish, trace, commit.

The order is the promise: outputs are on the bus before the trace says so, the trace before the offset moves. A death
between any two of them repeats work, and no work has a second effect.
"""

import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.attempts import Attempts
from pipeline.bus import Bus, Consumer, Fenced, Record
from pipeline.dead import outgoing
from pipeline.endings import Ending, Trial
from pipeline.flow import dead_topic
from pipeline.stage import Settles, Stage, Step, Unavailable

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5  # how long an idle worker waits before it shows a sign of life and looks whether to stop
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0  # seconds between tries of a store that does not answer (bar B2)


def _nothing() -> None:
    """No supervisor listens."""


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
    wait: Callable[[float], None] = time.sleep
    _trouble: int = 0  # tries since the last good batch

    def run(self, stopping: Callable[[], bool]) -> None:
        """Work until `stopping()`; at most one batch is redone by the next life."""
        while not stopping():
            self.once(POLL_SECONDS)

    def once(self, timeout: float = 0.0) -> int:
        """One batch. Returns how many messages ended; 0 also when a store did not answer or a partition was lost."""
        self.beat()
        try:
            records = self.consumer.poll(self.batch, timeout)
            if records:
                self._work(records)
        except Fenced as error:
            log.warning("%s: %s; its messages are someone else's now", self.step.name, error)
            self.consumer.rewind()
            self.attempts.forget()
            return 0
        except Unavailable as error:
            self._back_off(error)
            return 0
        self._trouble = 0
        return len(records)

    def _work(self, records: Sequence[Record]) -> None:
        """What a death left open is redone message by message, the rest as one batch."""
        trial = Trial(self.step, self.stage, self.tries, self.beat)
        left = self.attempts.open(records)
        careful = [record for record in records if record.offset <= left.get(record.partition, -1)]
        for record in careful:
            ending = self._in_hand(trial, record)
            self._publish([ending])
            self.attempts.record([ending.verdict])
            self.consumer.commit([record])
        rest = [record for record in records if record.offset > left.get(record.partition, -1)]
        endings = [trial.end(record) for record in rest]
        self._publish(endings)
        self.attempts.close(records, [ending.verdict for ending in endings])
        self.consumer.commit(rest)

    def _in_hand(self, trial: Trial, record: Record) -> Ending:
        charge = self.attempts.take(record)
        return trial.killed(record, charge) if charge and charge.count >= self.tries else trial.end(record)

    def _publish(self, endings: Sequence[Ending]) -> None:
        if self.step.writes:
            self.bus.publish(self.step.writes, [out for ending in endings for out in ending.outputs])
        self.bus.publish(dead_topic(self.step.reads), [outgoing(ending.letter) for ending in endings if ending.letter])
        if isinstance(self.stage, Settles):
            self.stage.published([e.message for e in endings if e.outputs and e.message is not None])

    def _back_off(self, error: Unavailable) -> None:
        """A store does not answer: nothing is committed, the batch is polled again after a longer and longer wait."""
        self.consumer.rewind()
        pause = min(FIRST_WAIT * 2**self._trouble, LONGEST_WAIT) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter
        self._trouble += 1
        log.warning("%s: waiting %.1f s, try %d: %s", self.step.name, pause, self._trouble, error)
        while pause > 0:
            self.beat()
            self.wait(min(pause, POLL_SECONDS))
            pause -= POLL_SECONDS
