from collections.abc import Iterator
from pathlib import Path

import pytest

from kliping.database import Database, migrate


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/kliping.db")
    migrate(database)
    yield database
    database.close()
