"""Nothing is lost and nothing done twice when processes are killed while they hold uncommitted work."""

import random
from pathlib import Path

import pytest

from benchmarks.kill_storm import STAGES, storm


@pytest.mark.timeout(600)
def test_thirty_kills_over_all_stages_lose_and_double_nothing(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}: python -m benchmarks.kill_storm --articles 500 --kills 30 --seed {seed}")
    report = storm(tmp_path, articles=500, kills=30, seed=seed, limit=400)
    assert list(report.check.lines()) == [
        f"published {report.check.published}, stored {report.check.published}",
        "lost 0, unexpected 0, duplicated 0, dead 0",
        "sums: equal at every stage",
    ]
    assert sum(report.kills.values()) == 30, report.kills
    assert all(report.kills[stage] >= 2 for stage in STAGES), report.kills
