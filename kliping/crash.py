"""Named points between two durable steps, at which a process kills itself when it is told to: for storms and tests.

`KLIPING_CRASH_AT=index.after_rows:0.02,fetch.after_page` is inherited by every child. With a number a process dies at
that point with this probability, each time that it passes. Without one it dies there once: `KLIPING_CRASH_LOG` names
the file in which every death leaves a line before it happens, and a point that stands there lets everyone pass. Unset,
as everywhere outside of tests, a point costs one look at an empty mapping.
"""

import os
import random
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kliping.errors import ConfigError

AT_VARIABLE: Final = "KLIPING_CRASH_AT"
LOG_VARIABLE: Final = "KLIPING_CRASH_LOG"
ALL: Final = "*"  # in place of a name: every point
_STAGES: Final = ("extract", "deduplicate", "tag", "index")

POINTS: Final[Mapping[str, str]] = {
    "fetch.after_page": "the page is stored; the bus does not know it",
    "fetch.after_publish": "the bus confirmed the page; the frontier still calls it due",
    "fetch.after_mark": "the frontier is marked and the verdict written; the crawl knows it not yet",
    **{f"{stage}.before_open": "a batch is polled; nothing names it" for stage in _STAGES},
    **{f"{stage}.after_open": "the batch is named; no work is done" for stage in _STAGES},
    **{f"{stage}.before_trace": "outputs are on the bus; the trace does not say so" for stage in _STAGES},
    **{f"{stage}.after_trace": "the trace is written; the offset has not moved" for stage in _STAGES},
    "deduplicate.after_rows": "article, edges, places and outbox are committed; nothing is on the bus",
    "deduplicate.before_clear": "outputs are on the bus; the outbox still holds them",
    "deduplicate.after_clear": "the outbox is cleared; the trace does not say so",
    "tag.after_rows": "noted that the article met a desk; its clips are not on the bus",
    "index.after_rows": "clip rows are committed; the archive does not know them",
    "index.after_archive": "the archive has the documents; the trace does not say so",
    "digest.after_close": "the edition is closed; no mail is planned",
    "digest.after_plan": "mails are planned; none is sent",
    "digest.after_claim": "a mail is called sending; the mailer does not know it",
    "digest.after_send": "the mailer took a mail; its row still says sending",
    "digest.after_sent": "its row says sent",
}


def wanted(text: str) -> dict[str, float | None]:
    """Point -> probability (None = once) of a value such as `index.after_rows:0.02,*:0.001`. Raises ConfigError."""
    found: dict[str, float | None] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, number = part.partition(":")
        if name not in POINTS and name != ALL:
            raise ConfigError(f"{AT_VARIABLE}: no crash point {name!r}; there are: {', '.join(POINTS)}")
        found |= dict.fromkeys(POINTS if name == ALL else (name,), _chance(number))
    return found


def here(point: str) -> None:
    """Die by SIGKILL if this point was asked for and its lot says so."""
    if not _armed:
        return
    assert point in POINTS, point
    if point not in _armed:
        return
    chance = _armed[point]
    if random.random() < chance if chance is not None else point not in deaths():  # noqa: S311 - a storm's dice
        _note(point)
        os.kill(os.getpid(), signal.SIGKILL)


def deaths() -> list[str]:
    """The points of all deaths so far, in their order; nothing where no file is named."""
    file = os.environ.get(LOG_VARIABLE)
    return Path(file).read_text("utf-8").split() if file and Path(file).exists() else []


def _chance(number: str) -> float | None:
    if not number:
        return None
    try:
        chance = float(number)
    except ValueError:
        chance = -1.0
    if not 0.0 <= chance <= 1.0:
        raise ConfigError(f"{AT_VARIABLE}: expected a probability from 0 to 1, got {number!r}")
    return chance


def _note(point: str) -> None:
    if file := os.environ.get(LOG_VARIABLE):
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.write(handle, f"{point}\n".encode())
        os.close(handle)


_armed: Final = wanted(os.environ.get(AT_VARIABLE, ""))
