"""Bar A7: a disk that fills during ingest stops the work; with room again it goes on, and nobody repairs anything."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installation import CHECKOUT
from tests.journeys.full_disk import PAGES

NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]  # a small disk of its own, for any user


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_full_disk_stops_the_work_and_loses_nothing(tmp_path: Path) -> None:
    probe = subprocess.run([*NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", str(tmp_path)], check=False)
    if probe.returncode:
        pytest.skip("needs unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone) or root")
    command = [*NAMESPACE, sys.executable, "-m", "tests.journeys.full_disk", str(tmp_path)]
    told = json.loads(subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, check=True).stdout)
    assert 0 <= told["stopped"] < 4 * PAGES, told["log"]
    assert (told["alive"], told["exit"]) == (True, 0), told["log"]
    assert told["check"] == [
        f"published {PAGES}, stored {PAGES}",
        "lost 0, unexpected 0, duplicated 0, dead 0",
        "sums: equal at every stage",
    ]
    assert told["documents"] == PAGES
    assert told["unsound"] == []
