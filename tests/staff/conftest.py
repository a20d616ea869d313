"""An archive and articles as the index stage is given them."""

from tests.index.conftest import archive, press

__all__ = ["archive", "press"]
