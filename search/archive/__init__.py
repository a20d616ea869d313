"""The backends of the archive. `base.py` is the contract; no other module asks which backend it is."""

from search.archive.base import Archive, Document, Filters, Hit, Order, Rebuild, Results
from search.archive.open import open_archive

__all__ = ["Archive", "Document", "Filters", "Hit", "Order", "Rebuild", "Results", "open_archive"]
