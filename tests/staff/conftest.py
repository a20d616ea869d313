"""A database, an archive and articles as the index stage is given them."""

from tests.index.conftest import archive, database, press

__all__ = ["archive", "database", "press"]
