"""What every page is built from: the stores and the configuration of one installation.

Pages run in threads. The database has a pool of its own; an archive and a bus belong to one thread each, so every
thread opens its own, when it first needs one.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from desk.past import Past
from kliping.database import Database
from kliping.desks import Desk
from kliping.health import Remembered
from kliping.outlets_staff import Outlets
from kliping.pages import PageStore
from kliping.settings import Web
from pipeline.bus import Bus
from search.archive import Archive


@dataclass(frozen=True)
class Office:
    """`open_archive` and `open_bus` give a new one at each call."""

    database: Database
    open_archive: Callable[[], Archive]
    open_bus: Callable[[], Bus]
    pages: PageStore
    web: Web
    desks: Mapping[str, Desk]
    outlets: Outlets
    past: Past = field(default_factory=Past)
    health: Remembered = field(default_factory=Remembered)
    _mine: Any = field(default_factory=threading.local)

    @property
    def archive(self) -> Archive:
        """This thread's archive."""
        if not hasattr(self._mine, "archive"):
            self._mine.archive = self.open_archive()
        opened: Archive = self._mine.archive
        return opened

    @property
    def bus(self) -> Bus:
        """This thread's bus."""
        if not hasattr(self._mine, "bus"):
            self._mine.bus = self.open_bus()
        opened: Bus = self._mine.bus
        return opened

    def outlet_name(self, outlet: str) -> str:
        """An outlet's name; its id where it is in no list (sent by hand, or removed since)."""
        known = self.outlets.get(outlet)
        return known.name if known else outlet

    @staticmethod
    def zone(desk: Desk) -> ZoneInfo:
        return ZoneInfo(desk.zone)
