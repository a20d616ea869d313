"""SIGKILL to the broker itself while the storm rages: it comes back on the same data a few seconds later."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from tests.servers.server import Server

UP: Final = (5.0, 12.0)  # seconds between two deaths: members join again in about three
DOWN: Final = (0.5, 3.0)  # seconds that it stays away


@dataclass
class Outages:
    """Kills `server` up to `times` times until the block ends; `deaths` counts them."""

    server: Server
    times: int
    draw: random.Random
    deaths: int = 0
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def raging(self) -> Iterator[None]:
        thread = threading.Thread(target=self._rage, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _rage(self) -> None:
        while self.deaths < self.times and not self._over.wait(self.draw.uniform(*UP)):
            self.server.kill()
            self.deaths += 1
            self._over.wait(self.draw.uniform(*DOWN))
            self.server.start()
