"""What all tests share."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from benchmarks.data import default_folder

REQUIRE_ALL = "KLIPING_REQUIRE_ALL"
# rooms whose files take long begin: at the end no process of tests works on alone while the other has nothing left
LONG = ("journeys", "command", "crawlers", "pipeline", "servers", "digests")
pytest_plugins = ["tests.servers.fixtures", "tests.stores"]

# a shared machine stalls for seconds now and then: no example is a failure for being slow
settings.register_profile("kliping", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kliping")


def pytest_report_header() -> str:
    """Say at the top whether the measurement data are there, so that a skip is no surprise."""
    folder = default_folder()
    return f"measurement data: {folder if folder.exists() else f'none at {folder}: tests that need them are skipped'}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """LONG first, each file in one piece and all else as it was."""
    here = Path(__file__).parent
    rooms = {item: item.path.relative_to(here).parts[0] for item in items}
    items.sort(key=lambda item: LONG.index(rooms[item]) if rooms[item] in LONG else len(LONG))


def pytest_configure() -> None:
    """Where all must be there (CI), a missing data folder ends the run at once."""
    if os.environ.get(REQUIRE_ALL) and not default_folder().exists():
        pytest.exit(f"{REQUIRE_ALL} is set and there are no measurement data at {default_folder()}", returncode=1)
