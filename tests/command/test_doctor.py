"""`kliping doctor` where no server answers: every store says so by itself, nothing hangs, no password is shown."""

from pathlib import Path
from typing import Any

import pytest

from tests.installation import Installation, settings_toml

NOWHERE = "127.0.0.1:1"  # tcpmux: nobody listens there
OUTLETS = "id,name,domain\na,A,a.test\n"


@pytest.fixture
def lonely(tmp_path: Path) -> Installation:
    installation = Installation(tmp_path)
    top = {
        "bus": f"kafka://{NOWHERE}/uji",
        "archive": f"http://{NOWHERE}/uji",
        "database": f"postgresql+psycopg://kliping:rahasia-sekali@{NOWHERE}/kliping",
        "pages": "s3://halaman",
        "partitions": 2,
    }
    tables: dict[str, dict[str, Any]] = {
        "work": {"processes": {"index": 3}},
        "kafka": {"timeout": 2},
        "elasticsearch": {"user": "elastic", "password": "rahasia-sekali", "timeout": 2},
        "s3": {"endpoint": f"http://{NOWHERE}", "key": "kliping", "secret": "rahasia-sekali", "timeout": 2},
    }
    desk = 'id = "a"\nname = "A"\n[[watches]]\nid = "w"\ntitle = "W"\nquery = "x"\n'
    installation.configure(settings_toml(top, **tables), OUTLETS, {"a": desk})
    return installation


def test_every_store_says_that_it_does_not_answer(lonely: Installation) -> None:
    results = {line["check"]: line for line in lonely.lines("doctor", check=(1,))}
    wrong = {name for name, line in results.items() if not line["ok"]}
    assert wrong >= {"database", "bus", "processes", "pages", "archive"}
    assert results["processes"]["detail"].startswith("index: more processes than the 2 partitions")
    assert "sqlite" not in results
    assert all("rahasia" not in line["detail"] for line in results.values())
    assert all(line["detail"] for line in results.values())
