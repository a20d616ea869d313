"""The page store: raw pages by content hash, compressed. What it gave a hash for is there until someone deletes it."""

from kliping.pages.base import PageStore
from kliping.pages.folder import FolderPages
from kliping.pages.open import open_pages

__all__ = ["FolderPages", "PageStore", "open_pages"]
