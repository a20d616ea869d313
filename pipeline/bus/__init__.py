"""The bus: transport between stages. `base.py` is the contract; no other module asks which backend it is.

Comes in: bytes with an id and a key. Goes out: the same bytes, at least once, in order per key.
"""

from pipeline.bus.base import Bus, Consumer, Fenced, Outgoing, Record
from pipeline.bus.open import open_bus

__all__ = ["Bus", "Consumer", "Fenced", "Outgoing", "Record", "open_bus"]
