"""Old articles held against changed watches, beside the pages: who saved a watch does not wait for it."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Final

from kliping.database import Database
from kliping.desks import Desk
from kliping.errors import KlipingError
from pipeline.bus import Bus
from pipeline.tag.past import retag

DAYS: Final = 30  # how far back a changed watch is held against what is stored, and tried before it is saved

log = logging.getLogger(__name__)


class Past:
    """One thread for all desks, as long as there is work: many changes in a row become one look.

    When the process ends meanwhile the rest is not looked at; `kliping desk retag` does it, and doing it twice does no
    harm. `wait` is what passes the time until every tag stage knows the change.
    """

    def __init__(self, wait: Callable[[float], None] = time.sleep) -> None:
        self._wait = wait
        self._wanted: dict[str, Desk] = {}
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def look(self, database: Database, open_bus: Callable[[], Bus], desk: Desk) -> None:
        """Hold the articles of the last DAYS against the desk's watches of now, in the background."""
        with self._lock:
            self._wanted[desk.id] = desk
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, args=(database, open_bus), name="past", daemon=True)
                self._thread.start()

    def finish(self, timeout: float) -> bool:
        """Wait until nothing is left to look at, `timeout` seconds at most; whether that is so."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(timeout)
        return thread is None or not thread.is_alive()

    def _work(self, database: Database, open_bus: Callable[[], Bus]) -> None:
        while (desk := self._next()) is not None:
            try:
                with closing(open_bus()) as bus:
                    sent = retag(database, bus, desk, days=DAYS, wait=self._wait)
                log.info("desk %s: %d stored articles sent to the tag stage again", desk.id, sent)
            except KlipingError as error:
                log.warning("desk %s: old articles are not tagged again: %s", desk.id, error)

    def _next(self) -> Desk | None:
        """Take a desk; where none is left the thread ends, and the next change starts another."""
        with self._lock:
            if not self._wanted:
                self._thread = None
                return None
            return self._wanted.pop(next(iter(self._wanted)))
