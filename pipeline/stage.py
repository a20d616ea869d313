"""What a stage is: a callable that takes one message and says how it ends."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar, runtime_checkable

from kliping.errors import Rejected, Unavailable
from kliping.wire import Message

__all__ = ["Drop", "Outcome", "Prepares", "Rejected", "Settles", "Slow", "Stage", "Step", "Unavailable"]

In = TypeVar("In", bound=Message, contravariant=True)


@dataclass(frozen=True, slots=True)
class Drop:
    """The message ends here on purpose, counted under `reason` (a short stable code)."""

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Slow:
    """The message takes long and others wait behind it: it goes to the lane of its step, where it ends."""

    reason: str


Outcome = Message | Iterable[Message] | Drop | Slow


class Stage(Protocol[In]):
    """One step of the flow. Called again with a message that it has seen, it must answer as it did at first.

    Ids of what it returns are functions of its input; rows that it writes go by id and version. It may raise Rejected
    (this message can never be processed), Unavailable (a store does not answer: the message waits), and nothing else
    on purpose: any other exception is a bug, tried again and then dead-lettered with its traceback.
    """

    def __call__(self, message: In, /) -> Outcome: ...


@runtime_checkable
class Prepares(Protocol):
    """A stage that does better when it sees a batch before it is asked message by message."""

    def prepare(self, messages: Sequence[Message], beat: Callable[[], None], /) -> None:
        """Get ready for `messages`, which come next, in this order; `beat` is a sign of life, every few seconds.

        Changes nothing that a later call would see but its speed. May raise Unavailable.
        """
        ...


@runtime_checkable
class Settles(Protocol):
    """A stage that has something to clear once the bus has confirmed what it returned."""

    def published(self, messages: Sequence[Message], /) -> None:
        """What these messages brought is on the bus; their offsets are not committed yet. May be called twice."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A stage's place in the flow: the topic that it reads and the one that it writes ('' = the end).

    A step with a `lane` has a second worker, on that topic, for messages that the first one found Slow. Each still ends
    once at the stage, in whichever of the two.
    """

    name: str
    reads: str
    writes: str
    message: type[Message]
    lane: str = ""
    width: int = 1  # messages of a poll, in batches of `[work] batch`: more where several are worked on at once

    @property
    def topics(self) -> tuple[str, ...]:
        """Those on which its messages wait."""
        return (self.reads, self.lane) if self.lane else (self.reads,)

    @property
    def beside(self) -> "Step":
        """The step as the worker of its lane sees it."""
        return replace(self, reads=self.lane, lane="", width=1)
