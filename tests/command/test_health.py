"""`kliping health`: what the health check of a container says, and that it is right."""

import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from kliping.command.health import FOLDER, MOST_DEATHS, Note, Notebook, complaints
from tests.command.conftest import Newsroom, ended, processes, wait_until

AT = datetime(2026, 11, 24, tzinfo=UTC)
FRESH = timedelta(seconds=45)
WELL = Note(host="a", pid=7, at=AT, children=("tag-0", "index-0"), missing=(), deaths={"tag-0": MOST_DEATHS})


@pytest.mark.parametrize(
    ("note", "age", "said"),
    [
        (WELL, 44, ""),
        (WELL, 46, "process 7: no sign of life for 46 s"),
        (msgspec.structs.replace(WELL, missing=("tag-0",)), 0, "tag-0: not running"),
        (msgspec.structs.replace(WELL, deaths={"tag-0": MOST_DEATHS + 1}), 0, "tag-0: died 6 times in ten minutes"),
    ],
)
def test_what_is_wrong_is_said(note: Note, age: int, said: str) -> None:
    assert complaints([note], AT + timedelta(seconds=age), FRESH) == ([said] if said else [])


def test_nobody_here_is_not_well() -> None:
    assert complaints([], AT, FRESH) == ["no `kliping run` or `kliping work` here"]


def test_a_notebook_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    Notebook(tmp_path / "file" / "note.json", ("tag-0",)).write(dict)
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_it_follows_a_real_run(newsroom: Newsroom) -> None:
    installation = newsroom.installation
    assert installation.kliping("health", check=(1,)).stdout == "no `kliping run` or `kliping work` here\n"
    process = installation.start("run", "tag", "index")
    notes = installation.folder / FOLDER
    try:
        wait_until(lambda: installation.kliping("health", check=(0, 1)).stdout == "well: 2 processes\n")
        (note,) = installation.lines("health")
        assert (note["pid"], note["children"]) == (process.pid, ["tag-0", "index-0"])
        ended(process, signal.SIGKILL)
        assert installation.kliping("health", check=(1,)).stdout == "no `kliping run` or `kliping work` here\n"
        assert list(notes.iterdir()) == []
        wait_until(lambda: not processes(installation))
    finally:
        for left in processes(installation):
            os.kill(left, signal.SIGKILL)


def test_an_unknown_part_is_wrong_usage(newsroom: Newsroom) -> None:
    result = newsroom.installation.kliping("run", "crawler", check=(2,))
    assert "crawler: no such part; there are: extract, deduplicate, tag, index, crawl, pages, editions" in result.stderr
